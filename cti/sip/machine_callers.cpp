// Who waits, and where he is sent.
#include <algorithm>

#include "base/overloaded.hpp"
#include "cti/link/names.hpp"
#include "cti/model/cause.hpp"
#include "cti/sip/machine.hpp"

namespace callwright::cti::sip {
namespace {

using journal::Cause, journal::EndedBy, journal::LegState;

/// Rings for one caller that come this close together are one offer group: a caller can be sent to one of them only.
constexpr Duration kGroup = std::chrono::seconds(1);
/// How long a device may take to show a caller, if the core does not say.
constexpr Duration kRing = std::chrono::seconds(60);

struct Answer {
  std::int32_t status;
  const char* phrase;
};
/// How a caller is refused.
Answer answer_for(Cause cause) {
  switch (cause) {
    case Cause::busy: return {486, "Busy Here"};
    case Cause::rejected: return {603, "Decline"};
    case Cause::bad_number: return {404, "Not Found"};
    case Cause::congestion: return {503, "Service Unavailable"};
    case Cause::not_allowed: return {403, "Forbidden"};
    case Cause::media: return {488, "Not Acceptable Here"};
    default: return {480, "Temporarily Unavailable"};
  }
}

}  // namespace

std::optional<Uri> device_uri(const std::string& device, const std::string& domain) {
  auto uri = read_uri(device.find(':') == device.npos ? "sip:" + device + "@" + domain : device);
  if (uri && (uri->scheme != "sip" || uri->host.empty())) uri.reset();
  return uri;
}

void Machine::on_command(const model::Command& command, Instant now) {
  const auto for_caller = [&](const std::string& id, auto&& then) {
    if (Caller* caller = find(id); caller && !caller->sent) then(*caller);
    else ++counters_.failed_requests;  // gone meanwhile, or out of our hands
  };
  std::visit(Overloaded{
                 [&](const model::Park& park) { for_caller(park.native_id, [&](Caller& caller) { this->park(caller, now); }); },
                 [&](const model::Ring& ring) { this->ring(ring, command, now); },
                 [&](const model::End& end) {
                   if (end.native_id.starts_with(link::kOwn)) unsupported(command);  // a telephone that the caller's switch rings
                   else for_caller(end.native_id, [&](Caller& caller) { this->end(caller, end.cause, now); });
                 },
                 [&](const model::Release& release) { for_caller(release.native_id, [&](Caller& caller) { this->release(caller, now); }); },
                 [&](const model::Play& play) { this->play(play, command, now); },
                 [&](const model::Bridge&) {},  // who was sent to an agent talks to him already
                 [&](const auto&) { unsupported(command); },
             },
             command.body);
  carry_out(now);
}

// --- waiting ---------------------------------------------------------------------------------------------------------------

void Machine::park(Caller& caller, Instant now) {
  if (!std::exchange(caller.queued, true)) emit(model::LegStateSeen{caller.id, LegState::queued});
  tell_queued(caller, now);
}

void Machine::tell_queued(Caller& caller, Instant now) {
  reply(caller.invite, 182, transactions_.answer(caller.invite, 182, queued_phrase(caller)).contact(own_contact(caller)).take(), now);
  disarm(caller);
  caller.again_at = now + settings_.queued_every;
  arm(caller);
}

/// What of it is a text is told in the phrase of 182. The rest nobody hears, and says so.
void Machine::play(const model::Play& play, const model::Command& command, Instant now) {
  Caller* caller = find(play.native_id);
  bool failed = !caller || caller->sent;
  bool told = false;
  for (const model::Prompt& prompt : play.prompts) {
    if (failed || (prompt.what != model::Prompt::What::position && prompt.what != model::Prompt::What::wait)) {
      failed = true;
      continue;
    }
    told = true;
    if (prompt.what == model::Prompt::What::position) caller->position = prompt.number;
    else caller->wait = prompt.duration;
  }
  if (told) park(*caller, now);
  emit(model::PlaybackEnded{play.native_id, command.id, command.epoch, failed});
}

// --- sent on ---------------------------------------------------------------------------------------------------------------

void Machine::ring(const model::Ring& ring, const model::Command& command, Instant now) {
  if (ring.caller_native_id.empty()) return unsupported(command);
  const std::string name = name_of_leg(command);
  Caller* caller = find(ring.caller_native_id);
  if (!caller) return ring_is_over(name);  // the core will hear, or has heard, that he is gone
  if (caller->sent) {
    if (now - caller->sent->at < kGroup) return ring_failed(name, Cause::elsewhere, 0, "the caller was sent to another agent");
    ring_is_over(name);
    const model::LegCreated agent = caller->sent->leg;
    const bool shown = !caller->sent->dialog.empty();
    gone(*caller, Cause::transferred, 302, "sent to an agent before", EndedBy::us);
    if (shown) emit(model::LegGone{agent.native_id, Cause::elsewhere, 0, "not ours any more", EndedBy::network});
    else ring_is_over(agent.native_id);
    return;
  }
  auto uri = device_uri(ring.device, settings_.domain);
  if (!uri) return refused_value(command, "device " + ring.device);
  const bool watched = is_watched(ring.device);
  if (!watched && !settings_.blind) return ring_failed(name, Cause::unreachable, 0, "nobody watches the device");
  uri->parameters.push_back({"cw-leg", name});
  auto bytes = transactions_.answer(caller->invite, 302, "Moved Temporarily").contact({{}, std::move(*uri), {}}).take();
  if (!bytes) return refused_value(command, "device " + ring.device);
  ++counts_.redirected;
  reply(caller->invite, 302, std::move(bytes), now);
  model::LegCreated leg;
  leg.native_id = name;
  leg.device = ring.device;
  leg.device_class = model::DeviceClass::station;
  leg.direction = journal::Direction::outbound;
  leg.tokens = {command.contact, ring.offer, command.epoch};
  if (!watched) {  // whose device has him is told, though nobody will see it there
    emit(std::move(leg));
    emit(model::LegGone{name, Cause::transferred, 302, "sent on, not watched", EndedBy::us});
    return gone(*caller, Cause::transferred, 302, "sent to an agent", EndedBy::us);
  }
  disarm(*caller);
  caller->sent = SentOn{.leg = std::move(leg),
                        .at = now,
                        .until = now + (ring.timeout > Duration{} ? ring.timeout : kRing),
                        .dialog = {},
                        .state = LegState::initiated,
                        .bridge = {}};
  sent_to_.emplace(ring.device, caller->id);
  arm(*caller);
}

void Machine::end(Caller& caller, Cause cause, Instant now) {
  const auto [status, phrase] = answer_for(cause);
  Writing writing = transactions_.answer(caller.invite, status, phrase);
  writing.reason({"Q.850", {{"cause", std::to_string(model::q850_of(cause))}}});
  if (status == 503) writing.retry_after(settings_.retry_after);
  reply(caller.invite, status, writing.take(), now);
  gone(caller, cause, status, phrase, EndedBy::us);
}

void Machine::release(Caller& caller, Instant now) {
  const Cause cause = to_fallback(caller.invite, caller.contact_user, now);
  gone(caller, cause, cause == Cause::transferred ? 302 : 480, "fallback", EndedBy::us);
}

Cause Machine::to_fallback(Id invite, const std::string& user, Instant now) {
  auto uri = read_uri(settings_.fallback);
  if (!uri) {
    reply(invite, 480, transactions_.answer(invite, 480, "Temporarily Unavailable").retry_after(settings_.retry_after).take(), now);
    return Cause::congestion;
  }
  if (uri->user.empty()) uri->user = user;
  reply(invite, 302, transactions_.answer(invite, 302, "Moved Temporarily").contact({{}, std::move(*uri), {}}).take(), now);
  return Cause::transferred;
}

/// `caller` is no more after it.
void Machine::gone(Caller& caller, Cause cause, std::int32_t raw_code, std::string raw_text, EndedBy by) {
  disarm(caller);
  by_invite_.erase(caller.invite);
  if (caller.sent) {
    const auto [from, to] = sent_to_.equal_range(caller.sent->leg.device);
    for (auto at = from; at != to; ++at)
      if (at->second == caller.id) {
        sent_to_.erase(at);
        break;
      }
  }
  const auto node = callers_.extract(caller.id);
  emit(model::LegGone{node.key(), cause, raw_code, std::move(raw_text), by});
}

// --- time ------------------------------------------------------------------------------------------------------------------

void Machine::wake_caller(Caller& caller, Instant now) {
  if (caller.sent && caller.sent->dialog.empty() && now >= caller.sent->until) {
    ring_is_over(caller.sent->leg.native_id);
    return gone(caller, Cause::transferred, 302, "nothing to be seen at the device", EndedBy::us);
  }
  if (caller.until && now >= *caller.until && !caller.sent) {
    reply(caller.invite, 487, transactions_.answer(caller.invite, 487, "Request Terminated").take(), now);
    return gone(caller, Cause::timeout, 487, "Expires", EndedBy::network);
  }
  if (caller.again_at && now >= *caller.again_at && !caller.sent) tell_queued(caller, now);
  else arm(caller);
}

std::optional<Instant> Machine::due_of(const Caller& caller) const {
  if (caller.sent) return caller.sent->dialog.empty() ? std::optional(caller.sent->until) : std::nullopt;
  if (!caller.again_at) return caller.until;
  return caller.until ? std::min(*caller.again_at, *caller.until) : caller.again_at;
}

void Machine::arm(const Caller& caller) {
  if (const auto at = due_of(caller)) due_.emplace(*at, caller.id);
}

/// Before anything of it changes that `due_of` looks at.
void Machine::disarm(const Caller& caller) {
  if (const auto at = due_of(caller)) due_.erase({*at, caller.id});
}

Address Machine::own_contact(const Caller& caller) const {
  Address own;
  own.uri = {"sip", caller.contact_user, {}, settings_.host, settings_.port == 5060 ? std::string() : std::to_string(settings_.port), {}, {}, {}};
  if (const Flow* flow = transactions_.flow(caller.invite); flow && flow->transport == Flow::Transport::tcp)
    own.uri.parameters.push_back({"transport", "tcp"});
  return own;
}

Caller* Machine::find(const std::string& id) {
  const auto found = callers_.find(id);
  return found == callers_.end() ? nullptr : &found->second;
}

Caller* Machine::find(Id invite) {
  const auto found = by_invite_.find(invite);
  return found == by_invite_.end() ? nullptr : find(found->second);
}

}  // namespace callwright::cti::sip
