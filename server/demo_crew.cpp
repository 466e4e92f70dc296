#include "server/demo_crew.hpp"

#include <algorithm>
#include <utility>

namespace callwright::server {

namespace {
bool serves(const journal::Agent& agent, const QueueId& queue) {
  return std::ranges::any_of(agent.queues, [&](const auto& one) { return one.queue == queue; });
}
}  // namespace

DemoCrew::DemoCrew(const journal::Centre& centre, const AgentId& guest, std::int64_t epoch, std::function<void(core::Request)> push)
    : guest_(guest), push_(std::move(push)), epoch_(epoch) {
  const auto found = std::ranges::find(centre.agents, guest, &journal::Agent::id);
  const QueueId first = found == centre.agents.end() || found->queues.empty() ? QueueId{} : found->queues.front().queue;
  for (const auto& agent : centre.agents) {
    if (agent.id == guest) continue;
    crew_.push_back(agent.id);
    if (serves(agent, first)) later_.push_back(agent.id);
  }
  std::vector<std::string> all;
  for (const auto& disposition : centre.dispositions) all.push_back(disposition.code);
  for (const auto& queue : centre.queues) dispositions_[queue.id] = queue.dispositions.empty() ? all : queue.dispositions;
}

void DemoCrew::begin() {
  for (const AgentId& agent : crew_) {
    if (std::ranges::find(later_, agent) == later_.end()) sign_in(agent);
    else ask(agent, core::SignOut{});  // from the run before
  }
}

void DemoCrew::follow(const std::vector<core::View>& views, Instant now) {
  if (later_at_ == Instant{}) later_at_ = now + kAlone;
  for (const core::View& view : views) {
    watch_guest(view, now);
    work(view);
    if (const auto* contact = std::get_if<core::ContactView>(&view); contact && journal::is_written(contact->channel)) write(*contact, now);
  }
  end_what_is_written(now);
  come_if_due(now);
}

bool DemoCrew::is_ours(const AgentId& agent) const { return std::ranges::find(crew_, agent) != crew_.end(); }

void DemoCrew::watch_guest(const core::View& view, Instant now) {
  if (const auto* contact = std::get_if<core::ContactView>(&view))
    if (std::ranges::find(contact->offers, guest_, &core::OfferView::agent) != contact->offers.end()) later_at_ = now;
  if (const auto* agent = std::get_if<core::AgentView>(&view))
    if (agent->agent == guest_ && agent->state == journal::AgentState::ready) later_at_ = std::min(later_at_, now + kAfterReady);
}

void DemoCrew::come_if_due(Instant now) {
  if (now < later_at_) return;
  for (const AgentId& agent : std::exchange(later_, {})) sign_in(agent);
}

/// Nobody picks up a phone for a written contact: their pages would accept it.
void DemoCrew::write(const core::ContactView& contact, Instant now) {
  if (contact.state != core::ContactState::talking) writing_.erase(contact.contact);
  else if (is_ours(contact.agent)) writing_.try_emplace(contact.contact, Writing{contact.agent, now + kWrites});
  for (const core::OfferView& offer : contact.offers)
    if (is_ours(offer.agent)) ask(offer.agent, core::AcceptOffer{offer.offer});
}

void DemoCrew::end_what_is_written(Instant now) {
  std::erase_if(writing_, [&](const auto& one) {
    const auto& [contact, writing] = one;
    if (now < writing.until) return false;
    ask(writing.agent, core::EndContact{contact});
    return true;
  });
}

void DemoCrew::work(const core::View& view) {
  if (const auto* contact = std::get_if<core::ContactView>(&view)) {
    const auto& choices = dispositions_[contact->queue];
    if (is_ours(contact->agent) && contact->state == core::ContactState::wrap_up && contact->disposition.empty() && !choices.empty())
      ask(contact->agent, core::SetDisposition{contact->contact, choices[static_cast<std::uint64_t>(contact->contact.value) % choices.size()],
                                               contact->contact.value % 5 != 0});
  }
  if (const auto* agent = std::get_if<core::AgentView>(&view)) {
    if (is_ours(agent->agent) && agent->state == journal::AgentState::not_ready && agent->reason == "no_answer") ask(agent->agent, core::SetState{journal::AgentState::ready, {}});
  }
}

void DemoCrew::sign_in(const AgentId& agent) {
  ask(agent, core::SignIn{});
  ask(agent, core::SetState{journal::AgentState::ready, {}});
}

void DemoCrew::ask(const AgentId& agent, core::RequestBody body) {
  push_({0, "crew:" + agent.value, std::to_string(epoch_) + '-' + std::to_string(++next_), agent, std::move(body)});
}

}  // namespace callwright::server
