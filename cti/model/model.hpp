#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/id.hpp"
#include "base/id_mint.hpp"
#include "base/instant.hpp"
#include "cti/model/sightings.hpp"
#include "cti/model/switch_event.hpp"
#include "journal/fact.hpp"

namespace callwright::cti::model {

struct Leg {
  LegId id;
  ContactId contact;
  CallId call;          ///< the call it belongs to; 0 for a hidden leg
  bool joined = false;  ///< has a talk path in `call`
  SwitchId switch_id;
  std::int64_t boot_epoch = 0;
  std::string native_id;
  std::string device;
  journal::LegRole role = journal::LegRole::other;
  AgentId agent;
  OfferId offer;
  journal::LegState state = journal::LegState::initiated;
  LegId pair;           ///< the other half of a Local pair
  LegId replaced_by;
  bool route_open = false;  ///< the switch asked where to, and no visit has ended since
  std::string entry;        ///< what it asked for last
};

struct Diversion {
  LegId leg;
  journal::DivertReason reason = journal::DivertReason::unknown;
  std::string from, to;
  bool operator==(const Diversion&) const = default;
};

/// The transfer that was told last.
struct TransferTold {
  journal::Kind what = journal::Kind::transfer_started;  ///< or completed, failed
  journal::TransferKind how = journal::TransferKind::blind;
  LegId transferor;
  std::string to;
};

struct Contact {
  ContactId id;
  SwitchId switch_id;
  journal::ContactOpened opened;
  Instant opened_at;
  bool answered = false;
  std::vector<LegId> live_legs;  ///< in order of their start, without hidden ones
  std::int32_t live_calls = 0;
  std::vector<LegId> legs;       ///< all, ended and hidden ones too
  std::vector<CallId> calls;     ///< all
  std::vector<OfferId> offers;   ///< all
  std::map<std::string, std::string> data;
  std::vector<Diversion> diversions;
  std::optional<TransferTold> transfer;
  ContactId consult_of;  ///< the contact that it was opened to consult about
  std::map<std::string, journal::RecordingState> recordings;  ///< that run or pause
};

/// A live leg that we made for a contact which has ended meanwhile: nobody's, to be hung up.
struct Orphan {
  SwitchId switch_id;
  std::string native_id;
  Tokens tokens;
  bool operator==(const Orphan&) const = default;
};

/// The call model: contact > call > leg, concluded from what switches say.
///
/// `on` reads its own state, decides what an event means and emits facts; `apply` is the only thing that changes state.
/// Rules (ECMA-269; cti/model/README.md): an ended leg stays ended; events may repeat; a snapshot is the truth about which legs
/// exist (absent = ended, cause lost, bounded by the gap); Local pairs are contracted and never shown; a contact is answered
/// at the first join of a customer leg and an agent leg; a leg that carries our tokens joins that contact; a trunk leg
/// without tokens opens one. Ended contacts are forgotten when `ContactEnded` is applied.
///
/// Beside the folded state stands what switches show and no fact holds (`Sightings`); it is rebuilt by the first snapshot
/// of a link after a restart, which must come before other events of that link.
class Model {
 public:
  static constexpr std::size_t kDataKeyLimit = 64;      ///< attached keys of one contact
  static constexpr std::size_t kDiversionLimit = 64;    ///< of one contact
  static constexpr std::size_t kRecordingLimit = 64;    ///< running at once, of one contact
  static constexpr std::size_t kOrphanLimit = 1024;     ///< not yet taken; the next snapshot names the others
  static constexpr std::size_t kDataValueLimit = 4096;  ///< bytes

  void apply(const journal::Fact& fact);

  /// Devices of agents: a leg on one of them is that agent's. Configuration, not folded.
  void know_devices(std::unordered_map<std::string, AgentId> agent_by_device, const SwitchId& switch_id);

  /// Emits what the event means. Events that repeat, come too late or are about unknown legs conclude nothing and are counted in `ignored`.
  void on(const SwitchEvent& event, Instant now, IdMint& mint, journal::FactSink& sink);

  /// Who stands in a queue of the switch is a customer, whatever device he calls from: opens a contact for a leg that is nobody's, as a route request
  /// would. Nothing if the leg is not known, somebody's, or no caller's.
  void open_caller(const SwitchId& switch_id, const std::string& native_id, Instant now, IdMint& mint, journal::FactSink& sink);

  const Contact* contact(ContactId id) const;
  /// Also an ended leg, until its contact is forgotten.
  const Leg* leg(LegId id) const;
  /// The live leg of this native id in the switch's present boot epoch.
  const Leg* leg_of(const SwitchId& switch_id, const std::string& native_id) const;
  const Leg* customer_leg(ContactId id) const;                 ///< the live one, or null
  std::vector<const Leg*> agent_legs(ContactId id) const;      ///< live ones
  std::vector<const Leg*> hidden_legs(ContactId id) const;     ///< live ones
  /// Somebody or something is with the customer: a live leg that is not his, or a hidden one that leads to somebody.
  bool accompanied(ContactId id) const;
  const std::map<ContactId, Contact>& contacts() const { return contacts_; }
  /// A consultation after which somebody was handed on: whom it reached belongs to the other contact as soon as they talk.
  bool handed_over(ContactId id) const;
  bool link_up(const SwitchId& switch_id) const;
  /// Nothing of this switch was missed since its last snapshot.
  bool in_step(const SwitchId& switch_id) const;
  /// The leg's state, or `unknown` while its switch is not in step: nobody knows then what became of it.
  journal::LegState state_shown(const Leg& leg) const;
  std::uint64_t ignored() const { return ignored_; }

