#include <algorithm>

#include "agent-desktop-api/json_views.hpp"
#include "agent-desktop-api/problem.hpp"
#include "agent-desktop-api/rest/api.hpp"
#include "agent-desktop-api/rest/parameters.hpp"
#include "contacts/phone.hpp"

namespace callwright::desktop {
namespace {

std::string etag(std::int64_t version) { return "\"" + std::to_string(version) + "\""; }

/// The version in `If-Match: "3"`; nullopt if there is none.
std::optional<std::int64_t> if_match(const HttpRequest& request) {
  std::string_view value = request.header("if-match");
  if (value.size() < 3 || value.front() != '"' || value.back() != '"') return std::nullopt;
  return parse_number(value.substr(1, value.size() - 2));
}

/// The new customer that an edit describes.
contacts::Customer draft_of(const contacts::CustomerPatch& patch) {
  contacts::Customer draft;
  draft.kind = patch.kind.value_or(contacts::CustomerKind::person);
  draft.name = patch.name.value_or("");
  draft.name_alt = patch.name_alt.value_or("");
  draft.lang = patch.lang.value_or("en");
  draft.tier = patch.tier.value_or("");
  draft.account = patch.account.value_or("");
  draft.external_id = patch.external_id.value_or("");
  draft.attrs = patch.attrs.value_or("{}");
  draft.flags = patch.flags.value_or(std::vector<std::string>{});
  draft.numbers = patch.numbers.value_or(std::vector<contacts::Number>{});
  draft.emails = patch.emails.value_or(std::vector<std::string>{});
  return draft;
}

}  // namespace

void Api::find_customers(const ExchangePtr& exchange) {
  const std::string words(exchange->request.query_value("q"));
  const auto limit = parse_limit(exchange->request, 20, 50);
  if (words.empty() || words.size() > 200) return exchange->fail(Error{Errc::bad_request, "q"}, {{"q", "1 to 200 bytes"}});
  if (!limit) return exchange->fail(Error{Errc::bad_request, "limit"}, {{"limit", "1 to 50"}});
  const std::string region = contacts::typing_rule(*centre_).default_region;
  parts_.store.read<contacts::Page>([words, limit = *limit, region](contacts::Reader& reader) { return reader.search(words, limit, region); },
                                    [exchange](Result<contacts::Page> page) {
                                      if (!page) return exchange->fail(page.error());
                                      exchange->json(200, page_json(page->items, page->next));
                                    });
}

void Api::answer_card(const ExchangePtr& exchange, CustomerId customer, int status) {
  parts_.store.read<contacts::Card>([customer](contacts::Reader& reader) { return reader.card(customer); },
                                    [exchange, customer, status](Result<contacts::Card> card) {
                                      if (!card) return exchange->fail(card.error());
                                      HttpResponse response = json_response(status, *card->json);
                                      response.headers.emplace_back("ETag", etag(card->version));
                                      if (status == 201) response.headers.emplace_back("Location", "/api/v1/customers/" + std::to_string(customer.value));
                                      exchange->send(std::move(response));
                                    });
}

void Api::get_customer(const ExchangePtr& exchange) {
  const auto id = parse_number(exchange->id);
  if (!id) return exchange->fail(Errc::not_found);
  answer_card(exchange, CustomerId{*id}, 200);
}

std::optional<CustomerEdit> Api::read_edit(const ExchangePtr& exchange) const {
  if (!exchange->request.header("content-type").starts_with("application/json")) {
    exchange->fail(Errc::wrong_media_type);
    return std::nullopt;
  }
  auto parsed = parse_customer_edit(exchange->request.body);
  auto* faults = std::get_if<std::vector<FieldFault>>(&parsed);
  std::vector<FieldFault> wrong = faults ? *faults : std::vector<FieldFault>{};
  CustomerEdit edit = faults ? CustomerEdit{} : std::get<CustomerEdit>(std::move(parsed));
  if (edit.has_numbers) {
    edit.patch.numbers.emplace();
    const auto rule = contacts::typing_rule(*centre_);
    for (const std::string& raw : edit.numbers) {
      const auto phone = contacts::normalise(raw, rule);
      if (phone.kind != contacts::Phone::Kind::e164) {
        wrong.push_back({"numbers", "not a telephone number that can be dialled from everywhere"});
        break;
      }
      edit.patch.numbers->push_back(contacts::Number{phone.text, {}, raw, "agent", contacts::Confidence::known});
    }
  }
  if (wrong.empty()) return edit;
  exchange->fail(Error{Errc::bad_request, wrong.front().field + ": " + wrong.front().text}, wrong);
  return std::nullopt;
}

void Api::post_customer(const ExchangePtr& exchange) {
  auto edit = read_edit(exchange);
  if (!edit) return;
  if (!edit->patch.name) return exchange->fail(Error{Errc::bad_request, "name"}, {{"name", "a customer has a name"}});
  const auto command = command_id(exchange->request);
  if (!command) return exchange->fail(Error{Errc::bad_request, "Idempotency-Key"}, {{"Idempotency-Key", std::string(kCommandIdRule)}});
  if (!edit->contact) return create_customer(exchange, *edit, *command);
  as_party(exchange, edit->contact, [this, exchange, edit = *edit, command = *command] { create_customer(exchange, edit, command); });
}

void Api::create_customer(const ExchangePtr& exchange, const CustomerEdit& edit, std::string command) {
  auto ask = [draft = draft_of(edit.patch), by = exchange->who.name, now = parts_.now(), contact = edit.contact, command = std::move(command)](
                 contacts::Accounts&, contacts::Customers& customers) { return customers.create(draft, by, now, contact, command); };
  parts_.store.write<contacts::Customer>(std::move(ask), [this, exchange](Result<contacts::Customer> made) {
    if (!made) return exchange->fail(made.error());
    answer_card(exchange, made->id, 201);
  });
}

void Api::patch_customer(const ExchangePtr& exchange) {
  const auto id = parse_number(exchange->id);
  if (!id) return exchange->fail(Errc::not_found);
  const auto version = if_match(exchange->request);
  if (!version) return exchange->fail(Errc::precondition_required);
  auto edit = read_edit(exchange);
  if (!edit) return;
  auto ask = [customer = CustomerId{*id}, version = *version, patch = edit->patch, by = exchange->who.name, now = parts_.now()](
                 contacts::Accounts&, contacts::Customers& customers) { return customers.update(customer, version, patch, by, now); };
  parts_.store.write<contacts::Customer>(std::move(ask), [this, exchange](Result<contacts::Customer> changed) {
    if (!changed) return exchange->fail(changed.error());
    answer_card(exchange, changed->id, 200);
  });
}

void Api::get_timeline(const ExchangePtr& exchange) {
  const auto id = parse_number(exchange->id);
  const auto limit = parse_limit(exchange->request, 20, 100);
  const auto before = parse_before(exchange->request);
  if (!id) return exchange->fail(Errc::not_found);
  if (!limit || !before) return exchange->fail(Errc::bad_request, "limit is 1 to 100, before an id");
  auto ask = [customer = CustomerId{*id}, before = ContactId{*before}, limit = *limit](contacts::Reader& reader) {
    return reader.timeline(customer, before, limit);
  };
  parts_.store.read<contacts::Page>(std::move(ask), [exchange](Result<contacts::Page> page) {
    if (!page) return exchange->fail(page.error());
    exchange->json(200, page_json(page->items, page->next));
  });
}

}  // namespace callwright::desktop
