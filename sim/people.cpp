// The agents, the supervisor and the administrator: what they see and what they do.
#include <algorithm>

#include "sim/centre.hpp"
#include "sim/process.hpp"

namespace callwright::sim {

using namespace std::chrono_literals;

namespace {
constexpr const char* kSupervisor = "user:supervisor";
}

void World::see(const std::vector<core::View>& views) {
  for (const auto& view : views) {
    if (const auto* agent = std::get_if<core::AgentView>(&view)) {
      seen_[agent->agent].state = agent->state;
      seen_[agent->agent].reason = agent->reason;
    }
    if (const auto* contact = std::get_if<core::ContactView>(&view)) {
      const bool written = journal::is_written(contact->channel);
      if (written && contact->state != core::ContactState::ended) written_.insert(contact->contact);
      else written_.erase(contact->contact);
      if (contact->state == core::ContactState::waiting) waiting_[contact->contact] = contact->parked;
      else waiting_.erase(contact->contact);
      for (auto& [id, seen] : seen_) {
        const auto offer = std::ranges::find(contact->offers, id, &core::OfferView::agent);
        const bool offered = offer != contact->offers.end();
        if ((offered || contact->agent == id) && contact->state != core::ContactState::ended) {
          if (written) {
            seen.written[contact->contact] = {contact->state, offered ? offer->offer : OfferId{}};
            continue;
          }
          seen.states[contact->contact] = contact->state;
          for (const auto& one : contact->offers)
            if (one.agent == id) seen.offers.insert(one.offer);
        } else {
          seen.states.erase(contact->contact);
          seen.written.erase(contact->contact);
        }
      }
    }
  }
}

void World::ask(const std::string& principal, const AgentId& agent, core::RequestBody body) {
  const std::string id = "q" + std::to_string(++next_request_);
  core::Request request{1, principal, id, agent, std::move(body)};
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
    if (now_ < seen.back_at) return;
    seen.page = true;
    seen.gone_at.reset();
    ask(id, core::SignIn{});
    ask(id, core::SetState{journal::AgentState::ready, {}});
    return;
  }
  const bool signs_out = extras_.written && !calm_ && dice_.chance(0.01);
  if (signs_out) ask(id, core::SignOut{});
  if ((signs_out && dice_.chance(0.5)) || (!calm_ && dice_.chance(0.02))) {
    seen.page = false;
    seen.gone_at = now_;
    if (extras_.written && dice_.chance(0.5)) seen.back_at = now_ + between(40s, 180s);
    ask(id, core::SessionLost{});
    return;
  }
  if (signs_out) return;
  const bool leaves = extras_.written && seen.reason == "signing_out" && dice_.chance(0.8);  // what he has he does first
  if (leaves) return work_on_written(id);
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
      else if (dice_.chance(0.08)) hand_on(id, contact);
      if (dice_.chance(0.4)) ask(id, core::WriteNote{contact, "n" + std::to_string(next_request_), "note " + std::to_string(dice_.below(1000))});
    }
    if (state == core::ContactState::held) ask(id, core::RetrieveContact{contact});
    if (state == core::ContactState::wrap_up) {
      ask(id, core::SetDisposition{contact, "solved", dice_.chance(0.7)});
      if (dice_.chance(0.5)) ask(id, core::EndWrapUp{contact});
      else if (dice_.chance(0.2)) ask(id, core::ExtendWrapUp{contact});
    }
  }
  if (extras_.written) work_on_written(id);
}

/// Into any queue, sometimes to a colleague, who is seldom free.
void World::hand_on(const AgentId& id, ContactId contact) {
  core::TransferContact wanted{contact, centre_->queues[dice_.below(centre_->queues.size())].id, {}};
  if (dice_.chance(0.5)) wanted.colleague = centre_->agents[dice_.below(centre_->agents.size())].id;
  ask(id, std::move(wanted));
}

