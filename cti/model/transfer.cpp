// Who is handed on: transfers, the consultation before one, and calls that become one. The transferee's contact survives; a consultation's
// legs become that contact's once they talk with it. Nobody joins, leaves or answers by what is said here: only talk does that.
#include <map>
#include <set>

#include "cti/model/turn.hpp"

namespace callwright::cti::model {

using journal::Cause, journal::LegRole;

/// A consultation is a contact that the transferor's own leg opened: he is its customer. Which of his two legs a switch calls the first
/// depends on where it was told; the other contact is the one that is handed on.
Turn::HandedOn Turn::handed_on(const Transfer& transfer) const {
  const Leg* transferor = leg_at(transfer.transferor);
  const Leg* transferee = leg_at(transfer.transferee);
  const Leg* second = leg_at(transfer.consult);
  const Leg* first = transferee ? transferee : transferor;
  if (!first) return {};
  if (!second || second->contact == first->contact) return {first->contact, {}};
  if (second->role == LegRole::customer) return {first->contact, second->contact};
  if (transferor && transferor->contact == first->contact && transferor->role == LegRole::customer) return {second->contact, first->contact};
  return {first->contact, {}};
}

template <class Told>
void Turn::take_transfer(const Transfer& transfer, Told told) {
  const auto [contact, consult] = handed_on(transfer);
  if (!contact || too_long(transfer.to)) return ignore();
  if (consult) mark_consultation(consult, contact);
  const Leg* transferor = leg_at(transfer.transferor);
  const Leg* transferee = leg_at(transfer.transferee);
  told.how = transfer.how;
  told.transferor = transferor ? transferor->id : LegId{};
  told.transferee = transferee ? transferee->id : LegId{};
  if constexpr (requires { told.consult; }) told.consult = consult;
  told.to = transfer.to;
  const auto& last = model_.contact(contact)->transfer;
  const bool repeats =
      last && last->what == Told::kind && last->how == told.how && last->to == told.to && (!transferor || last->transferor == told.transferor);
  if (repeats) ignore();
  else emit(contact, std::move(told));
  if (!consult) return;
  std::vector<std::string> legs;
  for (LegId id : model_.contact(consult)->live_legs) legs.push_back(model_.leg(id)->native_id);
  settle(legs);
}

void Turn::take(const TransferStarted& started) { take_transfer(started.transfer, journal::TransferStarted{}); }

void Turn::take(const TransferCompleted& completed) { take_transfer(completed.transfer, journal::TransferCompleted{}); }

void Turn::take(const TransferFailed& failed) {
  take_transfer(failed.transfer, journal::TransferFailed{.cause = failed.cause, .raw_code = failed.raw_code, .raw_text = failed.raw_text});
}

void Turn::mark_consultation(ContactId consult, ContactId of) {
  if (model_.contact(consult)->consult_of || model_.contact(of)->consult_of == consult) return;
  emit(consult, journal::ConsultMarked{of});
}

void Turn::take(const CallsMerged& merged) {
  const std::set<std::string> moving = seen_.members(merged.from);
  if (moving.empty() || merged.into.empty() || merged.from == merged.into) return ignore();
  const std::vector<std::string> near = seen_.component(*moving.begin());
  for (const std::string& native_id : moving) seen_.enter(*seen_.find(native_id), merged.into);
  settle(near);
}

void Turn::take_over(const std::vector<std::string>& members) {
  std::map<ContactId, CallId> talks;  // the customer's call, if he is here
  for (const std::string& native_id : members) {
    const Leg* leg = leg_at(native_id);
    if (!leg || leg->role == LegRole::hidden) continue;
    auto [talk, first] = talks.try_emplace(leg->contact, leg->call);
    if (!first && leg->role == LegRole::customer) talk->second = leg->call;
  }
  for (const auto& [consult, talk] : talks) {
    auto into = talks.find(model_.contact(consult)->consult_of);
    if (into == talks.end()) continue;
    std::set<CallId> merged;
    for (const bool customers : {false, true})  // last: with its customer a contact's work is over
      for (const std::string& native_id : members) {
        const Leg* leg = leg_at(native_id);
        if (!leg || leg->contact != consult || (leg->role == LegRole::customer) != customers) continue;
        if (leg->call && merged.insert(leg->call).second) emit(into->first, journal::CallsMerged{leg->call, into->second});
        move_leg(native_id, into->first, into->second);
      }
  }
}

/// A leg never changes its contact: it ends in one and starts in the other, so that the facts of each are whole.
void Turn::move_leg(const std::string& native_id, ContactId to, CallId call) {
  const Sighting sighting = *seen_.find(native_id);  // a copy: its end takes it out of sight
  const Leg leg = *model_.leg(sighting.leg);
  if (leg.joined) emit(leg.contact, journal::LegLeft{leg.id});
  end_legs({leg.id}, {.cause = Cause::transferred, .raw_text = "consultation"});
  Sighting& again = seen_.add(sighting.made, sighting.state);
  if (!sighting.bridge.empty()) seen_.enter(again, sighting.bridge);
  if (Sighting* half = seen_.find(sighting.pair)) seen_.pair(again, *half);
  const bool hidden = leg.role == LegRole::hidden;
  const AgentId agent = leg.agent ? leg.agent : model_.agent_at(switch_id_, leg.device);
  start_leg(to, hidden ? CallId{} : call, hidden ? LegRole::hidden : agent ? LegRole::agent : LegRole::other, hidden ? AgentId{} : agent, again);
}

}  // namespace callwright::cti::model
