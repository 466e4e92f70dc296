#include "agent-desktop-api/json_views.hpp"

#include "agent-desktop-api/json_text.hpp"
#include "agent-desktop-api/names.hpp"
#include "contacts/decision_rates.hpp"
#include "journal/counterfactual.hpp"

namespace callwright::desktop {
namespace {

void id_list(JsonText& json, std::string_view name, const auto& ids) {
  json.begin_array(name);
  for (const auto& id : ids) json.value(std::to_string(id.value));
  json.end_array();
}

void key_list(JsonText& json, std::string_view name, const auto& keys) {
  json.begin_array(name);
  for (const auto& key : keys) json.value(key.value);
  json.end_array();
}

void append_offer(JsonText& json, const core::OfferView& offer) {
  json.begin_object();
  json.field_id("offer", offer.offer.value);
  json.field("agent", offer.agent.value);
  json.field_time("made_at", offer.made_at.us);
  json.field_time("expires_at", offer.expires_at.us);
  json.field("decision", offer.decision);
  json.field("can_answer", offer.can_answer);
  json.field("claim", offer.claim);
  json.field("claimed", offer.claimed);
  json.end_object();
}

void append_work(JsonText& json, const core::WorkView& work) {
  json.begin_object();
  json.field_id("contact", work.contact.value);
  json.field("channel", name_of(work.channel));
  json.field("state", name_of(work.state));
  json.field_time("since", work.since.us);
  json.field_time("until", work.until.us);
  json.field("wrap_up_extensions_left", work.wrap_up_extensions_left);
  json.end_object();
}

void append_callback(JsonText& json, const std::optional<core::CallbackView>& callback) {
  if (!callback) return json.field_null("callback");
  json.begin_object("callback");
  json.field("by", name_of(callback->by));
  json.field("number", callback->number);
  json.field_time("asked_at", callback->asked_at.us);
  json.field_time("due", callback->due.us);
  json.field_time("expires_at", callback->expires_at.us);
  json.field_or_null("agent", callback->agent.value);
  json.field("attempts", static_cast<std::int64_t>(callback->attempts));
  json.field("most_attempts", static_cast<std::int64_t>(callback->most_attempts));
  json.field_or_null("last_cause", callback->last_cause ? name_of(*callback->last_cause) : std::string_view{});
  json.field("on_the_line", callback->on_the_line);
  json.field_time("called_at", callback->called_at.us);
  json.field_or_null("note", callback->note);
  json.end_object();
}

void append_candidate_fields(JsonText& json, const journal::Candidate& candidate) {
  json.field("agent", candidate.agent.value);
  json.field("score", candidate.score);
  json.begin_array("terms");
  for (const journal::Term& term : candidate.terms) {
    json.begin_object();
    json.field("kind", name_of(term.kind));
    json.field_or_null("skill", term.skill.value);
    json.field("points", term.points);
    json.end_object();
  }
  json.end_array();
}

void append_candidate(JsonText& json, const journal::Candidate& candidate) {
  json.begin_object();
  append_candidate_fields(json, candidate);
  json.end_object();
}

/// The chosen agent's own terms, without those he was compared with.
void append_why(JsonText& json, const core::DecisionView* decision) {
  if (!decision || decision->offer.best.empty()) return json.field_null("why");
  json.begin_object("why");
  json.field("decision", decision->decision);
  append_candidate_fields(json, decision->offer.best.front());
  json.end_object();
}

/// What would have given the contact to `agent`, or to the second best. Rates that the centre has changed since are not believed.
void append_would(JsonText& json, const contacts::Decision& decision, const journal::Centre& centre, const AgentId& agent) {
  const journal::Rates rates = contacts::rates_of(decision, centre);
  const auto would = journal::counterfactual(decision.offer, rates, agent);
  if (!would) return json.field_null("would");
  json.begin_object("would");
  json.field("agent", would->agent.value);
  json.field("missing", would->missing);
  json.field("idle_per_minute", static_cast<std::int64_t>(rates.idle_per_minute));
  json.begin_array("ways");
  for (const journal::Way& way : would->ways) {
    json.begin_object();
    json.field("kind", name_of(way.kind));
    json.field_or_null("skill", way.skill.value);
    json.field("points", way.points);
    const bool in_units = way.from != way.to;
    if (in_units) json.field("from", static_cast<std::int64_t>(way.from));
    else json.field_null("from");
    if (in_units) json.field("to", static_cast<std::int64_t>(way.to));
    else json.field_null("to");
    if (way.longer != Duration{}) json.field("longer_us", static_cast<std::int64_t>(way.longer.count()));
    else json.field_null("longer_us");
    json.end_object();
  }
  json.end_array();
  json.end_object();
}

}  // namespace

std::string to_json(const contacts::Decision& decision, const journal::Centre& centre, const AgentId& agent) {
  const journal::OfferMade& offer = decision.offer;
  JsonText json;
  json.begin_object();
  json.field("decision", offer.decision);
  json.field_time("at", decision.at.us);
  json.field_id("contact", decision.contact.value);
  json.field_or_null("queue", offer.queue.value);
  json.field("agent", offer.agent.value);
  json.begin_array("gates");
  for (const journal::GateCount& gate : offer.gates) {
    json.begin_object();
    json.field("gate", name_of(gate.gate));
    json.field("left", static_cast<std::int64_t>(gate.left));
    json.end_object();
  }
  json.end_array();
  json.begin_array("best");
  for (const journal::Candidate& candidate : offer.best) append_candidate(json, candidate);
  json.end_array();
  json.field_or_null("pulled_by", offer.pulled_by);
  json.field_id("group", offer.group.value);
  json.field("claim", offer.claim);
  json.field_time("ended_at", decision.ended_at.us);
  json.field_or_null("how", decision.how ? name_of(*decision.how) : std::string_view{});
  append_would(json, decision, centre, agent);
  json.end_object();
  return json.take();
}

namespace {

void append_row(JsonText& json, const contacts::ContactRow& row) {
  json.field_id("contact", row.contact.value);
  json.field_id("customer", row.customer.value);
  json.field("match", name_of(row.match));
  json.field("channel", name_of(row.channel));
  json.field("direction", name_of(row.direction));
  json.field_or_null("switch", row.switch_id.value);
  json.field_or_null("trunk", row.trunk);
  json.field_or_null("dnis", row.dnis);
  json.field_or_null("ani", row.ani);
  json.field_or_null("caller_name", row.caller_name);
  json.field_or_null("e164", row.e164);
  json.field_time("opened_at", row.opened_at.us);
  json.field_time("entered_at", row.entered_at.us);
  json.field_time("answered_at", row.answered_at.us);
  json.field_time("ended_at", row.ended_at.us);
  json.field_or_null("queue", row.queue.value);
  json.field_or_null("agent", row.agent.value);
  json.field_or_null("outcome", row.outcome ? name_of(*row.outcome) : std::string_view{});
  json.field_or_null("cause", row.outcome ? name_of(row.cause) : std::string_view{});
  json.field_or_null("disposition", row.disposition);
  json.field("resolved", row.resolved);
  json.field("waited_us", row.waited.count());
  json.field("ring_us", row.ring.count());
  json.field("talk_us", row.talk.count());
  json.field("hold_us", row.hold.count());
  json.field("wrap_up_us", row.wrap_up.count());
}

}  // namespace

std::string to_json(const core::ContactView& view, FieldMask mask, const core::DecisionView* why) {
  const bool ended = view.state == core::ContactState::ended;
  JsonText json;
  json.begin_object();
  json.field_id("contact", view.contact.value);
  json.field("rev", view.rev);
  json.field("state", name_of(view.state));
  json.field("channel", name_of(view.channel));
  json.field("direction", name_of(view.direction));
  json.field_or_null("switch", view.switch_id.value);
  json.field_or_null("ani", view.ani);
  json.field_or_null("caller_name", view.caller_name);
  json.field_or_null("dnis", view.dnis);
  if (!view.url.empty()) json.field("url", view.url);
  json.field_or_null("queue", view.queue.value);
  json.field("visit", static_cast<std::int64_t>(view.visit));
  json.field("call_state", name_of(view.call_state));
  json.field_time("opened_at", view.opened_at.us);
  json.field_time("entered_at", view.entered_at.us);
  json.field_time("answered_at", view.answered_at.us);
  json.field_time("state_since", view.state_since.us);
  json.field("match", name_of(view.match));
  json.field_id("customer", view.customer.value);
  id_list(json, "candidates", view.candidates);
  json.field_or_null("e164", view.e164);
  if (view.card && mask == FieldMask::full)
    json.field_raw("card", *view.card);
  else
    json.field_null("card");
  append_why(json, mask == FieldMask::full ? why : nullptr);
  json.field_or_null("agent", view.agent.value);
  json.field("can_control", view.can_control);
  json.field("observed", view.observed);
  json.begin_array("offers");
  for (const core::OfferView& offer : view.offers) append_offer(json, offer);
  json.end_array();
  json.field("boost", view.boost);
  json.field("parked", view.parked);
  append_callback(json, view.callback);
  json.field_or_null("disposition", view.disposition);
  json.field("resolved", view.resolved);
  json.field_or_null("outcome", ended ? name_of(view.outcome) : std::string_view{});
  json.field_or_null("cause", ended ? name_of(view.cause) : std::string_view{});
  json.end_object();
  return json.take();
}

std::string to_json(const core::AgentView& view) {
  JsonText json;
  json.begin_object();
  json.field("agent", view.agent.value);
  json.field("rev", view.rev);
  json.field("name", view.name);
  json.field("state", name_of(view.state));
  json.field_or_null("reason", view.reason);
  json.field_time("since", view.since.us);
  json.field_time("until", view.until.us);
  json.field("next", name_of(view.next));
  json.field_or_null("next_reason", view.next_reason);
  id_list(json, "contacts", view.contacts);
  json.begin_array("works");
  for (const core::WorkView& work : view.works) append_work(json, work);
  json.end_array();
  key_list(json, "queues", view.queues);
  json.field_or_null("device", view.device);
  json.field("observed", view.observed);
  json.field("device_reachable", view.device_reachable);
  json.field("device_busy", view.device_busy);
  json.field("wrap_up_extensions_left", view.wrap_up_extensions_left);
  json.end_object();
  return json.take();
}

std::string to_json(const core::QueueView& view) {
  JsonText json;
  json.begin_object();
  json.field("queue", view.queue.value);
  json.field("rev", view.rev);
  json.field("name", view.name);
  json.field("name_zh", view.name_zh);
  json.field("waiting", view.waiting);
  json.field_time("longest_since", view.longest_since.us);
  json.field("entered", view.entered);
  json.field("answered", view.answered);
  json.field("answered_within", view.answered_within);
  json.field("abandoned", view.abandoned);
  json.field("short_abandoned", view.short_abandoned);
  json.field("flowed_out", view.flowed_out);
  json.field("callback_requested", view.callback_requested);
  json.field("lost", view.lost);
  json.field("answered_wait_us", view.answered_wait.count());
  json.field("estimated", view.estimated);
  json.field("estimated_within", view.estimated_within);
  json.field("estimate_us", view.estimate.count());
  json.field("estimated_wait_us", view.estimated_wait.count());
  json.field("estimate_error_us", view.estimate_error.count());
  json.field("service_level_us", view.service_level.count());
  json.field("waiting_past_level", view.waiting_past_level);
  json.field("observed", view.observed);
  json.field("open", view.open);
  json.field("emergency", view.emergency);
  json.field_time("emergency_since", view.emergency_since.us);
  json.field("callbacks_waiting", view.callbacks_waiting);
  json.field("callbacks_scheduled", view.callbacks_scheduled);
  json.end_object();
  return json.take();
}

std::string to_json(const core::LinkView& view) {
  JsonText json;
  json.begin_object();
  json.field("switch", view.switch_id.value);
  json.field("rev", view.rev);
  json.field("up", view.up);
  json.field_time("since", view.since.us);
  json.field_or_null("reason", view.reason);
  json.field("boot_epoch", view.boot_epoch);
  json.end_object();
  return json.take();
}

std::string centre_head(const journal::Centre& centre) {
  JsonText json;
  json.begin_object();
  json.field("version", centre.version);
  json.field("name", centre.name);
  json.field("time_zone", centre.time_zone);
  json.begin_array("skills");
  for (const journal::Skill& skill : centre.skills) {
    json.begin_object();
    json.field("id", skill.id.value);
    json.field("name", skill.name);
    json.field("name_zh", skill.name_zh);
    json.end_object();
  }
  json.end_array();
  json.begin_array("queues");
  for (const journal::Queue& queue : centre.queues) {
    json.begin_object();
    json.field("id", queue.id.value);
    json.field("name", queue.name);
    json.field("name_zh", queue.name_zh);
    json.field("service_level_us", queue.service_level.count());
    json.field("wrap_up_us", queue.wrap_up.count());
    json.field("callbacks", queue.callback.offered);
    json.field("observed", queue.observed.has_value());
    json.begin_array("dispositions");
    for (const std::string& code : queue.dispositions) json.value(code);
    json.end_array();
    json.end_object();
  }
  json.end_array();
  json.begin_array("agents");
  for (const journal::Agent& agent : centre.agents) {
    json.begin_object();
    json.field("id", agent.id.value);
    json.field("name", agent.name);
    json.end_object();
  }
  json.end_array();
  json.begin_array("pause_reasons");
  for (const journal::PauseReason& reason : centre.pause_reasons) {
    json.begin_object();
    json.field("code", reason.code);
    json.field("name", reason.name);
    json.field("name_zh", reason.name_zh);
    json.field("limit_us", reason.limit.count());
    json.end_object();
  }
  json.end_array();
  json.begin_array("dispositions");
  for (const journal::Disposition& disposition : centre.dispositions) {
    json.begin_object();
    json.field("code", disposition.code);
    json.field("name", disposition.name);
    json.field("name_zh", disposition.name_zh);
    json.field("group", disposition.group);
    json.field("group_zh", disposition.group_zh);
    json.end_object();
  }
  json.end_array();
  json.end_object();
  return json.take();
}

std::string user_json(const Principal& principal) {
  JsonText json;
  json.begin_object();
  json.field_id("id", principal.user.value);
  json.field("login", principal.login);
  json.field("name", principal.display_name);
  json.begin_array("roles");
  for (std::string_view role : names_of(principal.roles)) json.value(role);
  json.end_array();
  json.field_or_null("agent", principal.agent.value);
  json.end_object();
  return json.take();
}

std::string to_json(const contacts::ContactRow& row) {
  JsonText json;
  json.begin_object();
  append_row(json, row);
  json.end_object();
  return json.take();
}

std::string to_json(const contacts::ContactDetail& detail) {
  JsonText json;
  json.begin_object();
  append_row(json, detail.contact);
  if (!detail.url.empty()) json.field("url", detail.url);
  json.begin_array("segments");
  for (const contacts::SegmentRow& segment : detail.segments) {
    json.begin_object();
    json.field("segment", static_cast<std::int64_t>(segment.segment));
    json.field("agent", segment.agent.value);
    json.field("what", name_of(segment.what));
    json.field_time("from_at", segment.from.us);
    json.field_time("to_at", segment.to.us);
    json.end_object();
  }
  json.end_array();
  json.begin_array("visits");
  for (const contacts::VisitRow& visit : detail.visits) {
    json.begin_object();
    json.field("visit", static_cast<std::int64_t>(visit.visit));
    json.field("queue", visit.queue.value);
    json.field_time("entered_at", visit.entered_at.us);
    json.field_time("ended_at", visit.ended_at.us);
    json.field_or_null("how", visit.how ? name_of(*visit.how) : std::string_view{});
    json.field("waited_us", visit.waited.count());
    json.end_object();
  }
  json.end_array();
  json.begin_array("offers");
  for (const contacts::OfferRow& offer : detail.offers) {
    json.begin_object();
    json.field_id("offer", offer.made.offer.value);
    json.field("agent", offer.made.agent.value);
    json.field("queue", offer.made.queue.value);
    json.field("decision", offer.made.decision);
    json.field_time("made_at", offer.at.us);
    json.field_time("ended_at", offer.ended_at.us);
    json.field_or_null("how", offer.how ? name_of(*offer.how) : std::string_view{});
    json.end_object();
  }
  json.end_array();
  json.begin_array("notes");
  for (const contacts::NoteRow& note : detail.notes) {
    json.begin_object();
    json.field("note", note.note);
    json.field("agent", note.agent.value);
    json.field_time("at", note.at.us);
    json.field("text", note.text);
    json.end_object();
  }
  json.end_array();
  json.begin_array("data");
  for (const auto& [key, value] : detail.data) {
    json.begin_object();
    json.field("key", key);
    json.field("value", value);
    json.end_object();
  }
  json.end_array();
  json.end_object();
  return json.take();
}

std::string page_json(const std::vector<std::string>& items, std::int64_t next) {
  JsonText json;
  json.begin_object();
  json.begin_array("items");
  for (const std::string& item : items) json.raw(item);
  json.end_array();
  json.field_id("next", next);
  json.end_object();
  return json.take();
}

}  // namespace callwright::desktop
