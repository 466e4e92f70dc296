#include "server/demo.hpp"

#include <sodium.h>

#include <fstream>
#include <sstream>

#include "agent-desktop-api/auth/password.hpp"
#include "contacts/centre_toml.hpp"
#include "contacts/sample_customers.hpp"
#include "contacts/store.hpp"
#include "runtime/clock.hpp"

namespace callwright::server {

namespace fs = std::filesystem;

namespace {

constexpr std::int64_t kCustomers = 2000;
constexpr std::uint64_t kSeed = 20261122;

struct DemoUser {
  const char* login;
  const char* name;
  const char* role;
  const char* agent;
  const char* what;
};
constexpr DemoUser kUsers[] = {
    {"sofia", "Sofia Marin", "agent", "sofia", "agent: calls pop here"},
    {"ruth", "Ruth Adler", "supervisor", "", "supervisor: queues, agents, why"},
    {"admin", "Administrator", "admin", "", "administrator"},
};

Result<void> write_file(const fs::path& file, const std::string& text, bool secret = false) {
  std::ofstream out(file, std::ios::binary | std::ios::trunc);
  if (secret) fs::permissions(file, fs::perms::owner_read | fs::perms::owner_write);
  out << text;
  if (!out.flush()) return fail(std::make_error_code(std::errc::io_error), file.string());
  return {};
}

/// Eight characters that are easy to type; the demo listens on loopback only.
std::string easy_password() {
  static constexpr std::string_view letters = "abcdefghjkmnpqrstuvwxyz23456789";
  std::string text;
  for (int i = 0; i < 8; ++i) text += letters[randombytes_uniform(static_cast<std::uint32_t>(letters.size()))];
  return text;
}

std::string random_token() {
  unsigned char bytes[32];
  randombytes_buf(bytes, sizeof bytes);
  char hex[65];
  sodium_bin2hex(hex, sizeof hex, bytes, sizeof bytes);
  return hex;
}

/// server.toml, the feed's token, and the callers' numbers: what does not stand in the store.
Result<void> write_files(const Demo& demo, const fs::path& folder, const fs::path& centre_file, const fs::path& web_root) {
  fs::create_directories(folder);
  if (!fs::exists(folder / "feed.token"))
    if (auto done = write_file(folder / "feed.token", random_token() + "\n", true); !done) return done;
  if (!fs::exists(demo.numbers_file)) {
    std::ostringstream numbers;
    for (std::int64_t i = 0; i < kCustomers; ++i) numbers << contacts::sample_number(kSeed, i) << "\n";
    if (auto done = write_file(demo.numbers_file, numbers.str()); !done) return done;
  }
  std::ostringstream settings;
  settings << "# Made by `serve --demo`; docs/configuration.md explains every key.\n"
           << "[store]\npath = \"callwright.db\"\n[centre]\npath = \"" << fs::absolute(centre_file).string() << "\"\n[web]\nroot = \"" << fs::absolute(web_root).string()
           << "\"\n[secrets]\nfeed = \"feed.token\"\n";
  return write_file(demo.settings_file, settings.str());
}

Result<void> fill_store(contacts::Store& store, const fs::path& centre_file, Instant now) {
  auto count = store.customers().count();
  if (!count) return std::unexpected(count.error());
  if (*count > 0) return {};
  std::ifstream in(centre_file);
  std::ostringstream text;
  text << in.rdbuf();
  auto centre = contacts::parse_centre(text.str());
  if (!centre) return std::unexpected(centre.error());
  contacts::SampleOptions sample;
  sample.seed = kSeed;
  sample.customers = kCustomers;
  sample.now = now;
  for (const auto& queue : centre->queues) sample.queues.push_back(queue.id);
  for (const auto& agent : centre->agents) sample.agents.push_back(agent.id);
  for (const auto& disposition : centre->dispositions) sample.dispositions.push_back(disposition.code);
  if (auto added = contacts::add_sample_customers(store, sample); !added) return std::unexpected(added.error());
  return {};
}

/// The accounts; each start gives them new passwords, so that none is ever a fixed one.
Result<std::vector<SignInHint>> make_accounts(contacts::Store& store, Instant now) {
  std::vector<SignInHint> hints;
  for (const DemoUser& user : kUsers) {
    const std::string password = easy_password();
    auto account = store.accounts().by_login(user.login);
    if (account) {
      account->password_hash = desktop::hash_password(password);
      if (auto done = store.accounts().update(*account); !done) return std::unexpected(done.error());
    } else {
      contacts::Account draft;
      draft.login = user.login;
      draft.name = user.name;
      draft.roles = {user.role};
      draft.agent = AgentId{user.agent};
      draft.password_hash = desktop::hash_password(password);
      if (auto added = store.accounts().add(draft, now); !added) return std::unexpected(added.error());
    }
    hints.push_back({user.login, password, user.what});
  }
  return hints;
}

}  // namespace

Result<Demo> prepare_demo(const fs::path& folder, const fs::path& centre_file, const fs::path& web_root) {
  if (sodium_init() < 0) return fail(std::make_error_code(std::errc::io_error), "libsodium does not start");
  Demo demo{folder / "server.toml", folder / "numbers.txt", {}};
  if (!fs::exists(centre_file)) return fail(std::make_error_code(std::errc::no_such_file_or_directory), "--demo-centre " + centre_file.string());
  if (auto done = write_files(demo, folder, centre_file, web_root); !done) return std::unexpected(done.error());
  auto store = contacts::open_store({.path = (folder / "callwright.db").string()});
  if (!store) return std::unexpected(store.error());
  const Instant now = runtime::Clock().now();
  if (auto filled = fill_store(**store, centre_file, now); !filled) return std::unexpected(filled.error());
  auto hints = make_accounts(**store, now);
  if (!hints) return std::unexpected(hints.error());
  demo.sign_ins = std::move(*hints);
  return demo;
}

}  // namespace callwright::server
