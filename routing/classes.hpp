#pragma once
#include <absl/container/flat_hash_set.h>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <memory_resource>
#include <set>
#include <span>
#include <vector>

#include "journal/centre.hpp"
#include "routing/agents.hpp"
#include "routing/bitmap.hpp"
#include "routing/line.hpp"
#include "routing/names.hpp"
#include "routing/queues.hpp"
#include "routing/roster.hpp"
#include "routing/score.hpp"
#include "routing/work.hpp"

namespace callwright::routing {

/// Where a waiting visit stands in its class.
enum class Stand : std::uint8_t {
  nowhere = 0,  ///< it has all the offers that it may have, or stands aside
  free,         ///< whoever fits may have it, or join its group
  held,         ///< only whom it is held for may (docs/routing.md, last agent and named agent)
};

/// A requirement with its skill as a number.
struct Wish {
  std::uint32_t skill = 0;
  journal::Requirement::Kind kind{};
  std::int32_t min_level = 0;
  std::int32_t weight = 0;

  bool operator==(const Wish&) const = default;
  bool passes(const Agent& agent) const {
    using enum journal::Requirement::Kind;
    if (kind == required) return agent.level(skill) >= min_level;
    if (kind == excluded) return agent.level(skill) < std::max(min_level, 1);
    return true;
  }
};

/// What a visit asks for, in numbers.
struct Asked {
  journal::Channel channel{};
  std::uint32_t switch_number = 0;  ///< Classes::switch_number
  std::size_t queue = 0;
  std::span<const Wish> wishes;
};

/// A standing visit and an idle agent who fits and whom it favours.
struct LiveFavour {
  ContactId contact;
  std::size_t agent = 0;
  auto operator<=>(const LiveFavour&) const = default;
};

/// All visits that ask for the same: same channel, same switch, same queue, same requirements. Work that grows with the number of agents is
/// done once for a class, not for each of its visits.
struct RequirementClass {
  // What each agent who comes or goes asks, close together.
  journal::Channel channel{};
  bool open = false;           ///< something changed since no pair passed
  bool ranked = false;         ///< see `ranking`
  std::uint32_t index = 0;     ///< its own
  std::uint32_t standing = 0;  ///< visits in `free` and `growing`
  Roster roster;               ///< kept if one agent in `kSparse` or fewer fits

  std::uint32_t switch_number = 0;
  std::size_t queue = 0;
  std::vector<Wish> wishes;
  std::vector<std::uint32_t> scoring;  ///< those of them that add points, in the order of a decision's terms
  std::uint64_t hash = 0;              ///< of what it asks for
  std::size_t users = 0;               ///< visits of this class, offered ones included
  std::uint64_t serial = 0;            ///< no other class ever had it

  std::int32_t age_per_minute = 0;
  std::int32_t load_points = 0;  ///< of a written class
  AgentTerms terms;
  // Without a roster:
  Bitmap skilled;  ///< members of the queue who serve the channel and whose levels pass
  Bitmap fit;      ///< those of them whose device hangs on the visit's switch

  Line<VisitKey, 4> free;          ///< visits without an offer that whoever fits may have, best first
  Line<VisitKey, 4> growing;       ///< visits whose group whoever fits may join, best first
  std::pmr::set<LiveFavour> live;  ///< pairs with a bonus of their own

  /// Without a roster: the idle fit agents in order, kept up to date while `ranked`. A class begins without, scores whom the bitmaps leave,
  /// and turns to this when it has scored more than keeping it would have cost; and back when agents come and go unasked.
  std::pmr::set<AgentKey> ranking;
  std::int32_t able = 0;   ///< while `ranked`: able for the channel, levels pass
  std::size_t scored = 0;  ///< since it was last ranked
  std::size_t moves = 0;   ///< of agents, since it was last asked

  explicit RequirementClass(std::pmr::memory_resource* memory) : free(memory), growing(memory), live(memory), ranking(memory) {}

  /// A member of the queue who serves the channel and whose levels pass; and his device hangs on the visit's switch.
  bool is_skilled(const Agents& agents, std::size_t agent) const { return roster.kept ? place_of(agents[agent]) != nullptr : skilled.test(agent); }
  bool is_fit(const Agents& agents, std::size_t agent) const {
    const Place* place = roster.kept ? place_of(agents[agent]) : nullptr;
    return roster.kept ? place && place->fits : fit.test(agent);
  }
  const Place* place_of(const Agent& agent) const;

