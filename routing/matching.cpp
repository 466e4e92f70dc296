#include <algorithm>

#include "base/planted_bug.hpp"
#include "routing/state.hpp"

namespace callwright::routing {
namespace {

/// For std::push_heap: the best pair on top.
bool worse(const Pair& a, const Pair& b) { return b.before(a); }

}  // namespace

void Engine::State::wake(Instant now) {
  if (now <= woken) return;
  for (ContactId id : visits.exclusions_ending(woken, now))
    if (const Contact* contact = visits.waiting(id)) classes.open(contact->visit->class_index);
  woken = now;
}

/// Greedy: the best pair of all, then the best of what is left. Each open class has its best pair in a heap. Offers only take
/// visits and agents away, so a pair in the heap is never too low: if both are still there it is the best, otherwise its class
/// is asked again.
void Engine::State::match(Instant now, IdMint& mint, journal::FactSink& sink) {
  wake(now);
  if (paused) return;
  matched = now;
  std::vector<Pair> heap;
  for (std::size_t index : classes.take_open())
    if (auto pair = selector.best_pair(index, now)) heap.push_back(*pair);
  std::ranges::make_heap(heap, worse);
  while (!heap.empty()) {
    std::ranges::pop_heap(heap, worse);
    const Pair best = heap.back();
    heap.pop_back();
    const Contact* contact = visits.waiting(best.visit.contact);
    if (contact && !contact->visit->offer && (agents.idle().test(best.agent.agent) || planted(6))) offer(best, now, mint, sink);
    if (auto pair = selector.best_pair(best.class_index, now)) {
      heap.push_back(*pair);
      std::ranges::push_heap(heap, worse);
    }
  }
}

void Engine::State::offer(const Pair& pair, Instant now, IdMint& mint, journal::FactSink& sink) {
  const Contact& contact = *visits.waiting(pair.visit.contact);
  const Agent& agent = agents[pair.agent.agent];
  const auto rules = queues.find(contact.visit->queue);
  const journal::Queue queue = rules == queues.end() ? journal::Queue{} : rules->second;
  ++work.offers;

  journal::OfferMade made;
  made.offer = mint.mint<OfferId>();
  made.visit = contact.visit->number;
  made.queue = contact.visit->queue;
  made.agent = agent.id;
  made.switch_id = agent.switch_id;
  made.device = agent.device;
  made.expires_at = now + queue.ring_timeout;
  made.wrap_up = queue.wrap_up;
  made.decision = decisions + 1;
  made.gates = selector.gates(contact, now);
  made.best = selector.best_three(contact, now);

  journal::AgentStateChanged reserved{.agent = agent.id, .state = journal::AgentState::reserved, .until = made.expires_at, .idle_since = agent.state.idle_since};
  sink.emit(pair.visit.contact, std::move(made));
  sink.emit(pair.visit.contact, std::move(reserved));
}

Instant Engine::State::due_at(const Timers::Timer& timer) const {
  if (timer.kind != Timers::Kind::offer) return timer.at;
  const auto held = held_until.find(offers.at(timer.offer).switch_id);
  return held == held_until.end() ? timer.at : std::max(timer.at, held->second);
}

/// The one that is due first. Looks behind held ones only.
std::optional<Timers::Timer> Engine::State::next_timer() const {
  std::optional<Timers::Timer> next;
  for (const auto& timer : timers.all()) {
    if (next && due_at(*next) <= timer.at) break;
    if (!next || due_at(timer) < due_at(*next)) next = timer;
  }
  return next;
}

void Engine::match(Instant now, IdMint& mint, journal::FactSink& sink) { state_->match(now, mint, sink); }

void Engine::expire(Instant now, journal::FactSink& sink) {
  state_->wake(now);
  for (;;) {
    const auto timer = state_->next_timer();
    if (!timer || state_->due_at(*timer) > now) return;
    if (timer->kind == Timers::Kind::offer)
      end_offer(timer->offer, state_->held_until.contains(offer(timer->offer)->switch_id) ? journal::OfferEnd::lost : journal::OfferEnd::timed_out, now, sink);
    else end_wrap_up(timer->agent, now, sink);
    if (state_->timers.contains(*timer)) return;  // nothing came of it: the sink does not apply, and turning round would not end
  }
}

std::optional<Instant> Engine::next_due() const {
  std::optional<Instant> due = state_->visits.next_exclusion_end(state_->woken);
  if (const auto timer = state_->next_timer(); timer && (!due || state_->due_at(*timer) < *due)) due = state_->due_at(*timer);
  return due;
}

}  // namespace callwright::routing
