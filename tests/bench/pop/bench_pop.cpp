// A caller's event to the frame `reserved` on the agent's page, beside a bare relay: README.md says what is compared.
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <filesystem>
#include <functional>
#include <random>
#include <sstream>

#include "contacts/sample_customers.hpp"
#include "pages.hpp"
#include "prepared.hpp"
#include "relay.hpp"
#include "switch.hpp"

extern char** environ;

namespace callwright::bench {
namespace {

namespace fs = std::filesystem;

struct Settings {
  std::vector<int> rates{100, 1000};
  int agents = 1000;
  std::int64_t customers = 1'000'000;
  int seconds = 10;  ///< of one turn of one side
  int turns = 3;
  std::uint64_t seed = 1;
  std::string folder;
};

/// A program of ours that runs beside, ended with this one. Its first line of standard output is `said`.
class Child {
 public:
  Child(const std::vector<std::string>& words, const fs::path& log) {
    int out[2];
    if (pipe(out) != 0) die("no pipe");
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, out[1], STDOUT_FILENO);
    posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, log.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
    posix_spawn_file_actions_addclose(&actions, out[0]);
    std::vector<char*> arguments;
    for (const auto& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
    arguments.push_back(nullptr);
    if (posix_spawn(&pid_, arguments[0], &actions, nullptr, arguments.data(), environ) != 0) die("cannot start " + words[0]);
    posix_spawn_file_actions_destroy(&actions);
    close(out[1]);
    char letter = 0;
    while (::read(out[0], &letter, 1) == 1 && letter != '\n') said += letter;
    if (said.empty()) die(words[0] + " did not start: " + log.string());
    out_ = out[0];
  }
  ~Child() {
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
    close(out_);
  }

  std::string said;

 private:
  pid_t pid_ = 0;
  int out_ = -1;
};

/// One side of the comparison: what makes calls, and the pages that are told.
struct Side {
  Stopwatch watch;
  std::unique_ptr<Source> source;
  std::unique_ptr<Pages> pages;
  std::vector<double> micros;
};

class Bench {
 public:
  explicit Bench(Settings settings) : settings_(std::move(settings)), random_(settings_.seed) {}

  void run() {
    const fs::path here = fs::read_symlink("/proc/self/exe").parent_path();
    const fs::path folder = settings_.folder.empty() ? here.parent_path() / "bench_pop" : fs::path(settings_.folder);
    const int http_port = free_port(), feed_port = free_port();
    const Prepared prepared = prepare(folder, settings_.agents, settings_.customers, http_port, feed_port);

    const Child server({(here / "callwright").string(), "serve", "--config", prepared.settings.string()}, folder / "server.log");
    const Child relay({(here / "bench_pop").string(), "--relay"}, folder / "relay.log");
    std::istringstream ports(relay.said);
    int page_port = 0, line_port = 0;
    ports >> page_port >> line_port;

    Side ours, bare;
    auto peer = std::make_unique<Switch>(context_, static_cast<std::uint16_t>(feed_port), prepared.token);
    Switch& feed = *peer;
    ours.source = std::move(peer);
    await("the link", [&] { return feed.live(); });
    ours.pages = std::make_unique<Pages>(context_, ours.watch, static_cast<std::uint16_t>(http_port), prepared.cookies, settings_.agents);
    bare.pages = std::make_unique<Pages>(context_, bare.watch, static_cast<std::uint16_t>(page_port), std::vector<std::string>{}, settings_.agents);
    auto lines = std::make_unique<Lines>(context_, static_cast<std::uint16_t>(line_port), settings_.agents);
    Lines& relayed = *lines;
    bare.source = std::move(lines);
    ours.pages->connect();
    await("the agents", [&] { return ours.pages->ready(); });
    bare.pages->connect();
    await("the relay's pages", [&] { return bare.pages->ready(); });
    std::fprintf(stderr, "bench_pop: %d agents are ready\n", settings_.agents);

    turn(ours, settings_.rates.front(), 3);  // both warm
    if (ours.watch.count() == 0) die("no call popped: " + (folder / "server.log").string());
    relayed.frame_bytes(ours.watch.bytes() / ours.watch.count());
    turn(bare, settings_.rates.front(), 3);
    for (const int rate : settings_.rates) {
      (void)ours.watch.take();
      (void)bare.watch.take();
      for (int i = 0; i < settings_.turns; ++i) {
        std::fprintf(stderr, "bench_pop: %d events/s, turn %d of %d\n", rate, i + 1, settings_.turns);
        turn(ours, rate, settings_.seconds);
        turn(bare, rate, settings_.seconds);
      }
      if (const auto lost = ours.pages->lost() + bare.pages->lost(); lost != 0) die(std::to_string(lost) + " pages were cut");
      report(rate, ours, bare);
    }
  }