void World::supervisor_moves() {
  if (!server_) return;
  using Steer = core::SteerContact;
  const AgentId agent = centre_->agents[dice_.below(centre_->agents.size())].id;
  const std::uint64_t wish = dice_.below(7);
  if (wish == 0) {
    core::SetState state{dice_.chance(0.5) ? journal::AgentState::ready : journal::AgentState::not_ready, "supervisor", true};
    if (state.state == journal::AgentState::ready) state.reason.clear();
    return ask(kSupervisor, agent, state);
  }
  if (waiting_.empty()) return;
  const auto [contact, parked] = *std::next(waiting_.begin(), static_cast<std::ptrdiff_t>(dice_.below(waiting_.size())));
  const auto steer = [&, id = contact](auto how) { ask(kSupervisor, {}, Steer{id, how}); };
  if (parked && dice_.chance(0.5)) return steer(Steer::Resume{});
  switch (wish) {
    case 1: return steer(Steer::Raise{static_cast<std::int32_t>(dice_.below(400)) - 200});
    case 2: return steer(Steer::Park{});
    case 3: return steer(Steer::Resume{});
    case 4: return steer(Steer::Move{centre_->queues[dice_.below(centre_->queues.size())].id});
    default: return steer(Steer::Pull{agent});
  }
}

/// A supervisor switches one of the queues to emergency, or back.
void World::switch_emergency() {
  if (server_) ask(kSupervisor, {}, core::SetEmergency{centre_->queues[dice_.below(centre_->queues.size())].id, dice_.chance(0.5)});
}

/// At the end of the day nobody is left aside.
void World::resume_parked() {
  if (!calm_) return;
  if (server_)
    for (const auto& [contact, parked] : std::map(waiting_))
      if (parked) ask(kSupervisor, {}, core::SteerContact{contact, core::SteerContact::Resume{}});
  after(1s, [this] { resume_parked(); });
}

void World::change_rules() { apply_centre(with_other_rules(*centre_, rules_dice_), "rules"); }

void World::apply_centre(journal::Centre centre, const std::string& what) {
  centre_ = std::make_shared<const journal::Centre>(std::move(centre));
  trace(what + " " + std::to_string(centre_->version));
  if (server_ && server_->ready) input(core::CentreChanged{centre_});
}

/// A request is done. What the server says of it dies with the server, and then the page does not know.
void World::hears_answer(const core::Request& request, ContactId contact) {
  const bool system = request.principal == kWrittenSystem;
  if (system && !calm_ && dice_.chance(options_.faults.lost_answer)) {
    trace("an answer is lost");
    return after(between(1s, 10s), [this, request] {
      if (unanswered_.contains(request.id)) input(request);
    });
  }
  const auto hears = [this, request, contact, system] {
    unanswered_.erase(request.id);
    if (system) system_hears(request, contact);
  };
  if (calm_ || !dice_.chance(options_.faults.late_answer)) return hears();
  after(between(Duration{0}, 3s), [hears, this, run = server_run_] {
    if (run == server_run_) hears();
  });
}

/// After a restart each page signs in within half a second and says again what nobody answered.
void World::pages_come_back() {
  std::map<std::string, std::vector<core::Request>> again;
  for (const auto& [id, request] : unanswered_) again[request.principal].push_back(request);
  unanswered_.clear();
  waiting_.clear();
  written_.clear();
  const auto say_again = [this](const std::vector<core::Request>& requests) {
    for (const auto& request : requests) {
      unanswered_.emplace(request.id, request);
      input(request);
    }
  };
  after(between(Duration{0}, 500ms), [say_again, requests = again[kSupervisor]] { say_again(requests); });
  if (extras_.written) after(between(Duration{0}, 500ms), [say_again, requests = again[kWrittenSystem]] { say_again(requests); });
  for (auto& [agent, seen] : seen_) {
    seen.states.clear();
    seen.offers.clear();
    seen.written.clear();
    if (!seen.page) continue;
    after(between(Duration{0}, 500ms), [this, agent, say_again, requests = again["user:" + agent.value]] {
      seen_[agent].gone_at.reset();
      ask(agent, core::SignIn{});
      say_again(requests);
    });
  }
  if (extras_.written) see(server_->core->all_views());  // a page begins with the whole picture; of calls it is enough what their switch says again
}

}  // namespace callwright::sim