  /// The device carries a live leg, a contact's or not.
  bool device_in_use(const SwitchId& switch_id, const std::string& device) const;
  /// Of its live legs the one that is furthest: who talks and is rung for another call talks. None: it has none.
  std::optional<journal::LegState> device_state(const SwitchId& switch_id, const std::string& device) const;
  /// The device of a live leg, a contact's or not; empty if it is not known.
  std::string device_of(const SwitchId& switch_id, const std::string& native_id) const;
  /// Legs found to be orphans since the last call; a snapshot names those that still live again. To be hung up by the caller.
  std::vector<Orphan> take_orphans();

  /// Adds the folded state to a digest (order-independent of containers).
  std::uint64_t digest() const;
  std::vector<std::string> violations() const;

 private:
  friend class Turn;

  struct Link {
    bool up = false;
    std::int64_t boot_epoch = 0;
    Instant heard_at;  ///< the last fact that this switch's word led to
  };
  /// Of this run only.
  struct Hearing {
    bool opened = false;   ///< LinkOpened came, LinkLost did not
    bool in_step = false;  ///< nothing was missed since the last snapshot
    Instant heard_at;
  };
  struct Call {
    ContactId contact;
    SwitchId switch_id;
    std::set<LegId> live_legs;
  };
  struct Offer {
    ContactId contact;
    AgentId agent;
  };

  void applied(const journal::Fact& fact, const journal::LinkUp& up);
  void applied(const journal::Fact& fact, const journal::LinkDown& down);
  void applied(const journal::Fact& fact, const journal::GapFound& gap);
  void applied(const journal::Fact& fact, const journal::ContactOpened& opened);
  void applied(const journal::Fact& fact, const journal::RouteRequested& request);
  void applied(const journal::Fact& fact, const journal::DataAttached& data);
  void applied(const journal::Fact& fact, const journal::CallDiverted& diverted);
  void applied(const journal::Fact& fact, const journal::RecordingChanged& change);
  void applied(const journal::Fact& fact, const journal::ConsultMarked& mark);
  void applied(const journal::Fact& fact, const journal::TransferStarted& transfer);
  void applied(const journal::Fact& fact, const journal::TransferCompleted& transfer);
  void applied(const journal::Fact& fact, const journal::TransferFailed& transfer);
  void applied(const journal::Fact& fact, const journal::ContactAnswered& answered);
  void applied(const journal::Fact& fact, const journal::ContactEnded& ended);
  void applied(const journal::Fact& fact, const journal::CallStarted& call);
  void applied(const journal::Fact& fact, const journal::CallEnded& call);
  void applied(const journal::Fact& fact, const journal::LegStarted& started);
  void applied(const journal::Fact& fact, const journal::LegStateChanged& change);
  void applied(const journal::Fact& fact, const journal::LegJoined& joined);
  void applied(const journal::Fact& fact, const journal::LegLeft& left);
  void applied(const journal::Fact& fact, const journal::LegReplaced& replaced);
  void applied(const journal::Fact& fact, const journal::LegsPaired& paired);
  void applied(const journal::Fact& fact, const journal::LegEnded& ended);
  void applied(const journal::Fact& fact, const journal::OfferMade& offer);
  void applied(const journal::Fact& fact, const journal::VisitStarted& visit);
  void applied(const journal::Fact& fact, const journal::VisitEnded& ended);
  template <class Other>
  void applied(const journal::Fact&, const Other&) {}

  void forget_recording(const Contact& contact, const std::string& recording);
  Leg* find(LegId id);
  Contact* find(ContactId id);
  Sighting* sighting_of(const Leg& leg);
  void heard(const Leg& leg, Instant at);
  std::int64_t boot_epoch(const SwitchId& switch_id) const;
  bool leads_to_somebody(const Leg& half) const;
  std::set<ContactId> recorded(const SwitchId& switch_id, const std::string& recording) const;
  AgentId agent_at(const SwitchId& switch_id, const std::string& device) const;

  // Folded.
  std::map<ContactId, Contact> contacts_;
  std::map<LegId, Leg> legs_;
  std::map<CallId, Call> calls_;
  std::map<OfferId, Offer> offers_;
  std::map<SwitchId, Link> links_;
  std::map<std::pair<SwitchId, std::string>, std::set<ContactId>> recorded_;  ///< contacts by what `Contact::recordings` holds

  // Not folded: configuration, and what switches show.
  std::map<SwitchId, std::unordered_map<std::string, AgentId>> agent_by_device_;
  std::map<SwitchId, Sightings> sightings_;
  std::map<SwitchId, Hearing> hearing_;
  std::vector<Orphan> orphans_;
  std::uint64_t ignored_ = 0;
};

}  // namespace callwright::cti::model
