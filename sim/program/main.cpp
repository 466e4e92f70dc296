// callwright-sim: whole centres in virtual time, with faults, from seeds.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <string>

#include "base/planted_bug.hpp"
#include "sim/world.hpp"

namespace {

using namespace callwright;

/// "7" or "1-100".
bool parse_seeds(const std::string& text, std::uint64_t& first, std::uint64_t& last) {
  const auto dash = text.find('-');
  try {
    first = std::stoull(text.substr(0, dash));
    last = dash == std::string::npos ? first : std::stoull(text.substr(dash + 1));
  } catch (const std::exception&) {
    return false;
  }
  return first <= last;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{"Runs the real core, journal, writer and feed in virtual time against simulated switches, customers, agents and faults", "callwright-sim"};
  std::string seeds = "1";
  double minutes = 10, hours = 0, calls = 12;
  int bug = 0, agents = 8;
  bool calm = false, verbose = false;
  app.add_option("--seed,--seeds", seeds, "one seed, or FIRST-LAST")->capture_default_str();
  app.add_option("--minutes", minutes, "simulated length of a run")->capture_default_str();
  app.add_option("--hours", hours, "the same in hours");
  app.add_option("--agents", agents)->capture_default_str()->check(CLI::Range(1, 10'000));
  app.add_option("--calls-per-minute", calls)->capture_default_str();
  app.add_flag("--calm", calm, "no faults");
  app.add_flag("--verbose", verbose, "a line for each seed, not only for failing ones");
  app.add_option("--bug", bug, "switch on a planted bug (only in the build preset 'planted')");
  CLI11_PARSE(app, argc, argv);

  std::uint64_t first = 0, last = 0;
  if (!parse_seeds(seeds, first, last)) {
    std::fprintf(stderr, "callwright-sim: --seeds wants a number or FIRST-LAST, not '%s'\n", seeds.c_str());
    return 2;
  }
#ifdef CALLWRIGHT_PLANTED_BUGS
  planted_bug = bug;
#else
  if (bug) {
    std::fprintf(stderr, "callwright-sim: bugs can be switched on only in a build with the preset 'planted'\n");
    return 2;
  }
#endif

  std::int64_t good = 0, failed = 0;
  for (std::uint64_t seed = first; seed <= last; ++seed) {
    sim::WorldOptions options;
    options.seed = seed;
    options.agents = agents;
    options.calls_per_minute = calls;
    options.length = Duration{static_cast<std::int64_t>((hours > 0 ? hours * 60 : minutes) * 60e6)};
    if (calm) options.faults = {0, 0, 0, 0, 0, 0, 0};
    const sim::Outcome outcome = sim::World(options).run();
    ++(outcome.failed ? failed : good);
    if (outcome.failed)
      std::printf("seed=%llu step=%lld failed: %s\n", static_cast<unsigned long long>(seed), static_cast<long long>(outcome.step), outcome.what.c_str());
    if (verbose)
      std::printf("seed=%llu trace=%016llx steps=%lld facts=%lld contacts=%lld kills=%lld cuts=%lld switch_restarts=%lld full_disks=%lld\n",
                  static_cast<unsigned long long>(seed), static_cast<unsigned long long>(outcome.trace), static_cast<long long>(outcome.steps),
                  static_cast<long long>(outcome.facts), static_cast<long long>(outcome.contacts), static_cast<long long>(outcome.kills),
                  static_cast<long long>(outcome.cuts), static_cast<long long>(outcome.switch_restarts), static_cast<long long>(outcome.refills));
    std::fflush(stdout);
  }
  std::printf("seeds ok=%lld failed=%lld\n", static_cast<long long>(good), static_cast<long long>(failed));
  return failed ? 1 : 0;
}
