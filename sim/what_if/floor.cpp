#include "sim/what_if/floor.hpp"

#include <unordered_map>

#include "base/id_mint.hpp"
#include "routing/engine.hpp"

namespace callwright::sim::what_if {

using journal::AgentState;

namespace {

/// Nobody listens, and what would be due to be said stays due.
journal::Centre without_announcements(journal::Centre centre) {
  for (journal::Queue& queue : centre.queues) queue.announcements.clear();
  return centre;
}

}  // namespace

struct Floor::Engine final : journal::FactSink {
  Engine(const journal::Centre& of, std::function<Asked(ContactId)> asked, std::vector<Notice>& to)
      : centre(of), asked_of(std::move(asked)), notices(to) {
    engine.configure(without_announcements(centre));
    for (const journal::Switch& one : centre.switches) engine.switch_state(one.id, true);
    for (std::uint32_t i = 0; i < centre.agents.size(); ++i) numbers.emplace(centre.agents[i].id, i);
    for (std::uint32_t i = 0; i < centre.queues.size(); ++i) queue_numbers.emplace(centre.queues[i].id, i);
  }

  void emit(ContactId contact, journal::Body body) override {
    fact.contact = contact;
    fact.body = std::move(body);
    engine.apply(fact);
    if (const auto* made = std::get_if<journal::OfferMade>(&fact.body)) {
      notices.push_back({Notice::Kind::offered, numbers.at(made->agent), contact, {}, false});
    } else if (const auto* over = std::get_if<journal::OfferEnded>(&fact.body)) {
      notices.push_back({Notice::Kind::offer_over, numbers.at(over->agent), contact, {}, false});
    } else if (const auto* left = std::get_if<journal::VisitEnded>(&fact.body)) {
      if (left->how == journal::VisitEnd::flow_closed) sent_on.push_back(contact);
      const auto estimate = estimates.extract(contact);
      if (estimate && left->how == journal::VisitEnd::answered) kept = EstimatedWait{queue_numbers.at(left->queue), estimate.mapped(), left->waited};
    } else if (const auto* told = std::get_if<journal::VisitChanged>(&fact.body)) {
      if (told->what == journal::VisitChanged::What::estimated) estimates[contact] = told->estimate;
    } else if (const auto* changed = std::get_if<journal::AgentStateChanged>(&fact.body)) {
      const bool silent = changed->state == AgentState::not_ready && changed->reason == "no_answer";
      notices.push_back({Notice::Kind::state, numbers.at(changed->agent), {}, changed->state, silent});
    }
  }
  /// Who was sent on and waits nowhere now has been released.
  void notice_released() {
    for (const ContactId contact : sent_on) {
      if (engine.waiting(contact)) continue;
      notices.push_back({Notice::Kind::released, 0, contact, {}, false});
      emit(contact, journal::ContactEnded{});
    }
    sent_on.clear();
  }
  const AgentId& id_of(std::uint32_t agent) const { return centre.agents[agent].id; }

  routing::About about(ContactId contact) const {
    const Asked asked = asked_of(contact);
    routing::About about;
    about.attributes = *asked.attributes;
    if (asked.last_agent) about.last_agent = id_of(*asked.last_agent);
    for (const auto& [name, value] : about.attributes)
      if (name == "data.agent" && numbers.contains(AgentId{value})) about.named_agent = AgentId{value};
    return about;
  }

