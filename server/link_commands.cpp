// The commands on links: callwright release, callwright link check.
#include <iostream>

#include "contacts/store.hpp"
#include "cti/asterisk/link_check.hpp"
#include "cti/asterisk/release.hpp"
#include "server/ami_check.hpp"
#include "server/commands.hpp"
#include "server/links.hpp"
#include "server/terminal.hpp"

namespace callwright::server {

namespace asterisk = cti::asterisk;
namespace link = cti::link;

namespace {

Result<journal::Centre> newest_centre(const runtime::Settings& settings) {
  auto newest = contacts::read_newest_centre({.path = settings.store_path});
  if (!newest) return std::unexpected(newest.error());
  if (!*newest)
    return fail(std::make_error_code(std::errc::no_such_file_or_directory), "there is no centre document yet: callwright centre import FILE");
  return std::move(**newest);
}

std::vector<asterisk::CheckedAgent> agents_of(const journal::Centre& centre, const SwitchId& sw) {
  std::vector<asterisk::CheckedAgent> agents;
  for (const auto& agent : centre.agents)
    if (agent.switch_id == sw) agents.push_back({agent.id, agent.device});
  return agents;
}

Result<asterisk::CheckReport> check_ari(const runtime::Settings& settings, const journal::Centre& centre, const journal::Switch& sw) {
  auto to = reach(settings, centre, sw, 0);
  if (!to) return std::unexpected(to.error());
  return asterisk::check(to->settings, agents_of(centre, sw.id), to->tls);
}

Result<asterisk::CheckReport> check_ami(const runtime::Settings& settings, const journal::Centre& centre, const journal::Switch& sw) {
  auto address = link::read_address(sw.url, kAmi);
  if (!address) return std::unexpected(address.error());
  auto secret = settings.secret(sw.secret_name);
  if (!secret) return std::unexpected(secret.error());
  cti::ami::Wanted wanted{.agents = agents_of(centre, sw.id)};
  for (const auto& queue : centre.queues)
    if (queue.observed && queue.observed->switch_id == sw.id) wanted.queues.push_back(queue.observed->name);
  return check_manager(*address, {.username = sw.username, .secret = std::move(*secret), .station_contexts = sw.station_contexts}, wanted);
}

/// False: something is wrong.
bool print(const asterisk::CheckReport& report) {
  for (const auto& finding : report.findings) {
    using Level = asterisk::Finding::Level;
    std::cout << (finding.level == Level::good      ? "  ok      "
                  : finding.level == Level::warning ? "  warning "
                                                    : "  WRONG   ")
              << finding.what << "\n";
    if (!finding.paste.empty()) std::cout << "          " << finding.paste << "\n";
  }
  return report.good();
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
    std::cout << sw.id.value << ": " << released->callers << " callers released, " << released->phones << " ringing phones hung up, "
              << released->failed << " gone meanwhile\n";
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
    if (way_of(sw) == Way::feed) {
      std::cout << "  a switch that connects to us: it connects to feed.address:feed.port with this name and its token (docs/feed.md)\n";
      continue;
    }
    if (way_of(sw) == Way::csta || sw.url.starts_with("amis://")) {
      std::cout << "  there is no check for this kind of link yet: GET /api/v1/links says whether a running server is connected, and why not\n";
      continue;
    }
    const auto report = way_of(sw) == Way::ami ? check_ami(settings, *centre, sw) : check_ari(settings, *centre, sw);
    if (!report) code = refuse(report.error());
    else if (!print(*report)) code = 1;
  }
  if (!found) return refuse("no switch '" + name + "' in the centre document");
  return code;
}

}  // namespace callwright::server
