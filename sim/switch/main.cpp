#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "runtime/clock.hpp"
#include "runtime/event_loop.hpp"
#include "runtime/log.hpp"
#include "runtime/signals.hpp"
#include "runtime/tls.hpp"
#include "sim/switch/callers_file.hpp"
#include "sim/switch/switch_client.hpp"

/// `callwright-switch`: a simulated telephone switch that pushes the native feed to a server.
namespace {

using namespace callwright;

struct Arguments {
  std::string connect = "127.0.0.1:8081";
  std::string name = "sim";
  std::string token;
  std::string token_file;
  bool tls = false;
  std::string ca;
  std::string demo;
  std::string numbers_file;
  std::vector<std::string> devices{"1001", "1002", "1003", "1004", "1005", "1006", "1007", "1008"};
  std::vector<std::string> manual_devices;
  std::string answer = "auto";
  std::vector<std::string> entries{"4001", "4002", "4003"};
  double calls_per_minute = 4;
  std::string profile = "daily";
  double first_call_after_s = 5;
  double first_caller_waits_s = 0;
  double ask_back_share = 0;
  double talk_s = 60;
  double local_time_hours = 0;
  std::uint64_t seed = 1;
};

void declare(CLI::App& app, Arguments& to) {
  app.set_config("--config", "", "Options from a TOML file, by their long names");
  app.add_option("--connect", to.connect, "host:port of the server's feed")->capture_default_str();
  app.add_option("--name", to.name, "This switch's key in the centre document")->capture_default_str();
  app.add_option("--token", to.token, "Its token (visible to others on this machine; better --token-file)");
  app.add_option("--token-file", to.token_file, "A file with its token");
  app.add_flag("--tls", to.tls, "Speak TLS");
  app.add_option("--ca", to.ca, "Trust this certificate authority alone (implies --tls)");
  app.add_option("--demo", to.demo,
                 "The folder of `callwright serve --demo`: its feed.token and numbers.txt, device 1001 manual, and unless given otherwise "
                 "6 calls a minute all day, short talks, a first caller at once who waits for ten minutes, and some who ask to be called back");
  app.add_option("--numbers-file", to.numbers_file, "Who calls: `number` or `number,name` a line; the first fifth calls most");
  app.add_option("--devices", to.devices, "The agents' phones")->delimiter(',')->capture_default_str();
  app.add_option("--manual-devices", to.manual_devices, "Phones that answer only when the server says so")->delimiter(',');
  app.add_option("--answer", to.answer, "How all phones answer")->check(CLI::IsMember({"auto", "manual"}))->capture_default_str();
  app.add_option("--queues", to.entries, "Numbers that customers dial")->delimiter(',')->capture_default_str();
  app.add_option("--calls-per-minute", to.calls_per_minute, "In the busiest half hour")->check(CLI::Range(0.0, 60'000.0))->capture_default_str();
  app.add_option("--profile", to.profile, "daily: as a real centre's day, at night a quarter; flat: always the same")
      ->check(CLI::IsMember({"daily", "flat"}))
      ->capture_default_str();
  app.add_option("--local-time-hours", to.local_time_hours, "Local time minus UTC, for the daily profile")
      ->check(CLI::Range(-12.0, 14.0))
      ->capture_default_str();
  app.add_option("--first-call-after", to.first_call_after_s, "Seconds from the first welcome to the first call")
      ->check(CLI::Range(0.0, 86'400.0))
      ->capture_default_str();
  app.add_option("--first-caller-waits", to.first_caller_waits_s, "Seconds that the first caller waits at least")
      ->check(CLI::Range(0.0, 86'400.0))
      ->capture_default_str();
  app.add_option("--ask-back", to.ask_back_share, "Share of those who wait that asks to be called back; most of them hang up")
      ->check(CLI::Range(0.0, 1.0))
      ->capture_default_str();
  app.add_option("--talk-seconds", to.talk_s, "Median talk time")->check(CLI::Range(1.0, 86'400.0))->capture_default_str();
  app.add_option("--seed", to.seed, "The same seed gives the same customers")->capture_default_str();
}

/// A demo is busy at any time of the day, and somebody waits for the visitor from the start. What the command line says stands.
void demo_defaults(const CLI::App& app, Arguments& to) {
  if (to.demo.empty()) return;
  const auto unless_given = [&](const char* option, auto& value, auto demo) {
    if (app.count(option) == 0) value = demo;
  };
  unless_given("--profile", to.profile, "flat");
  unless_given("--calls-per-minute", to.calls_per_minute, 6);
  unless_given("--talk-seconds", to.talk_s, 30);
  unless_given("--first-call-after", to.first_call_after_s, 1);
  unless_given("--first-caller-waits", to.first_caller_waits_s, 600);
  unless_given("--ask-back", to.ask_back_share, 0.15);
}

int complain(const std::string& what) {
  std::cerr << "callwright-switch: " << what << "\n";
  return 1;
}

/// The first word of a file.
Result<std::string> read_token(const std::string& file) {
  std::string token;
  if (std::ifstream in(file); in >> token) return token;
  return fail(std::make_error_code(std::errc::no_such_file_or_directory), file);
}

/// Waits, a minute at most, until a server that is started beside us has made its demo; server.toml is what it writes last.
void wait_for_demo(const std::string& folder) {
  for (int tries = 0; tries < 600 && !std::filesystem::exists(folder + "/server.toml"); ++tries)
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
}

/// A new boot epoch with each start: the time, in ms.
Result<sim::SwitchClientConfig> configure(const Arguments& from, Instant now) {
  sim::SwitchClientConfig config;
  const std::size_t colon = from.connect.rfind(':');
  if (colon == std::string::npos) return fail(std::make_error_code(std::errc::invalid_argument), "--connect wants host:port");
  config.host = from.connect.substr(0, colon);
  config.port = from.connect.substr(colon + 1);
  if (config.host.starts_with('[') && config.host.ends_with(']')) config.host = config.host.substr(1, config.host.size() - 2);
  if (from.tls || !from.ca.empty()) {
    auto tls = runtime::client_tls(from.ca);
    if (!tls) return std::unexpected(tls.error());
    config.tls = std::move(*tls);
  }

  if (!from.demo.empty()) wait_for_demo(from.demo);
  config.peer.name = from.name;
  config.peer.product = "callwright-switch";
  config.peer.token = from.token;
  const std::string token_file = from.token_file.empty() && !from.demo.empty() ? from.demo + "/feed.token" : from.token_file;
  if (config.peer.token.empty()) {
    if (token_file.empty()) return fail(std::make_error_code(std::errc::invalid_argument), "give --token-file, --token or --demo");
    auto token = read_token(token_file);
    if (!token) return std::unexpected(token.error());
    config.peer.token = std::move(*token);
  }
  config.boot_epoch = now.us / 1000;

  sim::SwitchOptions& options = config.options;
  options.seed = from.seed;
  options.calls_per_minute = from.calls_per_minute;
  options.daily_profile = from.profile == "daily";
  options.local_time = Duration(static_cast<std::int64_t>(from.local_time_hours * 3.6e9));
  options.first_call_after = Duration(static_cast<std::int64_t>(from.first_call_after_s * 1e6));
  options.first_call_waits = true;
  options.asks_back_share = from.ask_back_share;
  options.first_caller_waits = Duration(static_cast<std::int64_t>(from.first_caller_waits_s * 1e6));
  options.talk_median = Duration(static_cast<std::int64_t>(from.talk_s * 1e6));
  options.entries = from.entries;
  std::vector<std::string> manual = from.manual_devices;
  if (!from.demo.empty() && manual.empty()) manual.push_back("1001");
  for (const std::string& device : from.devices) {
    const bool listed = std::find(manual.begin(), manual.end(), device) != manual.end();
    options.devices.push_back({device, from.answer == "manual" || listed});
  }
  const std::string numbers = from.numbers_file.empty() && !from.demo.empty() ? from.demo + "/numbers.txt" : from.numbers_file;
  if (!numbers.empty()) {
    auto callers = sim::read_callers(numbers);
    if (!callers) return std::unexpected(callers.error());
    options.callers = std::move(*callers);
  }
  return config;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{"A simulated telephone switch: customers who call, wait and hang up, phones that ring, and the native feed to a server."};
  Arguments arguments;
  declare(app, arguments);
  CLI11_PARSE(app, argc, argv);
  demo_defaults(app, arguments);

  runtime::log::start(runtime::log::Level::info);
  runtime::Clock clock;
  auto config = configure(arguments, clock.now());
  if (!config) return complain(config.error().text());

  runtime::EventLoop loop("switch");
  sim::SwitchClient client(loop, std::move(*config), [&clock] { return clock.now(); });
  std::unique_ptr<runtime::Signals> signals;
  signals = std::make_unique<runtime::Signals>(loop, [&] {
    client.stop([&] {
      runtime::log::info("stopped", {{"customers", client.model().arrivals()}});
      signals->close();
      loop.stop();
    });
  });
  loop.post([&] { client.start(); });
  loop.start();
  loop.join();
  return 0;
}
