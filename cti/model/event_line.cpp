#include "cti/model/event_line.hpp"

#include <variant>

namespace callwright::cti::model {
namespace {

using journal::Cause;
using journal::EndedBy;
using journal::LegState;

const char* word(LegState state) {
  constexpr const char* words[] = {"?", "initiated", "dialing", "alerting", "early", "queued", "connected", "held", "unknown", "ended", "failed"};
  return words[static_cast<int>(state)];
}
const char* word(Cause cause) {
  constexpr const char* words[] = {"?",        "normal",      "busy",        "no_answer",  "caller_cancel", "elsewhere",
                                   "rejected", "unreachable", "bad_number",  "congestion", "transferred",   "not_allowed",
                                   "media",    "timeout",     "switch_lost", "lost",       "unknown"};
  return words[static_cast<int>(cause)];
}
const char* word(EndedBy by) {
  constexpr const char* words[] = {"?", "unknown", "customer", "agent", "us", "network"};
  return words[static_cast<int>(by)];
}
const char* word(DeviceClass device) {
  constexpr const char* words[] = {"?", "station", "trunk", "local_half", "unknown"};
  return words[static_cast<int>(device)];
}

std::string transfer(const char* step, const Transfer& what) {
  constexpr const char* kinds[] = {"?", "blind", "attended", "single_step"};
  return std::string("transfer ") + kinds[static_cast<int>(what.how)] + " " + step + " of " + what.transferee + " by " + what.transferor +
         (what.consult.empty() ? "" : " consulting on " + what.consult) + (what.to.empty() ? "" : " to " + what.to);
}

std::string made(const LegCreated& leg) {
  std::string text = leg.native_id + " " + leg.device + " " + word(leg.device_class);
  if (!leg.ani.empty()) text += " from " + leg.ani;
  if (!leg.dnis.empty()) text += " to " + leg.dnis;
  if (!leg.redirecting.empty()) text += " redirected by " + leg.redirecting;
  if (leg.tokens.contact) text += " contact " + std::to_string(leg.tokens.contact.value);
  if (leg.tokens.offer) text += " offer " + std::to_string(leg.tokens.offer.value);
  return text;
}

std::string agent(const QueueAgentSeen& seen) {
  constexpr const char* states[] = {"?", "signed_out", "ready", "paused"};
  return seen.device + " " + states[static_cast<int>(seen.state)] + (seen.queue.empty() ? "" : " in " + seen.queue) +
         (seen.reason.empty() ? "" : " for " + seen.reason);
}

}  // namespace

std::string line(const SwitchEventBody& body) {
  struct Lines {
    std::string operator()(const LegCreated& e) { return "made " + made(e); }
    std::string operator()(const LegStateSeen& e) { return std::string(word(e.state)) + " " + e.native_id; }
    std::string operator()(const LegEnteredBridge& e) { return "joins " + e.native_id + " " + e.bridge; }
    std::string operator()(const LegLeftBridge& e) { return "leaves " + e.native_id + " " + e.bridge; }
    std::string operator()(const LegsReplaced& e) { return "replaced " + e.old_native_id + " by " + e.new_native_id; }
    std::string operator()(const LocalPair& e) { return "pair " + e.one + " " + e.two; }
    std::string operator()(const LegGone& e) {
      return "gone " + e.native_id + " " + word(e.cause) + " " + std::to_string(e.raw_code) + " by " + word(e.by);
    }
    std::string operator()(const RouteAsked& e) { return "route " + e.native_id + " " + e.entry; }
    std::string operator()(const PartyChanged& e) {
      return "party " + e.native_id + " " + e.ani + (e.redirecting.empty() ? "" : " redirected by " + e.redirecting);
    }
    std::string operator()(const CallDiverted& e) { return "diverted " + e.native_id + " from " + e.from + " to " + e.to; }
    std::string operator()(const TransferStarted& e) { return transfer("started", e.transfer); }
    std::string operator()(const TransferCompleted& e) { return transfer("completed", e.transfer); }
    std::string operator()(const TransferFailed& e) { return transfer("failed", e.transfer) + " " + word(e.cause) + " " + e.raw_text; }
    std::string operator()(const CallsMerged& e) { return "merged " + e.from + " into " + e.into; }
    std::string operator()(const RecordingChanged& e) {
      constexpr const char* states[] = {"?", "recording", "paused", "stopped", "failed"};
      return std::string(states[static_cast<int>(e.state)]) + " " + e.recording + " of " + (e.native_id.empty() ? e.bridge : e.native_id);
    }
    std::string operator()(const DataSeen& e) { return "data " + e.native_id; }
    std::string operator()(const CallbackAsked& e) { return "callback " + e.native_id; }
    std::string operator()(const DtmfSeen& e) { return "digit " + e.native_id + " " + e.digit; }
    std::string operator()(const DeviceStateSeen& e) {
      return "device " + e.device + (e.busy ? " busy" : " free") + (e.reachable ? "" : " unreachable");
    }
    std::string operator()(const LinkOpened& e) { return "opened " + std::to_string(e.boot_epoch); }
    std::string operator()(const LinkLost& e) { return "lost: " + e.reason; }
    std::string operator()(const PlaybackEnded& e) {
      return std::string(e.failed ? "not played " : "played ") + e.native_id + " " + std::to_string(e.command.seq) + "-" +
             std::to_string(e.command.n) + " of " + std::to_string(e.epoch);
    }
    std::string operator()(const QueueJoined& e) { return "queued " + e.native_id + " in " + e.queue; }
    std::string operator()(const QueueLeft& e) {
      constexpr const char* whys[] = {"?", "answered", "abandoned", "left"};
      return "unqueued " + e.native_id + " from " + e.queue + " " + whys[static_cast<int>(e.why)];
    }
    std::string operator()(const QueueOffered& e) { return "offered " + e.native_id + " of " + e.queue + " to " + e.device; }
    std::string operator()(const QueueOfferEnded& e) {
      constexpr const char* whys[] = {"?", "accepted", "no_answer", "refused", "elsewhere", "withdrawn"};
      return "offer of " + e.native_id + " to " + e.device + " " + whys[static_cast<int>(e.why)];
    }
    std::string operator()(const QueueAgentSeen& e) { return "agent " + agent(e); }
    std::string operator()(const Snapshot& e) {
      std::string text = "snapshot";
      for (const SnapshotLeg& leg : e.legs) {
        text += " [" + made(leg.leg) + " " + word(leg.state);
        if (!leg.bridge.empty()) text += " in " + leg.bridge;
        if (leg.asks_route) text += " asks " + leg.entry;
        if (!leg.queue.empty()) text += " queued in " + leg.queue;
        text += "]";
      }
      for (const QueueAgentSeen& one : e.agents) text += " (" + agent(one) + ")";
      return text;
    }
  };
  return std::visit(Lines{}, body);
}

}  // namespace callwright::cti::model