  const journal::Centre& centre;
  const std::function<Asked(ContactId)> asked_of;
  std::vector<Notice>& notices;
  routing::Engine engine;
  IdMint mint;
  std::unordered_map<AgentId, std::uint32_t> numbers;
  std::unordered_map<QueueId, std::uint32_t> queue_numbers;
  std::unordered_map<ContactId, Duration> estimates;  ///< of the visits that go on
  std::optional<EstimatedWait> kept;                  ///< of the one that has just been answered
  journal::Fact fact;
  std::vector<ContactId> sent_on;
};

Floor::Floor(const journal::Centre& centre, std::function<Asked(ContactId)> asked_of)
    : engine_(std::make_unique<Engine>(centre, std::move(asked_of), notices_)) {}
Floor::~Floor() = default;

void Floor::agent_comes(std::uint32_t agent, Instant now) {
  engine_->fact.at = now;
  engine_->engine.set_state(engine_->id_of(agent), AgentState::ready, {}, now, *engine_);
}

void Floor::agent_pauses(std::uint32_t agent, Instant now) {
  engine_->fact.at = now;
  engine_->engine.set_state(engine_->id_of(agent), AgentState::not_ready, "pause", now, *engine_);
}

void Floor::agent_goes(std::uint32_t agent, Instant now) {
  engine_->fact.at = now;
  engine_->engine.set_state(engine_->id_of(agent), AgentState::signed_out, {}, now, *engine_);
}

void Floor::enter(ContactId contact, std::uint32_t queue, const SwitchId& on, Instant place, Instant now) {
  engine_->fact.at = now;
  // A queue of this centre, a contact that is new.
  (void)engine_->engine.enter(contact, on, engine_->centre.queues[queue].id, place, now, *engine_, engine_->about(contact));
  engine_->notice_released();
}

void Floor::give_up(ContactId contact, Instant now) {
  engine_->fact.at = now;
  engine_->engine.leave(contact, journal::VisitEnd::abandoned, now, *engine_);
  engine_->emit(contact, journal::ContactEnded{});
}

void Floor::refuse(std::uint32_t agent, Instant now) {
  engine_->fact.at = now;
  if (const routing::Offer* offer = engine_->engine.offer_to(engine_->id_of(agent)))
    engine_->engine.end_offer(offer->id, journal::OfferEnd::refused, now, *engine_);
}

std::optional<EstimatedWait> Floor::answered(ContactId contact, std::uint32_t agent, Instant now) {
  engine_->fact.at = now;
  engine_->kept.reset();
  engine_->engine.answered(contact, engine_->id_of(agent), now, *engine_);
  return engine_->kept;
}

void Floor::talk_over(ContactId contact, std::uint32_t agent, Instant now) {
  engine_->fact.at = now;
  engine_->engine.work_ended(engine_->id_of(agent), now, *engine_);
  engine_->emit(contact, journal::ContactEnded{});
}

void Floor::extend_wrap_up(std::uint32_t agent, Duration length, Instant now) {
  engine_->fact.at = now;
  const AgentId& id = engine_->id_of(agent);
  for (auto status = engine_->engine.agent(id); status && status->state.state == AgentState::wrap_up && status->state.until < now + length &&
                                                engine_->engine.extend_wrap_up(id, now, *engine_);)
    status = engine_->engine.agent(id);
}

void Floor::end_wrap_up(std::uint32_t agent, Instant now) {
  engine_->fact.at = now;
  engine_->engine.end_wrap_up(engine_->id_of(agent), now, *engine_);
}

void Floor::expire(Instant now) {
  engine_->fact.at = now;
  engine_->engine.expire(now, *engine_);
}

void Floor::match(Instant now) {
  engine_->fact.at = now;
  for (const ContactId contact : engine_->engine.flows_due(now)) engine_->engine.flow(contact, now, *engine_, engine_->about(contact));
  engine_->notice_released();
  engine_->mint.advance(now);
  engine_->engine.match(now, engine_->mint, *engine_);
}

std::optional<Instant> Floor::next_due() const { return engine_->engine.next_due(); }

struct Wishes::Engine final : journal::FactSink {
  explicit Engine(const journal::Centre& of) : centre(of) { engine.configure(centre); }
  void emit(ContactId contact, journal::Body body) override {
    if (const auto* visit = std::get_if<journal::VisitStarted>(&body); visit && !asked) asked = visit->requirements;
    engine.apply({0, {}, contact, {}, 0, std::move(body)});
  }
  const journal::Centre& centre;
  routing::Engine engine;
  std::optional<std::vector<journal::Requirement>> asked;
  ContactId next{1};
};

Wishes::Wishes(const journal::Centre& centre) : engine_(std::make_unique<Engine>(centre)) {}
Wishes::~Wishes() = default;

std::vector<journal::Requirement> Wishes::of(std::uint32_t queue, const Attributes& attributes) {
  const ContactId contact{engine_->next.value++};
  engine_->asked.reset();
  (void)engine_->engine.enter(contact, {}, engine_->centre.queues[queue].id, {}, {}, *engine_, {attributes, {}, {}});
  engine_->engine.leave(contact, journal::VisitEnd::lost, {}, *engine_);
  engine_->emit(contact, journal::ContactEnded{});
  return engine_->asked.value_or(std::vector<journal::Requirement>{});
}

}  // namespace callwright::sim::what_if
