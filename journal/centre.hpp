#pragma once
#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/id.hpp"
#include "base/instant.hpp"

/// The centre document: everything an administrator decides about the centre, as plain values.
///
/// One process serves one centre. The store keeps every version (`contacts::CentreStore`), the core applies the newest one
/// as the input `ConfigApplied`; the TOML form (`contacts/centre_toml`) is for import and export only. A document that
/// reached these types is valid as a whole: each key is a legal `Key`, each reference points at something that exists.
namespace callwright::journal {

/// How a customer reaches us. All but `voice` are *written* contacts: no call, no device; another system has the conversation, and we route and time it.
enum class Channel : std::uint8_t { voice = 1, chat, email, other };
constexpr std::array kChannels{Channel::voice, Channel::chat, Channel::email, Channel::other};
constexpr bool is_written(Channel channel) { return channel != Channel::voice; }

/// What a contact asks of an agent in one skill.
struct Requirement {
  enum class Kind : std::uint8_t {
    required,   ///< a gate: level >= min_level
    preferred,  ///< only adds weight x level
    excluded,   ///< a gate: level < min_level (at least 1); adds nothing
    value,      ///< only adds weight x level, as what the customer is worth to somebody with this skill
  };
  SkillId skill;
  Kind kind = Kind::required;
  std::int32_t min_level = 0;  ///< 0..100, used by `required` and `excluded`
  std::int32_t weight = 1;     ///< 0..1000; the term is weight x level, for all kinds but `excluded`

