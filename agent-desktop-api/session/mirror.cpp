#include "agent-desktop-api/session/mirror.hpp"

#include <algorithm>
#include <set>
#include <utility>

namespace callwright::desktop {
namespace {

constexpr std::size_t kDecisions = 1'000;

template <class Id, class View>
bool keep_newer(std::map<Id, View>& all, const Id& id, View view) {
  const auto found = all.find(id);
  if (found != all.end() && found->second.rev >= view.rev) return false;
  all.insert_or_assign(id, std::move(view));
  return true;
}

}  // namespace

Mirror::ContactChange Mirror::apply(core::ContactView view) {
  ContactPtr& place = contacts_[view.contact];
  if (place && place->rev >= view.rev) return {place, nullptr};
  if (view.state == core::ContactState::ended) ended_.push_back(view.contact);
  ContactPtr before = std::move(place);
  place = std::make_shared<const core::ContactView>(std::move(view));
  return {std::move(before), place};
}

bool Mirror::apply(core::AgentView view) {
  const AgentId id = view.agent;
  return keep_newer(agents_, id, std::move(view));
}
bool Mirror::apply(core::QueueView view) {
  const QueueId id = view.queue;
  return keep_newer(queues_, id, std::move(view));
}
bool Mirror::apply(core::LinkView view) {
  const SwitchId id = view.switch_id;
  return keep_newer(links_, id, std::move(view));
}
void Mirror::apply(core::DecisionView view) {
  for (const auto& known : decisions_)
    if (known.decision == view.decision) return;
  const core::DecisionView& kept = decisions_.emplace_back(std::move(view));
  newest_decision_[kept.contact] = &kept;
  if (decisions_.size() <= kDecisions) return;
  const auto oldest = newest_decision_.find(decisions_.front().contact);
  if (oldest->second == &decisions_.front()) newest_decision_.erase(oldest);
  decisions_.pop_front();
}

void Mirror::forget_ended() {
  for (ContactId id : std::exchange(ended_, {})) contacts_.erase(id);
}

void Mirror::keep_only(const journal::Centre& centre) {
  std::set<AgentId> agents;
  std::set<QueueId> queues;
  for (const auto& agent : centre.agents) agents.insert(agent.id);
  for (const auto& queue : centre.queues) queues.insert(queue.id);
  std::erase_if(agents_, [&](const auto& entry) { return !agents.contains(entry.first); });
  std::erase_if(queues_, [&](const auto& entry) { return !queues.contains(entry.first); });
}

const core::ContactView* Mirror::contact(ContactId id) const {
  const auto found = contacts_.find(id);
  return found == contacts_.end() ? nullptr : found->second.get();
}

const core::AgentView* Mirror::agent(const AgentId& id) const {
  const auto found = agents_.find(id);
  return found == agents_.end() ? nullptr : &found->second;
}

std::vector<Mirror::ContactPtr> Mirror::contacts_of(const AgentId& agent) const {
  std::vector<ContactPtr> theirs;
  if (!agent) return theirs;
  for (const auto& [id, view] : contacts_) {
    const auto all = parties(*view);
    if (std::find(all.begin(), all.end(), agent) != all.end()) theirs.push_back(view);
  }
  return theirs;
}

std::vector<core::DecisionView> Mirror::decisions_of(ContactId contact) const {
  std::vector<core::DecisionView> theirs;
  for (const auto& decision : decisions_)
    if (decision.contact == contact) theirs.push_back(decision);
  return theirs;
}

const core::DecisionView* Mirror::newest_decision(ContactId contact) const {
  const auto found = newest_decision_.find(contact);
  return found == newest_decision_.end() ? nullptr : found->second;
}

const core::DecisionView* Mirror::decision_for(ContactId contact, const AgentId& agent) const {
  const core::DecisionView* newest = newest_decision(contact);
  if (!newest || newest->offer.agent == agent) return newest;
  for (auto one = decisions_.rbegin(); one != decisions_.rend(); ++one)
    if (one->contact == contact && one->offer.agent == agent) return &*one;
  return newest;
}

std::vector<AgentId> parties(const core::ContactView& view) {
  std::vector<AgentId> all;
  if (view.state == core::ContactState::ended) return all;
  if (view.agent) all.push_back(view.agent);
  for (const auto& offer : view.offers)
    if (std::find(all.begin(), all.end(), offer.agent) == all.end()) all.push_back(offer.agent);
  return all;
}

}  // namespace callwright::desktop
