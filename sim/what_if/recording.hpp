#pragma once
#include <algorithm>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/id.hpp"
#include "base/instant.hpp"
#include "journal/attributes.hpp"
#include "journal/fact.hpp"
#include "sim/what_if/counts.hpp"
#include "sim/what_if/day.hpp"

namespace callwright::sim::what_if {

constexpr std::uint32_t kNone = UINT32_MAX;  ///< an index of nothing

/// How one phone rang for a caller.
struct RecordedRing {
  enum class How : std::uint8_t { answered, refused, silent };
  std::uint32_t agent = 0;
  Duration length{};
  How how = How::answered;
};

/// What an agent did with a caller.
struct Work {
  Duration talk{};
  Duration wrap_up{};
  bool by_hand = false;  ///< he ended the wrap-up, or extended it; otherwise it ran its time
};

/// A caller from where he came until an agent talked to him or he left: one visit, or several if queues or supervisors sent him on.
struct Stay {
  enum class How : std::uint8_t { open, answered, abandoned, released, lost };
  ContactId contact;
  std::uint8_t part = 0;        ///< of the contact: 0, then each time that he was handed on into a queue one more
  bool counted = false;         ///< came in the time that is asked for
  bool at_once = false;         ///< an agent was free when he came
  bool handed_on = false;       ///< the agent transferred him, into a queue or to somebody
  How how = How::open;          ///< open: waits when the log ends
  Instant entered;              ///< his place
  Instant at;                   ///< when the queue took him, a look-up later
  std::uint32_t queue = 0;      ///< where he came; indices as in `Recording`
  std::uint32_t entry = kNone;  ///< the number that he was routed by
  std::uint32_t profile = 0;
  std::uint32_t agent = kNone;  ///< who answered
  std::uint32_t next = kNone;   ///< the stay into which he was handed on
  std::uint32_t last_agent = kNone;
  CustomerId person;
  Duration wait{};                         ///< since `entered`, until it ended as `how` says
  std::optional<EstimatedWait> estimated;  ///< of who was answered; the queue as in `Recording`
  std::optional<Work> work;                ///< whole, of who was answered
  Duration talk_at_least{};                ///< otherwise: what is known of the talk
  std::vector<RecordedRing> rings;
};

/// What rules may ask of a caller, as far as any of them does.
struct Profile {
  Attributes attributes;
  SwitchId on;
  auto operator<=>(const Profile&) const = default;
};

struct RecordedEntry {
  SwitchId on;
  std::string number;
  auto operator<=>(const RecordedEntry&) const = default;
};

/// What stands in the log of a stretch of time, as far as a day like it is made of it: who came, what he asked for, what became of him; who worked
/// when. No names, and of numbers and attached data only what rules ask for.
struct Recording {
  std::vector<Instant> bounds;  ///< of the intervals: from the begin to the end of what is counted
  Instant until;                ///< later callers are not in it; up to here they compete with those who are counted
  std::vector<AgentId> agents;
  std::vector<QueueId> queues;
  std::vector<RecordedEntry> entries;
  std::vector<Profile> profiles;
  std::vector<Stay> stays;                                  ///< by `at`; first those who wait when it begins
  std::vector<Shift> shifts;                                ///< by time, agents as above; the first ones may lie before the begin
  std::vector<std::vector<GroupCounts>> times;              ///< by agent and interval
  std::vector<std::pair<Duration, std::int64_t>> silences;  ///< by agent: time and number of `no_answer`
  std::int64_t version = 0;                                 ///< of the centre document at the begin; 0: the log does not say
  std::vector<std::pair<Instant, std::int64_t>> changes;    ///< of the document while callers are counted

  // What a replay cannot repeat, of those who are counted.
  std::int64_t moved = 0, raised = 0, parked = 0, pulled = 0, lost = 0, callbacks = 0, outages = 0, facts_lost = 0;
  std::int64_t written = 0;   ///< written contacts that came: nothing else of them is in it
  std::int64_t observed = 0;  ///< visits to queues that their switch routes: the same

