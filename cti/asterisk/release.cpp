#include "cti/asterisk/release.hpp"

#include <algorithm>

#include "cti/asterisk/blocking_rest.hpp"
#include "cti/asterisk/channels.hpp"
#include "cti/asterisk/codec.hpp"
#include "cti/asterisk/error.hpp"
#include "cti/asterisk/names.hpp"
#include "cti/asterisk/request.hpp"

namespace callwright::cti::asterisk {
namespace {

errc code_of(const Reply& reply) {
  if (reply.failure == Reply::Failure::timed_out) return errc::timed_out;
  if (reply.status == 0) return errc::unreachable;
  return reply.status == 401 || reply.status == 403 ? errc::not_allowed : errc::refused;
}

template <class List>
Result<List> list(BlockingRest& rest, const Request& request, Result<List> (*read)(std::string_view)) {
  const Reply reply = rest.exchange(request);
  if (!succeeded(reply)) return fail(code_of(reply), describe(reply));
  return read(reply.body);
}

/// Bridges and channels are read one after the other, and somebody may be joined in between or afterwards: who is up and seems
/// to be alone is looked at again before anything is done to him.
bool still_alone(BlockingRest& rest, const std::string& channel_id) {
  const auto bridges = list(rest, request::bridges(), read_bridges);
  return bridges && std::ranges::none_of(*bridges, [&](const Bridge& bridge) {
           return bridge.type != "holding" && bridge.channels.size() > 1 && std::ranges::find(bridge.channels, channel_id) != bridge.channels.end();
         });
}

}  // namespace

std::vector<Release> who_waits(const Settings& settings, const std::vector<Channel>& channels, const std::vector<Bridge>& bridges) {
  Channels shown(settings);
  Channels::Effects effects;
  shown.begin(channels, bridges, {}, effects);
  std::vector<Release> waiting;
  for (const model::SnapshotLeg& leg : std::get<model::Snapshot>(effects.events.front()).legs) {
    const std::string& id = leg.leg.native_id;
    const bool up = leg.state == journal::LegState::connected || leg.state == journal::LegState::held;
    const auto bridge = std::ranges::find_if(bridges, [&](const Bridge& each) { return std::ranges::find(each.channels, id) != each.channels.end(); });
    const bool alone = bridge != bridges.end() && bridge->id == leg.bridge && bridge->channels.size() == 1 && own_bridge(bridge->id);
    if (leg.leg.tokens.offer) {
      if (leg.bridge.empty()) waiting.push_back({id, true, up});
    } else if (leg.asks_route || alone) {
      waiting.push_back({id, false, alone});
    }
  }
  for (const std::string& id : effects.not_routable) waiting.push_back({id, false, false});
  return waiting;
}

Result<Released> release_waiting(const Settings& settings, std::shared_ptr<boost::asio::ssl::context> tls) {
  BlockingRest rest(settings, std::move(tls));
  // In this order a call that is joined in between is seen as one that talks.
  const auto channels = list(rest, request::channels(), read_channels);
  if (!channels) return std::unexpected(channels.error());
  const auto bridges = list(rest, request::bridges(), read_bridges);
  if (!bridges) return std::unexpected(bridges.error());

  Released released;
  for (const auto& [id, phone, doubtful] : who_waits(settings, *channels, *bridges)) {
    if (doubtful && !still_alone(rest, id)) continue;
    const Result<Request> request = phone ? request::hang_up(id, 16) : request::continue_at(id, settings.fallback_context, "s");
    const Reply reply = request ? rest.exchange(*request) : Reply{};
    if (request && reply.status == 0) return fail(code_of(reply), describe(reply));  // it hangs: the rest would only take longer
    if (!succeeded(reply)) released.failed += phone ? 0 : 1;
    else ++(phone ? released.phones : released.callers);
  }
  return released;
}

}  // namespace callwright::cti::asterisk
