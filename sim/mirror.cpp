#include "sim/mirror.hpp"

#include <tuple>
#include <utility>

#include "base/overloaded.hpp"

namespace callwright::sim {

using core::AgentView, core::ContactView, core::LinkView, core::QueueView;

namespace {

/// The first field that differs, by its place in the struct; 0: none.
template <class... Fields>
int first_difference(const std::tuple<Fields...>& a, const std::tuple<Fields...>& b) {
  return [&]<std::size_t... i>(std::index_sequence<i...>) {
    int at = 0;
    static_cast<void>(((std::get<i>(a) == std::get<i>(b) || (at = static_cast<int>(i) + 1, false)) && ...));
    return at;
  }(std::index_sequence_for<Fields...>());
}

int difference(const ContactView& a, const ContactView& b) {
  auto fields = [](const ContactView& v) {
    return std::tie(v.contact, v.state, v.channel, v.direction, v.switch_id, v.ani, v.caller_name, v.dnis, v.url, v.queue, v.visit, v.call_state,
                    v.opened_at, v.entered_at, v.answered_at, v.state_since, v.match, v.customer, v.candidates, v.e164, v.card, v.agent,
                    v.can_control, v.offers, v.disposition, v.resolved, v.boost, v.parked, v.callback);
  };
  return first_difference(fields(a), fields(b));
}

int difference(const AgentView& a, const AgentView& b) {
  auto fields = [](const AgentView& v) {
    return std::tie(v.agent, v.name, v.state, v.reason, v.since, v.until, v.next, v.next_reason, v.contacts, v.works, v.queues, v.device,
                    v.device_reachable, v.device_busy, v.wrap_up_extensions_left);
  };
  return first_difference(fields(a), fields(b));
}

int difference(const QueueView& a, const QueueView& b) {
  auto fields = [](const QueueView& v) {
    return std::tie(v.queue, v.name, v.waiting, v.longest_since, v.entered, v.answered, v.answered_within, v.abandoned, v.short_abandoned, v.flowed_out,
                    v.callback_requested, v.lost, v.answered_wait, v.estimated, v.estimated_within, v.estimate, v.estimated_wait, v.estimate_error, v.service_level, v.waiting_past_level,
                    v.open, v.emergency, v.emergency_since, v.callbacks_waiting, v.callbacks_scheduled);
  };
  return first_difference(fields(a), fields(b));
}

int difference(const LinkView& a, const LinkView& b) {
  auto fields = [](const LinkView& v) { return std::tie(v.switch_id, v.up, v.since, v.reason, v.boot_epoch); };
  return first_difference(fields(a), fields(b));
}

template <class Key, class View>
void keep_newest(std::map<Key, View>& kept, const Key& key, const View& view) {
  auto [at, added] = kept.try_emplace(key, view);
  if (!added && at->second.rev < view.rev) at->second = view;
}

template <class Key, class View>
std::string old_picture(const std::map<Key, View>& kept, const Key& key, const View& view, const std::string& name) {
  auto at = kept.find(key);
  if (at == kept.end()) return "pages do not show " + name;
  const int field = difference(at->second, view);
  return field ? "pages show an old picture of " + name + " (field " + std::to_string(field) + ")" : std::string{};
}

}  // namespace

void Mirror::take(const std::vector<core::View>& views) {
  for (const auto& view : views)
    std::visit(Overloaded{
                   [&](const ContactView& contact) {
                     if (contact.state == core::ContactState::ended) contacts_.erase(contact.contact);
                     else keep_newest(contacts_, contact.contact, contact);
                   },
                   [&](const AgentView& agent) { keep_newest(agents_, agent.agent, agent); },
                   [&](const QueueView& queue) { keep_newest(queues_, queue.queue, queue); },
                   [&](const LinkView& link) { keep_newest(links_, link.switch_id, link); },
                   [](const core::DecisionView&) {},
               },
               view);
}

std::string Mirror::differs(const std::vector<core::View>& all) const {
  std::size_t contacts = 0;
  for (const auto& view : all) {
    std::string old = std::visit(Overloaded{
                                     [&](const ContactView& contact) {
                                       ++contacts;
                                       return old_picture(contacts_, contact.contact, contact, "contact " + std::to_string(contact.contact.value));
                                     },
                                     [&](const AgentView& agent) { return old_picture(agents_, agent.agent, agent, "agent " + agent.agent.value); },
                                     [&](const QueueView& queue) { return old_picture(queues_, queue.queue, queue, "queue " + queue.queue.value); },
                                     [&](const LinkView& link) { return old_picture(links_, link.switch_id, link, "link " + link.switch_id.value); },
                                     [](const core::DecisionView&) { return std::string{}; },
                                 },
                                 view);
    if (!old.empty()) return old;
  }
  return contacts == contacts_.size() ? "" : "pages show a contact that is over";
}

}  // namespace callwright::sim