  bool has_pairs() const { return standing || !live.empty(); }
  Asked asked() const { return {channel, switch_number, queue, wishes}; }
  /// Milli-points of this agent that neither time nor decisions nor what he has in hand change.
  std::int64_t standing_points(const Agent& agent) const;
  /// What the written contacts that he has take from him, milli-points.
  std::int64_t load_of(const Agent& agent) const { return -kMilli * load_points * static_cast<std::int64_t>(agent.works.size()); }
  /// Without what the decision at hand adds (AgentTerms::moves).
  AgentKey key_of(const Agents& agents, std::size_t index) const { return key_of(agents, index, standing_points(agents[index])); }
  AgentKey key_of(const Agents& agents, std::size_t index, std::int64_t standing) const;
};

/// The requirement classes (each once, however many visits share it), and which of them may have a pair to match.
///
/// A class is `open` if an agent, a visit or an exclusion changed so that a pair may pass now; matching looks at open classes
/// only. Limit: empty classes are kept for their next visit until there are 1,024 classes.
class Classes {
 public:
  Classes(Agents& agents, const Queues& queues) : agents_(agents), queues_(queues) {}

  RequirementClass& operator[](std::size_t index) { return *classes_[index]; }
  const RequirementClass& operator[](std::size_t index) const { return *classes_[index]; }
  /// By index; null where a class was discarded.
  const std::vector<std::unique_ptr<RequirementClass>>& all() const { return classes_; }

  /// The number of a switch, for ever; no switch has one too.
  std::uint32_t switch_number(const SwitchId& id) { return static_cast<std::uint32_t>(switches_.find_or_add(id)); }
  /// These requirements in numbers.
  void number(const std::vector<journal::Requirement>& requirements, std::vector<Wish>& wishes);

  /// The class of one more visit that asks for this.
  std::size_t enter(const Asked& asked);
  std::size_t enter(journal::Channel channel, const SwitchId& switch_id, std::size_t queue, const std::vector<journal::Requirement>& requirements);
  void leave(std::size_t index);
  /// `grows`: it has a live offer, whose group has room.
  void add_free(std::size_t index, const VisitKey& key, bool grows);
  void remove_free(std::size_t index, const VisitKey& key, bool grows);
  void add_live(std::size_t index, const LiveFavour& pair);
  void remove_live(std::size_t index, const LiveFavour& pair) { classes_[index]->live.erase(pair); }

  /// Agents or rates changed: works out every class again. No visit stands anywhere afterwards; the owner of the visits adds them again.
  void configure();

  /// The agent is about to change: his bits and values are still the old ones.
  void agent_goes(std::size_t agent);
  /// He has changed.
  void agent_comes(std::size_t agent);

  void open(std::size_t index);
  void open_all();
  /// The open classes that may have pairs; none is open afterwards. Valid until the next call.
  const std::vector<std::size_t>& take_open();
  std::size_t open_count() const { return open_.size(); }
  ClassCount count() const { return {used_, unused_.size(), ranked_count_}; }

  const Bitmap& members(std::size_t queue) const;
  void rank(RequirementClass& one);
  void unrank(RequirementClass& one);

 private:
  void work_out(RequirementClass& one);
  template <class Fits>
  void keep_roster(RequirementClass& one, std::vector<std::uint32_t> skilled, Fits fits);
  void drop_roster(RequirementClass& one);
  void take_seat(RequirementClass& one, std::size_t agent, const Place& place);
  void discard_if_unused(std::size_t index);

  /// Finds the class that asks for something among `all`, by its index.
  struct Same {
    using is_transparent = void;
    const std::vector<std::unique_ptr<RequirementClass>>* all = nullptr;

    std::size_t operator()(std::uint32_t index) const { return (*all)[index]->hash; }
    std::size_t operator()(const Asked& asked) const;
    bool operator()(std::uint32_t a, std::uint32_t b) const { return a == b; }
    bool operator()(std::uint32_t index, const Asked& asked) const;
  };

  Agents& agents_;
  const Queues& queues_;
  std::pmr::unsynchronized_pool_resource memory_;  ///< so that visits and agents who come and go cost no allocation
  std::vector<std::unique_ptr<RequirementClass>> classes_;
  std::vector<std::size_t> unused_;
  std::size_t used_ = 0;
  std::uint64_t serials_ = 0;
  absl::flat_hash_set<std::uint32_t, Same, Same> by_wishes_{0, Same{&classes_}, Same{&classes_}};
  Names<SwitchId> switches_;
  std::vector<Wish> numbered_;
  Bitmap waiting_;  ///< classes without a roster in which visits stand
  Bitmap ranked_;
  std::size_t ranked_count_ = 0;
  std::vector<std::size_t> open_;
  std::vector<std::size_t> taken_;  ///< what `take_open` gave last
  std::vector<Bitmap> members_;     ///< by queue
  Bitmap nobody_;
};

}  // namespace callwright::routing
