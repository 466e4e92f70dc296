#pragma once
#include <algorithm>
#include <cstdint>
#include <map>
#include <utility>

#include "journal/fact.hpp"
#include "oracle_flows.hpp"

namespace callwright::routing {

/// What became of a contact that its queue did not keep.
enum class SentOn { to_message = 1, with_place, without_place, released, hung_up };

/// What the scenarios came through, seen from outside the engine.
struct Reached {
  std::int64_t events = 0, decisions = 0;
  std::int64_t ranked_decisions = 0;  ///< from a class's ranking, or beside one
  std::int64_t second_visits = 0;     ///< matches that looked behind the first visit of a class
  std::int64_t rankings_dropped = 0;  ///< because agents came and went unasked
  std::int64_t classes_discarded = 0, classes_reused = 0;
  std::size_t classes_used = 0;                     ///< at once, at most
  std::map<journal::TermKind, std::int64_t> terms;  ///< that the chosen ones had points from
  std::int64_t held = 0;                            ///< decisions in which a hold kept somebody out
  std::int64_t joined = 0;                          ///< decisions that added an agent to a group
  std::int64_t claims = 0;                          ///< that ended another offer
  std::size_t largest_group = 0;
  std::int64_t written = 0;                ///< decisions about written contacts
  std::int64_t written_beside_others = 0;  ///< to agents who had some already
  std::int64_t calls_beside_written = 0;   ///< calls to such agents
  std::int64_t kept_out_by_capacity = 0;   ///< decisions in which it kept somebody out
  std::int64_t lowered = 0;                ///< documents that lowered a capacity below what somebody had
  std::int64_t signing_out = 0;            ///< agents who waited for their last written contact

  std::map<std::pair<routing_oracle::FlowsBy, SentOn>, std::int64_t> flows;
  std::int64_t never_back = 0;          ///< contacts whose queue would have sent them back where they came from
  std::int64_t kept_after_message = 0;  ///< contacts that a queue kept after all
  std::int64_t on_holidays = 0;         ///< entries on a date with hours of its own
  std::int64_t outlived_hours = 0;      ///< visits that a queue kept because it opened, and that were there when it closed
  std::int64_t estimates_written = 0;   ///< of more than what it has waited already
  std::int64_t estimates_unknown = 0;   ///< entries whose wait nobody could tell
  std::int64_t estimates_asked = 0;     ///< of more than nothing

  void add(const Reached& other) {
    events += other.events;
    decisions += other.decisions;
    ranked_decisions += other.ranked_decisions;
    second_visits += other.second_visits;
    rankings_dropped += other.rankings_dropped;
    classes_discarded += other.classes_discarded;
    classes_reused += other.classes_reused;
    classes_used = std::max(classes_used, other.classes_used);
    for (const auto& [kind, number] : other.terms) terms[kind] += number;
    held += other.held;
    joined += other.joined;
    claims += other.claims;
    largest_group = std::max(largest_group, other.largest_group);
    written += other.written;
    written_beside_others += other.written_beside_others;
    calls_beside_written += other.calls_beside_written;
    kept_out_by_capacity += other.kept_out_by_capacity;
    lowered += other.lowered;
    signing_out += other.signing_out;
    for (const auto& [kind, number] : other.flows) flows[kind] += number;
    never_back += other.never_back;
    kept_after_message += other.kept_after_message;
    on_holidays += other.on_holidays;
    outlived_hours += other.outlived_hours;
    estimates_written += other.estimates_written;
    estimates_unknown += other.estimates_unknown;
    estimates_asked += other.estimates_asked;
  }
};

}  // namespace callwright::routing
