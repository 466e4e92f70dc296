#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/instant.hpp"
#include "cti/feed/message.hpp"
#include "cti/model/command.hpp"
#include "cti/model/switch_event.hpp"
#include "sim/switch/centre_figures.hpp"
#include "sim/switch/dice.hpp"

namespace callwright::sim {

struct Caller {
  std::string number;  ///< as the trunk delivers it; empty: withheld
  std::string name;
};

struct SwitchDevice {
  std::string number;
  bool manual = false;  ///< answers only by the command `answer`, and never hangs up by itself
};

struct SwitchOptions {
  std::uint64_t seed = 1;
  double calls_per_minute = 2;                          ///< in the busiest half hour of the day
  bool daily_profile = true;                            ///< false: the same rate all day, every day
  double night_share = 0.25;                            ///< of the busiest rate that is left in the quietest hours; 0: as the real centre
  Duration local_time{};                                ///< local time minus UTC, for the profile
  Duration first_call_after = std::chrono::seconds(5);  ///< the first of `callers` dials the first of `entries`
  bool first_call_waits = false;                        ///< count it from the first time that the server accepts, not from the start
  Duration first_caller_waits{};                        ///< at least so long, whatever his patience
  std::string trunk = "trunk1";
  std::vector<std::string> entries{"4001", "4002", "4003"};  ///< numbers that customers dial
  std::vector<SwitchDevice> devices;
  std::vector<Caller> callers;  ///< who calls; the first fifth makes four fifths of the calls. Empty: strangers
  double withheld_share = 0.03;
  double stranger_share = 0.05;
  double ring_back_chance = 0.4;   ///< after losing patience, at most twice
  double no_answer_chance = 0.05;  ///< of a phone, for one ring
  double asks_back_share = 0;      ///< of the callers who wait some seconds: they ask to be called back, and most of them hang up
  double not_reached_chance = 0.3; ///< of a customer who is called: he does not answer, or is busy
  Duration answer_from = std::chrono::seconds(2);
  Duration answer_to = std::chrono::seconds(6);
  double private_calls_per_hour = 0.5;  ///< for each device that is not manual: busy for a minute or so
  Duration talk_median = std::chrono::microseconds(static_cast<std::int64_t>(kTalkMedianS * 1e6));
  std::size_t call_limit = 1000;  ///< callers at once; more are refused by the network and never seen
};

/// A telephone switch in a box: customers, phones and legs, in virtual time and from a seed. Pure.
///
/// Customers arrive by the daily profile with a busyness of their own for each half hour, dial one of `entries`, wait, lose
/// patience as real ones do (and ring back), talk for a log-normal time, hang up. Phones answer after some seconds, or do not, or
/// are busy. While the server accepts, each caller is handed over with `RouteAsked` and waits for commands; otherwise the
/// switch serves him from its own queue. What a command does is seen in the events; the reply only says that it was understood.
/// The same options, times and commands give the same events, byte for byte.
///
/// Use: `advance` at or after `next_due` and before each command; hand over what they return in order.
class SwitchModel {
 public:
  struct Happening {
    Instant at;
    cti::model::SwitchEventBody body;
    bool operator==(const Happening&) const = default;
  };
  using Happenings = std::vector<Happening>;
  struct Reply {
    cti::feed::CommandStatus status = cti::feed::CommandStatus::accepted;
    std::string reason;
    Happenings happenings;
  };

  SwitchModel(SwitchOptions options, Instant start);

  Happenings advance(Instant now);
  Reply on_command(const cti::feed::CommandMessage& command, Instant now);
  std::optional<Instant> next_due() const;

  /// Whether the server takes new calls (`Peer::Accepting`). Callers who wait already keep waiting.
  void accepting(bool yes, Instant now);
  /// Nobody calls any more, nor makes private calls; who is there stays.
  void close_doors() { doors_closed_ = true; }
  cti::model::Snapshot snapshot() const;
  /// The devices that are busy with something of their own or out of reach: repeated after each snapshot.
  std::vector<cti::model::DeviceStateSeen> device_states() const;

  /// Every call is cut, without an event; a new boot epoch begins. Some of the cut callers ring back.
  void restart(Instant now);
  Happenings set_reachable(const std::string& device, bool reachable, Instant now);

