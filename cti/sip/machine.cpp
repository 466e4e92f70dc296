#include "cti/sip/machine.hpp"

#include <algorithm>

#include "cti/model/cause.hpp"
#include "cti/sip/error.hpp"
#include "cti/sip/grammar.hpp"

namespace callwright::cti::sip {
namespace {

using journal::Cause, journal::EndedBy, journal::LegState;

/// Nothing happens on the other side of a restart of ours but that its callers are gone, which the snapshot says.
constexpr std::int64_t kBootEpoch = 1;

Abilities abilities(const Settings& settings) {
  Abilities all;
  all.methods = {"INVITE", "ACK", "CANCEL", "BYE", "OPTIONS"};
  if (settings.watch) all.methods.push_back("NOTIFY");
  all.schemes = {"sip", "tel"};
  all.content_types = {"application/sdp", "multipart/mixed"};  // nobody here looks into them
  all.hands_on = {"INVITE"};  // a caller without a hop left could not go on; OPTIONS is for us, and some border controllers ping with 0
  if (settings.watch)
    for (const char* type : {"application/dialog-info+xml", "application/pidf+xml"}) all.content_types.push_back(type);
  return all;
}

Networks networks_of(const Settings& settings) { return Networks::read(settings.trusted).value_or(Networks{}); }

/// A CANCEL may say that somebody else has taken the call (RFC 3326).
bool completed_elsewhere(const std::vector<Word>& reasons) {
  return std::ranges::any_of(reasons, [](const Word& reason) {
    const std::string* code = sip::find(reason.parameters, "cause");
    return code && ((grammar::same(reason.word, "SIP") && *code == "200") || (grammar::same(reason.word, "Q.850") && *code == "26"));
  });
}

}  // namespace

Result<void> check(const Settings& settings) {
  const auto uri = [](const std::string& text) {
    const auto read = read_uri(text);
    return read && read->scheme == "sip";
  };
  if (!grammar::is_host(settings.host)) return fail(errc::bad_settings, "'" + settings.host + "' is no host");
  if (settings.port == 0) return fail(errc::bad_settings, "port 0 is none that an answer could name");
  if (!settings.domain.empty() && !grammar::is_host(settings.domain)) return fail(errc::bad_settings, "'" + settings.domain + "' is no domain");
  if (!settings.watch_through.empty() && !uri(settings.watch_through))
    return fail(errc::bad_settings, "'" + settings.watch_through + "' is no URI such as sip:10.0.0.1");
  if (!settings.fallback.empty() && !uri(settings.fallback))
    return fail(errc::bad_settings, "'" + settings.fallback + "' is no URI such as sip:10.0.0.1");
  if (!settings.accounts.empty() && settings.nonce_secret.size() < 16) return fail(errc::bad_settings, "the secret of nonces has less than 16 bytes");
  if (const auto networks = Networks::read(settings.trusted); !networks) return std::unexpected(networks.error());
  return {};
}

Machine::Machine(Settings settings, link::Identity identity, link::Patience patience)
    : link::Machine(identity, patience),
      settings_(std::move(settings)),
      abilities_(abilities(settings_)),
      guard_(networks_of(settings_), settings_.accounts, settings_.realm, settings_.nonce_secret),
      transactions_(settings_.timers, "cw" + std::to_string(identity.epoch), identity.seed),
      watch_(settings_, transactions_) {}

void Machine::on_opened(Instant now) {
  begin_snapshot(now);
  declare({.observe = true, .route = true, .play = settings_.tell_position});
  model::Snapshot snapshot;
  for (const auto& [id, caller] : callers_) {
    const bool talks = caller.sent && !caller.sent->bridge.empty();
    const auto state = talks ? LegState::connected : caller.queued ? LegState::queued : LegState::initiated;
    const std::string bridge = talks ? caller.sent->bridge : std::string();
    snapshot.legs.push_back({.leg = caller.leg, .state = state, .bridge = bridge, .asks_route = !caller.sent, .entry = caller.entry, .queue = {}});
    if (caller.sent && !caller.sent->dialog.empty())
      snapshot.legs.push_back(
          {.leg = caller.sent->leg, .state = caller.sent->state, .bridge = bridge, .asks_route = false, .entry = {}, .queue = {}});
  }
  go_live(kBootEpoch, std::move(snapshot));
  told_.clear();
  on_devices(now);
}

// --- inputs ----------------------------------------------------------------------------------------------------------------

link::Actions Machine::packet(const Flow& from, Carrier carrier, std::string_view bytes, Instant now) {
  if (!is_open()) return take();
  counters_.bytes += bytes.size();
  if (auto message = read_message(bytes, carrier)) {
    ++(message->is_request() ? counts_.requests : counts_.responses);
    transactions_.received(std::move(*message), from, now, effects_);
  } else if (!message.error().why.empty()) {
    ++counters_.malformed;
    transactions_.received(message.error(), from, effects_);
  }
  carry_out(now);
  return take();
}

link::Actions Machine::unreachable(const Flow& flow, Instant now) {
  if (is_open()) transactions_.unreachable(flow, effects_);
  carry_out(now);
  return take();
}

link::Actions Machine::release_all(Instant now) {
  std::vector<std::string> waiting;
  for (const auto& [id, caller] : callers_)
    if (!caller.sent) waiting.push_back(id);
  for (const std::string& id : waiting)
    if (Caller* caller = find(id)) release(*caller, now);
  carry_out(now);
  return take();
}

void Machine::on_wake(Instant now) {
  transactions_.wake(now, effects_);
  carry_out(now);
  Watch::Effects seen{&effects_, {}, {}};
  watch_.wake(now, seen);
  follow(std::move(seen), now);
  while (!due_.empty() && due_.begin()->first <= now) {
    Caller& caller = callers_.at(due_.begin()->second);
    disarm(caller);
    wake_caller(caller, now);
  }
  carry_out(now);
}

std::optional<Instant> Machine::due() const {
  std::optional<Instant> next = transactions_.next_wake();
  if (!due_.empty() && (!next || due_.begin()->first < *next)) next = due_.begin()->first;
  if (const auto watch = watch_.next_wake(); watch && (!next || *watch < *next)) next = watch;
  return next;
}

void Machine::carry_out(Instant now) {
  flush();
  while (!effects_.events.empty())
    for (Transactions::Event& event : std::exchange(effects_.events, {})) std::visit([&](auto& each) { on(each, now); }, event);
  flush();
}

// --- requests --------------------------------------------------------------------------------------------------------------

void Machine::on(const Transactions::Asked& asked, Instant now) {
  const Message* request = transactions_.request(asked.id);
  if (!request) return;
  if (request->method == "NOTIFY" && settings_.watch) {  // of a subscription of ours, or of none: that it knows its tags is all it needs
    Watch::Effects seen{&effects_, {}, {}};
    watch_.notified(asked.id, now, seen);
    return follow(std::move(seen), now);
  }
  bool believed = false;
  if (request->method != "OPTIONS" && !admits(asked.id, believed, now)) return;
  if (const auto objection = object_to(*request, abilities_)) return object(asked.id, *objection, now);
  if (request->method == "BYE") return take_bye(asked.id, now);
  if (!request->to.tag().empty()) return refuse(asked.id, 481, "Call/Transaction Does Not Exist", now);
  if (request->method == "INVITE") return take_invite(asked.id, believed, now);
  // OPTIONS: what they may ask of us (RFC 3261, 11.2).
  reply(asked.id, 200, transactions_.answer(asked.id, 200, "OK").allow(abilities_.methods).accept(abilities_.content_types).supported({}).take(),
        now);
}

bool Machine::admits(Id id, bool& believed, Instant now) {
  const Message& request = *transactions_.request(id);
  const Flow from = *transactions_.flow(id);
  const Guard::Decision decision = guard_.judge(request, from, now);
  believed = decision.what == Guard::Decision::What::trusted;
  if (decision.what == Guard::Decision::What::challenge) {
    ++counts_.challenged;
    Writing writing = transactions_.answer(id, 401, "Unauthorized");
    for (const Word& challenge : guard_.challenges(from, decision.stale, now)) writing.challenge(challenge);
    reply(id, 401, writing.take(), now);
    return false;
  }
  if (decision.what == Guard::Decision::What::refused) {
    ++counts_.forbidden;
    log(link::Log::Level::warn, "sip_forbidden", request.method + " from " + from.host);
    reply(id, 403, transactions_.answer(id, 403, "Forbidden").take(), now);
    return false;
  }
  return true;
}

void Machine::object(Id id, const Objection& objection, Instant now) {
  ++counts_.refused;
  Writing writing = transactions_.answer(id, objection.status, objection.phrase);
  if (objection.status == 405 || objection.status == 501) writing.allow(objection.list);
  if (objection.status == 415) writing.accept(objection.list);
  if (objection.status == 420) writing.unsupported(objection.list);
  reply(id, objection.status, writing.take(), now);
}

void Machine::take_invite(Id id, bool believed, Instant now) {
  const Message& request = *transactions_.request(id);
  const Flow& from = *transactions_.flow(id);
  Caller made = read_caller(request, from, believed, settings_);
  if (made.entry.empty()) return refuse(id, 404, "Not Found", now);
  if (!takes_contacts()) {
    to_fallback(id, made.contact_user, now);
    return;
  }
  if (callers_.size() >= settings_.callers) return overload(id, now);
  made.id = made.leg.native_id = transactions_.tag(id);
  made.invite = id;
  if (request.expires && *request.expires > 0) made.until = now + std::chrono::seconds(*request.expires);
  const auto [at, fresh] = callers_.emplace(made.id, std::move(made));
  Caller& caller = at->second;
  by_invite_.emplace(id, caller.id);
  arm(caller);
  reply(id, 100, transactions_.answer(id, 100, "Trying").take(), now);
  ++counters_.events;
  emit(caller.leg);
  for (const auto& [key, value] : caller.data) emit(model::DataSeen{caller.id, key, value});
  emit(model::RouteAsked{caller.id, caller.entry});
}

/// Who has been told 182 may end what he takes for the beginning of a dialog (RFC 3261, 15.1).
void Machine::take_bye(Id id, Instant now) {
  const Message& request = *transactions_.request(id);
  Caller* caller = find(std::string(request.to.tag()));
  if (!caller || caller->sent || caller->call_id != request.call_id) return refuse(id, 481, "Call/Transaction Does Not Exist", now);
  const Id invite = caller->invite;
  ++counts_.cancelled;
  reply(id, 200, transactions_.answer(id, 200, "OK").take(), now);
  reply(invite, 487, transactions_.answer(invite, 487, "Request Terminated").take(), now);
  gone(*caller, Cause::caller_cancel, 487, "BYE", EndedBy::customer);
}

void Machine::on(const Transactions::Cancelled& cancelled, Instant now) {
  Caller* caller = find(cancelled.id);
  if (!caller) return;
  ++counts_.cancelled;
  reply(cancelled.id, 487, transactions_.answer(cancelled.id, 487, "Request Terminated").take(), now);
  gone(*caller, completed_elsewhere(cancelled.reasons) ? Cause::elsewhere : Cause::caller_cancel, 487, "CANCEL", EndedBy::customer);
}

/// He has not confirmed where he was sent: he is not there any more.
void Machine::on(const Transactions::Unacknowledged& lost, Instant) {
  Caller* caller = find(lost.id);
  if (!caller || !caller->sent || !caller->sent->dialog.empty()) return;
  ring_is_over(caller->sent->leg.native_id);
  gone(*caller, Cause::lost, 408, "no ACK", EndedBy::network);
}

void Machine::on(const Transactions::Answered& answered, Instant now) {
  Watch::Effects seen{&effects_, {}, {}};
  watch_.answered(answered.id, answered.response, now, seen);
  follow(std::move(seen), now);
}

void Machine::on(const Transactions::Unanswered& unanswered, Instant now) {
  Watch::Effects seen{&effects_, {}, {}};
  watch_.unanswered(unanswered.id, now, seen);
  follow(std::move(seen), now);
}

void Machine::refuse(Id id, std::int32_t status, const char* phrase, Instant now) {
  ++counts_.refused;
  reply(id, status, transactions_.answer(id, status, phrase).take(), now);
}

void Machine::overload(Id id, Instant now) {
  ++counts_.overload;
  reply(id, 503, transactions_.answer(id, 503, "Service Unavailable").retry_after(settings_.retry_after).take(), now);
}

/// What cannot be written is answered 500, so that nobody waits for it.
void Machine::reply(Id id, std::int32_t status, Result<std::string> bytes, Instant now) {
  if (!bytes) {
    log(link::Log::Level::warn, "sip_answer_refused", std::to_string(status) + ": " + bytes.error().text());
    if (status < 200) return;
    status = 500;
    bytes = transactions_.answer(id, 500, "Server Internal Error").take();
    if (!bytes) return;
  }
  transactions_.reply(id, status, std::move(*bytes), now, effects_);
  flush();
}

void Machine::flush() {
  for (Transactions::Packet& packet : effects_.packets) send(std::move(packet.bytes), text_of(packet.to));
  effects_.packets.clear();
}

}  // namespace callwright::cti::sip
