#pragma once
#include <absl/container/flat_hash_map.h>
#include <absl/container/inlined_vector.h>
#include <absl/hash/hash.h>

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/id.hpp"
#include "base/instant.hpp"
#include "journal/centre.hpp"
#include "journal/fact.hpp"
#include "routing/bitmap.hpp"
#include "routing/by_channel.hpp"
#include "routing/marks.hpp"
#include "routing/names.hpp"
#include "routing/queues.hpp"

namespace callwright::routing {

/// True for the states in which an agent has a contact in hand (or at the ear).
constexpr bool is_working(journal::AgentState state) {
  using enum journal::AgentState;
  return state == reserved || state == talking || state == held || state == wrap_up;
}

/// What an agent is to one of his queues.
struct Membership {
  std::uint32_t queue = 0;
  std::int32_t rank = 0;
  std::int32_t share = 1;
  std::int32_t resolution = 0;
  std::int32_t satisfaction = 0;
};

/// What follows the work on a contact, as of its offer.
struct WrapUp {
  Duration length{};
  Duration extension{};
  std::int32_t extensions = 0;

  static WrapUp of(const journal::OfferMade& made) { return {made.wrap_up, made.wrap_up_extension, made.wrap_up_extensions}; }
  /// Of one that began at `since` and ends at `until`: what was extended already shows in its end, so folding needs no counter.
  std::int32_t extensions_left(Instant since, Instant until) const;
};

/// The call that an agent accepted, while he works on it.
struct Serving {
  ContactId contact;
  std::uint32_t queue = 0;
  Instant since;
  WrapUp wrap_up;
};

/// A written contact that an agent has: it is offered to him, or he has taken it.
struct WorkInHand {
  ContactId contact;
  journal::Channel channel{};
  journal::WorkState state = journal::WorkState::reserved;
  Instant since;     ///< of its state
  Instant until;     ///< for reserved and wrap_up
  OfferId offer;     ///< the live one
  Instant taken_at;  ///< 0: not yet
  std::uint32_t queue = 0;
  WrapUp wrap_up;

  bool taken() const { return taken_at.us != 0; }
  std::int32_t extensions_left() const { return state == journal::WorkState::wrap_up ? wrap_up.extensions_left(since, until) : 0; }
};

/// Where an agent stands in a class that keeps a roster.
struct Place {
  std::uint32_t class_index = 0;
  std::uint32_t position : 31 = 0;
  std::uint32_t fits : 1 = 0;  ///< as in Roster
};

/// What every change of an agent and every decision about him read stands first and in the object itself: among 100,000 agents whoever is asked about
/// is in no cache, and each line that must come from memory costs as much as the rest of the work.
struct alignas(64) Agent {
  // Kept up to date for matching.
  absl::InlinedVector<Place, 4> places;  ///< kept by `Classes`
  bool phone_free = true;                ///< his device is neither in use nor unreachable
  bool link_up = true;                   ///< of his switch
  // From the centre document.
  bool configured = false;
  bool observed = false;                 ///< his switch decides what he is: no candidate, whatever his state
  ByChannel<std::uint8_t> capacity;  ///< contacts that he may have at once; 0: he does not serve the channel
  ByChannel<std::uint8_t> allowed;   ///< the same, or what he has still from before it was lowered
  std::uint32_t name_order = 0;
  absl::InlinedVector<Membership, 2> memberships;                         ///< by queue
  absl::InlinedVector<std::pair<std::uint32_t, std::int32_t>, 5> levels;  ///< by skill

  // Folded.
  OfferId offer;
  std::vector<WorkInHand> works;  ///< in the order in which they were offered
  journal::AgentStateChanged state;
  bool known_to_facts = false;
  Instant since;
  ContactId contact;
  Marks marks;
  std::optional<Serving> serving;

  // Who he is.
  AgentId id;
  std::uint64_t name_hash = 0;
  SwitchId switch_id;
  std::string device;

  std::int32_t level(std::size_t skill) const;
  const Membership* membership(std::size_t queue) const;
  std::int32_t share(std::size_t queue) const;  ///< 1 if he is no member
  std::int64_t quota(std::size_t queue) const;  ///< his mark F
  bool signed_in() const { return state.state != journal::AgentState::signed_out && state.state != journal::AgentState::unreachable; }
  bool ready() const { return state.state == journal::AgentState::ready && !offer; }
  const WorkInHand* work(ContactId contact) const;
  WorkInHand* work(ContactId contact);
  std::int32_t works_of(journal::Channel channel) const;
  OfferId written_offer() const;  ///< the live one
  bool has_taken() const;         ///< a written contact
  Spent spends() const;
};

/// The gates about an agent alone that he passes.
struct AgentGates {
  bool signed_in = false;
  bool ready = false;     ///< and signed in
  std::uint8_t room = 0;  ///< and has capacity: the channels, a bit for each (Agents::bit_of)
  std::uint8_t able = 0;  ///< and device free (a written contact needs none)
  std::uint8_t idle = 0;  ///< and switch up (likewise): a candidate for whatever class of this channel he fits
  bool operator==(const AgentGates&) const = default;
};

/// What comparing idle agents needs of one, close together.
struct IdleAgent {
  Instant since;
  std::int64_t tick = 0;         ///< of `since`
  std::uint32_t name_order = 0;  ///< position of his id among all ids
  AgentGates gates;
};

/// Members of a queue who pass the gates about an agent alone, each with all before it; what follows is of one channel.
struct ChannelPassing {
  std::int32_t capacity = 0, device_free = 0;
  std::int32_t serving = 0;  ///< signed in, and the channel is one that they serve
};
struct Passing {
  std::int32_t members = 0, signed_in = 0, ready = 0;
  ByChannel<ChannelPassing> of;
};

/// The agents by dense index, and for each gate about an agent alone the bitmap of those who pass it.
///
/// An index is given for ever (agents that leave the document keep theirs); it decides nothing, ties go by id. After a change
/// of an agent or of what he depends on, `refresh` brings his bits up to date. Bits of a written channel are kept from `use` on: a centre that has
/// calls alone pays for nothing else.
class Agents {
 public:
  explicit Agents(Queues& queues) : queues_(queues) {}

