#include "routing/state.hpp"

namespace callwright::routing {

void Engine::State::wake(Instant now) {
  if (now <= woken) return;
  const auto concerned = visits.ending(woken, now);
  woken = now;
  for (ContactId id : concerned) stand_again(id, now);
}

void Engine::State::match(Instant now, IdMint& mint, journal::FactSink& sink) {
  wake(now);
  if (paused) return;
  matched = now;
  begin_match(decisions + 1, now);
  while (const auto pair = next_pair(decisions + 1, now)) {
    const std::int64_t before = decisions;
    offer(pair->visit.contact, pair->agent.agent, {}, now, mint, sink);
    if (decisions == before) return;  // the sink does not apply: the same pair would come again
  }
}

void Engine::State::offer(ContactId id, std::size_t index, const std::string& pulled_by, Instant now, IdMint& mint, journal::FactSink& sink) {
  const Contact& contact = *visits.waiting(id);
  const Agent& agent = agents[index];
  const std::size_t queue = contact.visit->queue;
  const journal::Queue& rules = queues[queue].rules;
  ++work.offers;

  journal::OfferMade made;
  made.offer = mint.mint<OfferId>();
  made.visit = contact.visit->started.visit;
  made.queue = contact.visit->started.queue;
  made.agent = agent.id;
  made.channel = contact.visit->started.channel;
  const bool written = journal::is_written(made.channel);
  if (!written) {
    made.switch_id = agent.switch_id;
    made.device = agent.device;
  }
  made.expires_at = now + rules.ring_timeout;
  made.wrap_up = rules.wrap_up;
  made.wrap_up_extension = rules.wrap_up_extension;
  made.wrap_up_extensions = rules.wrap_up_extensions;
  made.auto_answer = rules.auto_answer;
  made.decision = decisions + 1;
  made.pulled_by = pulled_by;
  if (journal::makes_groups(rules.strategy) && pulled_by.empty()) {
    made.group = contact.visit->group ? contact.visit->group : made.offer;
    made.claim = rules.strategy == journal::Strategy::claim;
  }
  const Decision& account = selector.account(id, contact, made.decision, now, pulled_by.empty() ? std::nullopt : std::optional(index));
  made.gates.reserve(kGates.size());
  for (std::size_t i = 0; i < kGates.size(); ++i) made.gates.push_back({kGates[i], account.left[i]});
  const auto& wishes = classes[contact.visit->class_index].wishes;
  for (std::size_t i = 0; i < account.shown; ++i) {
    journal::Candidate& candidate = made.best.emplace_back(agents[account.best[i].agent].id, account.best[i].score);
    for (const auto& term : account.best[i].terms) {
      const bool about_skill = term.kind == journal::TermKind::skill || term.kind == journal::TermKind::customer_value;
      candidate.terms.push_back({term.kind, about_skill ? agents.skill_id(wishes[term.wish].skill) : SkillId{}, term.points});
    }
  }
  if (rules.strategy == journal::Strategy::percentage) made.agent_share = agent.share(queue);

  journal::Body reserved;
  if (written)
    reserved = journal::WorkChanged{.agent = agent.id, .channel = made.channel, .state = journal::WorkState::reserved, .until = made.expires_at};
  else
    reserved = journal::AgentStateChanged{
        .agent = agent.id, .state = journal::AgentState::reserved, .until = made.expires_at, .idle_since = agent.state.idle_since};
  sink.emit(id, std::move(made));
  sink.emit(id, std::move(reserved));
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

void Engine::State::step(ContactId id, journal::FactSink& sink) {
  const Visit& visit = *visits.waiting(id)->visit;
  sink.emit(id, journal::VisitChanged{
                    .visit = visit.started.visit, .what = journal::VisitChanged::What::stepped, .step = static_cast<std::int32_t>(visit.step) + 1});
}

void Engine::match(Instant now, IdMint& mint, journal::FactSink& sink) { state_->match(now, mint, sink); }

void Engine::expire(Instant now, journal::FactSink& sink) {
  state_->wake(now);
  for (;;) {
    const auto timer = state_->next_timer();
    if (!timer || state_->due_at(*timer) > now) return;
    if (timer->kind == Timers::Kind::step) state_->step(timer->contact, sink);
    else if (timer->kind == Timers::Kind::message) hear_out(timer->contact, sink);
    else if (timer->kind == Timers::Kind::offer)
      end_offer(timer->offer, state_->held_until.contains(offer(timer->offer)->switch_id) ? journal::OfferEnd::lost : journal::OfferEnd::timed_out,
                now, sink);
    else if (timer->contact) end_wrap_up(timer->agent, timer->contact, now, sink);
    else end_wrap_up(timer->agent, now, sink);
    if (state_->timers.contains(*timer)) return;  // nothing came of it: the sink does not apply, and turning round would not end
  }
}

std::optional<Instant> Engine::next_due() const {
  std::optional<Instant> due = state_->visits.next_end(state_->woken);
  if (const auto flow = state_->next_flow(state_->woken); flow && (!due || *flow < *due)) due = flow;
  if (const auto beat = state_->announcements.next(); beat && (!due || *beat < *due)) due = beat;
  if (const auto timer = state_->next_timer(); timer && (!due || state_->due_at(*timer) < *due)) due = state_->due_at(*timer);
  return due;
}

}  // namespace callwright::routing
