// What supervisors do to contacts that wait and to agents: the commands of their pages (FRAMES.md), for other systems.
#include "agent-desktop-api/json_requests.hpp"
#include "agent-desktop-api/rest/api.hpp"
#include "agent-desktop-api/rest/parameters.hpp"
#include "base/id.hpp"

namespace callwright::desktop {
namespace {

Error error_of(const std::vector<FieldFault>& faults) {
  const FieldFault& first = faults.front();
  return {Errc::bad_request, first.field.empty() ? first.text : first.field + ": " + first.text};
}

}  // namespace

void Api::steer_contact(const ExchangePtr& exchange) {
  const HttpRequest& request = exchange->request;
  const auto id = parse_number(exchange->id);
  if (!id) return exchange->fail(Errc::not_found);
  if (!request.body.empty() && !request.header("content-type").starts_with("application/json")) return exchange->fail(Errc::wrong_media_type);
  auto parsed = parse_steering(ContactId{*id}, std::string_view(request.path).substr(request.path.rfind('/') + 1), request.body);
  if (const auto* wrong = std::get_if<std::vector<FieldFault>>(&parsed)) return exchange->fail(error_of(*wrong), *wrong);
  command(exchange, std::get<core::SteerContact>(std::move(parsed)), [exchange](const core::Reply&) { exchange->send(HttpResponse{.status = 204}); });
}

/// The same again changes nothing but what the agent has done since: a key keeps a retry from undoing that.
void Api::put_agent_state(const ExchangePtr& exchange) {
  if (!is_key(exchange->id)) return exchange->fail(Errc::not_found);
  if (!exchange->request.header("content-type").starts_with("application/json")) return exchange->fail(Errc::wrong_media_type);
  auto parsed = parse_forced_state(exchange->request.body);
  if (const auto* wrong = std::get_if<std::vector<FieldFault>>(&parsed)) return exchange->fail(error_of(*wrong), *wrong);
  command(
      exchange, std::get<core::SetState>(std::move(parsed)), [exchange](const core::Reply&) { exchange->send(HttpResponse{.status = 204}); },
      AgentId{exchange->id});
}

}  // namespace callwright::desktop
