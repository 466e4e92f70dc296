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

  journal::AgentStateChanged reserved{
      .agent = agent.id, .state = journal::AgentState::reserved, .until = made.expires_at, .idle_since = agent.state.idle_since};
  sink.emit(pair.visit.contact, std::move(made));
  sink.emit(pair.visit.contact, std::move(reserved));
}

void Engine::match(Instant now, IdMint& mint, journal::FactSink& sink) { state_->match(now, mint, sink); }

/// When a timer really is due: an offer waits for the word of its switch about the phone.
Instant Engine::State::due_at(const Timers::Timer& timer) const {
  if (timer.kind != Timers::Kind::offer) return timer.at;
  const auto offer = offers.find(timer.offer);
  const auto waits = offer == offers.end() ? awaited.end() : awaited.find(offer->second.switch_id);
  return waits == awaited.end() ? timer.at : std::max(timer.at, waits->second);
}

/// The first that is due; those that wait for their switch are few, and passed over.
std::optional<Timers::Timer> Engine::State::first_due() const {
  std::optional<Timers::Timer> first;
  for (const Timers::Timer& timer : timers.all()) {
    if (first && first->at <= timer.at) break;
    if (const Instant at = due_at(timer); !first || at < first->at) {
      first = timer;
      first->at = at;
    }
  }
  return first;
}

void Engine::expire(Instant now, journal::FactSink& sink) {
  state_->wake(now);
  while (const auto timer = state_->first_due()) {
    if (timer->at > now) return;
    const std::size_t before = state_->timers.all().size();
    if (timer->kind == Timers::Kind::wrap_up) end_wrap_up(timer->agent, now, sink);
    else
      end_offer(timer->offer, state_->agents.switch_up(offer(timer->offer)->switch_id) ? journal::OfferEnd::timed_out : journal::OfferEnd::lost, now,
                sink);
    if (state_->timers.all().size() >= before) return;  // nothing came of it: the sink does not apply, and turning round would not end
  }
}

std::optional<Instant> Engine::next_due() const {
  std::optional<Instant> due = state_->visits.next_exclusion_end(state_->woken);
  if (const auto timer = state_->first_due(); timer && (!due || timer->at < *due)) due = timer->at;
  return due;
}

}  // namespace callwright::routing
