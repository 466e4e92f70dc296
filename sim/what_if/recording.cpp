#include "sim/what_if/recording.hpp"

#include <tuple>
#include <utility>

#include "base/overloaded.hpp"
#include "journal/attribute_words.hpp"

namespace callwright::sim::what_if {
namespace {

using journal::AgentState;

bool talks(AgentState state) { return state == AgentState::talking || state == AgentState::held; }
bool is_with_contact(AgentState state) { return talks(state) || state == AgentState::wrap_up; }
bool works(AgentState state) { return is_with_contact(state) || state == AgentState::reserved; }
bool is_silence(AgentState state, const std::string& reason) { return state == AgentState::not_ready && reason == "no_answer"; }

/// What he is there for, apart from the call in his hands. `written`: he became so by a written contact.
Duty meant_by(const journal::AgentStateChanged& changed, bool written) {
  const AgentState state = works(changed.state) ? changed.next : changed.state;
  const std::string& reason = works(changed.state) ? changed.next_reason : changed.reason;
  if (state == AgentState::signed_out || state == AgentState::unreachable) return Duty::away;
  return state == AgentState::not_ready && (written || !is_silence(state, reason)) ? Duty::pause : Duty::ready;
}

template <class Map, class List, class Name>
std::uint32_t number_of(Map& numbers, List& list, const Name& name) {
  const auto [found, added] = numbers.try_emplace(name, static_cast<std::uint32_t>(list.size()));
  if (added) list.push_back(name);
  return found->second;
}

}  // namespace

Recorder::Recorder(std::vector<Instant> bounds, Instant until, std::set<std::string> asked, CustomerAsked customer)
    : asked_(std::move(asked)), customer_(std::move(customer)) {
  out_.bounds = std::move(bounds);
  out_.until = until;
}

const std::vector<journal::Kind>& Recorder::kinds() {
  using enum journal::Kind;
  static const std::vector<journal::Kind> all = {
      config_applied,  facts_lost,    link_down,   contact_opened, customer_matched, data_attached,       contact_answered, contact_ended,
      route_requested, visit_started, visit_ended, offer_made,     offer_ended,      agent_state_changed, visit_changed,    transfer_completed};
  return all;
}

std::uint32_t Recorder::agent_of(const AgentId& id) {
  const std::uint32_t number = number_of(agent_numbers_, out_.agents, id);
  if (number == agents_.size()) {
    agents_.emplace_back();
    out_.times.emplace_back(out_.bounds.size() - 1);
    out_.silences.emplace_back();
  }
  return number;
}
std::uint32_t Recorder::queue_of(const QueueId& id) { return number_of(queue_numbers_, out_.queues, id); }

Stay* Recorder::stay_of(ContactId contact) {
  const auto found = open_.find(contact);
  return found == open_.end() || found->second.stay == kNone ? nullptr : &out_.stays[found->second.stay];
}

bool Recorder::is_written(ContactId contact) const {
  const auto found = open_.find(contact);
  return found != open_.end() && found->second.written;
}

/// As the core tells routing (core/about.cpp), but for what nobody asks.
std::uint32_t Recorder::profile_of(const Open& open, const journal::CustomerTraits& traits) {
  Profile profile{{}, open.opened.switch_id};
  const auto add = [&](const std::string& name, const std::string& text) {
    if (asked_.contains(name)) profile.attributes.emplace_back(name, text);
  };
  const auto add_text = [&](const std::string& name, const std::string& text) {
    if (!text.empty()) add(name, text);
  };
  add_text("channel", journal::word_of(open.opened.channel));
  add_text("switch", open.opened.switch_id.value);
  add_text("trunk", open.opened.trunk);
  add_text("entry", open.entry);
  add_text("match", journal::word_of(open.match));
  add_text("caller", open.e164);
  for (const auto& [key, value] : open.data) add("data." + journal::attribute_part(key), value);
  for (const auto& [name, value] : traits.attributes) add(name, value);
  return number_of(profile_numbers_, out_.profiles, profile);
}

/// Everything before the begin has been seen: whoever waits then, waits on; whoever is talked to or gone is forgotten.
void Recorder::start() {
  started_ = true;
  std::vector<Stay> waiting;
  std::vector<std::uint32_t> moved(out_.stays.size(), kNone);
  for (std::size_t i = 0; i < out_.stays.size(); ++i)
    if (out_.stays[i].how == Stay::How::open) {
      moved[i] = static_cast<std::uint32_t>(waiting.size());
      waiting.push_back(std::move(out_.stays[i]));
    }
  out_.stays = std::move(waiting);
  for (auto& [id, open] : open_)
    if (open.stay != kNone) open.stay = moved[open.stay];
  for (auto& [id, offer] : offers_)
    if (offer.stay != kNone) offer.stay = moved[offer.stay];
  for (std::uint32_t i = 0; i < agents_.size(); ++i)
    if (agents_[i].duty != Duty::away) out_.shifts.push_back({std::min(agents_[i].duty_since, begin()), i, agents_[i].duty});
  std::ranges::sort(out_.shifts, {}, [](const Shift& one) { return std::tuple(one.at, one.agent); });
}

void Recorder::apply(const journal::Fact& fact) {
  if (!started_ && fact.at >= begin()) start();
  std::visit(Overloaded{
                 [&](const journal::ContactOpened& opened) {
                   Open& open = open_[fact.contact];
                   open.opened = opened;
                   open.written = journal::is_written(opened.channel);
                 },
                 [&](const journal::RouteRequested& route) { open_[fact.contact].entry = route.entry; },
                 [&](const journal::CustomerMatched& match) {
                   Open& open = open_[fact.contact];
                   open.match = match.match;
                   open.customer = match.customer;
                   open.e164 = match.e164;
                 },
                 [&](const journal::DataAttached& data) {
                   auto& all = open_[fact.contact].data;
                   const auto same = std::ranges::find(all, data.key, &std::pair<std::string, std::string>::first);
                   if (same == all.end()) all.emplace_back(data.key, data.value);
                   else same->second = data.value;
                 },
                 [&](const journal::ContactAnswered& answered) { open_[fact.contact].answered_by = answered.agent; },
                 [&](const journal::ContactEnded&) {
                   if (Stay* stay = stay_of(fact.contact); stay && stay->how == Stay::How::open)
                     stay->how = Stay::How::lost, stay->wait = fact.at - stay->entered;
                   open_.erase(fact.contact);
                 },
                 [&](const journal::TransferCompleted&) {
                   if (Stay* stay = stay_of(fact.contact); stay && stay->how == Stay::How::answered) stay->handed_on = true;
                 },
                 [&](const journal::LinkDown&) { out_.outages += counts(fact.at); },
                 [&](const journal::FactsLost& lost) { out_.facts_lost += counts(fact.at) ? lost.contacts : 0; },
                 [&](const journal::ConfigApplied& one) { on(fact, one); },
                 [&](const journal::VisitStarted& one) { on(fact, one); },
                 [&](const journal::VisitEnded& one) { on(fact, one); },
                 [&](const journal::VisitChanged& one) { on(fact, one); },
                 [&](const journal::OfferMade& one) { on(fact, one); },
                 [&](const journal::OfferEnded& one) { on(fact, one); },
                 [&](const journal::AgentStateChanged& one) { on(fact, one); },
                 [](const auto&) {},
             },
             fact.body);
}

void Recorder::on(const journal::Fact& fact, const journal::ConfigApplied& applied) {
  if (fact.at <= begin()) out_.version = applied.centre_version;
  else if (fact.at < end() && applied.centre_version != (out_.changes.empty() ? out_.version : out_.changes.back().second))
    out_.changes.emplace_back(fact.at, applied.centre_version);
}

void Recorder::on(const journal::Fact& fact, const journal::VisitStarted& visit) {
  Open& open = open_[fact.contact];
  if (journal::is_written(visit.channel)) {
    open.written = true;  // opened before the log is read, perhaps
    if (counts(fact.at) && visit.visit == 1) ++out_.written;
    return;
  }
  if (visit.observed) {
    out_.observed += counts(fact.at);
    if (Stay* before = stay_of(fact.contact)) {
      if (before->how == Stay::How::open) before->how = Stay::How::released, before->wait = fact.at - before->entered;
      before->handed_on = before->handed_on || before->how == Stay::How::answered;
    }
    open.stay = kNone;
    return;
  }
  Stay* before = stay_of(fact.contact);
  if (before && before->how == Stay::How::released && open.stay_ended == fact.at) {  // sent on
    before->how = Stay::How::open;
    return;
  }
  if (before && before->how == Stay::How::open) before->how = Stay::How::lost, before->wait = fact.at - before->entered;
  const std::uint32_t previous = open.stay;
  open.stay = kNone;
  const std::uint8_t part = open.parts++;
  if (fact.at >= out_.until) return;

  const bool known = open.match == journal::Match::known || open.match == journal::Match::chosen;
  const journal::CustomerTraits traits = known && open.customer && customer_ ? customer_(open.customer, fact.contact) : journal::CustomerTraits{};
  Stay stay;
  stay.contact = fact.contact;
  stay.part = part;
  stay.counted = counts(fact.at);
  stay.entered = std::min(visit.entered_at, fact.at);
  stay.at = fact.at;
  stay.queue = queue_of(visit.queue);
  if (!open.entry.empty()) stay.entry = number_of(entry_numbers_, out_.entries, RecordedEntry{open.opened.switch_id, open.entry});
  stay.profile = profile_of(open, traits);
  stay.person = known ? open.customer : CustomerId{};
  if (traits.last_agent) stay.last_agent = agent_of(traits.last_agent);
  open.stay = static_cast<std::uint32_t>(out_.stays.size());
  if (previous != kNone && out_.stays[previous].how == Stay::How::answered) {
    out_.stays[previous].next = open.stay;
    out_.stays[previous].handed_on = true;
  }
  out_.stays.push_back(std::move(stay));
}

void Recorder::on(const journal::Fact& fact, const journal::VisitEnded& visit) {
  Stay* stay = stay_of(fact.contact);
  if (!stay || stay->how != Stay::How::open) return;
  using enum journal::VisitEnd;
  Open& open = open_[fact.contact];
  open.stay_ended = fact.at;
  const auto estimate = std::exchange(open.estimate, std::nullopt);
  if (estimate && visit.how == answered) stay->estimated = EstimatedWait{queue_of(visit.queue), *estimate, visit.waited};
  stay->wait = fact.at - stay->entered;
  switch (visit.how) {
    case answered: stay->how = Stay::How::answered; break;
    case abandoned:
    case short_abandoned: stay->how = Stay::How::abandoned; break;
    case callback_requested:
    case lost: stay->how = Stay::How::lost; break;
    default: stay->how = Stay::How::released;
  }
  if (!stay->counted) return;
  out_.lost += visit.how == lost;
  out_.callbacks += visit.how == callback_requested;
  out_.moved += visit.how == flow_supervisor;
}

void Recorder::on(const journal::Fact& fact, const journal::VisitChanged& changed) {
  const Stay* stay = stay_of(fact.contact);
  if (!stay || !stay->counted) return;
  if (changed.what == journal::VisitChanged::What::estimated) open_[fact.contact].estimate = changed.estimate;
  out_.raised += changed.what == journal::VisitChanged::What::raised;
  out_.parked += changed.what == journal::VisitChanged::What::parked && changed.by != "callback";  // that is the core, between two attempts
}

void Recorder::on(const journal::Fact& fact, const journal::OfferMade& made) {
  if (journal::is_written(made.channel)) {
    open_[fact.contact].written = true;
    return;
  }
  if (left_out_.contains(made.agent)) return;
  Offered offered{kNone, agent_of(made.agent), fact.at};
  if (Stay* stay = stay_of(fact.contact); stay && stay->how == Stay::How::open) {
    offered.stay = open_[fact.contact].stay;
    stay->at_once = stay->at_once || fact.at == stay->at;
    out_.pulled += stay->counted && !made.pulled_by.empty();
  }
  offers_[made.offer] = offered;
}

void Recorder::on(const journal::Fact& fact, const journal::OfferEnded& ended) {
  const auto found = offers_.find(ended.offer);
  if (found == offers_.end()) return;
  const Offered offered = found->second;
  offers_.erase(found);
  if (offered.stay == kNone) return;
  Stay& stay = out_.stays[offered.stay];
  // What rang before the begin rings anew there, for the rest of its time; what was over is forgotten.
  const auto rang = [&](RecordedRing::How how) {
    if (fact.at >= begin()) stay.rings.push_back({offered.agent, fact.at - std::max(offered.at, begin()), how});
  };
  using enum journal::OfferEnd;
  if (ended.how == accepted) {
    rang(RecordedRing::How::answered);
    if (stay.agent == kNone) stay.agent = offered.agent;
  }
  if (ended.how == refused) rang(RecordedRing::How::refused);
  if (ended.how == timed_out) rang(RecordedRing::How::silent);
}

/// The talk and the wrap-up of the stay that he serves; whether he works on something else.
void Recorder::follow_work(Tracked& agent, std::uint32_t index, const journal::Fact& fact, const journal::AgentStateChanged& changed) {
  const journal::AgentStateChanged& was = agent.state;
  const bool same = is_with_contact(was.state) && is_with_contact(changed.state) && agent.contact == fact.contact &&
                    !(was.state == AgentState::wrap_up && talks(changed.state));
  if (is_with_contact(was.state) && !same && agent.serving != kNone) {
    Work& work = out_.stays[agent.serving].work.emplace(Work{fact.at - agent.since, {}, false});
    if (was.state == AgentState::wrap_up)
      work = {out_.stays[agent.serving].talk_at_least, fact.at - agent.since, agent.extended || fact.at < was.until};
  }
  if (same) {
    if (talks(was.state) && changed.state == AgentState::wrap_up) {
      if (agent.serving != kNone) out_.stays[agent.serving].talk_at_least = fact.at - agent.since;
      agent.since = fact.at;
      agent.extended = false;
    } else if (changed.state == AgentState::wrap_up && changed.until > was.until) {
      agent.extended = true;
    }
    return;
  }
  agent.serving = kNone;
  agent.elsewhere = is_with_contact(changed.state);
  agent.contact = fact.contact;
  agent.since = fact.at;
  Stay* stay = talks(changed.state) ? stay_of(fact.contact) : nullptr;
  if (!stay || stay->how != Stay::How::answered || open_[fact.contact].stay_ended != fact.at || (stay->agent != kNone && stay->agent != index))
    return;
  stay->agent = index;
  if (fact.at < begin()) return;
  agent.serving = open_[fact.contact].stay;
  agent.elsewhere = false;
}

void Recorder::on(const journal::Fact& fact, const journal::AgentStateChanged& changed) {
  if (left_out_.contains(changed.agent)) return;
  const std::uint32_t index = agent_of(changed.agent);
  Tracked& agent = agents_[index];
  count_time(agent, index, fact.at);
  const bool written = is_written(fact.contact);
  const bool silent = is_silence(changed.state, changed.reason) && !written;
  if (agent.silent && !silent && agent.since >= begin() && fact.at <= end()) {
    out_.silences[index].first += fact.at - agent.since;
    ++out_.silences[index].second;
  }
  follow_work(agent, index, fact, changed);
  agent.state = changed;
  agent.silent = silent;
  const Duty duty = agent.elsewhere ? Duty::other : meant_by(changed, written);
  if (duty == agent.duty) return;
  agent.duty = duty;
  agent.duty_since = changed.state == AgentState::ready && changed.idle_since.us ? changed.idle_since : fact.at;
  if (started_) out_.shifts.push_back({fact.at, index, duty});
}

/// Adds what passed, cut at the intervals.
void Recorder::count_time(Tracked& agent, std::uint32_t index, Instant to) {
  const AgentState state = agent.state.state;
  Instant from = std::max(agent.counted_to, begin());
  to = std::min(to, end());
  agent.counted_to = std::max(agent.counted_to, to);
  if (state == AgentState::signed_out || state == AgentState::unreachable) return;
  const auto& bounds = out_.bounds;
  for (auto i = static_cast<std::size_t>(std::upper_bound(bounds.begin(), bounds.end(), from) - bounds.begin()); from < to; ++i) {
    const Instant cut = std::min(to, bounds[i]);
    GroupCounts& counts = out_.times[index][i - 1];
    counts.staffed_us += (cut - from).count();
    if (works(state)) counts.busy_us += (cut - from).count();
    if (state == AgentState::not_ready) counts.paused_us += (cut - from).count();
    from = cut;
  }
}

bool Recorder::whole() const {
  const auto is_waiting = [&](const auto& each) { return each.second.stay != kNone && out_.stays[each.second.stay].how == Stay::How::open; };
  return std::ranges::none_of(open_, is_waiting) && std::ranges::none_of(agents_, [](const Tracked& agent) { return agent.serving != kNone; });
}

Recording Recorder::finish(Instant log_end) {
  if (!started_) start();
  for (std::uint32_t i = 0; i < agents_.size(); ++i) {
    Tracked& agent = agents_[i];
    count_time(agent, i, log_end);
    if (agent.serving == kNone) continue;
    Stay& stay = out_.stays[agent.serving];
    if (agent.state.state == AgentState::wrap_up) stay.work = Work{stay.talk_at_least, log_end - agent.since, false};
    else stay.talk_at_least = log_end - agent.since;
  }
  for (Stay& stay : out_.stays)
    if (stay.how == Stay::How::open) stay.wait = std::max(log_end - stay.entered, Duration::zero());
  return std::move(out_);
}

}  // namespace callwright::sim::what_if
