#include "sim/step_line.hpp"

#include <array>

#include "base/overloaded.hpp"

namespace callwright::sim {

namespace {

// By the index of each variant.
constexpr std::array kInputs = {"switch", "request", "customer found", "centre changed", "link declared", "timer", "store full", "store recovered", "wall stepped",
                                "drain started"};
constexpr std::array kEvents = {"leg created", "leg state", "entered bridge", "left bridge", "legs replaced", "local pair", "leg gone", "route asked",
                                "party changed", "call diverted", "transfer started", "transfer completed", "transfer failed", "calls merged",
                                "recording changed", "data", "dtmf", "device state", "link opened", "link lost", "snapshot", "playback ended", "callback asked",
                                "queue joined", "queue left", "queue offered", "queue offer ended", "queue agent"};
constexpr std::array kRequests = {"sign in", "sign out", "session lost", "set state", "accept", "refuse", "hold", "retrieve", "transfer", "end contact", "extend wrap-up",
                                  "end wrap-up", "disposition", "note", "choose customer", "steer contact", "set emergency", "ask callback", "cancel callback",
                                  "open contact", "close contact"};
constexpr std::array kFacts = {"server started", "config applied", "clock stepped", "facts lost", "carried", "link up", "link down", "gap found",
                               "contact opened", "route requested", "customer matched", "data attached", "call diverted", "recording changed", "consult marked",
                               "contact answered", "contact ended", "call started", "call ended", "calls merged", "transfer started", "transfer completed",
                               "transfer failed", "leg started", "leg state", "leg joined", "leg left", "leg replaced", "legs paired", "leg ended", "visit started",
                               "visit ended", "visit changed", "offer made", "offer claimed", "offer ended", "agent state", "work", "segment started", "segment ended", "disposition", "note",
                                "visit treated", "visit heard", "caller told", "emergency set",
                                "callback requested", "callback dialled", "callback deferred", "callback ended"};
constexpr std::array kCommands = {"park", "ring", "answer", "bridge", "hold", "retrieve", "end", "release", "dtmf", "play", "dial"};
static_assert(kInputs.size() == std::variant_size_v<core::InputBody>);
static_assert(kEvents.size() == std::variant_size_v<cti::model::SwitchEventBody>);
static_assert(kRequests.size() == std::variant_size_v<core::RequestBody>);
static_assert(kFacts.size() == std::variant_size_v<journal::Body>);
static_assert(kCommands.size() == std::variant_size_v<cti::model::CommandBody>);

std::string detail(const journal::Body& body) {
  return std::visit(Overloaded{
                        [](const journal::AgentStateChanged& changed) { return " " + changed.agent.value + "=" + std::to_string(static_cast<int>(changed.state)); },
                        [](const journal::WorkChanged& changed) { return " " + changed.agent.value + "=" + std::to_string(static_cast<int>(changed.state)); },
                        [](const journal::OfferMade& made) { return " " + made.agent.value; },
                        [](const journal::OfferClaimed& claimed) { return " " + claimed.agent.value; },
                        [](const journal::OfferEnded& ended) { return " " + ended.agent.value + " how=" + std::to_string(static_cast<int>(ended.how)); },
                        [](const journal::VisitEnded& ended) { return " how=" + std::to_string(static_cast<int>(ended.how)); },
                        [](const journal::SegmentStarted& segment) { return " " + segment.agent.value + " what=" + std::to_string(static_cast<int>(segment.what)); },
                        [](const journal::LegStarted& leg) { return " " + leg.native_id + " " + leg.agent.value; },
                        [](const journal::LegEnded& ended) { return " cause=" + std::to_string(static_cast<int>(ended.cause)); },
                        [](const journal::CallbackRequested& asked) { return " by=" + std::to_string(static_cast<int>(asked.by)); },
                        [](const journal::CallbackDialled& dialled) { return " attempt=" + std::to_string(dialled.attempt) + " for " + dialled.agent.value; },
                        [](const journal::CallbackDeferred& deferred) { return " cause=" + std::to_string(static_cast<int>(deferred.cause)); },
                        [](const journal::CallbackEnded& ended) { return " how=" + std::to_string(static_cast<int>(ended.how)); },
                        [](const auto&) { return std::string{}; },
                    },
                    body);
}

}  // namespace

std::string step_line(const core::Input& input, const core::Output& output) {
  std::string line = kInputs[input.body.index()];
  if (const auto* event = std::get_if<cti::model::SwitchEvent>(&input.body)) {
    line += std::string(": ") + kEvents[event->body.index()] + " " + event->source.name + " " + event->source.id;
    if (const auto* created = std::get_if<cti::model::LegCreated>(&event->body)) line += " " + created->native_id;
    if (const auto* gone = std::get_if<cti::model::LegGone>(&event->body)) line += " " + gone->native_id;
    if (const auto* snapshot = std::get_if<cti::model::Snapshot>(&event->body))
      for (const auto& leg : snapshot->legs) line += " " + leg.leg.native_id;
  }
  if (const auto* request = std::get_if<core::Request>(&input.body)) line += std::string(": ") + kRequests[request->body.index()] + " " + request->principal + " " + request->id;
  for (const auto& fact : output.facts) {
    line += "\n    " + std::to_string(fact.seq) + " " + kFacts[fact.body.index()] + detail(fact.body);
    if (fact.contact) line += " of " + std::to_string(fact.contact.value);
  }
  for (const auto& command : output.commands) line += std::string("\n    -> ") + kCommands[command.body.index()] + " for " + std::to_string(command.contact.value);
  for (const auto& reply : output.replies) line += "\n    reply " + (reply.result ? std::string("done") : reply.result.error().text());
  return line;
}

}  // namespace callwright::sim