  std::int64_t restarts() const { return restarts_; }
  std::size_t legs() const { return legs_.size(); }
  /// Customers so far, those that ring back included.
  std::int64_t arrivals() const { return arrivals_; }

  /// The names that a peer for this model declares.
  static std::vector<std::string> capabilities();

 private:
  enum class What : std::uint8_t {
    arrival,
    ring_back,
    patience,
    phone_answers,
    ring_ends,
    talk_ends,
    hold_ends,
    orphan,
    own_answer,
    asks_back,
    customer_answers,
    private_begins,
    private_ends,
    playback_ends
  };
  struct Timer {
    What what{};
    std::string leg;  ///< or device
    std::int64_t stage = 0;
    Caller caller;  ///< of a ring back
    std::string entry;
    int tries = 0;
  };
  struct Leg {
    cti::model::LegCreated created;
    journal::LegState state = journal::LegState::initiated;
    bool customer = false;
    bool ours = false;  ///< the server's: asked for a route and not released
    bool called = false;  ///< a customer whom the server called
    std::string entry;
    std::string bridge;
    std::int64_t stage = 0;  ///< raised at each change: timers of earlier stages are void
    int tries = 0;
    std::optional<cti::model::PlaybackEnded> playing;  ///< how its end will be told
  };
  struct Device {
    bool manual = false;
    bool reachable = true;
    bool busy = false;  ///< with a call of its own
  };

  void act(const Timer& timer, Instant at);
  void plan(Instant at, Timer timer);
  void plan_leg(Duration after, What what, const Leg& leg, Instant now);
  void open_doors(Instant now);
  void plan_arrival(Instant now);
  void plan_private_call(const std::string& device, Instant now);
  double rate_per_second(Instant at) const;
  Caller choose_caller();
  bool calling(const std::string& number) const;

  void arrive(const Caller& caller, const std::string& entry, int tries, Instant at);
  void give_up(Leg& leg, Instant at);
  void perhaps_rings_back(const Leg& leg, double chance, double mean_s, Instant at);
  void set_state(Leg& leg, journal::LegState state, Instant at);
  void leave_bridge(Leg& leg, Instant at);
  void stop_playing(Leg& leg, Instant at);
  void gone(std::string id, journal::Cause cause, int raw, std::string text, journal::EndedBy by, Instant at);
  void hang_up(std::string id, Instant at);
  void tell(Instant at, cti::model::SwitchEventBody body) { happenings_.push_back({at, std::move(body)}); }
  Leg* find(const std::string& id);
  std::size_t in_bridge(const std::string& bridge) const;
  bool in_use(const std::string& device) const;

  std::string execute(const cti::model::Park& c, Instant now);
  std::string execute(const cti::model::Answer& c, Instant now);
  std::string execute(const cti::model::Bridge& c, Instant now);
  std::string execute(const cti::model::Hold& c, Instant now);
  std::string execute(const cti::model::Retrieve& c, Instant now);
  std::string execute(const cti::model::End& c, Instant now);
  std::string execute(const cti::model::Release& c, Instant now);
  std::string execute(const cti::model::Dtmf& c, Instant now);
  std::string ring(const cti::model::Ring& c, const cti::feed::CommandMessage& command, Instant now);
  std::string play(const cti::model::Play& c, const cti::feed::CommandMessage& command, Instant now);
  std::string dial(const cti::model::Dial& c, const cti::feed::CommandMessage& command, Instant now);

  SwitchOptions options_;
  Dice dice_;
  bool accepting_ = false;
  bool doors_open_ = false;
  bool doors_closed_ = false;
  std::int64_t restarts_ = 0;
  std::int64_t arrivals_ = 0;
  std::int64_t made_ = 0;     ///< legs and bridges, for their names
  std::int64_t planned_ = 0;  ///< timers, for a total order
  std::map<std::string, Leg> legs_;
  std::map<std::string, Device> devices_;
  std::map<std::pair<Instant, std::int64_t>, Timer> timers_;
  std::set<std::pair<std::int64_t, cti::model::CommandId>> seen_;  ///< the newest commands, by the server's epoch: each acts once
  Happenings happenings_;
};

}  // namespace callwright::sim