  bool operator==(const Requirement&) const = default;
};

struct Skill {
  SkillId id;
  std::string name;
  std::string name_zh;
  bool operator==(const Skill&) const = default;
};

/// What a contact asks for less, or gains, after it has waited some time: a ring of the bull's eye.
struct Step {
  Duration after{};                  ///< since its entry; each step of a queue is later than the one before
  std::vector<Requirement> relaxed;  ///< by skill: a lower `min_level` to have, or `preferred` for a gate that falls
  std::int32_t boost = 0;            ///< score points that it gains, 0..100,000
  bool operator==(const Step&) const = default;
};

/// What a predicate over the contact's attributes adds at entry. Rules are tried in order, all that hold apply.
struct Rule {
  std::string when;                       ///< docs/expressions.md
  std::vector<Requirement> requirements;  ///< replace the one of the same skill and gate, or are added
  std::int32_t priority = 0;              ///< score points, -100,000..100,000
  Duration credit{};                      ///< entry credit: age from the beginning, up to an hour
  AgentId named_agent;                    ///< this agent is asked for by name (named_agent_points, named_agent_hold)
  bool operator==(const Rule&) const = default;
};

/// Which terms of the score tell agents apart (docs/routing.md). Contacts' terms are the same in each, so pairs of different queues compare.
/// `ring_all` and `claim` tell them apart as `best` does, and offer a contact to a group of them.
enum class Strategy : std::uint8_t { best = 1, longest_idle, least_occupied, round_robin, percentage, random, ring_all, claim };

constexpr bool makes_groups(Strategy strategy) { return strategy == Strategy::ring_all || strategy == Strategy::claim; }
/// Skills, figures and idle time count.
constexpr bool ranks_by_skill(Strategy strategy) { return strategy == Strategy::best || makes_groups(strategy); }

constexpr std::int32_t kGroupLimit = 20;  ///< offers of one contact at a time

/// What an agent is after an offer that he did not answer.
enum class AfterRona : std::uint8_t { not_ready = 1, ready };

/// What becomes of a contact that a queue does not take. `message` comes first: until it was heard nobody is asked, and then the rest follows.
struct Treatment {
  enum class Action : std::uint8_t {
    wait = 1,  ///< it waits all the same
    queue,     ///< it goes to `to`, with its place
    release,   ///< the switch's own fallback has it
    hang_up,   ///< with `cause`
  };
  /// What a caller who is hung up on is told by his network.
  enum class HangUp : std::uint8_t { normal = 1, busy, congestion };
  Action action = Action::wait;
  QueueId to;
  std::string message;  ///< the switch's name of a prompt; empty: none
  HangUp cause = HangUp::normal;
  bool operator==(const Treatment&) const = default;
};

/// When a contact goes on to another queue. One of `after`, `longer_than` and `estimate` is set.
struct Overflow {
  Duration after{};              ///< once it has waited so long and has no offer
  std::int32_t longer_than = 0;  ///< at its entry, if more contacts than this wait here already
  Duration estimate{};           ///< at its entry, if it would wait longer than this by the estimate
  QueueId to;
  bool keeps_place = true;
  bool operator==(const Overflow&) const = default;
};

/// One thing that a caller who waits is told.
struct Say {
  enum class What : std::uint8_t {
    media = 1,  ///< a prompt of the switch
    position,   ///< how many are before him, and himself
    estimate,   ///< how long it will take, in whole minutes
  };
  What what = What::media;
  std::string media;
  bool operator==(const Say&) const = default;
};

/// What callers are told while they wait, and when: `after` since their place in the queue, then again `every` so long.
struct Announcement {
  Duration after{};
  Duration every{};  ///< 0: once
  std::vector<Say> what;
  bool operator==(const Announcement&) const = default;
};

/// Whether and how a queue's callers are called back (docs/routing.md, "Callbacks").
struct CallbackRules {
  bool offered = false;                               ///< a callback may be asked for in this queue
  std::int32_t attempts = 3;                          ///< calls to one customer, 1..10
  Duration retry = std::chrono::minutes(5);           ///< between two of them
  Duration ring = std::chrono::seconds(30);           ///< how long a customer's phone rings
  Duration keep = std::chrono::hours(8);              ///< how long after it is due a callback is owed
  Duration agent_hold = std::chrono::minutes(10);     ///< how long only the agent is asked who was asked for by name, as long as he is signed in
  std::string key;                                    ///< a waiting caller who presses it is called back; empty: none
  Duration recall_after{};                            ///< who gave up and has not called again by then is called back; 0: nobody is
  std::int32_t recall_attempts = 1;                   ///< for him, 1..10
  bool operator==(const CallbackRules&) const = default;
};

/// A queue that its switch routes (app_queue, mod_callcenter, an ACD group): we show, time and write down what it does, and steer nothing.
struct ObservedQueue {
  SwitchId switch_id;
  std::string name;  ///< as the switch calls it
  auto operator<=>(const ObservedQueue&) const = default;
};

/// Of an observed queue only names, `target`, `service_level`, `short_abandon` and `dispositions` mean anything; everything else is at its default.
struct Queue {
  QueueId id;
  std::string name;
  std::string name_zh;
  std::vector<Requirement> requirements;
  std::int32_t priority = 0;           ///< score points that every contact has here from its entry, 0..100,000
  std::int32_t age_per_minute = 60;    ///< score points a minute of waiting adds, 0..10,000
  std::int32_t idle_per_minute = 6;    ///< score points a minute of being idle adds to an agent, 0..10,000
  Strategy strategy = Strategy::best;
  std::int32_t strategy_points = 1000;  ///< the range of the strategy's own term, 0..100,000
  std::int32_t group_size = 5;          ///< of `ring_all` and `claim`: how many agents are asked at once, 2..kGroupLimit
  std::vector<Step> steps;
  std::vector<Rule> rules;
  HoursId hours;                        ///< when it takes contacts; empty: always. Who waits when it closes is served
  Treatment closed{.action = Treatment::Action::release};
  Treatment no_agents;                  ///< nobody who could serve the contact is signed in
  Treatment emergency{.action = Treatment::Action::release};  ///< a supervisor has switched the queue to emergency
  std::vector<Say> greeting;            ///< told once, when a contact comes to this queue and has to wait
  std::vector<Announcement> announcements;
  std::vector<Overflow> overflow;       ///< tried in order
  bool estimates = false;               ///< each contact's wait is estimated at its entry, and the estimate held against what came
  std::int32_t last_agent_points = 0;   ///< for the agent who talked to this customer last, 0..100,000
  Duration last_agent_hold{};           ///< how long only he is asked, as long as he is signed in; up to an hour
  std::int32_t named_agent_points = 0;  ///< the same for an agent asked for by name
  Duration named_agent_hold{};
  std::int32_t resolution_weight = 0;   ///< points for each per cent of the agent's first-contact resolution in this queue, 0..1,000
  std::int32_t satisfaction_weight = 0; ///< points for each per cent of satisfied customers, 0..1,000
  std::int32_t target = 0;              ///< service level aimed at, in per cent; 0: none
  std::int32_t target_points = 0;       ///< points for each per cent below the target, 0..1,000
  std::int32_t waiting_share = 0;       ///< of all who wait in queues with a share, in thousandths (fixed queue ratio)
  std::int32_t balance_points = 0;      ///< points for each contact above that share, 0..1,000
  std::int32_t load_points = 100;       ///< of written contacts: what each written contact that an agent has already takes from his score, 0..10,000
  Duration ring_timeout = std::chrono::seconds(20);    ///< an offer that nobody answered ends `timed_out` (RONA)
  Duration exclude_after_rona = std::chrono::seconds(60);  ///< how long the contact avoids that agent
  AfterRona after_rona = AfterRona::not_ready;
  std::int32_t rona_boost = 0;          ///< points that the contact gains by each offer that was refused or not answered, 0..10,000
  bool auto_answer = false;             ///< the phone is answered for the agent
  Duration wrap_up = std::chrono::seconds(30);         ///< 0: none
  Duration wrap_up_extension = std::chrono::seconds(60);
  std::int32_t wrap_up_extensions = 2;
  Duration service_level = std::chrono::seconds(20);   ///< T of the service level, docs/metrics.md
  Duration short_abandon = std::chrono::seconds(5);    ///< S: abandons earlier than this count apart
  std::vector<std::string> dispositions;               ///< codes an agent may choose, in this order
  CallbackRules callback;
  std::optional<ObservedQueue> observed;
  bool operator==(const Queue&) const = default;
};

struct SkillLevel {
  SkillId skill;
  std::int32_t level = 0;  ///< 0..100; 0 is as if he lacked it
  bool operator==(const SkillLevel&) const = default;
};

struct QueueMembership {
  QueueId queue;
  std::int32_t rank = 0;          ///< score points this agent gets in this queue, -10,000..10,000
  std::int32_t share = 1;         ///< of the offers of a `percentage` queue, relative to the other members' shares, 1..1000
  std::int32_t resolution = 0;    ///< first-contact resolution here, per cent
  std::int32_t satisfaction = 0;  ///< satisfied customers here, per cent
  bool operator==(const QueueMembership&) const = default;
};

constexpr std::int32_t kCapacityLimit = 20;  ///< written contacts of one channel that an agent may have at once

/// How agents take contacts of one written channel.
struct ChannelRules {
  std::int32_t capacity = 1;   ///< how many an agent has at once who has no number of his own, 0..kCapacityLimit
  bool interruptible = true;   ///< he may be called while he has one
  bool operator==(const ChannelRules&) const = default;
};
/// Of one agent, instead of what the channel says.
struct ChannelCapacity {
  Channel channel = Channel::chat;
  std::int32_t capacity = 0;  ///< 0..kCapacityLimit; of voice 0 or 1: nobody has two calls at once
  bool operator==(const ChannelCapacity&) const = default;
};

struct Agent {
  AgentId id;
  std::string name;
  SwitchId switch_id;  ///< the switch his device hangs on
  std::string device;  ///< the device that rings: an extension or endpoint (`PJSIP/agent1`)
  std::vector<ChannelCapacity> capacity;  ///< at most one for each channel
  std::vector<SkillLevel> skills;
  std::vector<QueueMembership> queues;
  bool operator==(const Agent&) const = default;
};

/// How the numbers that a trunk delivers are read (reference: RFC 3966, libphonenumber).
struct TrunkRule {
  std::string trunk;             ///< the trunk's name on the switch; "*" for every other
  std::string default_region = "GB";       ///< ISO 3166 region of numbers without a country code
  bool digits_are_international = false;   ///< digits without + already begin with the country code
  std::vector<std::string> own_numbers;    ///< E.164 numbers of the centre itself: never a customer
  std::vector<std::string> short_codes;    ///< numbers that are services, never a customer
  bool operator==(const TrunkRule&) const = default;
};

/// One telephone switch and the link that connects it.
struct Switch {
  SwitchId id;
  std::string kind;  ///< `feed` or `asterisk`
  std::string url;   ///< where to connect (`http://127.0.0.1:8088`, `ami://127.0.0.1:5038`); empty for `feed`, which connects to us
  std::string username;
  std::string secret_name;  ///< the key in server.toml's [secrets] that holds the password or token
  std::string app = "callwright";         ///< Stasis application, `asterisk` only
  std::string fallback_context = "fallback";  ///< where released callers go
  std::vector<std::string> station_contexts;  ///< `ami` only: contexts of phones that are no agent's; what calls in from any other is a customer
  std::string dial;          ///< how a customer is called. `asterisk`: an end point with `{number}` (+441632960123) or `{digits}` (without +); `feed`: a trunk
  std::string shown_number;  ///< E.164; what a customer's phone shows; empty: the trunk's own
  std::vector<std::string> dial_prefixes;  ///< customers' numbers that may be called, by how they begin ("+44"); empty: all
  std::vector<TrunkRule> trunks;
  bool operator==(const Switch&) const = default;
};

/// A dialled number and the queue that it leads to.
struct Entry {
  SwitchId switch_id;
  std::string number;  ///< as the switch delivers it (DNIS); "*" for every other number
  QueueId queue;
  bool operator==(const Entry&) const = default;
};

struct PauseReason {
  std::string code;
  std::string name;
  std::string name_zh;
  Duration limit{};  ///< a longer pause is shown as overdue; 0: none
  bool operator==(const PauseReason&) const = default;
};

struct Disposition {
  std::string code;
  std::string name;
  std::string name_zh;
  std::string group;     ///< the first of two levels, may be empty
  std::string group_zh;
  bool operator==(const Disposition&) const = default;
};

/// A stretch of a local day, [from_min, to_min).
struct DayRange {
  std::int32_t from_min = 0;  ///< minutes of wall time since 00:00, 0..1439
  std::int32_t to_min = 0;    ///< from_min + 1..1440; 1440 is 24:00
  auto operator<=>(const DayRange&) const = default;
};

/// The same, each week.
struct WeekRange {
  std::int32_t weekday = 1;  ///< 1 Monday .. 7 Sunday (ISO 8601)
  DayRange range;
  auto operator<=>(const WeekRange&) const = default;
};

/// One date on which the week does not count.
struct HoursException {
  std::chrono::year_month_day date;
  std::string name;
  std::string name_zh;
  std::vector<DayRange> open;  ///< in order, without overlap; empty: closed all day
  bool operator==(const HoursException&) const = default;
};

/// Business hours. A night is written as two ranges, to 24:00 and from 00:00. `routing::Hours` says what they mean at an instant.
struct Hours {
  HoursId id;
  std::string name;
  std::string name_zh;
  std::string time_zone;                    ///< a name of the tz database; empty: the centre's
  std::vector<WeekRange> week;              ///< in order, without overlap
  std::vector<HoursException> exceptions;   ///< one for each date
  bool operator==(const Hours&) const = default;

