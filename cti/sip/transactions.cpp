#include "cti/sip/transactions.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "base/digest.hpp"
#include "cti/sip/grammar.hpp"

namespace callwright::cti::sip {
namespace {

constexpr std::string_view kCookie = "z9hG4bK";
constexpr std::uint32_t kRetryAfter = 5;  ///< s

std::string hex(std::uint64_t value) {
  std::string text;
  for (int shift = 60; shift >= 0; shift -= 4) text += "0123456789abcdef"[(value >> shift) & 0xF];
  return text;
}

/// What makes a request the same as another one (17.2.3). `method`: of an ACK it is INVITE's, and of a CANCEL that which it cancels is asked for.
std::string server_key(const Message& request, std::string_view method) {
  const Via& top = request.vias.front();
  std::string key;
  if (top.branch().starts_with(kCookie)) {
    ((key = grammar::lower(top.branch())) += '\n') += grammar::lower(top.host);
    ((key += ':') += top.port.empty() ? "5060" : top.port) += '\n';
    return key += method;
  }
  // Of before RFC 3261: the tag that we have put behind To stands in the ACK alone, so To is not looked at.
  ((key = "old\n") += request.target_text) += '\n';
  (((key += request.from.tag()) += '\n') += request.call_id) += '\n';
  ((key += std::to_string(request.cseq.number)) += '\n') += text_of(top);
  return (key += '\n') += method;
}

std::string client_key(std::string_view branch, std::string_view method) { return "client\n" + grammar::lower(branch) + "\n" + std::string(method); }

std::string merge_key(const Message& request) {
  return std::string(request.from.tag()) + "\n" + request.call_id + "\n" + std::to_string(request.cseq.number) + "\n" + request.cseq.method;
}

/// Where a request came from, for who repeats its Via (18.2.1, RFC 3581).
void note_source(Message& request, const Flow& from) {
  Via& top = request.vias.front();
  bool asks_port = false;
  std::erase_if(top.parameters, [](const Parameter& one) { return grammar::same(one.name, "received"); });
  for (auto& [name, value] : top.parameters)
    if (grammar::same(name, "rport")) {
      value = std::to_string(from.port);
      asks_port = true;
    }
  if (asks_port || top.host != from.host) top.parameters.push_back({"received", from.host});
  request.echo.vias.front() = text_of(top);
}

/// Where its answers go (18.2.2): over the same connection, to the port that it came from if it asks for that, else to the one it names.
Flow answer_flow(const Message& request, const Flow& from) {
  Flow to = from;
  const Via& top = request.vias.front();
  if (const std::string* port = find(top.parameters, "rport"); port && !from.reliable()) return to;
  to.port = static_cast<std::uint16_t>(grammar::number(top.port, 65'535).value_or(5060));
  return to;
}

}  // namespace

Transactions::Transactions(Timers timers, std::string prefix, std::uint64_t seed, std::size_t limit)
    : timers_(timers), prefix_(std::move(prefix)), limit_(limit), random_(seed) {}

std::uint64_t Transactions::random() {  // splitmix64
  std::uint64_t z = (random_ += 0x9E3779B97F4A7C15U);
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9U;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBU;
  return z ^ (z >> 31);
}

std::string Transactions::name() { return prefix_ + "-" + std::to_string(++names_) + "-" + hex(random()); }
std::string Transactions::branch() { return std::string(kCookie) + name(); }

// --- what comes ------------------------------------------------------------------------------------------------------------

void Transactions::received(Message message, const Flow& from, Instant now, Effects& effects) {
  if (!message.is_request()) return take_response(std::move(message), now, effects);
  note_source(message, from);
  if (message.method == "ACK") return take_ack(message, now, effects);
  take_request(std::move(message), from, now, effects);
}

void Transactions::received(const Refusal& refusal, const Flow& from, Effects& effects) {
  if (refusal.status == 0 || refusal.is_ack) return;
  static constexpr std::array<std::pair<std::int32_t, const char*>, 4> kPhrases{
      {{400, "Bad Request"}, {501, "Not Implemented"}, {505, "Version Not Supported"}, {513, "Message Too Large"}}};
  const auto phrase = std::ranges::find(kPhrases, refusal.status, &std::pair<std::int32_t, const char*>::first);
  const auto bytes = Writing::response(refusal.echo, refusal.status, phrase == kPhrases.end() ? "Refused" : phrase->second, prefix_ + "-0").take();
  if (bytes) effects.packets.push_back({from, *bytes});
}

void Transactions::take_request(Message message, const Flow& from, Instant now, Effects& effects) {
  const bool cancel = message.method == "CANCEL", invite = message.method == "INVITE";
  std::string key = server_key(message, message.method);
  if (const auto known = by_key_.find(key); known != by_key_.end()) {
    ++counters_.repeated_requests;
    return send_again(all_.at(known->second), effects);
  }
  if (all_.size() >= limit_ && !(cancel && by_key_.contains(server_key(message, "INVITE")))) {
    ++counters_.over_limit;
    return refuse(message, answer_flow(message, from), 503, "Service Unavailable", effects);
  }
  const Id id = next_id_++;
  Transaction& made = all_[id];
  made.kind = invite ? Kind::invite_server : Kind::server;
  made.state = invite ? State::proceeding : State::trying;
  made.flow = answer_flow(message, from);
  made.key = std::move(key);
  made.request = std::move(message);
  by_key_.emplace(made.key, id);
  if (cancel) return take_cancel(id, now, effects);
  made.tag = name();
  if (made.request.to.tag().empty()) {
    made.merge_key = merge_key(made.request);
    if (!by_merge_.emplace(made.merge_key, id).second) {
      made.merge_key.clear();
      ++counters_.merged;
      if (auto bytes = answer(id, 482, "Loop Detected").take()) reply(id, 482, std::move(*bytes), now, effects);
      return;
    }
  }
  effects.events.push_back(Asked{id});
}

/// Answered with the tag of the INVITE's own answer (9.2).
void Transactions::take_cancel(Id cancel, Instant now, Effects& effects) {
  Transaction& one = all_.at(cancel);
  std::vector<Word> reasons = one.request.reasons;
  const auto found = by_key_.find(server_key(one.request, "INVITE"));
  const Id invite = found == by_key_.end() ? 0 : found->second;
  if (invite == 0) ++counters_.strays;
  one.tag = invite == 0 ? name() : all_.at(invite).tag;
  const std::int32_t status = invite == 0 ? 481 : 200;
  if (auto bytes = answer(cancel, status, invite == 0 ? "Call/Transaction Does Not Exist" : "OK").take())
    reply(cancel, status, std::move(*bytes), now, effects);
  if (invite == 0) return;
  Transaction& call = all_.at(invite);
  if (call.state != State::proceeding || std::exchange(call.cancelled, true)) return;
  effects.events.push_back(Cancelled{invite, std::move(reasons)});
}

void Transactions::take_ack(const Message& ack, Instant now, Effects& effects) {
  const auto found = by_key_.find(server_key(ack, "INVITE"));
  if (found == by_key_.end() || all_.at(found->second).kind != Kind::invite_server) {
    ++counters_.strays;
    return;
  }
  const Id id = found->second;
  Transaction& call = all_.at(id);
  if (call.state != State::completed) return;
  call.state = State::confirmed;
  arm(id, Timer::repeat, {});
  effects.events.push_back(Acknowledged{id});
  finish(id, call.flow.reliable() ? Duration{} : timers_.t4, now);  // timer I
}

void Transactions::take_response(Message response, Instant now, Effects& effects) {
  const auto found = response.vias.size() == 1 ? by_key_.find(client_key(response.vias.front().branch(), response.cseq.method)) : by_key_.end();
  if (found == by_key_.end()) {
    ++counters_.strays;
    return;
  }
  const Id id = found->second;
  Transaction& asked = all_.at(id);
  if (asked.state == State::completed) return;
  const bool final = response.status >= 200;
  asked.state = final ? State::completed : State::proceeding;
  effects.events.push_back(Answered{id, std::move(response)});
  if (!final) {
    asked.interval = timers_.t2;
    return;
  }
  arm(id, Timer::repeat, {});
  finish(id, asked.flow.reliable() ? Duration{} : timers_.t4, now);  // timer K
}

void Transactions::send_again(const Transaction& transaction, Effects& effects) {
  if (transaction.last.empty() || transaction.state == State::confirmed) return;
  effects.packets.push_back({transaction.flow, transaction.last});
}

void Transactions::refuse(const Message& request, const Flow& to, std::int32_t status, const char* phrase, Effects& effects) {
  // The same tag whenever the same request comes again, though nothing is kept of it (8.2.7).
  const std::string tag = prefix_ + "-" + hex(fnv1a(server_key(request, request.method)));
  if (auto bytes = Writing::response(request.echo, status, phrase, tag).retry_after(kRetryAfter).take())
    effects.packets.push_back({to, std::move(*bytes)});
}

// --- what we say -----------------------------------------------------------------------------------------------------------

const Message* Transactions::request(Id id) const {
  const Transaction* one = find(id);
  return one ? &one->request : nullptr;
}

const Flow* Transactions::flow(Id id) const {
  const Transaction* one = find(id);
  return one ? &one->flow : nullptr;
}

std::string_view Transactions::tag(Id id) const {
  const Transaction* one = find(id);
  return one ? std::string_view(one->tag) : std::string_view();
}

Writing Transactions::answer(Id id, std::int32_t status, std::string_view phrase) const {
  const Transaction* one = find(id);
  return one ? Writing::response(one->request.echo, status, phrase, one->tag) : Writing::response({}, 0, phrase, {});
}

bool Transactions::reply(Id id, std::int32_t status, std::string bytes, Instant now, Effects& effects) {
  Transaction* one = find(id);
  if (!one || one->kind == Kind::client || one->state == State::completed || one->state == State::confirmed) return false;
  if (one->kind == Kind::invite_server && status >= 200 && status < 300) return false;
  one->last = std::move(bytes);
  send_again(*one, effects);
  if (status < 200) {
    one->state = State::proceeding;
    return true;
  }
  one->state = State::completed;
  one->request.body.clear();
  if (status < 400) {  // whom we have sent elsewhere may be sent back here by a proxy that tries one contact after the other, and that is no loop
    by_merge_.erase(one->merge_key);
    one->merge_key.clear();
  }
  if (one->kind == Kind::server) {
    finish(id, one->flow.reliable() ? Duration{} : timers_.t1 * 64, now);  // timer J
    return true;
  }
  if (!one->flow.reliable()) {
    one->interval = timers_.t1;
    arm(id, Timer::repeat, now + one->interval);  // timer G
  }
  arm(id, Timer::end, now + timers_.t1 * 64);  // timer H
  return true;
}

Transactions::Id Transactions::ask(std::string_view branch, std::string_view method, std::string bytes, const Flow& to, Instant now,
                                   Effects& effects) {
  if (all_.size() >= limit_) return 0;
  const Id id = next_id_++;
  Transaction& made = all_[id];
  made.kind = Kind::client;
  made.flow = to;
  made.key = client_key(branch, method);
  made.last = std::move(bytes);
  by_key_.emplace(made.key, id);
  send_again(made, effects);
  if (!to.reliable()) {
    made.interval = timers_.t1;
    arm(id, Timer::repeat, now + made.interval);  // timer E
  }
  arm(id, Timer::end, now + timers_.t1 * 64);  // timer F
  return id;
}

void Transactions::abandon(Id id) {
  if (const Transaction* one = find(id); one && one->kind == Kind::client) erase(id);
}

void Transactions::unreachable(const Flow& flow, Effects& effects) {
  std::vector<Id> lost;
  for (const auto& [id, one] : all_)
    if (one.kind == Kind::client && one.state != State::completed && one.flow == flow) lost.push_back(id);
  std::ranges::sort(lost);
  for (Id id : lost) {
    erase(id);
    effects.events.push_back(Unanswered{id});
  }
}

// --- time ------------------------------------------------------------------------------------------------------------------

void Transactions::wake(Instant now, Effects& effects) {
  while (!due_.empty() && std::get<Instant>(*due_.begin()) <= now) {
    const auto [at, id, timer] = *due_.begin();
    Transaction& one = all_.at(id);
    if (timer == Timer::repeat) {
      ++counters_.repeats;
      send_again(one, effects);
      if (one.state != State::proceeding || one.kind != Kind::client) one.interval = std::min(one.interval * 2, timers_.t2);
      arm(id, Timer::repeat, now + one.interval);
      continue;
    }
    const bool answered = one.state == State::confirmed || (one.state == State::completed && one.kind != Kind::invite_server);
    const Kind kind = one.kind;
    erase(id);
    if (answered) continue;
    ++counters_.timeouts;
    if (kind == Kind::client) effects.events.push_back(Unanswered{id});
    else effects.events.push_back(Unacknowledged{id});
  }
}

std::optional<Instant> Transactions::next_wake() const { return due_.empty() ? std::nullopt : std::optional(std::get<Instant>(*due_.begin())); }

void Transactions::arm(Id id, Timer timer, std::optional<Instant> at) {
  Transaction& one = all_.at(id);
  std::optional<Instant>& slot = timer == Timer::repeat ? one.repeat_at : one.end_at;
  if (slot) due_.erase({*slot, id, timer});
  slot = at;
  if (at) due_.emplace(*at, id, timer);
}

/// What repeats it is absorbed until then.
void Transactions::finish(Id id, Duration later, Instant now) {
  if (later == Duration{}) erase(id);
  else arm(id, Timer::end, now + later);
}

void Transactions::erase(Id id) {
  arm(id, Timer::repeat, {});
  arm(id, Timer::end, {});
  const Transaction& one = all_.at(id);
  by_key_.erase(one.key);
  if (!one.merge_key.empty()) by_merge_.erase(one.merge_key);
  all_.erase(id);
}

Transactions::Transaction* Transactions::find(Id id) {
  const auto found = all_.find(id);
  return found == all_.end() ? nullptr : &found->second;
}
const Transactions::Transaction* Transactions::find(Id id) const {
  const auto found = all_.find(id);
  return found == all_.end() ? nullptr : &found->second;
}

}  // namespace callwright::cti::sip
