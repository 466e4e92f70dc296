#pragma once
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "cti/freeswitch/answers.hpp"
#include "cti/freeswitch/devices.hpp"
#include "cti/freeswitch/event.hpp"
#include "cti/model/switch_event.hpp"

namespace callwright::cti::freeswitch {

/// What mod_callcenter does with callers and agents (CUSTOM callcenter::info), for a centre that lets the switch route. Pure.
///
/// An agent there is a name and a dial string; what we tell is the device of that string. His wrap-up makes no event. A caller who was answered stays
/// a member of the queue until the call ends; for us he has left it when an agent has him.
class Callcenter {
 public:
  static constexpr std::size_t kMembers = 65'536, kAgents = 16'384;

  void on(const Event& event, const Devices& devices, std::vector<model::SwitchEventBody>& events);

  /// A caller's channel has ended. The module says so later, when nobody knows the channel any more.
  void hung_up(const std::string& session, const Devices& devices, std::vector<model::SwitchEventBody>& events);

  /// Forgets everything, and begins again with `callcenter_config agent list`, and for each queue `queue list members`.
  void begin(const Table& agents);
  void add_members(const Table& members);
  std::string queue_of(const std::string& session) const;
  /// The offers that were under way when the lists were made: told behind the snapshot, which has no place for them.
  std::vector<model::SwitchEventBody> offers(const Devices& devices) const;
  /// What the queue thinks of each agent whose device we can name.
  std::vector<model::QueueAgentSeen> agents(const Devices& devices) const;

 private:
  struct Agent {
    std::string dial;
    std::string status;
  };
  struct Member {
    std::string queue;
    std::set<std::string> offered;  ///< agents' names
  };
  void leave(const std::string& session, model::QueueLeft::Why why, const Devices& devices, std::vector<model::SwitchEventBody>& events);
  std::string device_of(std::string_view agent, const Devices& devices) const;
  model::QueueAgentSeen seen(std::string_view agent, std::string_view status, const Devices& devices) const;
  void on_agent(const Event& event, const Devices& devices, std::vector<model::SwitchEventBody>& events);

  std::map<std::string, Agent, std::less<>> agents_;
  std::map<std::string, Member, std::less<>> members_;  ///< by the caller's channel
};

}  // namespace callwright::cti::freeswitch
