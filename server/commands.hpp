#pragma once
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "runtime/settings.hpp"

/// What the program does besides serving: each command takes its arguments, talks to the terminal, and returns an exit code
/// (0 done, 1 refused or failed with a line that says why, 75 try again later).
namespace callwright::server {

struct ImportArguments {
  std::filesystem::path file;
  std::string region = "GB";
  bool dry_run = false;
};
int import_customers(const runtime::Settings& settings, const ImportArguments& arguments);
int add_sample_customers(const runtime::Settings& settings, std::int64_t count, std::uint64_t seed);

/// Checks server.toml and the centre document in one go (server/config_check.hpp).
int check_config(const std::filesystem::path& settings_file, const Result<runtime::Settings>& settings, const std::filesystem::path& centre_file);

int check_centre(const std::filesystem::path& file);
int import_centre(const runtime::Settings& settings, const std::filesystem::path& file);
int export_centre(const runtime::Settings& settings, std::int64_t version);
int list_centres(const runtime::Settings& settings);

struct UserArguments {
  std::string login;
  std::string name;
  std::vector<std::string> roles;
  std::string agent;
  std::filesystem::path password_file;  ///< empty: asked at the terminal, or read from standard input
};
int add_user(const runtime::Settings& settings, const UserArguments& arguments);
int change_password(const runtime::Settings& settings, const UserArguments& arguments);
int disable_user(const runtime::Settings& settings, const std::string& login);
int list_users(const runtime::Settings& settings);

struct TokenArguments {
  std::string name;
  std::vector<std::string> scopes;
  int days = 365;
};
/// Prints the token on standard output, this once.
int add_token(const runtime::Settings& settings, const TokenArguments& arguments);
int list_tokens(const runtime::Settings& settings);
int revoke_token(const runtime::Settings& settings, std::int64_t id);

struct WhyArguments {
  std::int64_t contact = 0;
  std::string agent;  ///< of whom to say what he lacked; empty: the second best
  bool json = false;  ///< as GET /api/v1/contacts/{id}/decisions answers
};
/// The decisions about a contact, live or ended.
int explain_contact(const runtime::Settings& settings, const WhyArguments& arguments);

/// `deep`: also folds the journal twice (server/fold_check.hpp).
int examine_store(const runtime::Settings& settings, bool deep);
int init_tls(const std::filesystem::path& folder, const std::string& name);

struct SimulateArguments {
  std::filesystem::path scenario;
  std::filesystem::path compare;             ///< empty: one scenario alone
  std::optional<std::uint64_t> seed;         ///< none: the scenario's
  std::optional<std::int32_t> replications;  ///< none: the scenario's
  unsigned threads = 0;                      ///< 0: one for each core
  bool json = false;
  std::filesystem::path html;  ///< empty: no page
};
/// Runs described centres in virtual time (docs/simulate.md). Needs neither settings nor a store.
int simulate(const SimulateArguments& arguments);

struct ReplayArguments {
  std::string from, to;         ///< as in sim/what_if/wall_time.hpp; `to` empty: a day
  std::filesystem::path rules;  ///< the new centre document
  std::string interval = "30m";
  std::uint64_t seed = 1;
  std::int32_t draws = 20;
  unsigned threads = 0;  ///< 0: one for each core
  bool json = false;
  std::filesystem::path html;  ///< empty: no page
};
/// Runs a recorded time through its own rules and through others (docs/replay.md). Reads the store beside a running server.
int replay(const runtime::Settings& settings, const ReplayArguments& arguments);

/// Moves waiting callers of every Asterisk of the centre into its fallback. Needs no running server.
int release_callers(const runtime::Settings& settings);
/// Examines the link of one switch, or of all if `name` is empty.
int check_links(const runtime::Settings& settings, const std::string& name);

}  // namespace callwright::server
