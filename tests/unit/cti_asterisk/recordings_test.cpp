// What a real Asterisk 22 said (tests/data/asterisk22), and what the call model is told of it.
#include <gmock/gmock.h>

#include "tests/unit/cti_asterisk/bench_switch.hpp"

namespace callwright::cti::asterisk::test {
namespace {

std::vector<std::string> replay(const std::string& name, Bench& bench) {
  bench.live();
  bench.forget();
  for (const std::string& text : recording(name)) bench.text(text);
  EXPECT_EQ(bench.machine.counters().malformed_events, 0U);
  return bench.events;
}

Settings recorded() {
  Settings settings = Bench::usual();
  settings.app = "cti";
  return settings;
}

TEST(Recordings, Print) {
  for (const char* name : {"ari-agent-hangs-up", "ari-caller-hangs-up", "ari-agent-busy", "ari-rona-next-agent", "ari-transfer-refer-in-stasis", "ari-continue-to-dialplan", "ari-dtmf", "ari-agent-unreachable", "restart-midcall"}) {
    Bench bench(recorded());
    printf("== %s\n", name);
    for (auto& e : replay(name, bench)) printf("   \"%s\",\n", e.c_str());
    for (auto& e : bench.requests) printf("      %s\n", e.c_str());
  }
}

}  // namespace
}  // namespace callwright::cti::asterisk::test
