#pragma once
#include <cstdint>
#include <map>

#include "agent-desktop-api/session/mirror.hpp"
#include "agent-desktop-api/session/topic_parts.hpp"

namespace callwright::desktop {

/// The topic `own_queues` of one page: the queues that its agent serves, whole at first, then once a second what changed in them.
///
/// It is numbered like the supervisors' topics. What the page was told is remembered by revision, so a page that was passed over
/// gets the last values in the next round, and one whose agent serves other queues now gets a new list. Pure.
class OwnQueues {
 public:
  TopicParts list(const AgentId& agent, const Mirror& mirror);
  TopicParts update(const AgentId& agent, const Mirror& mirror);

 private:
  std::int64_t seq_ = 0;
  std::map<QueueId, std::int64_t> told_;  // the revision of each
};

}  // namespace callwright::desktop
