// What is told of a contact beside who talks to whom: parties, data, diversions, recordings.
#include <algorithm>

#include "cti/model/turn.hpp"

namespace callwright::cti::model {

using journal::LegRole, journal::LegState, journal::RecordingState;

void Turn::take(const PartyChanged& changed) {
  const Leg* leg = leg_at(changed.native_id);
  if (!leg || leg->role != LegRole::customer) return ignore();
  const ContactId contact = leg->contact;
  const journal::ContactOpened opened = model_.contact(contact)->opened;
  auto learn = [&](const std::string& key, const std::string& at_first, const std::string& now) {
    if (now.empty() || (!model_.contact(contact)->data.contains(key) && now == at_first)) return;
    attach(contact, key, now);
  };
  learn("ani", opened.ani, changed.ani);
  learn("caller_name", opened.caller_name, changed.caller_name);
  learn("dnis", opened.dnis, changed.dnis);
  learn("redirecting", {}, changed.redirecting);
}

void Turn::take(const DataSeen& data) {
  const Leg* leg = leg_at(data.native_id);
  if (leg) attach(leg->contact, data.key, data.value);
  else ignore();
}

void Turn::attach(ContactId contact, const std::string& key, const std::string& value) {
  const auto& data = model_.contact(contact)->data;
  auto known = data.find(key);
  if (known != data.end() && known->second == value) return;
  if (key.empty() || value.size() > Model::kDataValueLimit || (known == data.end() && data.size() >= Model::kDataKeyLimit)) return ignore();
  emit(contact, journal::DataAttached{key, value});
}

/// Who has been answered is not sent on any more: what says so then is a late repetition.
void Turn::take(const CallDiverted& diverted) {
  const Leg* leg = leg_at(diverted.native_id);
  if (!leg || leg->role == LegRole::hidden || leg->state == LegState::connected || leg->state == LegState::held) return ignore();
  if (diverted.to.empty() || too_long(diverted.from) || too_long(diverted.to)) return ignore();
  const auto& known = model_.contact(leg->contact)->diversions;
  const Diversion told{leg->id, diverted.reason, diverted.from, diverted.to};
  if (known.size() >= Model::kDiversionLimit || std::ranges::find(known, told) != known.end()) return ignore();
  emit(leg->contact, journal::CallDiverted{leg->id, diverted.reason, diverted.raw_reason, diverted.from, diverted.to});
}

/// What begins is the contacts' whose legs are recorded; what goes on or stops is theirs for whom it began, wherever their legs are now.
void Turn::take(const RecordingChanged& changed) {
  if (changed.recording.empty() || too_long(changed.recording)) return ignore();
  const bool began = changed.state == RecordingState::recording;
  std::map<ContactId, LegId> whose;
  if (const Leg* leg = leg_at(changed.native_id)) whose[leg->contact] = leg->role == LegRole::hidden ? LegId{} : leg->id;
  if (began && !changed.bridge.empty())
    for (const std::string& native_id : seen_.members(changed.bridge))
      if (const Leg* leg = leg_at(native_id)) whose[leg->contact];
  for (ContactId contact : model_.recorded(switch_id_, changed.recording)) whose.try_emplace(contact);
  bool told = false;
  for (const auto& [contact, leg] : whose) {
    const auto& running = model_.contact(contact)->recordings;
    auto known = running.find(changed.recording);
    if (known == running.end() ? !began || running.size() >= Model::kRecordingLimit : known->second == changed.state) continue;
    emit(contact, journal::RecordingChanged{leg, changed.state, changed.raw_text, changed.recording});
    told = true;
  }
  if (!told) ignore();
}

}  // namespace callwright::cti::model