 private:
  static int free_port() {
    asio::io_context context;
    return tcp::acceptor(context, {asio::ip::address_v4::loopback(), 0}).local_endpoint().port();
  }

  void await(const std::string& what, const std::function<bool()>& done) {
    const auto limit = SteadyClock::now() + std::chrono::seconds(120);
    while (!done()) {
      if (SteadyClock::now() > limit) die("waited two minutes for " + what);
      context_.run_one_for(std::chrono::milliseconds(100));
    }
  }

  /// Callers come at random moments, `rate` events a second in the mean; then two seconds for the last of them.
  void turn(Side& side, int rate, int seconds) {
    std::exponential_distribution<double> gap(static_cast<double>(rate) / 8);
    const auto end = SteadyClock::now() + std::chrono::seconds(seconds);
    auto due = SteadyClock::now();
    while (due < end) {
      due += std::chrono::duration_cast<SteadyClock::duration>(std::chrono::duration<double>(gap(random_)));
      context_.run_until(due);
      const std::string number = contacts::sample_number(1, static_cast<std::int64_t>(random_() % static_cast<std::uint64_t>(settings_.customers)));
      if (side.watch.busy(number)) continue;
      side.watch.begin(number);
      side.source->arrive(number);
    }
    context_.run_until(SteadyClock::now() + std::chrono::seconds(2));
    if (side.watch.missed() != 0) die(std::to_string(side.watch.missed()) + " callers popped nowhere within two seconds");
  }

  void report(int rate, Side& ours, Side& bare) {
    auto mine = ours.watch.take(), theirs = bare.watch.take();
    std::ranges::sort(mine);
    std::ranges::sort(theirs);
    struct Row {
      const char* name;
      double share, goal;
    };
    for (const auto& [name, share, goal] : {Row{"p50", 0.50, 2}, Row{"p99", 0.99, 3}}) {
      const double value = quantile(mine, share), baseline = quantile(theirs, share);
      std::printf("{\"bench\":\"pop\",\"events_per_s\":%d,\"agents\":%d,\"customers\":%lld,\"seed\":%llu,\"seconds\":%d,\"turns\":%d,\"pops\":%zu,\"quantile\":\"%s\",\"unit\":\"us\","
                  "\"value\":%.0f,\"baseline\":%.0f,\"ratio\":%.2f,\"goal\":%.0f}\n",
                  rate, settings_.agents, static_cast<long long>(settings_.customers), static_cast<unsigned long long>(settings_.seed), settings_.seconds, settings_.turns, mine.size(), name, value,
                  baseline, value / baseline, goal);
    }
    std::fflush(stdout);
  }

  /// The least value that at least `share` of all do not exceed.
  static double quantile(const std::vector<double>& sorted, double share) {
    return sorted[static_cast<std::size_t>(std::ceil(share * static_cast<double>(sorted.size()))) - 1];
  }

  const Settings settings_;
  std::mt19937_64 random_;
  asio::io_context context_{1};
};

}  // namespace
}  // namespace callwright::bench

int main(int argc, char** argv) {
  callwright::bench::Settings settings;
  bool relay = false;
  CLI::App app{"A caller's event to the pop on the agent's page, beside a bare relay"};
  app.add_option("--rates", settings.rates, "Events a second, eight to a call")->delimiter(',')->check(CLI::Range(8, 20'000));
  app.add_option("--agents", settings.agents, "Agents, each with a page")->check(CLI::Range(1, 4000));
  app.add_option("--customers", settings.customers, "Customers in the store")->check(CLI::Range(1000, 100'000'000));
  app.add_option("--seconds", settings.seconds, "Of one turn of one side")->check(CLI::Range(1, 3600));
  app.add_option("--turns", settings.turns, "Of each side at each rate")->check(CLI::Range(1, 100));
  app.add_option("--seed", settings.seed, "The same seed, the same callers at the same moments");
  app.add_option("--folder", settings.folder, "For the stores (beside the program's folder)");
  app.add_flag("--relay", relay, "Be the relay (used by the benchmark itself)");
  CLI11_PARSE(app, argc, argv);

  rlimit files{};
  getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  setrlimit(RLIMIT_NOFILE, &files);
  if (relay) callwright::bench::run_relay();
  callwright::bench::Bench(settings).run();
}
