#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/id.hpp"
#include "base/id_mint.hpp"
#include "base/instant.hpp"
#include "cti/model/switch_event.hpp"
#include "journal/fact.hpp"

namespace callwright::cti::model {

struct Leg {
  LegId id;
  ContactId contact;
  CallId call;          ///< the call it belongs to
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
};

struct Contact {
  ContactId id;
  SwitchId switch_id;
  journal::ContactOpened opened;
  Instant opened_at;
  bool answered = false;
  std::vector<LegId> live_legs;  ///< in order of their start
  std::int32_t live_calls = 0;
};

/// The call model: contact > call > leg, concluded from what switches say.
///
/// `on` reads its own state, decides what an event means and emits facts; `apply` is the only thing that changes state.
/// Rules (ECMA-269; cti/model/README.md): an ended leg stays ended; events may repeat; a snapshot is the truth about which legs
/// exist (absent = ended, cause lost, bounded by the gap); Local pairs are contracted and never shown; a contact is answered
/// at the first join of a customer leg and an agent leg; a leg that carries our tokens joins that contact; a trunk leg
/// without tokens opens one. Ended contacts are forgotten when `ContactEnded` is applied.
class Model {
 public:
  void apply(const journal::Fact& fact);

  /// Devices of agents: a leg on one of them is that agent's. Configuration, not folded.
  void know_devices(std::unordered_map<std::string, AgentId> agent_by_device, const SwitchId& switch_id);

  /// Emits what the event means. Events about unknown legs conclude nothing and are counted in `ignored`.
  void on(const SwitchEvent& event, Instant now, IdMint& mint, journal::FactSink& sink);

  const Contact* contact(ContactId id) const;
  const Leg* leg(LegId id) const;
  /// The live leg of this native id in the switch's present boot epoch.
  const Leg* leg_of(const SwitchId& switch_id, const std::string& native_id) const;
  const Leg* customer_leg(ContactId id) const;                 ///< the live one, or null
  std::vector<const Leg*> agent_legs(ContactId id) const;      ///< live ones
  const std::map<ContactId, Contact>& contacts() const;
  bool link_up(const SwitchId& switch_id) const;
  std::uint64_t ignored() const;

  /// Adds the folded state to a digest (order-independent of containers).
  std::uint64_t digest() const;
  std::vector<std::string> violations() const;

 private:
  // Implementation owner: choose the members.
};

}  // namespace callwright::cti::model
