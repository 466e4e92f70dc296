#include "sim/switch/switch_model.hpp"

#include <algorithm>
#include <variant>

namespace callwright::sim {
namespace {

namespace model = cti::model;
using cti::feed::CommandStatus;
using journal::Cause;
using journal::EndedBy;
using journal::LegState;

constexpr std::size_t kSeenLimit = 4096;
constexpr Duration kHoldLimit = std::chrono::minutes(5);     // then the customer has had enough
constexpr Duration kLonelyAgent = std::chrono::seconds(30);  // a phone that nobody talks to hangs up
constexpr Duration kLonelyCustomer = std::chrono::seconds(40);  // he waits for somebody to care, longer than any server may take
constexpr Duration kPromptTime = std::chrono::seconds(3);
constexpr const char* kNoSuchMedia = "missing";  // the one recording that this switch does not have
constexpr double kCustomerHangsUp = 0.65;
constexpr int kTryLimit = 2;

Duration seconds(double value) { return Duration(static_cast<std::int64_t>(value * 1e6)); }

int q850_of(Cause cause) {
  switch (cause) {
    case Cause::busy: return 17;
    case Cause::no_answer: return 19;
    case Cause::rejected: return 21;
    case Cause::unreachable: return 20;
    case Cause::bad_number: return 1;
    case Cause::congestion: return 34;
    case Cause::elsewhere: return 26;
    case Cause::timeout: return 102;
    default: return 16;
  }
}

bool waits(LegState state) { return state == LegState::initiated || state == LegState::queued; }

}  // namespace

std::vector<std::string> SwitchModel::capabilities() { return {"park", "ring", "answer", "bridge", "hold", "retrieve", "end", "release", "dtmf", "play", "dial"}; }

SwitchModel::SwitchModel(SwitchOptions options, Instant start) : options_(std::move(options)), dice_(options_.seed) {
  for (const SwitchDevice& device : options_.devices) {
    devices_[device.number].manual = device.manual;
    plan_private_call(device.number, start);
  }
  if (!options_.first_call_waits) open_doors(start);
}

void SwitchModel::accepting(bool yes, Instant now) {
  accepting_ = yes;
  if (yes && !doors_open_) open_doors(now);
}

void SwitchModel::open_doors(Instant now) {
  doors_open_ = true;
  if (options_.calls_per_minute > 0 && !options_.entries.empty()) {
    const Caller first = options_.callers.empty() ? choose_caller() : options_.callers.front();
    plan(now + options_.first_call_after, {.what = What::ring_back, .leg = {}, .caller = first, .entry = options_.entries.front()});
    plan_arrival(now + options_.first_call_after);
  }
}

// ------------------------------------------------------------------------------------------------ time

SwitchModel::Happenings SwitchModel::advance(Instant now) {
  while (!timers_.empty() && timers_.begin()->first.first <= now) {
    const Instant at = timers_.begin()->first.first;
    const Timer timer = std::move(timers_.begin()->second);
    timers_.erase(timers_.begin());
    act(timer, at);
  }
  return std::exchange(happenings_, {});
}

std::optional<Instant> SwitchModel::next_due() const {
  if (timers_.empty()) return std::nullopt;
  return timers_.begin()->first.first;
}

void SwitchModel::plan(Instant at, Timer timer) { timers_.emplace(std::pair{at, ++planned_}, std::move(timer)); }

void SwitchModel::plan_leg(Duration after, What what, const Leg& leg, Instant now) {
  plan(now + after, {.what = what, .leg = leg.created.native_id, .stage = leg.stage, .caller = {}, .entry = {}});
}

double SwitchModel::rate_per_second(Instant at) const {
  const Instant local = at + options_.local_time;
  const double busiest = options_.calls_per_minute / 60;
  if (!options_.daily_profile) return busiest;
  const double rate = busiest * std::max(options_.night_share, arrival_share(local));
  Dice busyness(options_.seed ^ (static_cast<std::uint64_t>(half_hour_of(local)) * 0xD1B54A32D192ED03ULL));
  return rate * busyness.gamma_factor(kBusynessShape);
}

/// Poisson within a half hour; at its end the rate changes and the gap is drawn anew, which an exponential gap allows.
void SwitchModel::plan_arrival(Instant now) {
  const Instant end = half_hour_end(now + options_.local_time) - options_.local_time;
  const Instant next = now + std::max(seconds(dice_.exponential(1 / rate_per_second(now))), Duration{1});
  if (next < end)
    plan(next, {.what = What::arrival, .leg = {}, .caller = choose_caller(), .entry = options_.entries[dice_.below(options_.entries.size())]});
  else plan(end, {.what = What::arrival, .leg = {}, .caller = {}, .entry = {}});
}

void SwitchModel::plan_private_call(const std::string& device, Instant now) {
  if (options_.private_calls_per_hour <= 0 || devices_[device].manual) return;
  plan(now + seconds(dice_.exponential(3600 / options_.private_calls_per_hour)),
       {.what = What::private_begins, .leg = device, .caller = {}, .entry = {}});
}

void SwitchModel::act(const Timer& timer, Instant at) {
  if (doors_closed_ && (timer.what == What::arrival || timer.what == What::ring_back || timer.what == What::private_begins)) return;
  switch (timer.what) {
    case What::arrival:
      if (!timer.entry.empty()) arrive(timer.caller, timer.entry, 0, at);
      return plan_arrival(at);
    case What::ring_back: return arrive(timer.caller, timer.entry, timer.tries, at);
    case What::private_begins: {
      Device& device = devices_[timer.leg];
      if (!device.reachable || in_use(timer.leg)) return plan_private_call(timer.leg, at);
      device.busy = true;
      tell(at, model::DeviceStateSeen{timer.leg, true, true});
      return plan(at + seconds(dice_.log_normal(60, 0.7)), {.what = What::private_ends, .leg = timer.leg, .caller = {}, .entry = {}});
    }
    case What::private_ends: {
      Device& device = devices_[timer.leg];
      device.busy = false;
      tell(at, model::DeviceStateSeen{timer.leg, false, device.reachable});
      return plan_private_call(timer.leg, at);
    }
    default: break;
  }

  Leg* leg = find(timer.leg);
  if (!leg) return;
  if (timer.what == What::patience) {  // runs through every stage of waiting
    if (leg->bridge.empty() && waits(leg->state)) give_up(*leg, at);
    return;
  }
  if (timer.what == What::playback_ends) {
    if (leg->playing && leg->playing->command.seq == timer.stage && leg->playing->command.n == timer.tries) stop_playing(*leg, at);
    return;
  }
  if (timer.what == What::asks_back) {
    if (!leg->bridge.empty() || leg->state != LegState::queued || !leg->ours) return;
    tell(at, model::CallbackAsked{.native_id = timer.leg, .number = {}, .due = {}, .entry = {}});
    if (dice_.chance(0.8)) gone(timer.leg, Cause::caller_cancel, 16, "caller hung up", EndedBy::customer, at);
    return;
  }
  if (leg->stage != timer.stage) return;
  switch (timer.what) {
    case What::phone_answers: return set_state(*leg, LegState::connected, at), plan_leg(kLonelyAgent, What::orphan, *leg, at);
    case What::ring_ends: return gone(timer.leg, Cause::no_answer, 19, "no answer", EndedBy::network, at);
    case What::talk_ends: {
      // The stage is the customer's. A phone with a person before it leaves the end to the customer.
      std::string ender = timer.leg;
      for (auto& [id, other] : legs_)
        if (!other.customer && other.bridge == leg->bridge && !devices_[other.created.device].manual && !dice_.chance(kCustomerHangsUp)) ender = id;
      return hang_up(ender, at);
    }
    case What::hold_ends: return hang_up(timer.leg, at);
    case What::customer_answers: return set_state(*leg, LegState::connected, at), plan_leg(kLonelyCustomer, What::orphan, *leg, at);
    case What::orphan: return hang_up(timer.leg, at);
    case What::own_answer:
      set_state(*leg, LegState::connected, at);
      return plan_leg(seconds(dice_.log_normal(static_cast<double>(options_.talk_median.count()) / 1e6, kTalkSigma)), What::orphan, *leg, at);
    default: return;
  }
}

// ------------------------------------------------------------------------------------------- customers

Caller SwitchModel::choose_caller() {
  const double kind = dice_.unit();
  if (kind < options_.withheld_share) return {};
  const std::size_t all = options_.callers.size();
  if (all > 0 && kind >= options_.withheld_share + options_.stranger_share) {
    const std::size_t regulars = std::max<std::size_t>(1, all / 5);
    const bool regular = regulars == all || dice_.chance(0.8);
    return options_.callers[regular ? dice_.below(regulars) : regulars + dice_.below(all - regulars)];
  }
  std::string number = "+447700900000";  // a range kept free for fiction
  const std::string digits = std::to_string(dice_.below(1000));
  number.replace(number.size() - digits.size(), digits.size(), digits);
  return {number, ""};
}

bool SwitchModel::calling(const std::string& number) const {
  return !number.empty() &&
         std::any_of(legs_.begin(), legs_.end(), [&](const auto& entry) {
           const Leg& leg = entry.second;
           return leg.customer && (leg.called ? leg.created.dnis : leg.created.ani) == number;
         });
}

void SwitchModel::arrive(const Caller& caller, const std::string& entry, int tries, Instant at) {
  if (legs_.size() >= options_.call_limit || calling(caller.number)) return;
  ++arrivals_;
  const std::string id = "in-" + std::to_string(++made_);
  Leg& leg = legs_[id];
  leg.created = {.native_id = id,
                 .device = options_.trunk,
                 .device_class = model::DeviceClass::trunk,
                 .direction = journal::Direction::inbound,
                 .ani = caller.number,
                 .caller_name = caller.name,
                 .dnis = entry,
                 .tokens = {}};
  leg.customer = true;
  leg.entry = entry;
  leg.tries = tries;
  leg.ours = accepting_;
  tell(at, leg.created);
  const Duration patience = patience_at(dice_.unit());
  plan_leg(arrivals_ == 1 ? std::max(patience, options_.first_caller_waits) : patience, What::patience, leg, at);
  if (leg.ours) {
    const bool stays = arrivals_ == 1 && options_.first_caller_waits > Duration{};  // he is there for the visitor
    if (options_.asks_back_share > 0 && dice_.chance(options_.asks_back_share) && !stays) plan_leg(seconds(2 + dice_.exponential(10)), What::asks_back, leg, at);
    tell(at, model::RouteAsked{id, entry});
  } else {  // the switch's own queue
    set_state(leg, LegState::queued, at);
    plan_leg(seconds(5 + dice_.exponential(20)), What::own_answer, leg, at);
  }
}

void SwitchModel::give_up(Leg& leg, Instant at) {
  perhaps_rings_back(leg, options_.ring_back_chance, 120, at);
  gone(leg.created.native_id, Cause::caller_cancel, 16, "caller hung up", EndedBy::customer, at);
}

void SwitchModel::perhaps_rings_back(const Leg& leg, double chance, double mean_s, Instant at) {
  const bool does = dice_.chance(chance);
  const double wait = 10 + dice_.exponential(mean_s);
  if (!does || leg.tries >= kTryLimit) return;
  plan(at + seconds(wait),
       {.what = What::ring_back, .leg = {}, .caller = {leg.created.ani, leg.created.caller_name}, .entry = leg.entry, .tries = leg.tries + 1});
}

// ------------------------------------------------------------------------------------------------ legs

SwitchModel::Leg* SwitchModel::find(const std::string& id) {
  const auto found = legs_.find(id);
  return found == legs_.end() ? nullptr : &found->second;
}

std::size_t SwitchModel::in_bridge(const std::string& bridge) const {
  return static_cast<std::size_t>(std::count_if(legs_.begin(), legs_.end(), [&](const auto& entry) { return entry.second.bridge == bridge; }));
}

bool SwitchModel::in_use(const std::string& device) const {
  return std::any_of(legs_.begin(), legs_.end(), [&](const auto& entry) { return !entry.second.customer && entry.second.created.device == device; });
}

void SwitchModel::set_state(Leg& leg, LegState state, Instant at) {
  leg.state = state;
  ++leg.stage;
  tell(at, model::LegStateSeen{leg.created.native_id, state});
}

/// A caller who goes on hears no more.
void SwitchModel::stop_playing(Leg& leg, Instant at) {
  if (const auto playing = std::exchange(leg.playing, std::nullopt)) tell(at, *playing);
}

void SwitchModel::leave_bridge(Leg& leg, Instant at) {
  const std::string bridge = std::exchange(leg.bridge, {});
  if (bridge.empty()) return;
  tell(at, model::LegLeftBridge{leg.created.native_id, bridge});
  if (in_bridge(bridge) != 1) return;
  for (auto& [id, other] : legs_) {  // who is left alone hears silence, and goes unless somebody does something
    if (other.bridge != bridge) continue;
    ++other.stage;
    plan_leg(other.customer ? kLonelyCustomer : kLonelyAgent, What::orphan, other, at);
  }
}

void SwitchModel::gone(std::string id, Cause cause, int raw, std::string text, EndedBy by, Instant at) {
  Leg* leg = find(id);
  if (!leg) return;
  stop_playing(*leg, at);
  leave_bridge(*leg, at);
  legs_.erase(id);
  tell(at, model::LegGone{.native_id = id, .cause = cause, .raw_code = raw, .raw_text = std::move(text), .by = by});
}

void SwitchModel::hang_up(std::string id, Instant at) {
  const Leg* leg = find(id);
  if (leg) gone(id, Cause::normal, 16, "normal clearing", leg->customer ? EndedBy::customer : EndedBy::agent, at);
}

// -------------------------------------------------------------------------------------------- commands

SwitchModel::Reply SwitchModel::on_command(const cti::feed::CommandMessage& command, Instant now) {
  if (!command.body) return {CommandStatus::unsupported, "", {}};
  if (!seen_.emplace(command.epoch, command.id).second) return {CommandStatus::accepted, "done already", {}};
  if (seen_.size() > kSeenLimit) seen_.erase(seen_.begin());
  const std::string why_not = std::visit(
      [&](const auto& body) {
        if constexpr (std::is_same_v<std::decay_t<decltype(body)>, model::Ring>) return ring(body, command, now);
        else if constexpr (std::is_same_v<std::decay_t<decltype(body)>, model::Play>) return play(body, command, now);
        else if constexpr (std::is_same_v<std::decay_t<decltype(body)>, model::Dial>) return dial(body, command, now);
        else return execute(body, now);
      },
      *command.body);
  return {why_not.empty() ? CommandStatus::accepted : CommandStatus::failed, why_not, std::exchange(happenings_, {})};
}

std::string SwitchModel::ring(const model::Ring& c, const cti::feed::CommandMessage& command, Instant now) {
  const auto device = devices_.find(c.device);
  const std::string id = "out-" + std::to_string(++made_);
  Leg& leg = legs_[id];
  leg.created = {.native_id = id,
                 .device = c.device,
                 .device_class = model::DeviceClass::station,
                 .direction = journal::Direction::outbound,
                 .ani = c.shown_number,
                 .caller_name = c.shown_name,
                 .dnis = c.device,
                 .tokens = {command.contact, c.offer, command.epoch}};
  const bool busy = device != devices_.end() && (device->second.busy || std::any_of(legs_.begin(), legs_.end(), [&](const auto& entry) {
                                                   return entry.first != id && !entry.second.customer && entry.second.created.device == c.device;
                                                 }));
  tell(now, leg.created);
  if (device == devices_.end()) return gone(id, Cause::bad_number, 1, "no such device", EndedBy::network, now), "no such device";
  if (!device->second.reachable) return gone(id, Cause::unreachable, 20, "not registered", EndedBy::network, now), "device not reachable";
  if (busy) return gone(id, Cause::busy, 17, "user busy", EndedBy::network, now), "device busy";
  set_state(leg, LegState::alerting, now);
  plan_leg(c.timeout, What::ring_ends, leg, now);
  const bool answers = !dice_.chance(options_.no_answer_chance);
  const Duration after =
      seconds(dice_.between(static_cast<double>(options_.answer_from.count()), static_cast<double>(options_.answer_to.count())) / 1e6);
  if (answers && !device->second.manual) plan_leg(after, What::phone_answers, leg, now);
  return {};
}

/// Each prompt takes its time; the dice stay out of it, so that a day with announcements is the same day.
std::string SwitchModel::play(const model::Play& c, const cti::feed::CommandMessage& command, Instant now) {
  Leg* leg = find(c.native_id);
  if (!leg || !leg->customer || !leg->ours || !leg->bridge.empty()) return "no such caller";
  if (leg->playing && !c.urgent) return "something else plays";
  stop_playing(*leg, now);
  const bool failed = std::any_of(c.prompts.begin(), c.prompts.end(), [](const model::Prompt& prompt) { return prompt.media == kNoSuchMedia; });
  leg->playing = model::PlaybackEnded{c.native_id, command.id, command.epoch, failed};
  plan(now + kPromptTime * static_cast<std::int64_t>(c.prompts.size()), {.what = What::playback_ends, .leg = c.native_id, .stage = command.id.seq, .caller = {}, .entry = {}, .tries = command.id.n});
  return "";
}

/// Calls a customer over a trunk: he answers after a while, or does not, or speaks to somebody.
std::string SwitchModel::dial(const model::Dial& c, const cti::feed::CommandMessage& command, Instant now) {
  const bool busy = calling(c.to);
  const std::string id = "call-" + std::to_string(++made_);
  Leg& leg = legs_[id];
  leg.created = {.native_id = id,
                 .device = c.device.empty() ? options_.trunk : c.device,
                 .device_class = model::DeviceClass::trunk,
                 .direction = journal::Direction::outbound,
                 .ani = c.shown_number,
                 .caller_name = {},
                 .dnis = c.to,
                 .tokens = {command.contact, {}, command.epoch}};
  leg.customer = leg.called = leg.ours = true;
  tell(now, leg.created);
  const double fate = dice_.unit();
  if (busy || fate < options_.not_reached_chance / 2) return gone(id, Cause::busy, 17, "user busy", EndedBy::network, now), "";
  set_state(leg, LegState::alerting, now);
  plan_leg(c.timeout, What::ring_ends, leg, now);
  if (fate >= options_.not_reached_chance) plan_leg(seconds(2 + dice_.exponential(4)), What::customer_answers, leg, now);
  return {};
}

std::string SwitchModel::execute(const model::Park& c, Instant now) {
  Leg* leg = find(c.native_id);
  if (!leg || !leg->customer || !leg->ours) return "no such caller";
  if (!leg->bridge.empty()) {
    leave_bridge(*leg, now);
    plan_leg(patience_at(dice_.unit()), What::patience, *leg, now);  // waiting begins again
  }
  set_state(*leg, LegState::queued, now);
  return {};
}

std::string SwitchModel::execute(const model::Answer& c, Instant now) {
  Leg* leg = find(c.native_id);
  if (!leg || leg->customer || leg->state != LegState::alerting) return "not ringing";
  set_state(*leg, LegState::connected, now);
  plan_leg(kLonelyAgent, What::orphan, *leg, now);
  return {};
}

std::string SwitchModel::execute(const model::Bridge& c, Instant now) {
  Leg* customer = find(c.customer_native_id);
  Leg* agent = find(c.agent_native_id);
  if (!customer || !agent || customer == agent) return "leg gone";
  if (agent->state != LegState::connected) return "not answered";
  if (!customer->bridge.empty() && customer->bridge == agent->bridge) return {};
  stop_playing(*customer, now);
  leave_bridge(*customer, now);
  leave_bridge(*agent, now);
  const std::string bridge = "br-" + std::to_string(++made_);
  customer->ours = true;
  if (customer->state != LegState::connected) set_state(*customer, LegState::connected, now);
  for (Leg* leg : {customer, agent}) {
    leg->bridge = bridge;
    ++leg->stage;
    tell(now, model::LegEnteredBridge{leg->created.native_id, bridge});
  }
  plan_leg(seconds(dice_.log_normal(static_cast<double>(options_.talk_median.count()) / 1e6, kTalkSigma)), What::talk_ends, *customer, now);
  return {};
}

std::string SwitchModel::execute(const model::Hold& c, Instant now) {
  Leg* customer = find(c.customer_native_id);
  Leg* agent = find(c.agent_native_id);
  if (!customer || !agent || customer->bridge.empty() || customer->bridge != agent->bridge) return "they do not talk";
  if (customer->state == LegState::held) return {};
  set_state(*customer, LegState::held, now);
  set_state(*agent, LegState::held, now);
  plan_leg(kHoldLimit, What::hold_ends, *customer, now);
  return {};
}

std::string SwitchModel::execute(const model::Retrieve& c, Instant now) {
  Leg* customer = find(c.customer_native_id);
  Leg* agent = find(c.agent_native_id);
  if (!customer || !agent || customer->bridge.empty() || customer->bridge != agent->bridge) return "they do not talk";
  if (customer->state != LegState::held) return {};
  set_state(*customer, LegState::connected, now);
  set_state(*agent, LegState::connected, now);
  plan_leg(seconds(dice_.log_normal(static_cast<double>(options_.talk_median.count()) / 2e6, kTalkSigma)), What::talk_ends, *customer, now);
  return {};
}

std::string SwitchModel::execute(const model::End& c, Instant now) {
  if (!find(c.native_id)) return "leg gone";
  gone(c.native_id, c.cause, q850_of(c.cause), "cleared by the server", EndedBy::us, now);
  return {};
}

std::string SwitchModel::execute(const model::Release& c, Instant now) {
  Leg* leg = find(c.native_id);
  if (!leg || !leg->customer || !leg->ours) return "no such caller";
  stop_playing(*leg, now);
  leave_bridge(*leg, now);
  leg->ours = false;
  set_state(*leg, LegState::queued, now);
  plan_leg(seconds(5 + dice_.exponential(20)), What::own_answer, *leg, now);
  return {};
}

std::string SwitchModel::execute(const model::Dtmf& c, Instant) { return find(c.native_id) ? "" : "leg gone"; }

// --------------------------------------------------------------------------------------- the whole switch

model::Snapshot SwitchModel::snapshot() const {
  model::Snapshot all;
  for (const auto& [id, leg] : legs_)
    all.legs.push_back({.leg = leg.created,
                        .state = leg.state,
                        .bridge = leg.bridge,
                        .asks_route = leg.customer && leg.ours && !leg.called && leg.bridge.empty(),
                        .entry = leg.entry});
  return all;
}

std::vector<model::DeviceStateSeen> SwitchModel::device_states() const {
  std::vector<model::DeviceStateSeen> all;
  for (const auto& [number, device] : devices_)
    if (device.busy || !device.reachable) all.push_back({number, device.busy, device.reachable});
  return all;
}

void SwitchModel::restart(Instant now) {
  ++restarts_;
  for (const auto& [id, leg] : legs_)
    if (leg.customer && !leg.called) perhaps_rings_back(leg, 0.7, 60, now);
  legs_.clear();
  std::erase_if(timers_, [](const auto& entry) {
    const What what = entry.second.what;
    return what != What::arrival && what != What::ring_back && what != What::private_begins;
  });
  for (auto& [number, device] : devices_)
    if (std::exchange(device.busy, false)) plan_private_call(number, now);
  seen_.clear();
  made_ = 0;
}

SwitchModel::Happenings SwitchModel::set_reachable(const std::string& number, bool reachable, Instant now) {
  const auto device = devices_.find(number);
  if (device == devices_.end() || std::exchange(device->second.reachable, reachable) == reachable) return {};
  tell(now, model::DeviceStateSeen{number, device->second.busy, reachable});
  if (!reachable) {
    std::vector<std::string> cut;
    for (const auto& [id, leg] : legs_)
      if (!leg.customer && leg.created.device == number) cut.push_back(id);
    for (const std::string& id : cut) gone(id, Cause::unreachable, 20, "not registered", EndedBy::network, now);
  }
  return std::exchange(happenings_, {});
}

}  // namespace callwright::sim
