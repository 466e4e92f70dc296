// The agents: what they see and what they do.
#include <algorithm>

#include "sim/process.hpp"

namespace callwright::sim {

using namespace std::chrono_literals;

void World::see(const std::vector<core::View>& views) {
  for (const auto& view : views) {
    if (const auto* agent = std::get_if<core::AgentView>(&view)) seen_[agent->agent].state = agent->state;
    if (const auto* contact = std::get_if<core::ContactView>(&view)) {
      for (auto& [id, seen] : seen_) {
        const bool offered = std::ranges::any_of(contact->offers, [&](const core::OfferView& offer) { return offer.agent == id; });
        if ((offered || contact->agent == id) && contact->state != core::ContactState::ended) {
          seen.states[contact->contact] = contact->state;
          for (const auto& offer : contact->offers)
            if (offer.agent == id) seen.offers.insert(offer.offer);
        } else {
          seen.states.erase(contact->contact);
        }
      }
    }
  }
}

void World::ask(const AgentId& agent, core::RequestBody body) {
  const std::string id = "q" + std::to_string(++next_request_);
  core::Request request{1, "user:" + agent.value, id, agent, std::move(body)};
  unanswered_.emplace(id, request);
  input(request);
  if (!calm_ && dice_.chance(options_.faults.repeated_request)) after(between(Duration{0}, 5s), [this, request] { input(request); });
}

void World::agent_moves(int agent) {
  after(Duration{static_cast<std::int64_t>(dice_.exponential(5e6))}, [this, agent] { agent_moves(agent); });
  const AgentId id = centre_->agents[static_cast<std::size_t>(agent)].id;
  Seen& seen = seen_[id];
  if (!server_) return;
  if (!seen.page) {
    seen.page = true;
    ask(id, core::SignIn{});
    ask(id, core::SetState{journal::AgentState::ready, {}});
    return;
  }
  if (!calm_ && dice_.chance(0.02)) {
    seen.page = false;
    ask(id, core::SessionLost{});
    return;
  }
  using journal::AgentState;
  if (seen.state == AgentState::not_ready || seen.state == AgentState::signed_out) ask(id, core::SetState{AgentState::ready, {}});
  else if (!calm_ && dice_.chance(0.04)) ask(id, core::SetState{AgentState::not_ready, "break"});
  const auto states = seen.states;
  for (const auto& [contact, state] : states) {
    if (state == core::ContactState::offered && !seen.offers.empty()) {
      const OfferId offer = *seen.offers.rbegin();
      if (dice_.chance(0.7)) ask(id, core::AcceptOffer{offer});
      else if (dice_.chance(0.3)) ask(id, core::RefuseOffer{offer});
    }
    if (state == core::ContactState::talking) {
      if (dice_.chance(0.2)) ask(id, core::HoldContact{contact});
      else if (dice_.chance(0.1)) ask(id, core::EndContact{contact});
      if (dice_.chance(0.4)) ask(id, core::WriteNote{contact, "n" + std::to_string(next_request_), "note " + std::to_string(dice_.below(1000))});
    }
    if (state == core::ContactState::held) ask(id, core::RetrieveContact{contact});
    if (state == core::ContactState::wrap_up) {
      ask(id, core::SetDisposition{contact, "solved", dice_.chance(0.7)});
      if (dice_.chance(0.5)) ask(id, core::EndWrapUp{contact});
      else if (dice_.chance(0.2)) ask(id, core::ExtendWrapUp{contact});
    }
  }
}

/// A request is done. What the server says of it dies with the server, and then the page does not know.
void World::hears_answer(const std::string& id) {
  if (calm_ || !dice_.chance(options_.faults.late_answer)) {
    unanswered_.erase(id);
    return;
  }
  after(between(Duration{0}, 3s), [this, id, run = server_run_] {
    if (run == server_run_) unanswered_.erase(id);
  });
}

/// After a restart each page signs in within half a second and says again what nobody answered.
void World::pages_come_back() {
  std::map<AgentId, std::vector<core::Request>> again;
  for (const auto& [id, request] : unanswered_) again[request.agent].push_back(request);
  unanswered_.clear();
  for (auto& [agent, seen] : seen_) {
    seen.states.clear();
    seen.offers.clear();
    if (!seen.page) continue;
    after(between(Duration{0}, 500ms), [this, agent, requests = again[agent]] {
      ask(agent, core::SignIn{});
      for (const auto& request : requests) {
        unanswered_.emplace(request.id, request);
        input(request);
      }
    });
  }
}

}  // namespace callwright::sim
