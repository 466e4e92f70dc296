#include "cti/sip/subscription.hpp"

#include <algorithm>
#include <utility>

#include "cti/sip/codec.hpp"
#include "cti/sip/digest.hpp"
#include "cti/sip/grammar.hpp"

namespace callwright::cti::sip {
namespace {

constexpr std::uint32_t kMostExpires = 86'400;
constexpr std::uint32_t kLeastExpires = 20;  ///< a server that gives less is not asked more often
constexpr std::int32_t kChallenges = 2;      ///< the second one is for a nonce that was too old

Duration seconds(std::uint32_t count) { return std::chrono::seconds(std::min<std::uint32_t>(count, 3'600)); }

}  // namespace

Subscription::Subscription(const Settings& settings, Transactions& transactions, Uri device, std::string package, std::string type, Instant first)
    : settings_(&settings),
      transactions_(&transactions),
      device_(std::move(device)),
      package_(std::move(package)),
      type_(std::move(type)),
      due_(first),
      wanted_(settings.watch_expires) {}

void Subscription::wake(Instant now, Transactions::Effects& effects) {
  if (!due_ || now < *due_) return;
  if (state_ == State::waiting) return begin(now, effects);
  if (!noticed_) return fail("no NOTIFY", {}, now);
  ask(wanted_, now, effects);
}

void Subscription::begin(Instant now, Transactions::Effects& effects) {
  call_id_ = transactions_->name();
  tag_ = transactions_->name();
  remote_tag_.clear();
  target_ = text_of(device_);
  routes_.clear();
  cseq_ = 0;
  remote_cseq_.reset();
  challenges_ = 0;
  noticed_ = false;
  ask(wanted_, now, effects);
}

Flow Subscription::flow() const {
  const auto through = read_uri(settings_->watch_through);
  const auto target = read_uri(target_);
  const Uri& to = through ? *through : !routes_.empty() ? routes_.front().uri : target ? *target : device_;
  Flow flow;
  const std::string* transport = find(to.parameters, "transport");
  flow.transport = transport && grammar::same(*transport, "tcp") ? Flow::Transport::tcp : Flow::Transport::udp;
  flow.host = to.host;
  flow.port = static_cast<std::uint16_t>(grammar::number(to.port, 65'535).value_or(5060));
  return flow;
}

void Subscription::ask(std::uint32_t expires, Instant now, Transactions::Effects& effects) {
  if (transaction_ != 0) transactions_->abandon(transaction_);
  const Flow to = flow();
  const std::string port = settings_->port == 5060 ? std::string() : std::to_string(settings_->port);
  const std::string branch = transactions_->branch();
  const std::string domain = settings_->domain.empty() ? settings_->host : settings_->domain;
  const Address self{{}, {"sip", "callwright", {}, domain, {}, {}, {}, {}}, {{"tag", tag_}}};
  Address peer{{}, device_, {}};
  if (!remote_tag_.empty()) peer.parameters.push_back({"tag", remote_tag_});
  Address contact{{}, {"sip", "callwright", {}, settings_->host, port, {}, {}, {}}, {}};
  if (to.reliable()) contact.uri.parameters.push_back({"transport", "tcp"});
  const std::vector<std::string> types{type_};
  Writing writing = Writing::request("SUBSCRIBE", target_);
  writing.via({to.reliable() ? "TCP" : "UDP", settings_->host, port, {{"branch", branch}, {"rport", ""}}})
      .max_forwards(70)
      .routes(routes_)
      .from(self)
      .to(peer)
      .call_id(call_id_)
      .cseq(++cseq_, "SUBSCRIBE")
      .contact(contact)
      .event({package_, {}})
      .accept(types)
      .expires(expires);
  if (credentials_) {
    const auto word =
        digest::answer(*credentials_, settings_->watch_username, settings_->watch_password, "SUBSCRIBE", target_, 1, transactions_->name());
    if (word) writing.authorization(*word, proxy_);
    credentials_.reset();  // a count is good once: the next request is challenged again
  }
  auto bytes = writing.take();
  if (!bytes) return fail(bytes.error().text(), kLongPause, now);
  due_.reset();
  if (state_ == State::waiting) state_ = State::asking;
  transaction_ = transactions_->ask(branch, "SUBSCRIBE", std::move(*bytes), to, now, effects);
  if (transaction_ == 0) fail("too many transactions", kFirstPause, now);
}

void Subscription::answered(const Message& response, Instant now, Transactions::Effects& effects) {
  if (response.status < 200) return;
  transaction_ = 0;
  if (response.status < 300) {
    remote_tag_ = response.to.tag();
    if (!response.contacts.empty()) target_ = text_of(response.contacts.front().uri);
    if (routes_.empty()) routes_.assign(response.record_routes.rbegin(), response.record_routes.rend());
    const std::uint32_t given = std::min(response.expires.value_or(wanted_), wanted_);
    if (given == 0) return fail("refused with Expires: 0", kFirstPause, now);
    state_ = State::active;
    holds_ = true;
    failures_ = challenges_ = 0;
    trouble_.clear();
    const std::uint32_t used = std::max(given, kLeastExpires);
    due_ = refresh_at_ = now + std::chrono::seconds(used - std::min(used / 5, 32U));  // in good time: what is lost on the way is repeated for 32 s
    if (!noticed_) due_ = now + settings_->timers.t1 * 64;                            // timer N: each subscription begins with a NOTIFY
    return;
  }
  if ((response.status == 401 || response.status == 407) && answer_challenge(response, now, effects)) return;
  if (response.status == 423 && response.min_expires && *response.min_expires > wanted_ && *response.min_expires <= kMostExpires) {
    wanted_ = *response.min_expires;
    return ask(wanted_, now, effects);
  }
  const bool in_dialog = state_ == State::active;
  const std::string why = std::to_string(response.status) + " " + shown(response.phrase);
  if (response.status == 481 && in_dialog) return anew(why, now);
  fail(why, response.status == 489 ? kLongPause : seconds(response.retry_after.value_or(0)), now);
}

/// Also behind 401 the SUBSCRIBE is that of the same dialog, with the next CSeq.
bool Subscription::answer_challenge(const Message& response, Instant now, Transactions::Effects& effects) {
  if (settings_->watch_username.empty() || ++challenges_ > kChallenges) return false;
  for (const Word& challenge : response.challenges) {
    if (!digest::answer(challenge, settings_->watch_username, settings_->watch_password, "SUBSCRIBE", target_, 1, "x")) continue;
    credentials_ = challenge;
    proxy_ = response.status == 407;
    ask(wanted_, now, effects);
    return true;
  }
  return false;
}

void Subscription::unanswered(Instant now) {
  transaction_ = 0;
  fail("no answer", {}, now);
}

void Subscription::fail(std::string why, Duration least, Instant now) {
  Duration pause = kFirstPause;
  for (std::int32_t i = 0; i < failures_ && pause < kLastPause; ++i) pause *= 2;
  ++failures_;
  if (transaction_ != 0) transactions_->abandon(std::exchange(transaction_, 0));
  state_ = State::waiting;
  holds_ = false;
  trouble_ = std::move(why);
  due_ = now + std::max(std::min(pause, kLastPause), least);
}

/// Without a pause, but never twice in a row.
void Subscription::anew(std::string why, Instant now) {
  const bool first = failures_ == 0;
  fail(std::move(why), {}, now);
  if (first) due_ = now;
}

void Subscription::ask_again(Instant now, Transactions::Effects& effects) {
  if (state_ == State::active && transaction_ == 0) ask(wanted_, now, effects);
}

void Subscription::end(Instant now, Transactions::Effects& effects) {
  if (state_ == State::active) ask(0, now, effects);
  else if (transaction_ != 0) transactions_->abandon(transaction_);
  transaction_ = 0;
}

Subscription::Notice Subscription::notified(const Message& notify, Instant now) {
  const Notice stranger{481, "Subscription Does Not Exist"};
  if (state_ == State::waiting || notify.to.tag() != tag_) return stranger;
  if (!remote_tag_.empty() && notify.from.tag() != remote_tag_) return stranger;  // another branch of the same SUBSCRIBE
  if (!grammar::same(notify.event.word, package_)) return {489, "Bad Event"};
  if (remote_cseq_ && notify.cseq.number <= *remote_cseq_) return {500, "Out of Order"};
  remote_cseq_ = notify.cseq.number;
  if (!std::exchange(noticed_, true) && state_ == State::active) due_ = refresh_at_;
  if (remote_tag_.empty()) {  // it has overtaken the answer to the SUBSCRIBE (RFC 6665, 4.4.1)
    remote_tag_ = notify.from.tag();
    if (!notify.contacts.empty()) target_ = text_of(notify.contacts.front().uri);
  }
  if (!grammar::same(notify.subscription_state.word, "terminated")) {
    holds_ = true;
    return {.counts = true};
  }
  const std::string* reason = find(notify.subscription_state.parameters, "reason");
  const std::string* retry = find(notify.subscription_state.parameters, "retry-after");
  const std::string why = "terminated" + (reason ? " " + *reason : std::string());
  if (reason && (grammar::same(*reason, "deactivated") || grammar::same(*reason, "timeout"))) anew(why, now);
  else if (reason && (grammar::same(*reason, "rejected") || grammar::same(*reason, "noresource"))) fail(why, kLastPause, now);
  else fail(why, seconds(retry ? grammar::number(*retry, 3'600).value_or(0) : 0), now);
  return {.over = true};
}

}  // namespace callwright::cti::sip
