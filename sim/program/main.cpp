// callwright-sim: whole centres in virtual time, with faults, from seeds.
#include <CLI/CLI.hpp>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

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

struct Order {
  sim::WorldOptions options;
  bool verbose = false;
  bool trace = false;
  std::string replay;  ///< the arguments that make the same world again, but for the seed
};

/// One seed from beginning to end; true if all is well.
bool run(Order order, std::uint64_t seed) {
  order.options.seed = seed;
  if (order.trace) order.options.trace = [](const std::string& line) { std::printf("%s\n", line.c_str()); };
  const sim::Outcome outcome = sim::World(order.options).run();
  const auto number = static_cast<unsigned long long>(seed);
  if (outcome.failed)
    std::printf("seed=%llu step=%lld failed: %s\n  replay: callwright-sim --seed %llu%s --trace\n", number, static_cast<long long>(outcome.step),
                outcome.what.c_str(), number, order.replay.c_str());
  if (order.verbose)
    std::printf(
        "seed=%llu trace=%016llx steps=%lld facts=%lld contacts=%lld kills=%lld drains=%lld cuts=%lld switch_restarts=%lld full_disks=%lld "
        "refused=%lld overflows=%lld contacts_lost=%lld customers_called=%lld written=%lld\n",
        number, static_cast<unsigned long long>(outcome.trace), static_cast<long long>(outcome.steps), static_cast<long long>(outcome.facts),
        static_cast<long long>(outcome.contacts), static_cast<long long>(outcome.kills), static_cast<long long>(outcome.drains),
        static_cast<long long>(outcome.cuts), static_cast<long long>(outcome.switch_restarts), static_cast<long long>(outcome.refills),
        static_cast<long long>(outcome.refused), static_cast<long long>(outcome.overflows), static_cast<long long>(outcome.contacts_lost),
        static_cast<long long>(outcome.customers_called), static_cast<long long>(outcome.written));
  std::fflush(stdout);
  return !outcome.failed;
}

/// Every `jobs`-th seed from `first` in a process of its own; worlds share nothing. The number of seeds that failed, at most 250.
int run_share(const Order& order, std::uint64_t first, std::uint64_t last, std::uint64_t jobs) {
  int failed = 0;
  for (std::uint64_t seed = first; seed <= last; seed += jobs) failed += run(order, seed) || failed == 250 ? 0 : 1;
  return failed;
}

/// A child that died otherwise counts as one failed seed.
int failures_of(pid_t child) {
  int status = 0;
  if (waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) <= 250) return WEXITSTATUS(status);
  std::printf("a process that ran seeds died\n");
  return 1;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{"Runs the real core, journal, writer and feed in virtual time against simulated switches, customers, agents and faults", "callwright-sim"};
  std::string seeds = "1";
  double minutes = 10, hours = 0;
  int bug = 0;
  std::uint64_t jobs = 1;
  bool calm = false, overflow = false;
  Order order;
  app.add_option("--seed,--seeds", seeds, "one seed, or FIRST-LAST")->capture_default_str();
  app.add_option("--minutes", minutes, "simulated length of a run; a calm tail follows")->capture_default_str();
  app.add_option("--hours", hours, "the same in hours");
  app.add_option("--agents", order.options.agents)->capture_default_str()->check(CLI::Range(1, 10'000));
  app.add_option("--switches", order.options.switches, "1 to 3; 0: as the seed wants")->capture_default_str()->check(CLI::Range(0, 3));
  app.add_option("--calls-per-minute", order.options.calls_per_minute)->capture_default_str();
  app.add_option("--jobs", jobs, "processes that share the seeds")->capture_default_str()->check(CLI::Range(1, 64));
  app.add_flag("--callbacks", order.options.callbacks, "some callers ask to be called back, and are, whatever the seed");
  app.add_flag("--written", order.options.written, "customers write too: chats, e-mails and others, whatever the seed");
  app.add_flag("--calm", calm, "no faults");
  app.add_flag("--overflow", overflow, "a small spool in every run, and a full disk three times as often");
  app.add_flag("--verbose", order.verbose, "a line for each seed, not only for failing ones");
  app.add_flag("--trace", order.trace, "a line for each step: input, facts, commands, replies; and for each fault");
  app.add_option("--bug", bug, "switch on a planted bug (only in callwright-sim-planted)");
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
    std::fprintf(stderr, "callwright-sim: bugs can be switched on only in callwright-sim-planted\n");
    return 2;
  }
#endif
  order.options.length = Duration{static_cast<std::int64_t>((hours > 0 ? hours * 60 : minutes) * 60e6)};
  if (calm) order.options.faults = sim::Faults::none();
  if (overflow) {
    order.options.faults.small_spool = 1;
    order.options.faults.full_per_hour = 12;
  }
  for (int i = 1; i < argc; ++i) {
    const std::string argument = argv[i];
    if (argument.starts_with("--seed") || argument == "--jobs") i += argument.find('=') == std::string::npos ? 1 : 0;
    else if (argument != "--verbose" && argument != "--trace" && !argument.starts_with("--jobs=")) order.replay += " " + argument;
  }

  int failed = 0;
  if (jobs == 1) {
    failed = run_share(order, first, last, 1);
  } else {
    std::vector<pid_t> children;
    for (std::uint64_t job = 0; job < jobs; ++job) {
      std::fflush(stdout);
      const pid_t child = fork();
      if (child == 0) std::_Exit(run_share(order, first + job, last, jobs));
      if (child > 0) children.push_back(child);
      else failed += run_share(order, first + job, last, jobs);
    }
    for (pid_t child : children) failed += failures_of(child);
  }
  std::printf("seeds ok=%lld failed=%d\n", static_cast<long long>(last - first + 1) - failed, failed);
  return failed ? 1 : 0;
}
