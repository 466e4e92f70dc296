#include "agent-desktop-api/names.hpp"

#include <array>
#include <cstddef>

namespace callwright::desktop {
namespace {

/// Names in the order of the enumerators, which count from 1.
constexpr std::array<std::string_view, 4> kChannels{"voice", "chat", "email", "other"};
constexpr std::array<std::string_view, 3> kDirections{"inbound", "outbound", "internal"};
constexpr std::array<std::string_view, 10> kLegStates{"initiated", "dialing", "alerting", "early", "queued", "connected", "held", "unknown", "ended", "failed"};
constexpr std::array<std::string_view, 4> kMatches{"none", "known", "maybe", "chosen"};
constexpr std::array<std::string_view, 9> kVisitEnds{"answered",      "abandoned",   "short_abandoned", "callback_requested", "flow_overflow",
                                                     "flow_transfer", "flow_closed", "flow_supervisor", "lost"};
constexpr std::array<std::string_view, 6> kOfferEnds{"accepted", "refused", "timed_out", "withdrawn", "elsewhere", "lost"};
constexpr std::array<std::string_view, 8> kAgentStates{"signed_out", "not_ready", "ready", "reserved", "talking", "held", "wrap_up", "unreachable"};
constexpr std::array<std::string_view, 4> kWorkStates{"reserved", "working", "wrap_up", "done"};
constexpr std::array<std::string_view, 4> kSegmentKinds{"ring", "talk", "hold", "wrap_up"};
constexpr std::array<std::string_view, 7> kOutcomes{"answered", "abandoned", "short_abandoned", "released", "lost", "failed", "handed_over"};
constexpr std::array<std::string_view, 16> kCauses{"normal",      "busy",        "no_answer", "caller_cancel", "elsewhere", "rejected",
                                                   "unreachable", "bad_number",  "congestion", "transferred",  "not_allowed", "media",
                                                   "timeout",     "switch_lost", "lost",      "unknown"};
constexpr std::array<std::string_view, 9> kGates{"member",       "signed_in", "ready",    "device_free", "skills",
                                                 "not_excluded", "switch_up", "not_held", "capacity"};
constexpr std::array<std::string_view, 18> kTerms{"skill",        "rank",      "customer_value", "priority",   "age",         "idle",
                                                  "boost",        "target",    "balance",        "last_agent", "named_agent", "resolution",
                                                  "satisfaction", "occupancy", "turn",           "quota",      "lot",         "load"};
constexpr std::array<std::string_view, 8> kContactStates{"arriving", "waiting", "offered", "talking", "held", "wrap_up", "ended", "owed"};
constexpr std::array<std::string_view, 4> kCallbackBy{"caller", "agent", "rule", "desk"};

template <class Enum, std::size_t N>
std::string_view pick(const std::array<std::string_view, N>& names, Enum value) {
  const auto index = static_cast<std::size_t>(value);
  return index >= 1 && index <= N ? names[index - 1] : std::string_view{};
}

template <class Enum, std::size_t N>
std::optional<Enum> find(const std::array<std::string_view, N>& names, std::string_view name) {
  for (std::size_t i = 0; i < N; ++i)
    if (names[i] == name) return static_cast<Enum>(i + 1);
  return std::nullopt;
}

}  // namespace

std::string_view name_of(journal::Channel value) { return pick(kChannels, value); }
std::string_view name_of(journal::Direction value) { return pick(kDirections, value); }
std::string_view name_of(journal::LegState value) { return pick(kLegStates, value); }
std::string_view name_of(journal::Match value) { return pick(kMatches, value); }
std::string_view name_of(journal::VisitEnd value) { return pick(kVisitEnds, value); }
std::string_view name_of(journal::OfferEnd value) { return pick(kOfferEnds, value); }
std::string_view name_of(journal::AgentState value) { return pick(kAgentStates, value); }
std::string_view name_of(journal::WorkState value) { return pick(kWorkStates, value); }
std::string_view name_of(journal::SegmentKind value) { return pick(kSegmentKinds, value); }
std::string_view name_of(journal::ContactOutcome value) { return pick(kOutcomes, value); }
std::string_view name_of(journal::Cause value) { return pick(kCauses, value); }
std::string_view name_of(journal::Gate value) { return pick(kGates, value); }
std::string_view name_of(journal::TermKind value) { return pick(kTerms, value); }
std::string_view name_of(core::ContactState value) { return pick(kContactStates, value); }
std::string_view name_of(journal::CallbackBy value) { return pick(kCallbackBy, value); }

std::optional<journal::AgentState> agent_state_of(std::string_view name) { return find<journal::AgentState>(kAgentStates, name); }
std::optional<journal::Channel> channel_of(std::string_view name) { return find<journal::Channel>(kChannels, name); }
std::optional<journal::ContactOutcome> outcome_of(std::string_view name) { return find<journal::ContactOutcome>(kOutcomes, name); }

}  // namespace callwright::desktop