  bool worked(std::uint32_t agent) const {
    return std::ranges::any_of(shifts, [&](const Shift& shift) { return shift.agent == agent && shift.duty != Duty::away; });
  }
};

/// What the store knows of a customer, for rules and favours.
using CustomerAsked = std::function<journal::CustomerTraits(CustomerId, ContactId)>;

/// Folds facts into a `Recording`: those from some hours before the begin (they tell who is there then) until `whole`, or the log's end.
///
/// Of callers in queues that their switch routes nothing is kept but how many came. Nor of written contacts: several of them go on beside each other and beside calls, and an agent's state, which is
/// that of his voice, tells nothing of them. An agent's work on a call that is not from a queue, or that began before the recording, becomes
/// `Duty::other`; a pause that the system gave him since he did not answer a call is none, for in a replay it follows from the ringing.
class Recorder {
 public:
  /// `asked`: the attributes that rules ask for. `customer` may be empty: then nothing is known of anybody.
  Recorder(std::vector<Instant> bounds, Instant until, std::set<std::string> asked, CustomerAsked customer);

  static const std::vector<journal::Kind>& kinds();  ///< that it wants to see
  /// Agents whose switch decides what they are: they are not in it.
  void leave_out(std::set<AgentId> observed) { left_out_ = std::move(observed); }

  void apply(const journal::Fact& fact);
  /// Everybody who is in it has gone.
  bool whole() const;
  Recording finish(Instant log_end);

 private:
  struct Open {
    journal::ContactOpened opened;
    std::string entry;
    journal::Match match = journal::Match::none;
    CustomerId customer;
    std::string e164;
    std::vector<std::pair<std::string, std::string>> data;
    std::uint32_t stay = kNone;
    std::uint8_t parts = 0;
    bool written = false;
    AgentId answered_by;
    Instant stay_ended;
    std::optional<Duration> estimate;  ///< of the visit that goes on
  };
  struct Offered {
    std::uint32_t stay = kNone;
    std::uint32_t agent = 0;
    Instant at;
  };
  struct Tracked {
    journal::AgentStateChanged state;
    ContactId contact;
    Instant counted_to;
    Instant since;  ///< of the talk, wrap-up or silence
    std::uint32_t serving = kNone;
    bool elsewhere = false;
    bool extended = false;
    bool silent = false;  ///< not ready since he did not answer a call
    Duty duty = Duty::away;
    Instant duty_since;
  };

  Instant begin() const { return out_.bounds.front(); }
  Instant end() const { return out_.bounds.back(); }
  bool counts(Instant at) const { return at >= begin() && at < end(); }
  Stay* stay_of(ContactId contact);
  bool is_written(ContactId contact) const;
  std::uint32_t agent_of(const AgentId& id);
  std::uint32_t queue_of(const QueueId& id);
  std::uint32_t profile_of(const Open& open, const journal::CustomerTraits& traits);
  void start();
  void on(const journal::Fact& fact, const journal::VisitStarted& visit);
  void on(const journal::Fact& fact, const journal::VisitEnded& visit);
  void on(const journal::Fact& fact, const journal::VisitChanged& changed);
  void on(const journal::Fact& fact, const journal::OfferMade& made);
  void on(const journal::Fact& fact, const journal::OfferEnded& ended);
  void on(const journal::Fact& fact, const journal::AgentStateChanged& changed);
  void on(const journal::Fact& fact, const journal::ConfigApplied& applied);
  void follow_work(Tracked& agent, std::uint32_t index, const journal::Fact& fact, const journal::AgentStateChanged& changed);
  void count_time(Tracked& agent, std::uint32_t index, Instant to);

  Recording out_;
  const std::set<std::string> asked_;
  const CustomerAsked customer_;
  std::set<AgentId> left_out_;
  bool started_ = false;
  std::unordered_map<ContactId, Open> open_;
  std::unordered_map<OfferId, Offered> offers_;
  std::vector<Tracked> agents_;
  std::unordered_map<AgentId, std::uint32_t> agent_numbers_;
  std::unordered_map<QueueId, std::uint32_t> queue_numbers_;
  std::map<RecordedEntry, std::uint32_t> entry_numbers_;
  std::map<Profile, std::uint32_t> profile_numbers_;
};

}  // namespace callwright::sim::what_if