  /// Is there any range? Otherwise they are closed for ever. Dates that are past count too: a document knows no today.
  bool ever_open() const {
    return !week.empty() || std::ranges::any_of(exceptions, [](const HoursException& each) { return !each.open.empty(); });
  }
};

struct Centre {
  std::int64_t version = 0;
  std::string name;
  std::string time_zone = "UTC";
  std::int64_t seed = 0;  ///< of the lots that `random` queues draw
  ChannelRules chat{.capacity = 3, .interruptible = false};
  ChannelRules email{.capacity = 1, .interruptible = true};
  ChannelRules other{.capacity = 1, .interruptible = true};
  std::vector<Skill> skills;
  std::vector<Queue> queues;
  std::vector<Agent> agents;
  std::vector<Switch> switches;
  std::vector<Entry> entries;
  std::vector<PauseReason> pause_reasons;
  std::vector<Disposition> dispositions;
  std::vector<Hours> hours;
  bool operator==(const Centre&) const = default;

  /// Of a written channel.
  const ChannelRules& rules_of(Channel channel) const { return channel == Channel::chat ? chat : channel == Channel::email ? email : other; }
};

/// Agents whose queues are all observed: their switch decides what they are. In a valid document nobody is in queues of both kinds.
inline std::set<AgentId> observed_agents(const Centre& centre) {
  std::set<QueueId> queues;
  for (const Queue& queue : centre.queues)
    if (queue.observed) queues.insert(queue.id);
  std::set<AgentId> agents;
  if (queues.empty()) return agents;
  for (const Agent& agent : centre.agents)
    if (!agent.queues.empty() && std::ranges::all_of(agent.queues, [&](const QueueMembership& one) { return queues.contains(one.queue); }))
      agents.insert(agent.id);
  return agents;
}

/// How many contacts of this channel the agent may have at once.
inline std::int32_t capacity_of(const Centre& centre, const Agent& agent, Channel channel) {
  const auto own = std::ranges::find(agent.capacity, channel, &ChannelCapacity::channel);
  if (own != agent.capacity.end()) return own->capacity;
  return is_written(channel) ? centre.rules_of(channel).capacity : 1;
}

}  // namespace callwright::journal
