#include "journal/wire/fact_codec.hpp"

#include <utility>

#include "callwright/journal/v1/facts.pb.h"

namespace callwright::journal::wire {
namespace {

class Category final : public std::error_category {
 public:
  const char* name() const noexcept override { return "journal.wire"; }
  std::string message(int code) const override {
    switch (static_cast<Errc>(code)) {
      case Errc::unknown_kind: return "fact of a kind that this version does not know";
      case Errc::malformed: return "malformed fact";
      case Errc::bad_value: return "fact with an impossible value";
    }
    return "unknown error";
  }
};

/// Takes an enum whose values run from 1 to `last`, numbered alike here and on disk.
template <class Number, class Plain>
bool take(Number from, Plain last, Plain& to) {
  if (from < 1 || static_cast<int>(from) > static_cast<int>(last)) return false;
  to = static_cast<Plain>(from);
  return true;
}

/// In facts that are older than written contacts, which had no channel: what is not said is voice.
v1::Channel unless_voice(Channel channel) { return channel == Channel::voice ? v1::CHANNEL_UNSPECIFIED : static_cast<v1::Channel>(channel); }
bool take_unless_voice(v1::Channel from, Channel& to) {
  to = Channel::voice;
  return from == v1::CHANNEL_UNSPECIFIED || take(from, Channel::other, to);
}

void to_wire(const ServerStarted& from, v1::ServerStarted& to, v1::Secret&) {
  to.set_epoch(from.epoch);
}
bool from_wire(const v1::ServerStarted& from, const v1::Secret&, ServerStarted& to) {
  to.epoch = from.epoch();
  return true;
}

void to_wire(const ConfigApplied& from, v1::ConfigApplied& to, v1::Secret&) {
  to.set_centre_version(from.centre_version);
}
bool from_wire(const v1::ConfigApplied& from, const v1::Secret&, ConfigApplied& to) {
  to.centre_version = from.centre_version();
  return true;
}

void to_wire(const ClockStepped& from, v1::ClockStepped& to, v1::Secret&) {
  to.set_step_us(from.step_us);
}
bool from_wire(const v1::ClockStepped& from, const v1::Secret&, ClockStepped& to) {
  to.step_us = from.step_us();
  return true;
}

void to_wire(const FactsLost& from, v1::FactsLost& to, v1::Secret&) {
  to.set_contacts(from.contacts);
  to.set_facts(from.facts);
}
bool from_wire(const v1::FactsLost& from, const v1::Secret&, FactsLost& to) {
  to.contacts = from.contacts();
  to.facts = from.facts();
  return true;
}

void to_wire(const QueueInterval& from, v1::QueueInterval& to) {
  to.set_queue(from.queue.value);
  to.set_start(from.start.us);
  to.set_entered(from.entered);
  to.set_answered(from.answered);
  to.set_answered_within(from.answered_within);
  to.set_abandoned(from.abandoned);
  to.set_short_abandoned(from.short_abandoned);
  to.set_callback_requested(from.callback_requested);
  to.set_flow_overflow(from.flow_overflow);
  to.set_flow_transfer(from.flow_transfer);
  to.set_flow_closed(from.flow_closed);
  to.set_flow_supervisor(from.flow_supervisor);
  to.set_lost(from.lost);
  to.set_answered_wait_us(from.answered_wait.count());
  to.set_estimated(from.estimated);
  to.set_estimated_within(from.estimated_within);
  to.set_estimate_us(from.estimate.count());
  to.set_estimated_wait_us(from.estimated_wait.count());
  to.set_estimate_error_us(from.estimate_error.count());
  to.set_abandoned_wait_us(from.abandoned_wait.count());
}
QueueInterval from_wire(const v1::QueueInterval& from) {
  QueueInterval to;
  to.queue.value = from.queue();
  to.start.us = from.start();
  to.entered = from.entered();
  to.answered = from.answered();
  to.answered_within = from.answered_within();
  to.abandoned = from.abandoned();
  to.short_abandoned = from.short_abandoned();
  to.callback_requested = from.callback_requested();
  to.flow_overflow = from.flow_overflow();
  to.flow_transfer = from.flow_transfer();
  to.flow_closed = from.flow_closed();
  to.flow_supervisor = from.flow_supervisor();
  to.lost = from.lost();
  to.answered_wait = Duration(from.answered_wait_us());
  to.estimated = from.estimated();
  to.estimated_within = from.estimated_within();
  to.estimate = Duration(from.estimate_us());
  to.estimated_wait = Duration(from.estimated_wait_us());
  to.estimate_error = Duration(from.estimate_error_us());
  to.abandoned_wait = Duration(from.abandoned_wait_us());
  return to;
}

void to_wire(const Carried& from, v1::Carried& to, v1::Secret&) {
  to.set_last_seq(from.last_seq);
  to.set_last_id(from.last_id);
  to.set_decisions(from.decisions);
  for (const SourceMark& mark : from.sources) {
    v1::SourceMark& out = *to.add_sources();
    out.set_source(mark.source);
    out.set_last_id(mark.last_id);
  }
  for (const std::string& id : from.request_ids) to.add_request_ids(id);
  for (const QueueInterval& interval : from.intervals) to_wire(interval, *to.add_intervals());
  for (const AgentMark& mark : from.agent_marks) {
    v1::AgentMark& out = *to.add_agent_marks();
    out.set_agent(mark.agent.value);
    out.set_last_decision(mark.last_decision);
    out.set_worked_us(mark.worked.count());
    out.set_available_us(mark.available.count());
    out.set_counted_to(mark.counted_to.us);
    out.set_occupancy(mark.occupancy);
  }
  for (const QuotaMark& mark : from.quota_marks) {
    v1::QuotaMark& out = *to.add_quota_marks();
    out.set_queue(mark.queue.value);
    out.set_agent(mark.agent.value);
    out.set_mark(mark.mark);
  }
  for (const QueueMark& mark : from.queue_marks) {
    v1::QueueMark& out = *to.add_queue_marks();
    out.set_queue(mark.queue.value);
    out.set_quota(mark.quota);
    out.set_service_level(mark.service_level);
    out.set_handling_us(mark.handling.count());
  }
}
bool from_wire(const v1::Carried& from, const v1::Secret&, Carried& to) {
  to.last_seq = from.last_seq();
  to.last_id = from.last_id();
  to.decisions = from.decisions();
  for (const v1::SourceMark& mark : from.sources()) to.sources.push_back({mark.source(), mark.last_id()});
  for (const std::string& id : from.request_ids()) to.request_ids.push_back(id);
  for (const v1::QueueInterval& interval : from.intervals()) to.intervals.push_back(from_wire(interval));
  for (const v1::AgentMark& mark : from.agent_marks())
    to.agent_marks.push_back({AgentId{mark.agent()}, mark.last_decision(), Duration(mark.worked_us()), Duration(mark.available_us()),
                              Instant{mark.counted_to()}, mark.occupancy()});
  for (const v1::QuotaMark& mark : from.quota_marks()) to.quota_marks.push_back({QueueId{mark.queue()}, AgentId{mark.agent()}, mark.mark()});
  for (const v1::QueueMark& mark : from.queue_marks()) to.queue_marks.push_back({QueueId{mark.queue()}, mark.quota(), mark.service_level(), Duration(mark.handling_us())});
  return true;
}

void to_wire(const LinkUp& from, v1::LinkUp& to, v1::Secret&) {
  to.set_switch_id(from.switch_id.value);
  to.set_boot_epoch(from.boot_epoch);
}
bool from_wire(const v1::LinkUp& from, const v1::Secret&, LinkUp& to) {
  to.switch_id.value = from.switch_id();
  to.boot_epoch = from.boot_epoch();
  return true;
}

void to_wire(const LinkDown& from, v1::LinkDown& to, v1::Secret&) {
  to.set_switch_id(from.switch_id.value);
  to.set_reason(from.reason);
}
bool from_wire(const v1::LinkDown& from, const v1::Secret&, LinkDown& to) {
  to.switch_id.value = from.switch_id();
  to.reason = from.reason();
  return true;
}

void to_wire(const GapFound& from, v1::GapFound& to, v1::Secret&) {
  to.set_switch_id(from.switch_id.value);
  to.set_from(from.from.us);
  to.set_to(from.to.us);
}
bool from_wire(const v1::GapFound& from, const v1::Secret&, GapFound& to) {
  to.switch_id.value = from.switch_id();
  to.from.us = from.from();
  to.to.us = from.to();
  return true;
}

void to_wire(const ContactOpened& from, v1::ContactOpened& to, v1::Secret& secret) {
  to.set_channel(static_cast<v1::Channel>(from.channel));
  to.set_direction(static_cast<v1::Direction>(from.direction));
  to.set_by(static_cast<v1::OpenedBy>(from.by));
  to.set_switch_id(from.switch_id.value);
  to.set_trunk(from.trunk);
  to.set_dnis(from.dnis);
  to.set_queue(from.queue.value);
  secret.set_ani(from.ani);
  secret.set_caller_name(from.caller_name);
  secret.set_url(from.url);
}
bool from_wire(const v1::ContactOpened& from, const v1::Secret& secret, ContactOpened& to) {
  to.switch_id.value = from.switch_id();
  to.trunk = from.trunk();
  to.dnis = from.dnis();
  to.ani = secret.ani();
  to.caller_name = secret.caller_name();
  to.queue.value = from.queue();
  to.url = secret.url();
  return take(from.channel(), Channel::other, to.channel) && take(from.direction(), Direction::internal, to.direction) && take(from.by(), OpenedBy::api, to.by);
}

void to_wire(const RouteRequested& from, v1::RouteRequested& to, v1::Secret&) {
  to.set_leg(from.leg.value);
  to.set_entry(from.entry);
}
bool from_wire(const v1::RouteRequested& from, const v1::Secret&, RouteRequested& to) {
  to.leg.value = from.leg();
  to.entry = from.entry();
  return true;
}

void to_wire(const CustomerMatched& from, v1::CustomerMatched& to, v1::Secret& secret) {
  to.set_match(static_cast<v1::Match>(from.match));
  to.set_customer(from.customer.value);
  for (const auto& id : from.candidates) to.add_candidates(id.value);
  to.set_by(from.by.value);
  secret.set_e164(from.e164);
}
bool from_wire(const v1::CustomerMatched& from, const v1::Secret& secret, CustomerMatched& to) {
  to.customer.value = from.customer();
  for (std::int64_t id : from.candidates()) to.candidates.push_back(CustomerId{id});
  to.by.value = from.by();
  to.e164 = secret.e164();
  return take(from.match(), Match::chosen, to.match);
}

void to_wire(const DataAttached& from, v1::DataAttached& to, v1::Secret& secret) {
  to.set_key(from.key);
  secret.set_value(from.value);
}
bool from_wire(const v1::DataAttached& from, const v1::Secret& secret, DataAttached& to) {
  to.key = from.key();
  to.value = secret.value();
  return true;
}

void to_wire(const CallDiverted& from, v1::CallDiverted& to, v1::Secret& secret) {
  to.set_leg(from.leg.value);
  to.set_reason(static_cast<v1::DivertReason>(from.reason));
  to.set_raw_reason(from.raw_reason);
  secret.set_from(from.from);
  secret.set_to(from.to);
}
bool from_wire(const v1::CallDiverted& from, const v1::Secret& secret, CallDiverted& to) {
  to.leg.value = from.leg();
  to.raw_reason = from.raw_reason();
  to.from = secret.from();
  to.to = secret.to();
  return take(from.reason(), DivertReason::deflected, to.reason);
}

void to_wire(const RecordingChanged& from, v1::RecordingChanged& to, v1::Secret& secret) {
  to.set_leg(from.leg.value);
  to.set_state(static_cast<v1::RecordingState>(from.state));
  to.set_raw_text(from.raw_text);
  secret.set_recording(from.recording);
}
bool from_wire(const v1::RecordingChanged& from, const v1::Secret& secret, RecordingChanged& to) {
  to.leg.value = from.leg();
  to.raw_text = from.raw_text();
  to.recording = secret.recording();
  return take(from.state(), RecordingState::failed, to.state);
}

void to_wire(const ConsultMarked& from, v1::ConsultMarked& to, v1::Secret&) {
  to.set_of(from.of.value);
}
bool from_wire(const v1::ConsultMarked& from, const v1::Secret&, ConsultMarked& to) {
  to.of.value = from.of();
  return true;
}

void to_wire(const ContactAnswered& from, v1::ContactAnswered& to, v1::Secret&) {
  to.set_agent(from.agent.value);
  to.set_agent_leg(from.agent_leg.value);
}
bool from_wire(const v1::ContactAnswered& from, const v1::Secret&, ContactAnswered& to) {
  to.agent.value = from.agent();
  to.agent_leg.value = from.agent_leg();
  return true;
}

void to_wire(const ContactEnded& from, v1::ContactEnded& to, v1::Secret&) {
  to.set_outcome(static_cast<v1::ContactOutcome>(from.outcome));
  to.set_cause(static_cast<v1::Cause>(from.cause));
  to.set_queue(from.queue.value);
}
bool from_wire(const v1::ContactEnded& from, const v1::Secret&, ContactEnded& to) {
  to.queue.value = from.queue();
  return take(from.outcome(), ContactOutcome::handed_over, to.outcome) && take(from.cause(), Cause::unknown, to.cause);
}

void to_wire(const CallStarted& from, v1::CallStarted& to, v1::Secret&) {
  to.set_call(from.call.value);
  to.set_switch_id(from.switch_id.value);
}
bool from_wire(const v1::CallStarted& from, const v1::Secret&, CallStarted& to) {
  to.call.value = from.call();
  to.switch_id.value = from.switch_id();
  return true;
}

void to_wire(const CallEnded& from, v1::CallEnded& to, v1::Secret&) {
  to.set_call(from.call.value);
}
bool from_wire(const v1::CallEnded& from, const v1::Secret&, CallEnded& to) {
  to.call.value = from.call();
  return true;
}

void to_wire(const CallsMerged& from, v1::CallsMerged& to, v1::Secret&) {
  to.set_from(from.from.value);
  to.set_into(from.into.value);
}
bool from_wire(const v1::CallsMerged& from, const v1::Secret&, CallsMerged& to) {
  to.from.value = from.from();
  to.into.value = from.into();
  return true;
}

void to_wire(const TransferStarted& from, v1::TransferStarted& to, v1::Secret& secret) {
  to.set_how(static_cast<v1::TransferKind>(from.how));
  to.set_transferor(from.transferor.value);
  to.set_transferee(from.transferee.value);
  to.set_consult(from.consult.value);
  secret.set_to(from.to);
}
bool from_wire(const v1::TransferStarted& from, const v1::Secret& secret, TransferStarted& to) {
  to.transferor.value = from.transferor();
  to.transferee.value = from.transferee();
  to.consult.value = from.consult();
  to.to = secret.to();
  return take(from.how(), TransferKind::single_step, to.how);
}

void to_wire(const TransferCompleted& from, v1::TransferCompleted& to, v1::Secret& secret) {
  to.set_how(static_cast<v1::TransferKind>(from.how));
  to.set_transferor(from.transferor.value);
  to.set_transferee(from.transferee.value);
  to.set_consult(from.consult.value);
  secret.set_to(from.to);
}
bool from_wire(const v1::TransferCompleted& from, const v1::Secret& secret, TransferCompleted& to) {
  to.transferor.value = from.transferor();
  to.transferee.value = from.transferee();
  to.consult.value = from.consult();
  to.to = secret.to();
  return take(from.how(), TransferKind::single_step, to.how);
}

void to_wire(const TransferFailed& from, v1::TransferFailed& to, v1::Secret& secret) {
  to.set_how(static_cast<v1::TransferKind>(from.how));
  to.set_transferor(from.transferor.value);
  to.set_transferee(from.transferee.value);
  to.set_cause(static_cast<v1::Cause>(from.cause));
  to.set_raw_code(from.raw_code);
  to.set_raw_text(from.raw_text);
  secret.set_to(from.to);
}
bool from_wire(const v1::TransferFailed& from, const v1::Secret& secret, TransferFailed& to) {
  to.transferor.value = from.transferor();
  to.transferee.value = from.transferee();
  to.raw_code = from.raw_code();
  to.raw_text = from.raw_text();
  to.to = secret.to();
  return take(from.how(), TransferKind::single_step, to.how) && take(from.cause(), Cause::unknown, to.cause);
}

void to_wire(const LegStarted& from, v1::LegStarted& to, v1::Secret&) {
  to.set_leg(from.leg.value);
  to.set_call(from.call.value);
  to.set_switch_id(from.switch_id.value);
  to.set_boot_epoch(from.boot_epoch);
  to.set_native_id(from.native_id);
  to.set_device(from.device);
  to.set_role(static_cast<v1::LegRole>(from.role));
  to.set_agent(from.agent.value);
  to.set_offer(from.offer.value);
  to.set_state(static_cast<v1::LegState>(from.state));
}
bool from_wire(const v1::LegStarted& from, const v1::Secret&, LegStarted& to) {
  to.leg.value = from.leg();
  to.call.value = from.call();
  to.switch_id.value = from.switch_id();
  to.boot_epoch = from.boot_epoch();
  to.native_id = from.native_id();
  to.device = from.device();
  to.agent.value = from.agent();
  to.offer.value = from.offer();
  return take(from.role(), LegRole::hidden, to.role) && take(from.state(), LegState::failed, to.state);
}

void to_wire(const LegStateChanged& from, v1::LegStateChanged& to, v1::Secret&) {
  to.set_leg(from.leg.value);
  to.set_state(static_cast<v1::LegState>(from.state));
}
bool from_wire(const v1::LegStateChanged& from, const v1::Secret&, LegStateChanged& to) {
  to.leg.value = from.leg();
  return take(from.state(), LegState::failed, to.state);
}

void to_wire(const LegJoined& from, v1::LegJoined& to, v1::Secret&) {
  to.set_leg(from.leg.value);
  to.set_call(from.call.value);
}
bool from_wire(const v1::LegJoined& from, const v1::Secret&, LegJoined& to) {
  to.leg.value = from.leg();
  to.call.value = from.call();
  return true;
}

void to_wire(const LegLeft& from, v1::LegLeft& to, v1::Secret&) {
  to.set_leg(from.leg.value);
}
bool from_wire(const v1::LegLeft& from, const v1::Secret&, LegLeft& to) {
  to.leg.value = from.leg();
  return true;
}

void to_wire(const LegReplaced& from, v1::LegReplaced& to, v1::Secret&) {
  to.set_old_leg(from.old_leg.value);
  to.set_new_leg(from.new_leg.value);
}
bool from_wire(const v1::LegReplaced& from, const v1::Secret&, LegReplaced& to) {
  to.old_leg.value = from.old_leg();
  to.new_leg.value = from.new_leg();
  return true;
}

void to_wire(const LegsPaired& from, v1::LegsPaired& to, v1::Secret&) {
  to.set_one(from.one.value);
  to.set_two(from.two.value);
}
bool from_wire(const v1::LegsPaired& from, const v1::Secret&, LegsPaired& to) {
  to.one.value = from.one();
  to.two.value = from.two();
  return true;
}

void to_wire(const LegEnded& from, v1::LegEnded& to, v1::Secret&) {
  to.set_leg(from.leg.value);
  to.set_cause(static_cast<v1::Cause>(from.cause));
  to.set_raw_code(from.raw_code);
  to.set_raw_text(from.raw_text);
  to.set_by(static_cast<v1::EndedBy>(from.by));
  to.set_lost_from(from.lost_from.us);
  to.set_lost_to(from.lost_to.us);
}
bool from_wire(const v1::LegEnded& from, const v1::Secret&, LegEnded& to) {
  to.leg.value = from.leg();
  to.raw_code = from.raw_code();
  to.raw_text = from.raw_text();
  to.lost_from.us = from.lost_from();
  to.lost_to.us = from.lost_to();
  return take(from.cause(), Cause::unknown, to.cause) && take(from.by(), EndedBy::network, to.by);
}

/// The plain kinds count from 0, those on disk from 1.
void to_wire(const Requirement& from, v1::Requirement& to) {
  to.set_skill(from.skill.value);
  to.set_kind(static_cast<v1::RequirementKind>(static_cast<int>(from.kind) + 1));
  to.set_min_level(from.min_level);
  to.set_weight(from.weight);
}
bool from_wire(const v1::Requirement& from, Requirement& to) {
  to.skill.value = from.skill();
  to.min_level = from.min_level();
  to.weight = from.weight();
  to.kind = static_cast<Requirement::Kind>(from.kind() - 1);
  return from.kind() >= v1::REQUIREMENT_KIND_REQUIRED && from.kind() <= v1::REQUIREMENT_KIND_VALUE;
}

void to_wire(const VisitStarted& from, v1::VisitStarted& to, v1::Secret&) {
  to.set_visit(from.visit);
  to.set_queue(from.queue.value);
  to.set_entered_at(from.entered_at.us);
  to.set_priority(from.priority);
  for (const Requirement& requirement : from.requirements) to_wire(requirement, *to.add_requirements());
  to.set_short_abandon_us(from.short_abandon.count());
  to.set_service_level_us(from.service_level.count());
  to.set_switch_id(from.switch_id.value);
  to.set_credit_us(from.credit.count());
  for (const VisitStep& step : from.steps) {
    v1::VisitStep& out = *to.add_steps();
    out.set_after_us(step.after.count());
    for (const Requirement& requirement : step.requirements) to_wire(requirement, *out.add_requirements());
    out.set_boost(step.boost);
  }
  for (const Favour& favour : from.favours) {
    v1::Favour& out = *to.add_favours();
    out.set_agent(favour.agent.value);
    out.set_why(static_cast<v1::FavourWhy>(favour.why));
    out.set_points(favour.points);
    out.set_held_until(favour.held_until.us);
  }
  to.set_rona_boost(from.rona_boost);
  to.set_callback(from.callback);
  to.set_channel(unless_voice(from.channel));
  to.set_observed(from.observed);
}
bool from_wire(const v1::VisitStarted& from, const v1::Secret&, VisitStarted& to) {
  to.visit = from.visit();
  to.queue.value = from.queue();
  to.entered_at.us = from.entered_at();
  to.priority = from.priority();
  for (const v1::Requirement& requirement : from.requirements())
    if (!from_wire(requirement, to.requirements.emplace_back())) return false;
  to.short_abandon = Duration(from.short_abandon_us());
  to.service_level = Duration(from.service_level_us());
  to.switch_id.value = from.switch_id();
  to.credit = Duration(from.credit_us());
  for (const v1::VisitStep& step : from.steps()) {
    VisitStep& out = to.steps.emplace_back();
    out.after = Duration(step.after_us());
    for (const v1::Requirement& requirement : step.requirements())
      if (!from_wire(requirement, out.requirements.emplace_back())) return false;
    out.boost = step.boost();
  }
  for (const v1::Favour& favour : from.favours()) {
    Favour& out = to.favours.emplace_back();
    out.agent.value = favour.agent();
    out.points = favour.points();
    out.held_until.us = favour.held_until();
    if (!take(favour.why(), Favour::Why::named_agent, out.why)) return false;
  }
  to.rona_boost = from.rona_boost();
  to.callback = from.callback();
  to.observed = from.observed();
  return take_unless_voice(from.channel(), to.channel);
}

void to_wire(const VisitChanged& from, v1::VisitChanged& to, v1::Secret&) {
  to.set_visit(from.visit);
  to.set_what(static_cast<v1::VisitChange>(from.what));
  to.set_step(from.step);
  to.set_points(from.points);
  to.set_by(from.by);
  to.set_estimate_us(from.estimate.count());
}
bool from_wire(const v1::VisitChanged& from, const v1::Secret&, VisitChanged& to) {
  to.visit = from.visit();
  to.step = from.step();
  to.points = from.points();
  to.by = from.by();
  to.estimate = Duration(from.estimate_us());
  return take(from.what(), VisitChanged::What::estimated, to.what);
}

void to_wire(const VisitTreated& from, v1::VisitTreated& to, v1::Secret&) {
  to.set_visit(from.visit);
  to.set_why(static_cast<v1::TreatedFor>(from.why));
  to.set_until(from.until.us);
}
bool from_wire(const v1::VisitTreated& from, const v1::Secret&, VisitTreated& to) {
  to.visit = from.visit();
  to.until.us = from.until();
  return take(from.why(), TreatedFor::emergency, to.why);
}

void to_wire(const VisitHeard& from, v1::VisitHeard& to, v1::Secret&) { to.set_visit(from.visit); }
bool from_wire(const v1::VisitHeard& from, const v1::Secret&, VisitHeard& to) {
  to.visit = from.visit();
  return true;
}

void to_wire(const CallerTold& from, v1::CallerTold& to, v1::Secret&) {
  to.set_visit(from.visit);
  to.set_position(from.position);
  to.set_estimate_us(from.estimate.count());
}
bool from_wire(const v1::CallerTold& from, const v1::Secret&, CallerTold& to) {
  to.visit = from.visit();
  to.position = from.position();
  to.estimate = Duration(from.estimate_us());
  return true;
}

void to_wire(const EmergencySet& from, v1::EmergencySet& to, v1::Secret&) {
  to.set_queue(from.queue.value);
  to.set_on(from.on);
  to.set_by(from.by);
}
bool from_wire(const v1::EmergencySet& from, const v1::Secret&, EmergencySet& to) {
  to.queue.value = from.queue();
  to.on = from.on();
  to.by = from.by();
  return true;
}

void to_wire(const VisitEnded& from, v1::VisitEnded& to, v1::Secret&) {
  to.set_visit(from.visit);
  to.set_queue(from.queue.value);
  to.set_how(static_cast<v1::VisitEnd>(from.how));
  to.set_waited_us(from.waited.count());
}
bool from_wire(const v1::VisitEnded& from, const v1::Secret&, VisitEnded& to) {
  to.visit = from.visit();
  to.queue.value = from.queue();
  to.waited = Duration(from.waited_us());
  return take(from.how(), VisitEnd::lost, to.how);
}

void to_wire(const OfferMade& from, v1::OfferMade& to, v1::Secret&) {
  to.set_offer(from.offer.value);
  to.set_visit(from.visit);
  to.set_queue(from.queue.value);
  to.set_agent(from.agent.value);
  to.set_switch_id(from.switch_id.value);
  to.set_device(from.device);
  to.set_expires_at(from.expires_at.us);
  to.set_wrap_up_us(from.wrap_up.count());
  to.set_decision(from.decision);
  for (const GateCount& gate : from.gates) {
    v1::GateCount& out = *to.add_gates();
    out.set_gate(static_cast<v1::Gate>(gate.gate));
    out.set_left(gate.left);
  }
  for (const Candidate& candidate : from.best) {
    v1::Candidate& out = *to.add_best();
    out.set_agent(candidate.agent.value);
    out.set_score(candidate.score);
    for (const Term& term : candidate.terms) {
      v1::Term& out_term = *out.add_terms();
      out_term.set_kind(static_cast<v1::TermKind>(term.kind));
      out_term.set_skill(term.skill.value);
      out_term.set_points(term.points);
    }
  }
  to.set_agent_share(from.agent_share);
  to.set_auto_answer(from.auto_answer);
  to.set_wrap_up_extension_us(from.wrap_up_extension.count());
  to.set_wrap_up_extensions(from.wrap_up_extensions);
  to.set_pulled_by(from.pulled_by);
  to.set_group(from.group.value);
  to.set_claim(from.claim);
  to.set_channel(unless_voice(from.channel));
}
bool from_wire(const v1::Candidate& from, Candidate& to) {
  to.agent.value = from.agent();
  to.score = from.score();
  for (const v1::Term& term : from.terms()) {
    TermKind kind{};
    if (!take(term.kind(), TermKind::load, kind)) return false;
    to.terms.push_back({kind, SkillId{term.skill()}, term.points()});
  }
  return true;
}
bool from_wire(const v1::OfferMade& from, const v1::Secret&, OfferMade& to) {
  to.offer.value = from.offer();
  to.visit = from.visit();
  to.queue.value = from.queue();
  to.agent.value = from.agent();
  to.switch_id.value = from.switch_id();
  to.device = from.device();
  to.expires_at.us = from.expires_at();
  to.wrap_up = Duration(from.wrap_up_us());
  to.decision = from.decision();
  for (const v1::GateCount& count : from.gates()) {
    Gate gate{};
    if (!take(count.gate(), Gate::capacity, gate)) return false;
    to.gates.push_back({gate, count.left()});
  }
  for (const v1::Candidate& candidate : from.best())
    if (!from_wire(candidate, to.best.emplace_back())) return false;
  to.agent_share = from.agent_share();
  to.auto_answer = from.auto_answer();
  to.wrap_up_extension = Duration(from.wrap_up_extension_us());
  to.wrap_up_extensions = from.wrap_up_extensions();
  to.pulled_by = from.pulled_by();
  to.group.value = from.group();
  to.claim = from.claim();
  return take_unless_voice(from.channel(), to.channel);
}

void to_wire(const OfferClaimed& from, v1::OfferClaimed& to, v1::Secret&) {
  to.set_offer(from.offer.value);
  to.set_agent(from.agent.value);
  to.set_expires_at(from.expires_at.us);
  to.set_by(from.by);
}
bool from_wire(const v1::OfferClaimed& from, const v1::Secret&, OfferClaimed& to) {
  to.offer.value = from.offer();
  to.agent.value = from.agent();
  to.expires_at.us = from.expires_at();
  to.by = from.by();
  return true;
}

void to_wire(const OfferEnded& from, v1::OfferEnded& to, v1::Secret&) {
  to.set_offer(from.offer.value);
  to.set_agent(from.agent.value);
  to.set_how(static_cast<v1::OfferEnd>(from.how));
  to.set_excluded_until(from.excluded_until.us);
}
bool from_wire(const v1::OfferEnded& from, const v1::Secret&, OfferEnded& to) {
  to.offer.value = from.offer();
  to.agent.value = from.agent();
  to.excluded_until.us = from.excluded_until();
  return take(from.how(), OfferEnd::lost, to.how);
}

void to_wire(const AgentStateChanged& from, v1::AgentStateChanged& to, v1::Secret&) {
  to.set_agent(from.agent.value);
  to.set_state(static_cast<v1::AgentState>(from.state));
  to.set_reason(from.reason);
  to.set_until(from.until.us);
  to.set_next(static_cast<v1::AgentState>(from.next));
  to.set_next_reason(from.next_reason);
  to.set_idle_since(from.idle_since.us);
}
bool from_wire(const v1::AgentStateChanged& from, const v1::Secret&, AgentStateChanged& to) {
  to.agent.value = from.agent();
  to.reason = from.reason();
  to.until.us = from.until();
  to.next_reason = from.next_reason();
  to.idle_since.us = from.idle_since();
  return take(from.state(), AgentState::unreachable, to.state) && take(from.next(), AgentState::unreachable, to.next);
}

void to_wire(const WorkChanged& from, v1::WorkChanged& to, v1::Secret&) {
  to.set_agent(from.agent.value);
  to.set_channel(static_cast<v1::Channel>(from.channel));
  to.set_state(static_cast<v1::WorkState>(from.state));
  to.set_until(from.until.us);
}
bool from_wire(const v1::WorkChanged& from, const v1::Secret&, WorkChanged& to) {
  to.agent.value = from.agent();
  to.until.us = from.until();
  return take(from.channel(), Channel::other, to.channel) && take(from.state(), WorkState::done, to.state);
}

void to_wire(const SegmentStarted& from, v1::SegmentStarted& to, v1::Secret&) {
  to.set_segment(from.segment);
  to.set_agent(from.agent.value);
  to.set_what(static_cast<v1::SegmentKind>(from.what));
}
bool from_wire(const v1::SegmentStarted& from, const v1::Secret&, SegmentStarted& to) {
  to.segment = from.segment();
  to.agent.value = from.agent();
  return take(from.what(), SegmentKind::wrap_up, to.what);
}

void to_wire(const SegmentEnded& from, v1::SegmentEnded& to, v1::Secret&) {
  to.set_segment(from.segment);
}
bool from_wire(const v1::SegmentEnded& from, const v1::Secret&, SegmentEnded& to) {
  to.segment = from.segment();
  return true;
}

void to_wire(const DispositionSet& from, v1::DispositionSet& to, v1::Secret&) {
  to.set_agent(from.agent.value);
  to.set_code(from.code);
  to.set_resolved(from.resolved);
}
bool from_wire(const v1::DispositionSet& from, const v1::Secret&, DispositionSet& to) {
  to.agent.value = from.agent();
  to.code = from.code();
  to.resolved = from.resolved();
  return true;
}

void to_wire(const NoteWritten& from, v1::NoteWritten& to, v1::Secret& secret) {
  to.set_agent(from.agent.value);
  to.set_note(from.note);
  secret.set_text(from.text);
}
bool from_wire(const v1::NoteWritten& from, const v1::Secret& secret, NoteWritten& to) {
  to.agent.value = from.agent();
  to.note = from.note();
  to.text = secret.text();
  return true;
}

void to_wire(const CallbackRequested& from, v1::CallbackRequested& to, v1::Secret& secret) {
  to.set_callback(from.callback);
  to.set_queue(from.queue.value);
  to.set_switch_id(from.switch_id.value);
  to.set_by(static_cast<v1::CallbackBy>(from.by));
  to.set_asked_by(from.asked_by);
  to.set_due(from.due.us);
  to.set_credit_us(from.credit.count());
  to.set_agent(from.agent.value);
  to.set_hold_us(from.hold.count());
  to.set_attempts(from.attempts);
  to.set_retry_us(from.retry.count());
  to.set_ring_us(from.ring.count());
  to.set_expires_at(from.expires_at.us);
  to.set_customer(from.customer.value);
  secret.set_number(from.number);
  secret.set_text(from.note);
}
bool from_wire(const v1::CallbackRequested& from, const v1::Secret& secret, CallbackRequested& to) {
  to.callback = from.callback();
  to.queue.value = from.queue();
  to.switch_id.value = from.switch_id();
  to.asked_by = from.asked_by();
  to.due.us = from.due();
  to.credit = Duration(from.credit_us());
  to.agent.value = from.agent();
  to.hold = Duration(from.hold_us());
  to.attempts = from.attempts();
  to.retry = Duration(from.retry_us());
  to.ring = Duration(from.ring_us());
  to.expires_at.us = from.expires_at();
  to.customer.value = from.customer();
  to.number = secret.number();
  to.note = secret.text();
  return take(from.by(), CallbackBy::desk, to.by);
}

void to_wire(const CallbackDialled& from, v1::CallbackDialled& to, v1::Secret&) {
  to.set_callback(from.callback);
  to.set_attempt(from.attempt);
  to.set_offer(from.offer.value);
  to.set_agent(from.agent.value);
  to.set_until(from.until.us);
}
bool from_wire(const v1::CallbackDialled& from, const v1::Secret&, CallbackDialled& to) {
  to.callback = from.callback();
  to.attempt = from.attempt();
  to.offer.value = from.offer();
  to.agent.value = from.agent();
  to.until.us = from.until();
  return true;
}

void to_wire(const CallbackDeferred& from, v1::CallbackDeferred& to, v1::Secret&) {
  to.set_callback(from.callback);
  to.set_cause(static_cast<v1::Cause>(from.cause));
  to.set_until(from.until.us);
}
bool from_wire(const v1::CallbackDeferred& from, const v1::Secret&, CallbackDeferred& to) {
  to.callback = from.callback();
  to.until.us = from.until();
  return take(from.cause(), Cause::unknown, to.cause);
}

void to_wire(const CallbackEnded& from, v1::CallbackEnded& to, v1::Secret&) {
  to.set_callback(from.callback);
  to.set_how(static_cast<v1::CallbackEnd>(from.how));
  to.set_ended_by(from.ended_by);
}
bool from_wire(const v1::CallbackEnded& from, const v1::Secret&, CallbackEnded& to) {
  to.callback = from.callback();
  to.ended_by = from.ended_by();
  return take(from.how(), CallbackEnd::called_again, to.how);
}

/// The message of each fact.
template <class Fact>
struct Wire;
template <> struct Wire<ServerStarted> { using type = v1::ServerStarted; };
template <> struct Wire<ConfigApplied> { using type = v1::ConfigApplied; };
template <> struct Wire<ClockStepped> { using type = v1::ClockStepped; };
template <> struct Wire<FactsLost> { using type = v1::FactsLost; };
template <> struct Wire<Carried> { using type = v1::Carried; };
template <> struct Wire<LinkUp> { using type = v1::LinkUp; };
template <> struct Wire<LinkDown> { using type = v1::LinkDown; };
template <> struct Wire<GapFound> { using type = v1::GapFound; };
template <> struct Wire<ContactOpened> { using type = v1::ContactOpened; };
template <> struct Wire<RouteRequested> { using type = v1::RouteRequested; };
template <> struct Wire<CustomerMatched> { using type = v1::CustomerMatched; };
template <> struct Wire<DataAttached> { using type = v1::DataAttached; };
template <> struct Wire<ContactAnswered> { using type = v1::ContactAnswered; };
template <> struct Wire<ContactEnded> { using type = v1::ContactEnded; };
template <> struct Wire<CallStarted> { using type = v1::CallStarted; };
template <> struct Wire<CallEnded> { using type = v1::CallEnded; };
template <> struct Wire<CallDiverted> { using type = v1::CallDiverted; };
template <> struct Wire<RecordingChanged> { using type = v1::RecordingChanged; };
template <> struct Wire<ConsultMarked> { using type = v1::ConsultMarked; };
template <> struct Wire<CallsMerged> { using type = v1::CallsMerged; };
template <> struct Wire<TransferStarted> { using type = v1::TransferStarted; };
template <> struct Wire<TransferCompleted> { using type = v1::TransferCompleted; };
template <> struct Wire<TransferFailed> { using type = v1::TransferFailed; };
template <> struct Wire<LegStarted> { using type = v1::LegStarted; };
template <> struct Wire<LegStateChanged> { using type = v1::LegStateChanged; };
template <> struct Wire<LegJoined> { using type = v1::LegJoined; };
template <> struct Wire<LegLeft> { using type = v1::LegLeft; };
template <> struct Wire<LegReplaced> { using type = v1::LegReplaced; };
template <> struct Wire<LegsPaired> { using type = v1::LegsPaired; };
template <> struct Wire<LegEnded> { using type = v1::LegEnded; };
template <> struct Wire<VisitStarted> { using type = v1::VisitStarted; };
template <> struct Wire<VisitChanged> { using type = v1::VisitChanged; };
template <> struct Wire<VisitEnded> { using type = v1::VisitEnded; };
template <> struct Wire<VisitTreated> { using type = v1::VisitTreated; };
template <> struct Wire<VisitHeard> { using type = v1::VisitHeard; };
template <> struct Wire<CallerTold> { using type = v1::CallerTold; };
template <> struct Wire<EmergencySet> { using type = v1::EmergencySet; };
template <> struct Wire<OfferMade> { using type = v1::OfferMade; };
template <> struct Wire<OfferClaimed> { using type = v1::OfferClaimed; };
template <> struct Wire<OfferEnded> { using type = v1::OfferEnded; };
template <> struct Wire<AgentStateChanged> { using type = v1::AgentStateChanged; };
template <> struct Wire<WorkChanged> { using type = v1::WorkChanged; };
template <> struct Wire<SegmentStarted> { using type = v1::SegmentStarted; };
template <> struct Wire<SegmentEnded> { using type = v1::SegmentEnded; };
template <> struct Wire<DispositionSet> { using type = v1::DispositionSet; };
template <> struct Wire<NoteWritten> { using type = v1::NoteWritten; };
template <> struct Wire<CallbackRequested> { using type = v1::CallbackRequested; };
template <> struct Wire<CallbackDialled> { using type = v1::CallbackDialled; };
template <> struct Wire<CallbackDeferred> { using type = v1::CallbackDeferred; };
template <> struct Wire<CallbackEnded> { using type = v1::CallbackEnded; };

template <class Fact>
using WireOf = typename Wire<Fact>::type;

template <class Fact>
Result<Body> decode_as(std::string_view body, std::string_view secret) {
  WireOf<Fact> message;
  v1::Secret personal;
  if (!message.ParseFromArray(body.data(), static_cast<int>(body.size()))) return fail(Errc::malformed, "body");
  if (!personal.ParseFromArray(secret.data(), static_cast<int>(secret.size()))) return fail(Errc::malformed, "secret");
  Fact fact;
  if (!from_wire(message, personal, fact)) return fail(Errc::bad_value);
  return Body(std::move(fact));
}

/// The decoder of the variant's alternative whose `kind` it is.
template <class... Facts>
Result<Body> decode_one_of(const std::variant<Facts...>*, std::uint16_t kind, std::string_view body, std::string_view secret) {
  Result<Body> decoded = fail(Errc::unknown_kind, std::to_string(kind));
  static_cast<void>(((static_cast<std::uint16_t>(Facts::kind) == kind && (decoded = decode_as<Facts>(body, secret), true)) || ...));
  return decoded;
}

}  // namespace

const std::error_category& category() {
  static const Category instance;
  return instance;
}

Encoded encode(const Body& body) {
  return std::visit(
      [](const auto& fact) {
        using Fact = std::decay_t<decltype(fact)>;
        WireOf<Fact> message;
        v1::Secret personal;
        to_wire(fact, message, personal);
        Encoded out;
        out.kind = static_cast<std::uint16_t>(Fact::kind);
        message.SerializeToString(&out.body);
        personal.SerializeToString(&out.secret);
        return out;
      },
      body);
}

Result<Body> decode(std::uint16_t kind, std::uint16_t, std::string_view body, std::string_view secret) {
  return decode_one_of(static_cast<const Body*>(nullptr), kind, body, secret);
}

}  // namespace callwright::journal::wire
