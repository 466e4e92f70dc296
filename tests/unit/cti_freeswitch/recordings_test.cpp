// What a real FreeSWITCH 1.10.12 said (tests/data/freeswitch), and what the call model is told of it, checked by hand against what happened.
#include <gmock/gmock.h>

#include "tests/unit/cti_freeswitch/bench.hpp"

namespace callwright::cti::freeswitch::test {
namespace {

/// The events of a whole scenario, its channels called A, B, C.
std::vector<std::string> told(const std::string& scenario, const std::string& part = "json") {
  Bench bench;
  bench.core = core_of(scenario, part);
  bench.live();
  for (const std::string& frame : event_frames(scenario, part)) bench.receive(frame);
  Letters letters;
  std::vector<std::string> lines;
  for (std::string& line : bench.events()) lines.push_back(letters(std::move(line)));
  EXPECT_EQ(bench.machine.counters().malformed, 0U) << scenario;
  return lines;
}

TEST(Print, All) {
  for (const std::string& name : all_recordings()) {
    if (name.find('.') != std::string::npos) continue;
    const auto slash = name.find('/');
    printf("=== %s\n", name.c_str());
    for (auto& line : told(name.substr(0, slash), name.substr(slash + 1))) printf("%s\n", line.c_str());
  }
}

}  // namespace
}  // namespace callwright::cti::freeswitch::test
