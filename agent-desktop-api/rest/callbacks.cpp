// Callbacks over REST: ask for one, see which are owed, cancel one.
#include "agent-desktop-api/auth/secret_token.hpp"
#include "agent-desktop-api/json_text.hpp"
#include "agent-desktop-api/json_views.hpp"
#include "agent-desktop-api/rest/api.hpp"
#include "agent-desktop-api/rest/parameters.hpp"
#include "contacts/phone.hpp"

namespace callwright::desktop {

/// 201 names the contact; 200 answers a repeated command.
void Api::post_callback(const ExchangePtr& exchange) {
  if (!exchange->request.header("content-type").starts_with("application/json")) return exchange->fail(Errc::wrong_media_type);
  const auto command = command_id(exchange->request);
  if (!command) return exchange->fail(Error{Errc::bad_request, "Idempotency-Key"}, {{"Idempotency-Key", std::string(kCommandIdRule)}});
  auto parsed = parse_callback(exchange->request.body);
  std::vector<FieldFault> wrong;
  if (auto* faults = std::get_if<std::vector<FieldFault>>(&parsed)) wrong = *faults;
  core::AskCallback asked = wrong.empty() ? std::get<core::AskCallback>(std::move(parsed)) : core::AskCallback{};
  if (wrong.empty() && !asked.number.empty()) {
    const auto phone = contacts::normalise(asked.number, typing_rule(*centre_));
    if (phone.kind == contacts::Phone::Kind::e164) asked.number = phone.text;
    else wrong.push_back({"number", "not a telephone number that can be dialled from everywhere"});
  }
  if (!wrong.empty()) return exchange->fail(Error{Errc::bad_request, wrong.front().field + ": " + wrong.front().text}, wrong);
  core::Request request{0, exchange->who.name, command->empty() ? random_id() : *command, {}, std::move(asked)};
  parts_.hub.ask(std::move(request), [exchange](core::Reply reply) {
    if (!reply.result) return exchange->fail(reply.result.error());
    JsonText json;
    json.begin_object();
    json.field_id("contact", reply.rests_on.value);
    json.end_object();
    HttpResponse response = json_response(reply.rests_on ? 201 : 200, json.take());
    if (reply.rests_on) response.headers.emplace_back("Location", "/api/v1/contacts/" + std::to_string(reply.rests_on.value));
    exchange->send(std::move(response));
  });
}

void Api::get_callbacks(const ExchangePtr& exchange) {
  std::vector<std::string> items;
  for (const auto& [id, view] : parts_.hub.mirror().contacts())
    if (view->callback && view->state != core::ContactState::ended) items.push_back(to_json(*view, FieldMask::brief));
  exchange->json(200, page_json(items, 0));
}

void Api::delete_callback(const ExchangePtr& exchange) {
  const auto id = parse_number(exchange->id);
  const auto command = command_id(exchange->request);
  if (!id) return exchange->fail(Errc::not_found);
  if (!command) return exchange->fail(Error{Errc::bad_request, "Idempotency-Key"}, {{"Idempotency-Key", std::string(kCommandIdRule)}});
  core::Request request{0, exchange->who.name, command->empty() ? random_id() : *command, {}, core::CancelCallback{ContactId{*id}}};
  parts_.hub.ask(std::move(request), [exchange](core::Reply reply) {
    if (!reply.result) return exchange->fail(reply.result.error());
    exchange->send(HttpResponse{.status = 204});
  });
}

}  // namespace callwright::desktop
