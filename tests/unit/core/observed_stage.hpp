#pragma once
#include "tests/unit/core/stage.hpp"

/// A centre whose switch routes two queues itself, and words for what it says of them. Sofia and Daniel are its agents; Cleo and "repairs" are ours.
namespace callwright::core::stage {

inline const QueueId kSupport{"support"}, kBilling{"billing"};
inline const AgentId kCleo{"cleo"};

using Left = cti::model::QueueLeft::Why;
using Ended = cti::model::QueueOfferEnded::Why;
using There = cti::model::QueueAgentSeen::State;

inline std::shared_ptr<const journal::Centre> observing_centre() {
  auto changed = std::make_shared<journal::Centre>(*centre());
  for (const QueueId& id : {kSupport, kBilling}) {
    journal::Queue queue;
    queue.id = id;
    queue.observed = {kSwitch, "q-" + id.value};
    queue.short_abandon = 5s;
    queue.service_level = 20s;
    changed->queues.push_back(queue);
  }
  for (auto& agent : changed->agents) agent.queues = {{kSupport, 0}, {kBilling, 0}};
  changed->agents.push_back({kCleo, "Cleo", kSwitch, "1003", {}, {{SkillId{"repairs"}, 90}}, {{kRepairs, 0}}});
  return changed;
}

class ObservedStage : public Stage {
 public:
  /// The link only watches, unless `capabilities` says more.
  explicit ObservedStage(cti::model::Capabilities capabilities = {.observe = true},
                         std::shared_ptr<const journal::Centre> document = observing_centre())
      : Stage(std::move(document)), capabilities_(capabilities) {
    open({});
    see("1001", There::ready);
    see("1002", There::ready);
  }

  void open(cti::model::Snapshot snapshot) {
    step(LinkDeclared{kSwitch, capabilities_});
    event(cti::model::LinkOpened{boot});
    event(std::move(snapshot));
  }
  /// The link was away.
  Output come_back(cti::model::Snapshot snapshot) {
    event(cti::model::LinkLost{"cable"});
    event(cti::model::LinkOpened{boot});
    return event(std::move(snapshot));
  }

  Output see(const std::string& device, There state, const std::string& reason = {}, const std::string& queue = "q-support") {
    return event(cti::model::QueueAgentSeen{device, queue, state, reason});
  }
  /// A leg appears; a caller's opens a contact.
  Output meet(const std::string& native, const std::string& device, cti::model::DeviceClass is) {
    cti::model::LegCreated leg;
    leg.native_id = native;
    leg.device = device;
    leg.device_class = is;
    if (is == cti::model::DeviceClass::trunk) leg.ani = "+441632960001";
    return event(leg);
  }
  ContactId call_in(const std::string& native = "c1") {
    for (const auto& fact : meet(native, "trunk", cti::model::DeviceClass::trunk).facts)
      if (std::holds_alternative<journal::ContactOpened>(fact.body)) return fact.contact;
    ADD_FAILURE() << "no contact was opened";
    return {};
  }
  Output join(const std::string& native = "c1", const std::string& queue = "q-support") { return event(cti::model::QueueJoined{native, queue}); }
  Output leave(Left why, const std::string& native = "c1", const std::string& queue = "q-support") {
    return event(cti::model::QueueLeft{native, queue, why});
  }
  /// A caller arrives and stands in the queue.
  ContactId queue_up(const std::string& native = "c1", const std::string& queue = "q-support") {
    const ContactId contact = call_in(native);
    join(native, queue);
    return contact;
  }
  /// The agent's phone is rung by the queue; its native id.
  std::string rung(const std::string& device, const std::string& native = "c1", const std::string& queue = "q-support") {
    const std::string phone = "p" + device + "-" + std::to_string(++phones_);
    meet(phone, device, cti::model::DeviceClass::station);
    event(cti::model::LegStateSeen{phone, journal::LegState::alerting});
    event(cti::model::QueueOffered{native, queue, device});
    return phone;
  }
  Output offer_ends(const std::string& device, Ended why, const std::string& native = "c1", const std::string& queue = "q-support") {
    return event(cti::model::QueueOfferEnded{native, queue, device, why});
  }
  void pick_up_phone(const std::string& phone) { event(cti::model::LegStateSeen{phone, journal::LegState::connected}); }
  void talk(const std::string& phone, const std::string& native = "c1") {
    event(cti::model::LegEnteredBridge{native, "b-" + native});
    event(cti::model::LegEnteredBridge{phone, "b-" + native});
  }
  void answer(const std::string& phone, const std::string& native = "c1") {
    pick_up_phone(phone);
    talk(phone, native);
  }

  std::vector<std::pair<AgentId, journal::OfferEnd>> ends() const {
    std::vector<std::pair<AgentId, journal::OfferEnd>> all;
    for (const auto& ended : facts<journal::OfferEnded>()) all.emplace_back(ended.agent, ended.how);
    return all;
  }
  std::vector<journal::VisitEnd> visit_ends() const {
    std::vector<journal::VisitEnd> all;
    for (const auto& ended : facts<journal::VisitEnded>()) all.push_back(ended.how);
    return all;
  }
  QueueView queue_view(const QueueId& id = kSupport) const {
    for (const auto& view : core->all_views())
      if (const auto* queue = std::get_if<QueueView>(&view); queue && queue->queue == id) return *queue;
    return {};
  }

 private:
  cti::model::Capabilities capabilities_;
  int phones_ = 0;
};

/// A leg in a snapshot: a caller, in a queue of the switch or not.
inline cti::model::SnapshotLeg queued_on_switch(const std::string& native, const std::string& queue, const std::string& bridge = {}) {
  auto leg = caller_on_switch(native, bridge);
  leg.queue = queue;
  return leg;
}
inline cti::model::SnapshotLeg phone_of(const std::string& native, const std::string& device, journal::LegState state,
                                        const std::string& bridge = {}) {
  cti::model::SnapshotLeg leg;
  leg.leg.native_id = native;
  leg.leg.device = device;
  leg.leg.device_class = cti::model::DeviceClass::station;
  leg.state = state;
  leg.bridge = bridge;
  return leg;
}

}  // namespace callwright::core::stage
