#pragma once
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cti/asterisk/ami/channels.hpp"
#include "cti/asterisk/ami/event.hpp"
#include "cti/model/switch_event.hpp"

namespace callwright::cti::ami {

/// What Asterisk's own queues (app_queue, as it stands) do with callers and agents. Pure; it steers nothing.
///
/// A caller is in a queue from `QueueCallerJoin` to `QueueCallerLeave`; an offer is the channel of a member from `AgentCalled` to the first word that
/// ends it. Asterisk says it twice or thrice (`AgentRingNoAnswer`, then `DialEnd` NOANSWER, then CANCEL): the first counts. After the first member
/// has answered, the others' CANCEL means elsewhere; before, that the caller has left. A caller who leaves while a member still rings was picked up
/// (no DialEnd says so). A busy phone is reported as if nobody had answered; its channel's last word tells them apart. How long somebody talks is not
/// taken from here (`AgentComplete` comes late and is wrong about transfers) but from bridges.
class Queues {
 public:
  using Events = Channels::Events;

  /// `channels` outlives it, and knows the legs that an event is about: it hears of everything first, except of `Hangup`, of which it hears last.
  explicit Queues(const Channels& channels) : channels_(channels) {}

  /// False: it lacks what an event of its name must have.
  bool on(const Event& event, Events& events);

  /// Begins again with what the lists show; adds the agents, and the queue in which each leg waits, to `snapshot`. Offers that are open are told
  /// behind it.
  void begin(const Listed& listed, model::Snapshot& snapshot, Events& events);

  std::size_t size() const { return callers_.size(); }

 private:
  using Why = model::QueueOfferEnded::Why;
  struct Caller {
    std::string leg;  ///< who stands in the queue; behind a Local channel, who stands behind it
    std::string queue;
    bool answered = false, abandoned = false;
    std::map<std::string, std::string, std::less<>> offers;  ///< that are not over: the member's device by its channel
  };
  using Callers = std::map<std::string, Caller, std::less<>>;
  struct Agent {
    model::QueueAgentSeen::State state = model::QueueAgentSeen::State::signed_out;
    std::string reason;
    bool operator==(const Agent&) const = default;
  };

  void join(std::string_view id, std::string_view queue, Events& events);
  void leave(Callers::iterator caller, Events& events);
  void called(Callers::iterator caller, std::string_view channel, std::string_view interface, Events& events);
  void dialled(const Event& event, Events& events);
  void end_offer(Callers::iterator caller, std::string_view channel, Why why, Events& events);
  Why unanswered(std::string_view channel) const;
  void member(const Event& event, Events& events);
  std::string device_of(std::string_view interface, std::string_view state_interface);

  const Channels& channels_;
  Callers callers_;
  std::map<std::string, std::string, std::less<>> caller_of_;    ///< by the channel of a member
  std::map<std::string, std::string, std::less<>> devices_;      ///< by a member's interface
  std::map<std::pair<std::string, std::string>, Agent> agents_;  ///< by device and queue
};

}  // namespace callwright::cti::ami
