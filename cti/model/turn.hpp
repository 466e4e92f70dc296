#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "cti/model/model.hpp"

namespace callwright::cti::model {

/// What one event of one switch means: the deciding half of `Model`, alive for one `Model::on`.
///
/// It emits facts and lets `apply` change what is folded; itself it changes the switch's `Sightings` only. legs.cpp decides
/// whose a leg is and how it ends, attached.cpp what else is told of a contact, transfer.cpp who is handed on, talk.cpp who talks to whom, gap.cpp
/// and snapshot.cpp what a gap means. After every emit, things are found again by id.
class Turn {
 public:
  Turn(Model& model, const SwitchId& switch_id, Instant now, IdMint& mint, journal::FactSink& sink)
      : model_(model), switch_id_(switch_id), now_(now), mint_(mint), sink_(sink), seen_(model.sightings_[switch_id]), hearing_(model.hearing_[switch_id]) {}

  void run(const SwitchEvent& event);
  /// `Model::open_caller`.
  void open_caller(const std::string& native_id);

 private:
  // legs.cpp
  void take(const LegCreated& made);
  void take(const LegStateSeen& seen);
  void take(const LegsReplaced& replaced);
  void take(const LegGone& gone);
  void take(const RouteAsked& asked);
  void take(const DtmfSeen&) {}
  void take(const PlaybackEnded&) {}
  // Of a queue of the switch: core concludes visits, offers and states from them.
  void take(const QueueJoined&) {}
  void take(const QueueLeft&) {}
  void take(const QueueOffered&) {}
  void take(const QueueOfferEnded&) {}
  void take(const QueueAgentSeen&) {}
  void take(const CallbackAsked&) {}
  void take(const DeviceStateSeen&) {}
  Sighting* meet(const LegCreated& made, journal::LegState state, journal::OpenedBy by);
  void decide(Sighting& sighting, journal::OpenedBy by);
  void name_orphan(const Sighting& sighting);
  void open_customer(Sighting& sighting);
  void open_contact(Sighting& sighting, journal::Direction direction, journal::OpenedBy by);
  /// `call` 0: a new one.
  void start_leg(ContactId contact, CallId call, journal::LegRole role, const AgentId& agent, Sighting& sighting);
  void see_state(Sighting& sighting, journal::LegState state);
  void ask(Sighting& sighting, const std::string& entry);
  /// `for_him`: a Local half in the place of who talked to him asks.
  void ask_route(Sighting& sighting, const std::string& entry, bool for_him = false);
  /// A half's request is that of whom it leads to, as soon as nobody else hears him.
  void pass_on_request(const std::vector<std::string>& members);
  /// Ends contacts' legs and the calls that are left empty. `how.leg` is filled in.
  void end_legs(const std::vector<LegId>& legs, journal::LegEnded how);
  void end_if_empty(CallId call);
  const Leg* leg_at(const std::string& native_id) const;

  // attached.cpp
  void take(const PartyChanged& changed);
  void take(const DataSeen& data);
  void take(const CallDiverted& diverted);
  void take(const RecordingChanged& changed);
  void attach(ContactId contact, const std::string& key, const std::string& value);
  static bool too_long(const std::string& text) { return text.size() > Model::kDataValueLimit; }

  // transfer.cpp
  void take(const TransferStarted& started);
  void take(const TransferCompleted& completed);
  void take(const TransferFailed& failed);
  void take(const CallsMerged& merged);
  template <class Told>
  void take_transfer(const Transfer& transfer, Told told);
  struct HandedOn {
    ContactId contact;  ///< the transferee's; 0: no leg of the transfer is known
    ContactId consult;  ///< opened by the transferor to consult somebody about it; 0: none
  };
  HandedOn handed_on(const Transfer& transfer) const;
  void mark_consultation(ContactId consult, ContactId of);
  /// The legs of a consultation that has come to talk with its contact's are that contact's from now on.
  void take_over(const std::vector<std::string>& members);
  void move_leg(const std::string& native_id, ContactId to, CallId call);

  // talk.cpp
  void take(const LegEnteredBridge& entered);
  void take(const LegLeftBridge& left);
  void take(const LocalPair& pair);
  /// Says who joined and who left, in the components that these legs stand in, and who asks through a Local half there.
  void settle(const std::vector<std::string>& native_ids);
  void settle_component(const std::vector<std::string>& members);
  void adopt(ContactId contact, const std::vector<std::string>& members);
  void adopt_hidden(ContactId contact, const std::vector<std::string>& members);
  void adopt_half(ContactId contact, Sighting& half);
  void join(ContactId contact, std::vector<const Leg*> legs);
  void part(const std::vector<const Leg*>& legs);

  // gap.cpp
  void take(const LinkOpened& opened);
  void take(const LinkLost& lost);
  Instant last_heard() const;
  journal::LegEnded lost(journal::Cause cause) const;

  // snapshot.cpp
  void take(const Snapshot& snapshot);
  void end_absent(const Snapshot& snapshot, const journal::LegEnded& how);
  void meet_present(const SnapshotLeg& present);

  void ignore() { ++model_.ignored_; }
  void emit(ContactId contact, journal::Body body) { sink_.emit(contact, std::move(body)); }

  Model& model_;
  const SwitchId& switch_id_;
  const Instant now_;
  IdMint& mint_;
  journal::FactSink& sink_;
  Sightings& seen_;
  Model::Hearing& hearing_;
};

}  // namespace callwright::cti::model
