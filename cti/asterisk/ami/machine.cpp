#include "cti/asterisk/ami/machine.hpp"

#include <algorithm>
#include <array>
#include <chrono>

#include "base/e164.hpp"
#include "cti/asterisk/ami/check.hpp"
#include "cti/asterisk/ami/request.hpp"
#include "cti/asterisk/plan.hpp"
#include "cti/link/names.hpp"
#include "cti/model/cause.hpp"

namespace callwright::cti::ami {
namespace {

using Level = link::Log::Level;

constexpr std::string_view kBanner = "Asterisk Call Manager";
constexpr std::string_view kSuccess = "Success";
/// Dialplan steps and variables, which are most of what Asterisk says, are in none of these.
constexpr std::string_view kClasses = "system,call,agent,dtmf";
/// Of these classes, and of others if an administrator gives more: what says nothing to us.
constexpr std::array<std::string_view, 16> kUnwanted = {"VarSet",
                                                        "Newexten",
                                                        "RTCPSent",
                                                        "RTCPReceived",
                                                        "TestEvent",
                                                        "NewConnectedLine",
                                                        "NewAccountCode",
                                                        "ExtensionStatus",
                                                        "PresenceStateChange",
                                                        "MusicOnHoldStart",
                                                        "MusicOnHoldStop",
                                                        "BridgeCreate",
                                                        "DTMFBegin",
                                                        "ContactStatus",
                                                        "SoftHangupRequest",
                                                        "Cdr"};
/// The queues' own devices; each call changes several.
constexpr std::string_view kQueueDevices = "Queue:";

/// `2026-11-22` and `05:00:08`, the switch's own clock, as if it were UTC: it only has to be another one after each start. 0 if it is none.
std::int64_t start_of(std::string_view date, std::string_view time) {
  if (date.size() != 10 || time.size() != 8) return 0;
  const auto part = [](std::string_view text, std::size_t at, std::size_t size) { return static_cast<int>(number(text.substr(at, size), -1)); };
  const std::chrono::year_month_day day{std::chrono::year{part(date, 0, 4)}, std::chrono::month{static_cast<unsigned>(part(date, 5, 2))},
                                        std::chrono::day{static_cast<unsigned>(part(date, 8, 2))}};
  const int hours = part(time, 0, 2), minutes = part(time, 3, 2), seconds = part(time, 6, 2);
  if (!day.ok() || hours < 0 || minutes < 0 || seconds < 0) return 0;
  const auto at = std::chrono::sys_days{day} + std::chrono::hours{hours} + std::chrono::minutes{minutes} + std::chrono::seconds{seconds};
  return std::chrono::duration_cast<Duration>(at.time_since_epoch()).count();
}

bool is_success(const Message& response) { return same_key(response.name(), kSuccess); }
std::string reason_of(const Message& response) {
  const std::string said = text(response.value("Message"), 200);
  return said.empty() ? text(response.name(), 200) : said;
}

}  // namespace

Machine::Machine(link::Identity identity, link::Patience patience, Settings settings)
    : link::Machine(std::move(identity), patience), settings_(std::move(settings)), channels_(settings_) {}

// --- sign-in --------------------------------------------------------------------------------------------------------------

void Machine::on_opened(Instant now) {
  ++connection_;
  reader_ = Reader();
  broken_told_ = 0;
  heard_ = now;
  channels_.know_devices(devices());
}

void Machine::take_banner(std::string_view line, Instant now) {
  said_ = text(line, 200);
  if (!line.starts_with(kBanner)) return lose("not a manager interface: " + said_, now);
  ask(Purpose::challenge, now, {}, request::challenge);
}

void Machine::sign_in(std::string_view challenge, Instant now) {
  const std::string key = md5_key(challenge, settings_.secret);
  if (key.empty()) return lose("this machine has no MD5", now);
  if (!ask(Purpose::login, now, {}, [&](const std::string& id) { return request::login(id, settings_.username, key); }))
    refuse("the user name cannot be sent");
}

void Machine::signed_in(const Message& message, Instant now) {
  if (is_success(message)) {
    begin_snapshot(now);
    ask(Purpose::commands, now, {}, request::list_commands);
    return;
  }
  const std::string why = reason_of(message);
  if (same_key(why, "Authentication failed")) refuse(why);
  else lose("sign-in: " + why, now);
}

/// `Command: Execute Asterisk CLI Command. (Priv: command,all)`: only what the account may do is listed.
void Machine::read_commands(const Message& message) {
  static constexpr std::array<std::string_view, 8> kKnown = {"Command", "UpdateConfig",     "ModuleLoad",  "Originate",
                                                             "Filter",  "CoreShowChannels", "QueueStatus", "DeviceStateList"};
  commands_.clear();
  for (std::size_t i = 1; i < message.size(); ++i)
    if (const std::string_view name = message[i].key; std::ranges::find(kKnown, name) != kKnown.end()) commands_.emplace(name);
  const std::string more = more_than_needed(commands_, !settings_.dial_context.empty());
  if (!more.empty() && more != told_rights_) log(Level::warn, "ami_account_may_more", "write = " + more + "; call and reporting are enough");
  told_rights_ = more;
}

// --- snapshot -------------------------------------------------------------------------------------------------------------

void Machine::ask_snapshot(Instant now) {
  const auto may = [&](std::string_view command) { return commands_.empty() || commands_.contains(command); };
  if (!may("CoreShowChannels")) return lose("the account may not list channels: write = reporting is missing", kNotAllowed, now);
  lists_asked_ = true;
  if (may("Filter")) {
    ask(Purpose::filter, now, {}, [](const std::string& id) { return request::filter_out(id, {kUnwanted.begin(), kUnwanted.end()}); });
    ask(Purpose::filter, now, {}, [](const std::string& id) { return request::filter_out_devices(id, kQueueDevices); });
  }
  ask(Purpose::events, now, {}, [](const std::string& id) { return request::events(id, kClasses); });
  ask(Purpose::status, now, {}, request::core_status);
  ask(Purpose::channels, now, {}, request::core_show_channels);
  ask(Purpose::bridges, now, {}, request::bridge_list);
  if (may("QueueStatus")) ask(Purpose::queues, now, {}, request::queue_status);
  if (may("DeviceStateList")) ask(Purpose::devices, now, {}, request::device_state_list);
}

void Machine::list_ended(Asked::iterator asked, bool whole, Instant now) {
  asked_.erase(asked);
  if (!whole) return lose("a list was cut short", now);
  go_on(now);
}

/// The next step of a snapshot, once nothing is open any more.
void Machine::go_on(Instant now) {
  if (phase() != Phase::snapshot || !lists_asked_ || !asked_.empty()) return;
  if (!std::exchange(infos_asked_, true)) {
    std::map<std::string_view, std::int64_t> placed;
    for (const Listed::Channel& channel : listed_.channels) ++placed[channel.bridge];
    std::size_t infos = 0;
    for (const Listed::Bridge& bridge : listed_.bridges)
      if (!bridge.holding && bridge.channels > placed[bridge.id] && infos++ < kBridgeInfos)
        ask(Purpose::bridge_info, now, bridge.id, [&](const std::string& id) { return request::bridge_info(id, bridge.id); });
    if (!asked_.empty()) return;
  }
  Channels::Events behind;
  model::Snapshot snapshot = channels_.begin(listed_, behind);
  queues_.begin(listed_, snapshot, behind);
  listed_ = {};
  live_since_ = now;
  declare({.observe = true, .control = true, .dial = !settings_.dial_context.empty()});
  go_live(boot_epoch_, std::move(snapshot));
  log(Level::info, "link_live", said_);
  for (model::SwitchEventBody& body : behind) emit(std::move(body));
  for (const std::string& raw : kept_.take()) {
    Reader one(false);
    one.push(raw);
    const Message* message = one.next();
    if (!message || !is_live()) break;
    Event event;
    event.read(*message);
    tell(event);
  }
}

// --- what comes in --------------------------------------------------------------------------------------------------------

void Machine::on_bytes(std::string_view bytes, Instant now) {
  heard_ = now;
  pinged_ = false;
  reader_.push(bytes);
  while (is_open()) {
    const Message* message = reader_.next();
    if (!message) break;
    take(*message, now);
  }
  if (reader_.broken() == broken_told_) return;
  counters_.malformed += reader_.broken() - broken_told_;
  if (std::exchange(broken_told_, reader_.broken()) == 0) log(Level::warn, "ami_broken_message", "counted and read over");
  if (!heal_at_ && is_open()) heal_at_ = std::max(now + std::chrono::seconds(1), (is_live() ? live_since_ : now) + kHealing);
}

void Machine::take(const Message& message, Instant now) {
  if (message.kind() == Message::Kind::banner) return take_banner(message.name(), now);
  if (message.kind() == Message::Kind::event) return take_event(message, now);
  const auto asked = asked_.find(own_number(message.value("ActionID")));
  if (asked == asked_.end()) {
    ++counters_.unknown_replies;
    return;
  }
  answered(asked, message, now);
}

void Machine::answered(Asked::iterator asked, const Message& message, Instant now) {
  const bool good = is_success(message);
  if (good && same_key(message.value("EventList"), "start")) {
    asked->second.lists = true;
    return;
  }
  const std::int64_t n = asked->first;
  const Pending done = std::move(asked->second);
  asked_.erase(asked);
  switch (done.purpose) {
    case Purpose::challenge:
      if (!good || message.value("Challenge").empty()) return lose("no challenge: " + reason_of(message), now);
      return sign_in(message.value("Challenge"), now);
    case Purpose::login: return signed_in(message, now);
    case Purpose::commands:
      if (good) read_commands(message);
      return ask_snapshot(now);
    case Purpose::events:
      if (!good) return lose("no events: " + reason_of(message), now);
      break;
    case Purpose::status:
      boot_epoch_ = start_of(message.value("CoreStartupDate"), message.value("CoreStartupTime"));
      if (boot_epoch_ == 0) failed(done, "does not say when it started: " + reason_of(message));
      break;
    case Purpose::channels:
      if (!good) return lose("the channels are not listed: " + reason_of(message), kNotAllowed, now);
      break;
    case Purpose::originate:
      if (good) break;
      failed(done, reason_of(message));
      ringing_.erase(n);
      ring_failed(done.subject, journal::Cause::unknown, 0, reason_of(message));
      break;
    case Purpose::act:
      if (!good && reason_of(message) != "No such channel") failed(done, reason_of(message));
      break;
    case Purpose::bridge_info: break;  // it may be gone
    default:
      if (!good) failed(done, reason_of(message));
      break;
  }
  go_on(now);
}

void Machine::failed(const Pending& asked, std::string_view why) {
  ++counters_.failed_requests;
  log(Level::warn, "request_failed", std::string(why) + (asked.subject.empty() ? "" : " (" + asked.subject + ")"));
}

void Machine::take_event(const Message& message, Instant now) {
  if (phase() == Phase::signing_in) return;
  event_.read(message);
  const std::int64_t n = own_number(event_[Key::action_id]);
  const auto asked = asked_.find(n);
  switch (event_.name()) {
    case Name::other:
      ++counters_.events;
      ++counters_.unknown_events;
      return;
    case Name::list_complete:
      if (asked == asked_.end()) ++counters_.unknown_replies;
      else list_ended(asked, same_key(event_[Key::event_list], "Complete"), now);
      return;
    case Name::core_show_channel:
    case Name::bridge_list_item:
    case Name::bridge_info_channel:
    case Name::queue_member:
    case Name::queue_params:
    case Name::queue_entry:
      if (asked == asked_.end()) {
        ++counters_.unknown_replies;
        return;
      }
      break;
    case Name::originate_response:
      if (const auto leg = ringing_.extract(n); !leg.empty() && !same_key(event_[Key::response], kSuccess)) {
        const std::int64_t reason = number(event_[Key::reason]);
        using journal::Cause;
        const Cause cause = reason == 1 || reason == 3 ? Cause::no_answer
                            : reason == 5              ? Cause::busy
                            : reason == 8              ? Cause::congestion
                                                       : Cause::unreachable;
        ring_failed(leg.mapped(), cause, static_cast<std::int32_t>(reason), "originate: reason " + std::to_string(reason));
      }
      return;
    case Name::fully_booted: return lose("the switch has just booted", now);
    default: break;
  }
  if (asked != asked_.end() && asked->second.lists) {
    if (is_live()) return tell(event_);  // states of devices
    if (event_.name() == Name::queue_params) return;
    if (event_.name() == Name::bridge_info_channel) {
      for (Listed::Channel& channel : listed_.channels)
        if (channel.bridge.empty() && channel.uniqueid == event_[Key::uniqueid]) channel.bridge = asked->second.subject;
      return;
    }
    if (listed_.channels.size() + listed_.members.size() + listed_.devices.size() + listed_.bridges.size() + listed_.entries.size() >= kListed)
      return lose("the lists are too long", now);
    if (!listed_.add(event_)) ++counters_.malformed;
    return;
  }
  ++counters_.events;
  if (is_live()) return tell(event_);
  if (kept_.push(std::string(message.raw()), message.raw().size())) return;
  ++counters_.overflows;
  lose("too much was said during the snapshot", now);
}

void Machine::tell(const Event& event) {
  Channels::Events events;
  bool good = true;
  if (event.name() == Name::hangup) good = queues_.on(event, events);
  good = channels_.on(event, events) && good;
  if (event.name() != Name::hangup) good = queues_.on(event, events) && good;
  if (!good) ++counters_.malformed;
  const Instant at = event.at();
  for (model::SwitchEventBody& body : events) emit(std::move(body), at);
}

// --- what goes out --------------------------------------------------------------------------------------------------------

std::string Machine::action_id(std::int64_t n) const {
  return std::string(link::kOwn) + std::to_string(epoch()) + "-" + std::to_string(connection_) + "-" + std::to_string(n);
}

/// 0: it is none of this connection.
std::int64_t Machine::own_number(std::string_view id) {
  if (!link::take(id, link::kOwn) || link::take_number(id) != epoch() || !link::take(id, "-") || link::take_number(id) != connection_ ||
      !link::take(id, "-"))
    return 0;
  const std::int64_t n = link::take_number(id);
  return id.empty() ? n : 0;
}

/// False: a value was refused, or too many actions wait.
template <class Write>
bool Machine::ask(Purpose purpose, Instant now, std::string subject, Write write) {
  if (asked_.size() >= kPending) {
    ++counters_.overflows;
    lose("too many actions wait for an answer", now);
    return false;
  }
  Result<std::string> text = write(action_id(next_));
  if (!text) return false;
  if (purpose == Purpose::originate) ringing_.emplace(next_, subject);
  asked_.emplace(next_, Pending{purpose, false, std::move(subject)});
  if (is_live() && purpose != Purpose::ping) deadlines_.emplace_back(now + patience().request, next_);
  ++next_;
  send(std::move(*text));
  return true;
}

void Machine::on_command(const model::Command& command, Instant now) {
  if (const auto* end = std::get_if<model::End>(&command.body)) {
    const std::string channel = channels_.name_of(end->native_id);
    if (channel.empty()) return refused_value(command, "no such channel");
    const auto write = [&](const std::string& id) { return request::hang_up(id, channel, model::q850_of(end->cause)); };
    if (!ask(Purpose::act, now, end->native_id, write)) return refused_value(command, "channel");
    channels_.ending(end->native_id, end->cause);
  } else if (const auto* dtmf = std::get_if<model::Dtmf>(&command.body)) {
    const std::string channel = channels_.name_of(dtmf->native_id);
    if (channel.empty()) return refused_value(command, "no such channel");
    constexpr std::size_t kDigits = 32;
    for (const char digit : dtmf->digits)
      if (dtmf->digits.size() > kDigits || !request::play_dtmf("-", channel, digit)) return refused_value(command, "digits");
    for (const char digit : dtmf->digits)
      ask(Purpose::act, now, dtmf->native_id, [&](const std::string& id) { return request::play_dtmf(id, channel, digit); });
  } else if (const auto* dial = std::get_if<model::Dial>(&command.body); dial && !settings_.dial_context.empty()) {
    if (!is_e164(dial->to) || (!dial->shown_number.empty() && !is_e164(dial->shown_number))) return refused_value(command, "number");
    Originate originate;
    originate.channel = asterisk::filled(dial->device, dial->to);
    originate.channel_id = name_of_leg(command);
    originate.context = settings_.dial_context;
    originate.extension = settings_.dial_extension;
    originate.priority = settings_.dial_priority;
    originate.shown_number = dial->shown_number;
    originate.contact = command.contact;
    originate.epoch = command.epoch;
    originate.timeout = dial->timeout;
    const auto write = [&](const std::string& id) { return request::originate(id, originate); };
    if (!ask(Purpose::originate, now, originate.channel_id, write)) refused_value(command, "device, place or timeout");
  } else {
    unsupported(command);
  }
}

void Machine::on_devices(Instant now) {
  channels_.know_devices(devices());
  if (is_live()) ask(Purpose::devices, now, {}, request::device_state_list);
}

// --- time -----------------------------------------------------------------------------------------------------------------

std::optional<Instant> Machine::due() const {
  if (!is_live()) return std::nullopt;
  Instant next = heard_ + (pinged_ ? 2 * kSilence : kSilence);
  if (heal_at_) next = std::min(next, *heal_at_);
  if (!deadlines_.empty()) next = std::min(next, deadlines_.front().first);
  return next;
}

void Machine::on_wake(Instant now) {
  if (heal_at_ && now >= *heal_at_) return lose("a message was broken: who is here is asked again", now);
  for (; !deadlines_.empty() && deadlines_.front().first <= now; deadlines_.pop_front()) {
    const auto late = asked_.find(deadlines_.front().second);
    if (late == asked_.end()) continue;
    failed(late->second, "no answer in time");
    return lose("no answer in time", now);
  }
  if (now >= heard_ + 2 * kSilence) return lose("nothing heard", now);
  if (now >= heard_ + kSilence && !std::exchange(pinged_, true)) ask(Purpose::ping, now, {}, request::ping);
}

void Machine::on_lost() {
  lists_asked_ = infos_asked_ = false;
  commands_.clear();
  listed_ = {};
  kept_.take();
  asked_.clear();
  ringing_.clear();
  deadlines_.clear();
  pinged_ = false;
  heal_at_.reset();
}

}  // namespace callwright::cti::ami
