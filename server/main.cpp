// The program: one command line, one function each (commands.hpp), and `serve`.
#include <CLI/CLI.hpp>
#include <csignal>
#include <iostream>

#include "server/application.hpp"
#include "server/commands.hpp"
#include "server/demo.hpp"
#include "server/terminal.hpp"

namespace {

using namespace callwright;

/// Where the settings come from: `--config FILE`, then `--set key=value`.
struct SettingsArguments {
  std::string file;
  std::vector<std::string> overrides;

  /// Empty: there is none.
  std::string path() const {
    if (!file.empty()) return file;
    for (const char* usual : {"server.toml", "/etc/callwright/server.toml"})
      if (std::filesystem::exists(usual)) return usual;
    return {};
  }
  Result<runtime::Settings> load() const { return runtime::Settings::load(path(), overrides); }
};

int serve(const SettingsArguments& arguments, const std::string& demo_folder, const std::string& demo_centre, const std::string& demo_web) {
  SettingsArguments from = arguments;
  server::Demo demo;
  if (!demo_folder.empty()) {
    auto prepared = server::prepare_demo(demo_folder, demo_centre, demo_web);
    if (!prepared) return server::refuse(prepared.error());
    demo = std::move(*prepared);
    from.file = demo.settings_file.string();
  }
  auto settings = from.load();
  if (!settings) return server::refuse(settings.error());
  std::signal(SIGHUP, [](int) { server::Application::reload_requested = true; });
  server::Application application({*settings, !demo_folder.empty()});
  if (auto started = application.start(); !started) return server::refuse(started.error());
  std::cout << "Callwright is at " << application.url() << std::endl;
  if (!demo.sign_ins.empty()) {
    std::cout << "Sign in as:\n";
    for (const auto& hint : demo.sign_ins) std::cout << "  " << hint.login << " / " << hint.password << "   " << hint.what << "\n";
    std::cout << "Sign in as " << demo.sign_ins.front().login
              << " and go Ready (state, top left): a caller waits for you, and the call pops within seconds. The other agents are simulated.\n"
                 "To be the supervisor at the same time, use a private window: one browser has one sign-in.\n"
              << std::flush;
  }
  return application.run();
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{"Callwright: a call-centre CTI server", "callwright"};
  app.require_subcommand(1);
  app.fallthrough();
  app.set_version_flag("--version", CALLWRIGHT_VERSION);
  SettingsArguments arguments;
  app.add_option("-c,--config", arguments.file, "server.toml (default: ./server.toml, then /etc/callwright/server.toml)");
  app.add_option("--set", arguments.overrides, "one setting, e.g. --set http.port=8081 (repeat for more)");
  int code = 0;
  auto with_settings = [&](auto command) {
    return [&, command] {
      auto settings = arguments.load();
      code = settings ? command(*settings) : server::refuse(settings.error());
    };
  };

  std::string demo_folder, demo_centre, demo_web;
  auto* serving = app.add_subcommand("serve", "Run the server until SIGTERM (drains; a second one ends at once)");
  serving->add_option("--demo", demo_folder, "a folder for a whole centre to try: sample customers, accounts, simulated colleagues");
  serving->add_option("--demo-centre", demo_centre, "the centre document of the demo");
  serving->add_option("--demo-web", demo_web, "the built pages of the demo");
  serving->callback([&] { code = serve(arguments, demo_folder, demo_centre, demo_web); });

  bool defaults = false;
  std::string file;
  auto* config = app.add_subcommand("config", "The settings of server.toml, and what they and the centre document come to")->require_subcommand(0, 1);
  config->add_flag("--print-defaults", defaults, "a complete server.toml with every key, its text, limits and default");
  config->callback([&] {
    if (defaults) std::cout << runtime::Settings::print_defaults();
    else if (config->get_subcommands().empty()) throw CLI::RequiredError("check or --print-defaults");
  });
  auto* config_check = config->add_subcommand(
      "check", "Check server.toml and the centre document, and say how long a contact can be passed over in each queue; changes nothing");
  config_check->add_option("centre", file, "the centre document (default: centre.path of server.toml)");
  config_check->callback([&] { code = server::check_config(arguments.path(), arguments.load(), file); });

  auto* centre = app.add_subcommand("centre", "The centre document: queues, agents, switches (docs/centre.md)")->require_subcommand(1);
  std::int64_t version = 0;
  auto* check = centre->add_subcommand("check", "Check a TOML file, change nothing");
  check->add_option("file", file)->required();
  check->callback([&] { code = server::check_centre(file); });
  auto* import = centre->add_subcommand("import", "Store a TOML file as the next version");
  import->add_option("file", file)->required();
  import->callback(with_settings([&](const auto& settings) { return server::import_centre(settings, file); }));
  auto* export_ = centre->add_subcommand("export", "Print a version as TOML (default: the newest)");
  export_->add_option("version", version);
  export_->callback(with_settings([&](const auto& settings) { return server::export_centre(settings, version); }));
  centre->add_subcommand("list", "All versions")->callback(with_settings([](const auto& settings) { return server::list_centres(settings); }));

  auto* customers = app.add_subcommand("customers", "Customers in the store")->require_subcommand(1);
  server::ImportArguments csv;
  auto* csv_import = customers->add_subcommand("import", "Read customers from a CSV file (docs/identity.md)");
  csv_import->add_option("file", csv.file)->required();
  csv_import->add_flag("--dry-run", csv.dry_run, "check every row, write none");
  csv_import->add_option("--region", csv.region, "region of numbers without a country code")->capture_default_str();
  csv_import->callback(with_settings([&](const auto& settings) { return server::import_customers(settings, csv); }));
  std::int64_t count = 2000;
  std::uint64_t seed = 1;
  auto* sample = customers->add_subcommand("sample", "Fill an empty store with invented customers");
  sample->add_option("--count", count)->capture_default_str();
  sample->add_option("--seed", seed)->capture_default_str();
  sample->callback(with_settings([&](const auto& settings) { return server::add_sample_customers(settings, count, seed); }));

  auto* user = app.add_subcommand("user", "Accounts that may sign in")->require_subcommand(1);
  server::UserArguments account;
  auto login = [&](CLI::App* command) { command->add_option("login", account.login)->required(); };
  auto* add = user->add_subcommand("add", "Add an account; asks for the password");
  login(add);
  add->add_option("--name", account.name, "shown name");
  add->add_option("--role", account.roles, "agent (default), supervisor or admin; repeat for more");
  add->add_option("--agent", account.agent, "the agent of the centre document whose page it opens");
  add->add_option("--password-file", account.password_file, "read the password from a file with mode 0600");
  add->callback(with_settings([&](const auto& settings) { return server::add_user(settings, account); }));
  auto* passwd = user->add_subcommand("passwd", "Change a password; ends the account's sessions");
  login(passwd);
  passwd->add_option("--password-file", account.password_file, "read the password from a file with mode 0600");
  passwd->callback(with_settings([&](const auto& settings) { return server::change_password(settings, account); }));
  auto* disable = user->add_subcommand("disable", "Disable an account; ends its sessions");
  login(disable);
  disable->callback(with_settings([&](const auto& settings) { return server::disable_user(settings, account.login); }));
  user->add_subcommand("list", "All accounts")->callback(with_settings([](const auto& settings) { return server::list_users(settings); }));

  auto* token = app.add_subcommand("token", "API tokens, by which programs sign in")->require_subcommand(1);
  server::TokenArguments api;
  auto* token_add = token->add_subcommand("add", "Make a token and print it, this once");
  token_add->add_option("name", api.name, "what it is for")->required();
  token_add->add_option("--scope", api.scopes, "what it may do, e.g. metrics:read; repeat for more")->required();
  token_add->add_option("--days", api.days, "how long it is valid")->capture_default_str()->check(CLI::Range(1, 3650));
  token_add->callback(with_settings([&](const auto& settings) { return server::add_token(settings, api); }));
  token->add_subcommand("list", "All tokens, without the secrets")->callback(with_settings([](const auto& settings) { return server::list_tokens(settings); }));
  std::int64_t token_id = 0;
  auto* revoke = token->add_subcommand("revoke", "End a token");
  revoke->add_option("id", token_id, "as in `token list`")->required();
  revoke->callback(with_settings([&](const auto& settings) { return server::revoke_token(settings, token_id); }));

  server::WhyArguments asked;
  auto* why = app.add_subcommand("why", "Why these agents: each decision about a contact, and what would have given it to another (docs/routing.md)");
  why->add_option("contact", asked.contact, "its number")->required()->check(CLI::PositiveNumber);
  why->add_option("--agent", asked.agent, "say what this agent lacked, instead of the second best");
  why->add_flag("--json", asked.json, "as the REST address answers");
  why->callback(with_settings([&](const auto& settings) { return server::explain_contact(settings, asked); }));

  bool deep = false;
  auto* doctor = app.add_subcommand("doctor", "Examine the store; changes nothing");
  doctor->add_flag("--deep", deep, "also compare the newest checkpoint and what follows with the whole journal");
  doctor->callback(with_settings([&](const auto& settings) { return server::examine_store(settings, deep); }));
  app.add_subcommand("release", "Move callers who wait (not those who talk) into the switch's fallback; needs no running server")
      ->callback(with_settings([](const auto& settings) { return server::release_callers(settings); }));

  server::SimulateArguments study;
  auto* simulate = app.add_subcommand(
      "simulate", "Run a described centre in virtual time: what waits, service levels and occupancies would be (docs/simulate.md)");
  simulate->add_option("scenario", study.scenario, "a scenario, such as packaging/scenarios/help_desk.toml")->required();
  simulate->add_option("--compare", study.compare, "another scenario under the same callers: shows what it has more, with 95 % intervals");
  simulate->add_option("--seed", study.seed, "other random numbers (default: the scenario's)");
  simulate->add_option("--replications", study.replications, "how many days (default: the scenario's)")->check(CLI::Range(1, 10'000));
  simulate->add_option("--threads", study.threads, "how many days at a time (default: one for each core); changes no figure");
  simulate->add_flag("--json", study.json, "one JSON document instead of tables");
  simulate->add_option("--html", study.html, "also write a page with charts to this file");
  simulate->footer("Example:\n  callwright simulate help_desk.toml --compare help_desk_one_more.toml --html study.html");
  simulate->callback([&] { code = server::simulate(study); });

  server::ReplayArguments day;
  auto* replay = app.add_subcommand(
      "replay",
      "Run a recorded day again, under its own rules and under those of another centre document: both beside what happened (docs/replay.md)");
  replay->add_option("--from", day.from, "when it begins, wall time of the centre: \"2026-11-30 09:00\", or 2026-11-30")->required();
  replay->add_option("--to", day.to, "when it ends (default: a day later, if --from is a date)");
  replay->add_option("--config", day.rules, "the centre document with the new rules (server.toml is -c here)")->required();
  replay->add_option("--interval", day.interval, "cut of the figures by time")->capture_default_str();
  replay->add_option("--seed", day.seed, "other random numbers for what is not known")->capture_default_str();
  replay->add_option("--draws", day.draws, "how often what is not known is drawn")->capture_default_str()->check(CLI::Range(1, 1000));
  replay->add_option("--threads", day.threads, "how many draws at a time (default: one for each core); changes no figure");
  replay->add_flag("--json", day.json, "one JSON document instead of tables");
  replay->add_option("--html", day.html, "also write a page with charts to this file");
  replay->footer(
      "Example:\n  callwright -c server.toml replay --from \"2026-11-30 09:00\" --to \"2026-11-30 17:00\" --config new.toml --html replay.html");
  replay->callback(with_settings([&](const auto& settings) { return server::replay(settings, day); }));

  std::string link_name;
  auto* link = app.add_subcommand("link", "Links to switches")->require_subcommand(1);
  auto* link_check = link->add_subcommand("check", "Examine a switch and our rights on it, with the line to paste for each fault");
  link_check->add_option("name", link_name, "the switch's key in the centre document (default: all)");
  link_check->callback(with_settings([&](const auto& settings) { return server::check_links(settings, link_name); }));

  std::string tls_name, tls_folder = "tls";
  auto* tls = app.add_subcommand("tls", "Certificates")->require_subcommand(1);
  auto* init = tls->add_subcommand("init", "Make a local authority and a certificate for a host name");
  init->add_option("name", tls_name, "the name under which browsers reach this server")->required();
  init->add_option("--folder", tls_folder, "where the files go")->capture_default_str();
  init->callback([&] { code = server::init_tls(tls_folder, tls_name); });

  CLI11_PARSE(app, argc, argv);
  return code;
}