  std::size_t size() const { return agents_.size(); }
  const Agent& operator[](std::size_t index) const { return agents_[index]; }
  Agent& operator[](std::size_t index) { return agents_[index]; }
  std::optional<std::size_t> find(const AgentId& id) const;
  std::size_t find_or_add(const AgentId& id);

  void configure(const journal::Centre& centre);
  /// The agents whose bits may have changed.
  std::vector<std::size_t> device_state(const SwitchId& switch_id, const std::string& device, bool busy, bool reachable);
  std::vector<std::size_t> switch_state(const SwitchId& switch_id, bool up);

  void refresh(std::size_t index);
  void use(journal::Channel channel);
  const std::vector<journal::Channel>& used() const { return used_; }
  bool interruptible(journal::Channel channel) const { return interruptible_[channel]; }

  /// The number of a skill; a skill that nobody has gets one too.
  std::size_t skill(const SkillId& id) { return skills_.find_or_add(id); }
  const SkillId& skill_id(std::size_t skill) const { return skills_[skill]; }
  /// Who has this skill at any level above 0, ascending.
  const std::vector<std::uint32_t>& having(std::size_t skill) const;

  const Passing& passing(std::size_t queue) const;
  const ChannelPassing& passing(std::size_t queue, journal::Channel channel) const { return passing(queue).of[channel]; }
  const IdleAgent& idle_agent(std::size_t index) const { return idle_agents_[index]; }
  /// As of his last `refresh`.
  const AgentGates& gates(std::size_t index) const { return idle_agents_[index].gates; }
  /// Changes with every change of anybody.
  std::uint64_t stamp() const { return stamp_; }

  /// By what was told of devices and links; `Agent::phone_free` and `link_up` are the same.
  bool device_free(const Agent& agent) const { return !unfit_devices_.contains({agent.switch_id, agent.device}); }
  bool switch_up(const Agent& agent) const { return !agent.switch_id || up_.contains(agent.switch_id); }

  const Bitmap& signed_in() const { return signed_in_; }
  /// By `AgentGates`, of one channel.
  const Bitmap& able(journal::Channel channel) const { return of_[channel].able; }
  const Bitmap& idle(journal::Channel channel) const { return of_[channel].idle; }
  static constexpr std::uint8_t bit_of(journal::Channel channel) { return static_cast<std::uint8_t>(1U << static_cast<unsigned>(channel)); }

 private:
  using Device = std::pair<SwitchId, std::string>;

  /// Of those who may have a contact of one channel.
  struct OfChannel {
    Bitmap able, idle;
  };

  struct Hash {
    std::size_t operator()(const AgentId& id) const { return absl::HashOf(id.value); }
  };

  AgentGates gates_of(const Agent& agent) const;
  bool has_room(const Agent& agent, journal::Channel channel) const;
  void count(const Agent& agent, const AgentGates& before, const AgentGates& after);
  void resize_bitmaps(OfChannel& of) const;

  Queues& queues_;
  std::vector<Agent> agents_;
  Names<SkillId> skills_;
  std::vector<std::vector<std::uint32_t>> having_;  ///< by skill
  absl::flat_hash_map<AgentId, std::uint32_t, Hash> index_;
  std::unordered_multimap<std::size_t, std::uint32_t> by_device_;  ///< by hash: 100,000 devices cost no strings of their own
  static std::size_t hash_of(const SwitchId& switch_id, const std::string& device);
  std::map<SwitchId, std::vector<std::size_t>> by_switch_;
  std::set<Device> unfit_devices_;  ///< in use or unreachable; not folded
  std::set<SwitchId> up_;           ///< links that are up; not folded
  std::vector<IdleAgent> idle_agents_;
  std::vector<Passing> passing_;  ///< by queue
  std::uint64_t stamp_ = 0;
  Bitmap signed_in_;
  std::vector<journal::Channel> used_{journal::Channel::voice};
  ByChannel<OfChannel> of_;
  ByChannel<bool> interruptible_;
};

}  // namespace callwright::routing
