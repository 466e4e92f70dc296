#pragma once
#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "core/core.hpp"
#include "core/input.hpp"
#include "journal/fact.hpp"

namespace callwright::sim {

/// Where a contact is. It is in exactly one place at the end of every step.
enum class Place : std::uint8_t {
  passing,   ///< on the switch, in no queue and with nobody: arriving, released, leaving
  waiting,
  offered,
  with_agent,
  wrap_up,
  ended,
};

/// Watches the facts from outside and says which rule of the design they break. It shares no code with model, routing or metrics:
/// a mistake there that keeps their own invariants is still seen here.
///
/// Rules: nothing but notes about an ended contact; one visit of a contact; one live offer of a call and one of a written contact of an agent, no
/// more written contacts than he may have and no call beside one that is not interruptible; one offer or a group of a contact, which nobody joins
/// once it is claimed, and for which nobody rings before it is where it waits to be; made to no excluded agent, not during a message and not over the
/// head of one who asks for the same in the same queue on the same switch, waits longer and has no fewer points, nor one more while such a one has
/// none; nobody blamed for an offer while his switch cannot be heard; nobody parked who was just given his agent, or given a second one, nor played
/// to who does not wait; a ring segment exactly while the offer lives; an agent in one segment of a call, and his state says which; in one of each
/// written contact that he has, and his part in it says which; a contact in exactly one place, and back in the one that it had when an agent's page
/// is gone; per queue entered = ended by each way + waiting; after a snapshot no offer without a phone that rings; a drain leaves nobody waiting.
///
/// One life of the server: `fold` the journal, then `step` by step. Empty text: all is well.
class Witness {
 public:
  /// Takes a fact of the journal. Breaks of rules are remembered for the next `step`.
  void fold(const journal::Fact& fact);
  std::string step(const core::Input& input, const core::Output& output);

  /// A full spool has dropped offers: the next decision may have any number.
  void forget_decisions() { last_decision_ = 0; }

  Place place(ContactId contact) const;
  bool open(ContactId contact) const { return contacts_.contains(contact); }
  std::size_t open_contacts() const { return contacts_.size(); }
  bool offer_lives(OfferId offer) const { return offers_.contains(offer); }
  /// Has one in hand, or is offered one.
  bool works_on_written(const AgentId& agent) const;
  /// What is not over yet, in words: contacts, and agents who still have work. Empty if nothing.
  std::string unfinished() const;

  struct Leg {
    ContactId contact;
    journal::LegRole role = journal::LegRole::other;
    OfferId offer;
    bool joined = false;
  };
  /// The live legs of a switch by its own names of them.
  const std::map<std::string, Leg>& legs(const SwitchId& on) { return legs_[on]; }

 private:
  struct Visit {
    std::int32_t number = 0;
    QueueId queue;
    SwitchId switch_id;
    journal::Channel channel = journal::Channel::voice;
    Instant entered_at;
    // What else tells those who wait in one queue apart:
    std::vector<journal::Requirement> requirements;
    std::vector<journal::VisitStep> steps;
    std::int32_t points = 0;
    std::int32_t rona_boost = 0;
    Duration credit{};
    bool favours = false;  ///< it is worth more to some agents
    bool callback = false;  ///< nobody waits on the line
    bool parked = false;
    bool hears = false;  ///< the message of a treatment: stands aside

