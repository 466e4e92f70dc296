// Callbacks over REST: ask for one, see which are owed, cancel one.
#include "agent-desktop-api/json_views.hpp"
#include "agent-desktop-api/rest/api.hpp"
#include "agent-desktop-api/rest/parameters.hpp"
#include "contacts/phone.hpp"

namespace callwright::desktop {

void Api::post_callback(const ExchangePtr& exchange) {
  if (!exchange->request.header("content-type").starts_with("application/json")) return exchange->fail(Errc::wrong_media_type);
  auto parsed = parse_callback(exchange->request.body);
  std::vector<FieldFault> wrong;
  if (auto* faults = std::get_if<std::vector<FieldFault>>(&parsed)) wrong = *faults;
  core::AskCallback asked = wrong.empty() ? std::get<core::AskCallback>(std::move(parsed)) : core::AskCallback{};
  if (wrong.empty() && !asked.number.empty()) {
    const auto phone = contacts::normalise(asked.number, contacts::typing_rule(*centre_));
    if (phone.kind == contacts::Phone::Kind::e164) asked.number = phone.text;
    else wrong.push_back({"number", "not a telephone number that can be dialled from everywhere"});
  }
  if (!wrong.empty()) return exchange->fail(Error{Errc::bad_request, wrong.front().field + ": " + wrong.front().text}, wrong);
  command_for_contact(exchange, std::move(asked));
}

void Api::get_callbacks(const ExchangePtr& exchange) {
  std::vector<std::string> items;
  for (const auto& [id, view] : parts_.hub.mirror().contacts())
    if (view->callback && view->state != core::ContactState::ended) items.push_back(to_json(*view, FieldMask::brief));
  exchange->json(200, page_json(items, 0));
}

void Api::delete_callback(const ExchangePtr& exchange) {
  const auto id = parse_number(exchange->id);
  if (!id) return exchange->fail(Errc::not_found);
  command(exchange, core::CancelCallback{ContactId{*id}}, [exchange](const core::Reply&) { exchange->send(HttpResponse{.status = 204}); });
}

}  // namespace callwright::desktop
