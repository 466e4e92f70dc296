// Written contacts over REST: another system opens one, and says when it is over (docs/written.md).
#include "agent-desktop-api/json_requests.hpp"
#include "agent-desktop-api/rest/api.hpp"
#include "agent-desktop-api/rest/parameters.hpp"

namespace callwright::desktop {

void Api::post_contact(const ExchangePtr& exchange) {
  if (!exchange->request.header("content-type").starts_with("application/json")) return exchange->fail(Errc::wrong_media_type);
  auto parsed = parse_written_contact(exchange->request.body);
  if (const auto* wrong = std::get_if<std::vector<FieldFault>>(&parsed))
    return exchange->fail(Error{Errc::bad_request, wrong->front().field + ": " + wrong->front().text}, *wrong);
  command_for_contact(exchange, std::get<core::OpenContact>(std::move(parsed)));
}

void Api::close_contact(const ExchangePtr& exchange) {
  const auto id = parse_number(exchange->id);
  if (!id) return exchange->fail(Errc::not_found);
  command(exchange, core::CloseContact{ContactId{*id}}, [exchange](const core::Reply&) { exchange->send(HttpResponse{.status = 204}); });
}

}  // namespace callwright::desktop
