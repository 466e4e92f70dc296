// The commands on links: callwright release, callwright link check.
#include <iostream>

#include "contacts/store.hpp"
#include "cti/asterisk/link_check.hpp"
#include "cti/asterisk/release.hpp"
#include "cti/asterisk/settings.hpp"
#include "runtime/tls.hpp"
#include "server/commands.hpp"
#include "server/links.hpp"
#include "server/terminal.hpp"

namespace callwright::server {

namespace asterisk = cti::asterisk;

namespace {

Result<journal::Centre> newest_centre(const runtime::Settings& settings) {
  auto store = contacts::open_store({.path = settings.store_path});
  if (!store) return std::unexpected(store.error());
  auto newest = (*store)->centres().newest();
  if (!newest) return std::unexpected(newest.error());
  if (!*newest) return fail(std::make_error_code(std::errc::no_such_file_or_directory), "there is no centre document yet: callwright centre import FILE");
  return std::move(**newest);
}

struct Reach {
  asterisk::Settings settings;
  std::shared_ptr<boost::asio::ssl::context> tls;
};

Result<Reach> reach(const runtime::Settings& settings, const journal::Centre& centre, const journal::Switch& sw) {
  auto secret = settings.secret(sw.secret_name);
  if (!secret) return std::unexpected(secret.error());
  auto made = asterisk::settings_of(sw, std::move(*secret), devices_of(centre, sw.id), 0);
  if (!made) return std::unexpected(made.error());
  Reach reach{std::move(*made), {}};
  if (reach.settings.tls) {
    auto tls = runtime::client_tls();
    if (!tls) return std::unexpected(tls.error());
    reach.tls = std::move(*tls);
  }
  return reach;
}

}  // namespace

int release_callers(const runtime::Settings& settings) {
  auto centre = newest_centre(settings);
  if (!centre) return refuse(centre.error());
  int code = 0;
  for (const auto& sw : centre->switches) {
    if (sw.kind != "asterisk") continue;
    auto to = reach(settings, *centre, sw);
    auto released = to ? asterisk::release_waiting(to->settings, to->tls) : std::unexpected(to.error());
    if (!released) {
      code = refuse("switch '" + sw.id.value + "': " + released.error().text());
      continue;
    }
    std::cout << sw.id.value << ": " << released->callers << " callers released, " << released->phones << " ringing phones hung up, " << released->failed << " gone meanwhile\n";
  }
  return code;
}

int check_links(const runtime::Settings& settings, const std::string& name) {
  auto centre = newest_centre(settings);
  if (!centre) return refuse(centre.error());
  int code = 0;
  bool found = false;
  for (const auto& sw : centre->switches) {
    if (!name.empty() && sw.id.value != name) continue;
    found = true;
    std::cout << sw.id.value << " (" << sw.kind << ")\n";
    if (sw.kind != "asterisk") {
      std::cout << "  a switch that connects to us: it connects to feed.address:feed.port with this name and its token (docs/feed.md)\n";
      continue;
    }
    auto to = reach(settings, *centre, sw);
    if (!to) {
      code = refuse(to.error());
      continue;
    }
    std::vector<asterisk::CheckedAgent> agents;
    for (const auto& agent : centre->agents)
      if (agent.switch_id == sw.id) agents.push_back({agent.id, agent.device});
    const auto report = asterisk::check(to->settings, agents, to->tls);
    for (const auto& finding : report.findings) {
      using Level = asterisk::Finding::Level;
      std::cout << (finding.level == Level::good ? "  ok      " : finding.level == Level::warning ? "  warning " : "  WRONG   ") << finding.what << "\n";
      if (!finding.paste.empty()) std::cout << "          " << finding.paste << "\n";
    }
    if (!report.good()) code = 1;
  }
  if (!found) return refuse("no switch '" + name + "' in the centre document");
  return code;
}

}  // namespace callwright::server
