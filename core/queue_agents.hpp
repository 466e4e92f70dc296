#pragma once
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/id.hpp"
#include "cti/model/switch_event.hpp"
#include "journal/fact.hpp"

namespace callwright::core {

/// What the queues of switches said last of agents, by device. Not folded: a snapshot tells all of it again. It is kept of every queue and device, so
/// that a centre document which begins to observe one finds it.
///
/// One agent has one state: ready if one of the queues that count says so, otherwise not ready if one of them says that he pauses, otherwise signed
/// out.
class QueueAgents {
 public:
  static constexpr std::size_t kLimit = 65'536;  ///< agents in queues, of all switches; more are not looked at

  struct Seen {
    journal::AgentState state = journal::AgentState::signed_out;  ///< or not_ready, ready
    std::string reason;                                           ///< why he pauses: where he was said to last
    bool operator==(const Seen&) const = default;
  };

  /// False: there is no room for one more.
  bool take(const SwitchId& on, const cti::model::QueueAgentSeen& seen);
  /// The whole truth about one switch; false: some of it had no room.
  bool replace(const SwitchId& on, const std::vector<cti::model::QueueAgentSeen>& all);
  /// By these queues of his, in the switch's words. None: nothing was said of him, and nobody has said yet who is there.
  std::optional<Seen> state_of(const SwitchId& on, const std::string& device, const std::set<std::string>& queues) const;

 private:
  struct Place {
    bool ready = false;  ///< otherwise he pauses; who is signed out has no place
    std::string reason;
    std::uint64_t said = 0;  ///< later ones are higher
  };
  using Device = std::pair<SwitchId, std::string>;

  std::map<Device, std::map<std::string, Place>> places_;  ///< by queue; empty: what holds for all of them
  std::size_t size_ = 0;
  std::uint64_t said_ = 0;
  std::set<SwitchId> told_;  ///< a snapshot of it has come
};

}  // namespace callwright::core
