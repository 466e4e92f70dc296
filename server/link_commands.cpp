// The commands on links: callwright release, callwright link check.
#include <iostream>

#include "contacts/store.hpp"
#include "cti/asterisk/link_check.hpp"
#include "cti/asterisk/release.hpp"
#include "server/commands.hpp"
#include "server/links.hpp"
#include "server/terminal.hpp"

namespace callwright::server {

namespace asterisk = cti::asterisk;

namespace {

Result<journal::Centre> newest_centre(const runtime::Settings& settings) {
  auto newest = contacts::read_newest_centre({.path = settings.store_path});
  if (!newest) return std::unexpected(newest.error());
  if (!*newest) return fail(std::make_error_code(std::errc::no_such_file_or_directory), "there is no centre document yet: callwright centre import FILE");
  return std::move(**newest);
}

}  // namespace

int release_callers(const runtime::Settings& settings) {
  auto centre = newest_centre(settings);
  if (!centre) return refuse(centre.error());
  int code = 0;
  for (const auto& sw : centre->switches) {
    if (way_of(sw) != Way::ari) continue;
    auto to = reach(settings, *centre, sw, 0);
    if (!to) {
      code = refuse(to.error());
      continue;
    }
    auto released = asterisk::release_waiting(to->settings, to->tls);
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
    if (way_of(sw) != Way::ari) {
      std::cout << (way_of(sw) == Way::feed ? "  a switch that connects to us: it connects to feed.address:feed.port with this name and its token (docs/feed.md)\n"
                                            : "  there is no check for this kind of link yet: GET /api/v1/links says whether a running server is connected, and why not\n");
      continue;
    }
    auto to = reach(settings, *centre, sw, 0);
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
