// What happens at the agents' devices once a caller has been sent there.
#include <algorithm>

#include "cti/model/cause.hpp"
#include "cti/sip/grammar.hpp"
#include "cti/sip/machine.hpp"

namespace callwright::cti::sip {
namespace {

using journal::Cause, journal::EndedBy, journal::LegState;

bool goes_on(const SeenDialog& seen) { return seen.dialog.state != Dialog::State::terminated; }

/// The user of a URI, or the number of a tel URI; empty if it names none.
std::string named(const std::string& uri) {
  const auto read = read_uri(uri);
  return read ? user_of(*read) : std::string();
}

/// How sure we are that a dialog of a device is of the caller who was sent there; 0: it is not.
int likeness(const SeenDialog& seen, const Caller& caller) {
  const Dialog& dialog = seen.dialog;
  const std::string token = "cw-leg=" + caller.sent->leg.native_id;
  const auto holds_token = [&](const std::string& text) {
    const std::size_t at = text.find(token);
    return at != text.npos && (at + token.size() == text.size() || text.find_first_of("0123456789", at + token.size()) != at + token.size());
  };
  if (holds_token(dialog.targets) || holds_token(dialog.remote)) return 4;
  if (!dialog.call_id.empty() && dialog.call_id == caller.call_id) return 3;
  if (dialog.direction == Dialog::Direction::initiator || seen.since < caller.sent->at) return 0;
  if (const std::string remote = named(dialog.remote); !remote.empty()) return !caller.leg.ani.empty() && remote == caller.leg.ani ? 2 : 0;
  return dialog.call_id.empty() ? 1 : 0;
}

struct End {
  Cause cause = Cause::unknown;
  EndedBy by = EndedBy::unknown;
};
/// Why it is over (RFC 4235, 3.7.1). `talked`: it was confirmed.
End end_of(const Dialog* last, bool talked) {
  if (last) {
    if (last->event == "cancelled") return {Cause::caller_cancel, EndedBy::customer};
    if (last->event == "local-bye") return {Cause::normal, EndedBy::agent};
    if (last->event == "remote-bye") return {Cause::normal, EndedBy::customer};
    if (last->event == "replaced") return {Cause::transferred, EndedBy::unknown};
    if (last->event == "timeout") return {Cause::no_answer, EndedBy::network};
    if (last->event == "rejected" || last->code >= 300)
      return {last->code == 0 ? Cause::rejected : model::cause_of_sip(last->code), last->code == 408 ? EndedBy::network : EndedBy::agent};
  }
  return talked ? End{Cause::normal, EndedBy::unknown} : End{Cause::caller_cancel, EndedBy::unknown};  // a device that rang is not blamed
}

}  // namespace

void Machine::on_devices(Instant now) {
  if (!settings_.watch) return;
  std::map<std::string, Uri> uris;
  for (const std::string& device : devices()) {
    if (auto uri = device_uri(device, settings_.domain)) uris.emplace(device, std::move(*uri));
    else log(link::Log::Level::warn, "device_refused", device + " is no number or sip URI");
  }
  std::erase_if(told_, [&](const auto& one) { return !uris.contains(one.first); });
  Watch::Effects seen{&effects_, {}, {}};
  watch_.know(uris, now, seen);
  for (const auto& [device, uri] : uris) seen.changed.insert(device);
  follow(std::move(seen), now);
}

void Machine::follow(Watch::Effects effects, Instant) {
  flush();
  for (const std::string& trouble : effects.troubles) log(link::Log::Level::info, "sip_device_not_watched", trouble);
  for (const std::string& device : effects.changed) see(device);
}

bool Machine::is_watched(const std::string& device) const {
  const Watch::Device* seen = watch_.find(device);
  return seen && seen->watched;
}

void Machine::see(const std::string& device) {
  const Watch::Device* seen = watch_.find(device);
  if (seen && seen->watched) {
    claim(device, *seen);
    std::vector<std::string> here;
    const auto [from, to] = sent_to_.equal_range(device);
    for (auto at = from; at != to; ++at) here.push_back(at->second);
    for (const std::string& id : here)
      if (Caller* caller = find(id); caller && !caller->sent->dialog.empty()) {
        const auto dialog = seen->dialogs.find(caller->sent->dialog);
        progress(*caller, dialog == seen->dialogs.end() ? nullptr : &dialog->second);
      }
  }
  tell_device(device);
}

/// Finds the dialog of each caller who was sent here and has none yet: the likeliest that is nobody else's.
void Machine::claim(const std::string& device, const Watch::Device& seen) {
  const auto [from, to] = sent_to_.equal_range(device);
  for (auto at = from; at != to; ++at) {
    Caller& caller = callers_.at(at->second);
    if (!caller.sent->dialog.empty()) continue;
    int best = 0;
    std::string chosen;
    for (const auto& [id, dialog] : seen.dialogs) {
      const bool taken = std::any_of(from, to, [&](const auto& other) { return callers_.at(other.second).sent->dialog == id; });
      if (taken || !goes_on(dialog)) continue;
      if (const int like = likeness(dialog, caller); like > best) best = like, chosen = id;
    }
    if (best == 0) continue;
    disarm(caller);
    caller.sent->dialog = chosen;
    ++counters_.events;
    emit(caller.sent->leg);
  }
}

void Machine::progress(Caller& caller, const SeenDialog* seen) {
  if (!seen || !goes_on(*seen)) return finish(caller, seen ? &seen->dialog : nullptr);
  SentOn& sent = *caller.sent;
  const bool confirmed = seen->dialog.state == Dialog::State::confirmed;
  const LegState state = !confirmed ? LegState::alerting : seen->dialog.held ? LegState::held : LegState::connected;
  const bool answered = confirmed && sent.bridge.empty();
  if (answered && state == LegState::held) emit(model::LegStateSeen{sent.leg.native_id, LegState::connected});
  if (state != sent.state) emit(model::LegStateSeen{sent.leg.native_id, state});
  sent.state = state;
  if (!answered) return;
  sent.bridge = "sip-" + sent.leg.native_id;
  emit(model::LegStateSeen{caller.id, LegState::connected});
  emit(model::LegEnteredBridge{caller.id, sent.bridge});
  emit(model::LegEnteredBridge{sent.leg.native_id, sent.bridge});
}

/// Both are gone. Who ended it goes first: an agent who refused has refused, and one whom a caller left has not.
void Machine::finish(Caller& caller, const Dialog* last) {
  const std::string agent = caller.sent->leg.native_id;
  const auto [cause, by] = end_of(last, !caller.sent->bridge.empty());
  const std::int32_t code = last ? last->code : 0;
  const std::string text = last ? last->event : std::string();
  const bool agent_first = cause != Cause::caller_cancel && by != EndedBy::customer;
  if (agent_first) emit(model::LegGone{agent, cause, code, text, by});
  gone(caller, cause, code, text, by);
  if (!agent_first) emit(model::LegGone{agent, cause, code, text, by});
}

/// Busy is a device that is in use by something that is not ours.
void Machine::tell_device(const std::string& device) {
  const Watch::Device* seen = watch_.find(device);
  if (!seen) return;
  const auto [from, to] = sent_to_.equal_range(device);
  const auto is_ours = [&](const std::string& id) {
    return std::any_of(from, to, [&](const auto& one) { return callers_.at(one.second).sent->dialog == id; });
  };
  bool ours = false, others = false;
  for (const auto& [id, dialog] : seen->dialogs)
    if (goes_on(dialog)) (is_ours(id) ? ours : others) = true;
  const bool busy = seen->watched && (others || (seen->on_the_phone && !ours));
  const bool reachable = seen->watched ? seen->open : settings_.blind;
  const auto [at, first] = told_.try_emplace(device, busy, reachable);
  if (!first && at->second == std::pair(busy, reachable)) return;
  at->second = {busy, reachable};
  emit(model::DeviceStateSeen{device, busy, reachable});
}

}  // namespace callwright::cti::sip
