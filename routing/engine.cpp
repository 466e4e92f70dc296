#include "routing/engine.hpp"

#include "routing/state.hpp"

namespace callwright::routing {
namespace {

struct Category final : std::error_category {
  const char* name() const noexcept override { return "routing"; }
  std::string message(int code) const override {
    switch (static_cast<Errc>(code)) {
      case Errc::unknown_queue: return "no such queue";
      case Errc::already_waiting: return "the contact waits already";
      case Errc::not_waiting: return "the contact waits in no queue";
      case Errc::unknown_agent: return "no such agent";
      case Errc::agent_not_free: return "the agent is not free";
      case Errc::out_of_range: return "out of range";
      case Errc::observed: return "its switch decides that";
    }
    return "unknown error";
  }
};

}  // namespace

const std::error_category& category() {
  static const Category instance;
  return instance;
}

Engine::Engine() : state_(std::make_unique<State>()) {}
Engine::~Engine() = default;
Engine::Engine(Engine&&) noexcept = default;
Engine& Engine::operator=(Engine&&) noexcept = default;

void Engine::apply(const journal::Fact& fact) { state_->fold(fact); }
void Engine::configure(const journal::Centre& centre) { state_->configure(centre); }

void Engine::device_state(const SwitchId& switch_id, const std::string& device, bool busy, bool reachable) {
  State& state = *state_;
  for (std::size_t index : state.agents.device_state(switch_id, device, busy, reachable)) state.change_agent(index, [](Agent&) {});
}

void Engine::switch_state(const SwitchId& switch_id, bool up) {
  State& state = *state_;
  if (up) state.held_until.erase(switch_id);
  for (std::size_t index : state.agents.switch_state(switch_id, up)) state.change_agent(index, [](Agent&) {});
}

void Engine::hold_offers(const SwitchId& switch_id, Instant until) {
  if (switch_id) state_->held_until.try_emplace(switch_id, until);
}

void Engine::pause(bool paused) { state_->paused = paused; }

const Offer* Engine::offer(OfferId id) const {
  auto found = state_->offers.find(id);
  return found == state_->offers.end() ? nullptr : &found->second;
}

const Offer* Engine::offer_of(ContactId contact) const {
  const Contact* known = state_->visits.waiting(contact);
  return known && !known->visit->offers.empty() ? offer(known->visit->offers.front()) : nullptr;
}

std::vector<const Offer*> Engine::offers_of(ContactId contact) const {
  std::vector<const Offer*> all;
  if (const Contact* known = state_->visits.waiting(contact))
    for (const OfferId each : known->visit->offers) all.push_back(offer(each));
  return all;
}

const Offer* Engine::offer_to(const AgentId& agent) const {
  const auto index = state_->agents.find(agent);
  return index ? offer(state_->agents[*index].offer) : nullptr;
}

std::optional<Engine::Waiting> Engine::waiting(ContactId contact) const {
  const Contact* known = state_->visits.waiting(contact);
  if (!known) return std::nullopt;
  const Visit& visit = *known->visit;
  return Waiting{
      contact,     visit.started.queue, visit.started.visit, visit.started.entered_at, visit.offers.empty() ? OfferId{} : visit.offers.front(),
      visit.boost, visit.parked, visit.treated.has_value(), visit.started.callback, visit.started.observed};
}

std::vector<Engine::Waiting> Engine::waiting_in(const QueueId& queue) const {
  std::vector<Waiting> all;
  if (const auto index = state_->queues.find(queue))
    for (const auto& [entered_at, contact] : state_->visits.in_queue(*index)) all.push_back(*waiting(contact));
  return all;
}

std::optional<Engine::AgentStatus> Engine::agent(const AgentId& id) const {
  const auto index = state_->agents.find(id);
  if (!index) return std::nullopt;
  const Agent& agent = state_->agents[*index];
  AgentStatus status{agent.id, agent.state, agent.since, agent.offer, agent.contact, {}};
  for (const WorkInHand& work : agent.works)
    status.works.push_back({work.contact, work.channel, work.state, work.since, work.until, work.extensions_left()});
  return status;
}

void Engine::carry(journal::Carried& carried) const {
  const State& state = *state_;
  carried.decisions = state.decisions;
  for (std::size_t i = 0; i < state.agents.size(); ++i) {
    const Agent& agent = state.agents[i];
    const Marks& marks = agent.marks;
    if (!agent.known_to_facts) continue;
    carried.agent_marks.push_back({agent.id, marks.last_decision, marks.worked, marks.available, marks.counted_to, marks.occupancy});
    for (const auto& [queue, mark] : marks.quotas) carried.quota_marks.push_back({state.queues.id(queue), agent.id, mark});
  }
  for (std::size_t i = 0; i < state.queues.size(); ++i)
    carried.queue_marks.push_back({state.queues.id(i), state.queues[i].quota, state.queues[i].service_level, state.queues[i].handling});
}

std::int64_t Engine::decisions() const { return state_->decisions; }
const Work& Engine::work() const { return state_->work; }
ClassCount Engine::classes() const { return state_->classes.count(); }
std::uint64_t Engine::digest() const { return state_->digest(); }
std::vector<std::string> Engine::violations() const { return state_->violations(); }

}  // namespace callwright::routing
