#include "prepared.hpp"

#include <cstdio>
#include <fstream>
#include <sstream>

#include "agent-desktop-api/auth/password.hpp"
#include "agent-desktop-api/auth/secret_token.hpp"
#include "common.hpp"
#include "contacts/centre_toml.hpp"
#include "contacts/sample_customers.hpp"
#include "contacts/store.hpp"
#include "runtime/clock.hpp"

namespace callwright::bench {
namespace {

namespace fs = std::filesystem;

void remove_store(const fs::path& path) {
  for (const char* suffix : {"", "-wal", "-shm"}) fs::remove(path.string() + suffix);
}

void write(const fs::path& path, const std::string& text) {
  std::ofstream(path) << text;
  fs::permissions(path, fs::perms::owner_read | fs::perms::owner_write);
}

/// Whom `why` would have nothing to weigh: one queue, one skill, levels from 40 to 99.
std::string centre_of(int agents) {
  std::ostringstream toml;
  toml << R"(name = "Bench"
time_zone = "Europe/Berlin"
[[skill]]
id = "repairs"
name = "Repairs"
[[switch]]
id = "bench"
kind = "feed"
secret = "feed"
[[switch.trunk]]
name = "*"
default_region = "GB"
[[queue]]
id = "repairs"
name = "Repairs"
requirements = [{ skill = "repairs", kind = "required", min_level = 40, weight = 3 }]
ring_timeout = "20s"
wrap_up = "0s"
service_level = "20s"
[[entry]]
switch = "bench"
number = "4001"
queue = "repairs"
)";
  for (int i = 0; i < agents; ++i)
    toml << "[[agent]]\nid = \"a" << i << "\"\nname = \"Agent " << i << "\"\nswitch = \"bench\"\ndevice = \"" << device_of(i)
         << "\"\nskills = [{ skill = \"repairs\", level = " << 40 + i * 7 % 60 << " }]\nqueues = [{ queue = \"repairs\" }]\n";
  return toml.str();
}

void make_customers(const fs::path& path, std::int64_t customers, Instant now) {
  const fs::path unfinished = path.string() + ".part";
  remove_store(unfinished);
  std::fprintf(stderr, "bench_pop: making %lld customers, once\n", static_cast<long long>(customers));
  contacts::Options options;
  options.path = unfinished.string();
  {
    auto store = must(contacts::open_store(options));
    (void)must(contacts::add_sample_customers(*store, {.customers = customers, .now = now, .history = false}));
  }
  for (const char* suffix : {"-wal", "-shm"}) fs::remove(unfinished.string() + suffix);
  fs::rename(unfinished, path);
}

}  // namespace

std::string device_of(int agent) { return std::to_string(10'000 + agent); }

Prepared prepare(const fs::path& folder, int agents, std::int64_t customers, int http_port, int feed_port) {
  fs::create_directories(folder);
  const Instant now = runtime::Clock().now();
  const fs::path customers_only = folder / ("customers-" + std::to_string(customers) + ".db");
  if (!fs::exists(customers_only)) make_customers(customers_only, customers, now);

  const fs::path path = folder / "run.db";
  remove_store(path);
  fs::copy_file(customers_only, path);
  contacts::Options options;
  options.path = path.string();
  auto store = must(contacts::open_store(options));
  (void)must(store->centres().put(must(contacts::parse_centre(centre_of(agents))), "bench", now));

  Prepared prepared{folder / "server.toml", {}, desktop::new_token()};
  const std::string hash = desktop::hash_password("bench-password-1");
  for (int i = 0; i < agents; ++i) {
    const std::string id = "a" + std::to_string(i), token = desktop::new_token();
    const auto account = must(store->accounts().add(
        {.login = id, .name = "Agent " + std::to_string(i), .password_hash = hash, .roles = {"agent"}, .agent = AgentId{id}}, now));
    must(store->accounts().add_session({desktop::token_hash(token), account.id, now, now, now + std::chrono::hours(8)}));
    prepared.cookies.push_back("callwright=" + token);
  }
  write(folder / "feed.token", prepared.token + "\n");
  write(prepared.settings, "[http]\nport = " + std::to_string(http_port) + "\n[feed]\nport = " + std::to_string(feed_port) +
                               "\n[web]\nroot = \"\"\n[store]\npath = \"run.db\"\n[log]\nlevel = \"warn\"\n[secrets]\nfeed = \"feed.token\"\n");
  return prepared;
}

}  // namespace callwright::bench
