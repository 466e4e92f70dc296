// What supervisors do to a queue.
#include "agent-desktop-api/auth/secret_token.hpp"
#include "agent-desktop-api/json_requests.hpp"
#include "agent-desktop-api/rest/api.hpp"
#include "base/id.hpp"

namespace callwright::desktop {

/// The same again changes nothing, so it needs no key of its own.
void Api::put_emergency(const ExchangePtr& exchange) {
  if (!is_key(exchange->id)) return exchange->fail(Errc::not_found);
  if (!exchange->request.header("content-type").starts_with("application/json")) return exchange->fail(Errc::wrong_media_type);
  const auto on = parse_emergency(exchange->request.body);
  if (!on) return exchange->fail(on.error());
  parts_.hub.ask({0, exchange->who.name, random_id(), {}, core::SetEmergency{QueueId{exchange->id}, *on}}, [exchange](core::Reply reply) {
    if (!reply.result) return exchange->fail(reply.result.error());
    exchange->send(HttpResponse{.status = 204});
  });
}

}  // namespace callwright::desktop
