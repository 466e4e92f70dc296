#pragma once
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "journal/centre.hpp"
#include "routing/agents.hpp"
#include "routing/bitmap.hpp"
#include "routing/score.hpp"
#include "routing/work.hpp"

namespace callwright::routing {

/// All visits that ask for the same: same queue, same switch, same requirements. Work that grows with the number of agents is
/// done once for a class, not for each of its visits.
struct RequirementClass {
  SwitchId switch_id;
  QueueId queue;
  std::vector<journal::Requirement> requirements;
  std::size_t users = 0;  ///< visits of this class, offered ones included

  std::int32_t age_per_minute = 0;
  std::int32_t idle_per_minute = 0;
  Bitmap skilled;  ///< members of the queue with the required levels
  Bitmap fit;      ///< those of them whose device hangs on the visit's switch

  std::set<VisitKey> free;  ///< visits without a live offer, best first
  bool open = false;        ///< something changed since no pair passed

  /// The idle fit agents in order, kept up to date while `ranked`. A class begins without, scores whom the bitmaps leave, and
  /// turns to this when it has scored more than keeping it would have cost; and back when agents come and go unasked.
  std::set<AgentKey> ranking;
  bool ranked = false;
  std::size_t scored = 0;  ///< since it was last ranked
  std::size_t moves = 0;   ///< of agents, since it was last asked

  /// Points of this agent that do not depend on time: weight x level of each requirement, and his rank.
  std::int64_t skills_and_rank(const Agent& agent) const;
  AgentKey key_of(const Agent& agent, std::size_t index) const;
};

/// The requirement classes (each once, however many visits share it), and which of them may have a pair to match.
///
/// A class is `open` if an agent, a visit or an exclusion changed so that a pair may pass now; matching looks at open classes
/// only. Limit: empty classes are kept for their next visit until there are 1,024 classes.
class Classes {
 public:
  explicit Classes(const Agents& agents) : agents_(agents) {}

  RequirementClass& operator[](std::size_t index) { return classes_[index]; }
  const RequirementClass& operator[](std::size_t index) const { return classes_[index]; }

  std::size_t enter(const SwitchId& switch_id, const QueueId& queue, const std::vector<journal::Requirement>& requirements);
  void leave(std::size_t index);
  void add_free(std::size_t index, const VisitKey& key);
  void remove_free(std::size_t index, const VisitKey& key);

  /// Agents or rates changed: works out every class again. `free` is empty afterwards; the owner of the visits adds them again.
  void configure(const journal::Centre& centre);

  /// The agent is about to stop being idle (his bits and values are still the old ones), or has become idle.
  void agent_goes(std::size_t agent);
  void agent_comes(std::size_t agent);

  void open(std::size_t index);
  void open_all();
  /// The open classes that have free visits; none is open afterwards.
  std::vector<std::size_t> take_open();
  std::size_t open_count() const { return open_.size(); }
  ClassCount count() const { return {by_text_.size(), unused_.size(), ranked_.size()}; }

  const Bitmap& members(const QueueId& queue) const;
  void rank(RequirementClass& one);
  void unrank(RequirementClass& one);

 private:
  void work_out(RequirementClass& one) const;
  void discard_if_unused(std::size_t index);

  const Agents& agents_;
  std::vector<RequirementClass> classes_;
  std::vector<std::size_t> unused_;
  std::unordered_map<std::string, std::size_t> by_text_;
  std::set<std::size_t> waiting_;  ///< classes with free visits
  std::set<std::size_t> ranked_;
  std::vector<std::size_t> open_;
  std::map<QueueId, Bitmap> members_;
  std::map<QueueId, std::pair<std::int32_t, std::int32_t>> rates_;  ///< age, idle per minute
  Bitmap nobody_;
};

}  // namespace callwright::routing
