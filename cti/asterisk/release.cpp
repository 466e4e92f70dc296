#include "cti/asterisk/release.hpp"

#include "cti/asterisk/blocking_rest.hpp"
#include "cti/asterisk/channels.hpp"
#include "cti/asterisk/codec.hpp"
#include "cti/asterisk/error.hpp"
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

}  // namespace

Result<Released> release_waiting(const Settings& settings, std::shared_ptr<boost::asio::ssl::context> tls) {
  BlockingRest rest(settings, std::move(tls));
  const auto bridges = list(rest, request::bridges(), read_bridges);
  if (!bridges) return std::unexpected(bridges.error());
  const auto channels = list(rest, request::channels(), read_channels);
  if (!channels) return std::unexpected(channels.error());

  Channels shown(settings);
  Channels::Effects effects;
  shown.begin(*channels, *bridges, {}, effects);
  const auto& snapshot = std::get<model::Snapshot>(effects.events.front());

  Released released;
  for (const model::SnapshotLeg& leg : snapshot.legs) {
    const bool phone = leg.leg.tokens.offer && leg.bridge.empty();
    if (!phone && !leg.asks_route) continue;
    const Result<Request> request = phone ? request::hang_up(leg.leg.native_id, 16) : request::continue_at(leg.leg.native_id, settings.fallback_context, "s");
    const Reply reply = request ? rest.exchange(*request) : Reply{};
    if (request && reply.status == 0) return fail(code_of(reply), describe(reply));  // it hangs: the rest would only take longer
    if (!succeeded(reply)) released.failed += phone ? 0 : 1;
    else ++(phone ? released.phones : released.callers);
  }
  return released;
}

}  // namespace callwright::cti::asterisk
