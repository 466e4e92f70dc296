#include <algorithm>
#include <set>

#include "agent-desktop-api/json_views.hpp"
#include "agent-desktop-api/names.hpp"
#include "agent-desktop-api/problem.hpp"
#include "agent-desktop-api/rest/api.hpp"
#include "agent-desktop-api/rest/parameters.hpp"

namespace callwright::desktop {
namespace {

bool took_part(const contacts::ContactDetail& detail, const AgentId& agent) {
  if (!agent) return false;
  if (detail.contact.agent == agent) return true;
  return std::any_of(detail.segments.begin(), detail.segments.end(), [&](const auto& s) { return s.agent == agent; }) ||
         std::any_of(detail.offers.begin(), detail.offers.end(), [&](const auto& o) { return o.made.agent == agent; });
}

template <class Map>
std::string list_json(const Map& all) {
  std::vector<std::string> items;
  for (const auto& [id, view] : all) items.push_back(to_json(view));
  return page_json(items, 0);
}

}  // namespace

void Api::get_contacts(const ExchangePtr& exchange) {
  const HttpRequest& request = exchange->request;
  contacts::ContactFilter filter;
  const auto limit = parse_limit(request, 50, 200);
  const auto before = parse_before(request);
  const std::string queue(request.query_value("queue"));
  const std::string outcome(request.query_value("outcome"));
  filter.outcome = outcome_of(outcome);
  if (!limit || !before || (!queue.empty() && !is_key(queue)) || (!outcome.empty() && !filter.outcome))
    return exchange->fail(Errc::bad_request, "limit is 1 to 200, before an id, queue a key, outcome a name");
  filter.limit = *limit;
  filter.before = ContactId{*before};
  filter.queue = QueueId{queue};
  parts_.store.read<contacts::ContactPage>([filter](contacts::Reader& reader) { return reader.contacts(filter); },
                                           [exchange](Result<contacts::ContactPage> page) {
                                             if (!page) return exchange->fail(page.error());
                                             std::vector<std::string> items;
                                             for (const auto& row : page->items) items.push_back(to_json(row));
                                             exchange->json(200, page_json(items, page->next.value));
                                           });
}

void Api::get_contact(const ExchangePtr& exchange) {
  const auto id = parse_number(exchange->id);
  if (!id) return exchange->fail(Errc::not_found);
  parts_.store.read<contacts::ContactDetail>([contact = ContactId{*id}](contacts::Reader& reader) { return reader.contact(contact); },
                                             [this, exchange](Result<contacts::ContactDetail> detail) {
                                               if (!detail) return exchange->fail(detail.error());
                                               if (!may(exchange->who, Operation::read_any_contact) && !took_part(*detail, exchange->who.agent))
                                                 return denied(*exchange, Operation::read_any_contact);
                                               exchange->json(200, to_json(*detail));
                                             });
}

void Api::as_party(const ExchangePtr& exchange, ContactId contact, std::function<void()> next) {
  if (may(exchange->who, Operation::read_any_contact)) return next();
  // A live contact may be on the mirror before the store has it.
  const core::ContactView* live = parts_.hub.mirror().contact(contact);
  if (live && exchange->who.agent) {
    const auto all = parties(*live);
    if (std::find(all.begin(), all.end(), exchange->who.agent) != all.end()) return next();
  }
  auto judge = [this, exchange, is_live = live != nullptr, next = std::move(next)](Result<contacts::ContactDetail> detail) {
    if (detail && took_part(*detail, exchange->who.agent)) return next();
    if (!detail && !is_live) return exchange->fail(detail.error());
    denied(*exchange, Operation::read_any_contact);
  };
  parts_.store.read<contacts::ContactDetail>([contact](contacts::Reader& reader) { return reader.contact(contact); }, std::move(judge));
}

void Api::get_decisions(const ExchangePtr& exchange) {
  const auto id = parse_number(exchange->id);
  if (!id) return exchange->fail(Errc::not_found);
  const ContactId contact{*id};
  const AgentId agent{std::string(exchange->request.query_value("agent"))};
  if (agent && !is_key(agent.value)) return exchange->fail(Errc::bad_request, "agent is a key");
  // A decision is on the mirror before the store has it, and in the store long after the mirror forgot it.
  auto fresh = parts_.hub.mirror().decisions_of(contact);
  parts_.store.read<std::vector<contacts::Decision>>(
      [contact](contacts::Reader& reader) { return reader.decisions(contact); },
      [exchange, agent, centre = centre_, fresh = std::move(fresh)](Result<std::vector<contacts::Decision>> stored) {
        const bool unknown = !stored && problem_kind(stored.error().code).status == 404;
        if (!stored && !(unknown && !fresh.empty())) return exchange->fail(stored.error());
        std::vector<std::string> items;
        std::set<std::int64_t> shown;
        if (stored)
          for (const auto& decision : *stored) {
            shown.insert(decision.offer.decision);
            items.push_back(to_json(decision, *centre, agent));
          }
        for (const auto& decision : fresh)
          if (shown.insert(decision.decision).second)
            items.push_back(to_json(contacts::Decision{decision.at, decision.contact, decision.offer, {}, {}, {}}, *centre, agent));
        exchange->json(200, page_json(items, 0));
      });
}

void Api::get_queues(const ExchangePtr& exchange) { exchange->json(200, list_json(parts_.hub.mirror().queues())); }
void Api::get_agents(const ExchangePtr& exchange) { exchange->json(200, list_json(parts_.hub.mirror().agents())); }
void Api::get_links(const ExchangePtr& exchange) { exchange->json(200, list_json(parts_.hub.mirror().links())); }

}  // namespace callwright::desktop
