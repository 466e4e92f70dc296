#include "server/demo_crew.hpp"

#include <algorithm>

namespace callwright::server {

DemoCrew::DemoCrew(const journal::Centre& centre, const AgentId& left_alone, std::int64_t epoch, std::function<void(core::Request)> push)
    : push_(std::move(push)), epoch_(epoch) {
  for (const auto& agent : centre.agents)
    if (agent.id != left_alone) crew_.push_back(agent.id);
  std::vector<std::string> all;
  for (const auto& disposition : centre.dispositions) all.push_back(disposition.code);
  for (const auto& queue : centre.queues) dispositions_[queue.id] = queue.dispositions.empty() ? all : queue.dispositions;
}

void DemoCrew::begin() {
  for (const AgentId& agent : crew_) {
    ask(agent, core::SignIn{});
    ask(agent, core::SetState{journal::AgentState::ready, {}});
  }
}

void DemoCrew::follow(const std::vector<core::View>& views) {
  for (const core::View& view : views) {
    if (const auto* contact = std::get_if<core::ContactView>(&view)) {
      const bool ours = std::ranges::find(crew_, contact->agent) != crew_.end();
      const auto& choices = dispositions_[contact->queue];
      if (ours && contact->state == core::ContactState::wrap_up && contact->disposition.empty() && !choices.empty())
        ask(contact->agent, core::SetDisposition{contact->contact, choices[static_cast<std::uint64_t>(contact->contact.value) % choices.size()],
                                                 contact->contact.value % 5 != 0});
    }
    if (const auto* agent = std::get_if<core::AgentView>(&view)) {
      const bool ours = std::ranges::find(crew_, agent->agent) != crew_.end();
      if (ours && agent->state == journal::AgentState::not_ready && agent->reason == "no_answer") ask(agent->agent, core::SetState{journal::AgentState::ready, {}});
    }
  }
}

void DemoCrew::ask(const AgentId& agent, core::RequestBody body) {
  push_({0, "crew:" + agent.value, std::to_string(epoch_) + '-' + std::to_string(++next_), agent, std::move(body)});
}

}  // namespace callwright::server