    bool asks_the_same(const Visit& other) const;
    bool stands_before(const Visit& other) const;
  };
  struct Segment {
    AgentId agent;
    journal::SegmentKind what = journal::SegmentKind::ring;
  };
  struct Contact {
    journal::Channel channel = journal::Channel::voice;
    Instant opened_at;
    std::int32_t visits = 0;
    QueueId last_queue;  ///< of the visit before
    Instant last_place;
    std::optional<Visit> visit;
    std::set<OfferId> offers;  ///< live ones
    OfferId group;             ///< of the last one; 0: he alone was asked, or somebody has claimed it
    std::map<std::int32_t, Segment> segments;
    std::map<AgentId, Instant> excluded;
    int live_legs = 0;
    bool callback_owed = false;
  };
  struct Offer {
    ContactId contact;
    AgentId agent;
    SwitchId switch_id;
    bool rings = true;  ///< false: it waits to be claimed, or is written
    bool written = false;
  };
  struct Work {
    journal::Channel channel = journal::Channel::chat;
    journal::WorkState state = journal::WorkState::reserved;
  };
  struct Queue {
    std::int64_t entered = 0, waiting = 0;
    std::array<std::int64_t, 10> ended{};
  };

  void note(std::string broken) {
    if (broken_.empty()) broken_ = std::move(broken);
  }
  Contact* find(ContactId id);
  void on(const journal::Fact& fact, const journal::VisitStarted& body);
  void on(const journal::Fact& fact, const journal::VisitChanged& body);
  void on(const journal::Fact& fact, const journal::VisitEnded& body);
  void on(const journal::Fact& fact, const journal::VisitTreated& body);
  void on(const journal::Fact& fact, const journal::VisitHeard& body);
  void on(const journal::Fact& fact, const journal::CallbackRequested& body);
  void on(const journal::Fact& fact, const journal::CallbackDialled& body);
  void on(const journal::Fact& fact, const journal::CallbackEnded& body);
  void on(const journal::Fact& fact, const journal::OfferMade& body);
  void on(const journal::Fact& fact, const journal::OfferClaimed& body);
  void on(const journal::Fact& fact, const journal::OfferEnded& body);
  void on(const journal::Fact& fact, const journal::WorkChanged& body);
  void on(const journal::Fact& fact, const journal::SegmentStarted& body);
  void on(const journal::Fact& fact, const journal::SegmentEnded& body);
  void on(const journal::Fact& fact, const journal::LegStarted& body);
  void on(const journal::Fact& fact, const journal::LegEnded& body);
  void check_room(const AgentId& id, ContactId contact, journal::Channel channel);
  void check_contact(ContactId id);
  void check_written(ContactId id, const Contact& contact);
  void check_arrivals(Instant now);
  void check_agent(const AgentId& agent);
  void check_snapshot(const SwitchId& on, const cti::model::Snapshot& snapshot, const core::Output& output);
  void check_link(const core::Input& input, const core::Output& output);
  void check_commands(const core::Output& output);

  std::map<ContactId, Contact> contacts_;   ///< open ones
  std::map<ContactId, std::string> bridged_;  ///< told to talk to this leg, and nothing happened since that takes them apart
  std::set<SwitchId> heard_;                ///< switches whose snapshot came since their link was lost
  std::map<OfferId, Offer> offers_;         ///< live ones
  std::map<AgentId, journal::AgentState> agents_;
  std::set<AgentId> signing_out_;                                           ///< when their last written contact is done
  std::map<std::pair<AgentId, bool>, OfferId> offer_of_agent_;              ///< of a call; true: of a written contact
  std::map<AgentId, std::pair<ContactId, std::int32_t>> segment_of_agent_;  ///< of a call
  std::map<AgentId, std::map<ContactId, Work>> works_;
  std::set<ContactId> arriving_;  ///< written contacts that have been in no queue yet
  std::map<QueueId, Queue> queues_;
  std::map<LegId, std::pair<SwitchId, std::string>> leg_names_;
  std::map<SwitchId, std::map<std::string, Leg>> legs_;
  std::int64_t last_decision_ = 0;
  std::shared_ptr<const journal::Centre> centre_;
  std::optional<Instant> began_;  ///< the journal is folded since; before, a full spool may have left holes in it
  std::string broken_;

  // Of the step at hand.
  std::set<ContactId> touched_contacts_;
  std::set<AgentId> touched_agents_;
  std::map<OfferId, SwitchId> ended_offers_;
};

}  // namespace callwright::sim
