#include "cti/sip/watch.hpp"

#include <algorithm>

#include "cti/sip/grammar.hpp"

namespace callwright::cti::sip {
namespace {

constexpr const char* kDialogPackage = "dialog";
constexpr const char* kPresencePackage = "presence";
constexpr const char* kDialogType = "application/dialog-info+xml";
constexpr const char* kPresenceType = "application/pidf+xml";

}  // namespace

bool Watch::Device::busy() const {
  return on_the_phone || std::ranges::any_of(dialogs, [](const auto& one) { return one.second.dialog.state != Dialog::State::terminated; });
}

void Watch::know(const std::map<std::string, Uri>& uris, Instant now, Effects& effects) {
  for (auto at = held_.begin(); at != held_.end();) {
    const auto wanted = uris.find(at->first.first);
    if (wanted != uris.end() && wanted->second == uris_.at(at->first.first)) {
      ++at;
      continue;
    }
    Held& held = at->second;
    by_call_id_.erase(held.subscription.call_id());
    by_transaction_.erase(held.subscription.transaction());
    if (held.due) due_.erase({*held.due, at->first});
    held.subscription.end(now, *effects.transactions);
    devices_.erase(at->first.first);
    at = held_.erase(at);
  }
  uris_ = uris;
  Instant first = now;
  for (const auto& [name, uri] : uris_) {
    if (devices_.contains(name) || devices_.size() >= kDevices) continue;
    devices_.emplace(name, Device{});
    for (const auto& [package, type] : {std::pair{kDialogPackage, kDialogType}, std::pair{kPresencePackage, kPresenceType}}) {
      const Name whole{name, package};
      Held& held = held_.emplace(whole, Held{Subscription(settings_, transactions_, uri, package, type, first), {}, {}, false, {}}).first->second;
      settle(whole, held, effects);
      first = first + kPace;
    }
  }
}

/// Behind whatever a subscription has done: finds it again by what it asks, wakes it when it wants, and shows the device as it is known now.
void Watch::settle(const Name& name, Held& held, Effects& effects) {
  if (held.due) due_.erase({*held.due, name});
  held.due = held.subscription.due();
  if (held.due) due_.emplace(*held.due, name);
  if (held.subscription.transaction() != 0) by_transaction_[held.subscription.transaction()] = name;
  if (!held.subscription.call_id().empty()) by_call_id_[held.subscription.call_id()] = name;
  if (const std::string& trouble = held.subscription.trouble(); trouble != held.trouble) {
    held.trouble = trouble;
    if (!trouble.empty() && name.second == kDialogPackage && held.subscription.state() == Subscription::State::waiting)
      effects.troubles.push_back(name.first + ": " + trouble);
  }
  if (held.holds && !held.subscription.holds()) {
    Device& device = devices_.at(name.first);
    held.version.reset();
    if (name.second == kDialogPackage) device.watched = false;
    else device.open = true, device.on_the_phone = false;
    effects.changed.insert(name.first);
  }
  held.holds = held.subscription.holds();
}

bool Watch::answered(Transactions::Id id, const Message& response, Instant now, Effects& effects) {
  const auto found = by_transaction_.find(id);
  if (found == by_transaction_.end()) return false;
  const Name name = found->second;
  if (response.status >= 200) by_transaction_.erase(found);
  Held& held = held_.at(name);
  if (held.subscription.transaction() != id) return true;
  const std::string call_id = held.subscription.call_id();
  held.subscription.answered(response, now, *effects.transactions);
  if (call_id != held.subscription.call_id()) by_call_id_.erase(call_id);
  settle(name, held, effects);
  return true;
}

bool Watch::unanswered(Transactions::Id id, Instant now, Effects& effects) {
  const auto found = by_transaction_.find(id);
  if (found == by_transaction_.end()) return false;
  const Name name = found->second;
  by_transaction_.erase(found);
  Held& held = held_.at(name);
  if (held.subscription.transaction() != id) return true;
  held.subscription.unanswered(now);
  settle(name, held, effects);
  return true;
}

void Watch::wake(Instant now, Effects& effects) {
  while (!due_.empty() && due_.begin()->first <= now) {
    const Name name = due_.begin()->second;
    Held& held = held_.at(name);
    const std::string call_id = held.subscription.call_id();
    held.subscription.wake(now, *effects.transactions);
    if (call_id != held.subscription.call_id()) by_call_id_.erase(call_id);
    settle(name, held, effects);
  }
}

std::optional<Instant> Watch::next_wake() const { return due_.empty() ? std::nullopt : std::optional(due_.begin()->first); }

void Watch::notified(Transactions::Id id, Instant now, Effects& effects) {
  const Message notify = *transactions_.request(id);  // a copy: its answer lets go of the body
  const auto found = by_call_id_.find(notify.call_id);
  const Name name = found == by_call_id_.end() ? Name() : found->second;
  Held* const held = found == by_call_id_.end() ? nullptr : &held_.at(name);
  const Subscription::Notice notice = held ? held->subscription.notified(notify, now) : Subscription::Notice{481, "Subscription Does Not Exist"};
  if (auto bytes = transactions_.answer(id, notice.status, notice.phrase).take())
    transactions_.reply(id, notice.status, std::move(*bytes), now, *effects.transactions);
  if (!held) return;
  if (notice.counts && name.second == kDialogPackage) take_dialogs(name, *held, notify, now, effects);
  else if (notice.counts) take_presence(name, notify, effects);
  settle(name, *held, effects);
}

void Watch::take_dialogs(const Name& name, Held& held, const Message& notify, Instant now, Effects& effects) {
  if (notify.body.empty()) return;  // `pending`, or a server that only says that it listens
  const auto info = read_dialog_info(notify.body);
  if (!info) return effects.troubles.push_back(name.first + ": " + info.error().text());
  const bool restarted = info->full && info->version == 0;
  if (held.version && info->version <= *held.version && !restarted) return;
  const bool gap = !info->full && (!held.version || info->version != *held.version + 1);
  held.version = info->version;
  Device& device = devices_.at(name.first);
  forget_ended(device);
  for (auto& [dialog_id, seen] : device.dialogs) {
    const bool named = std::ranges::find(info->dialogs, dialog_id, &Dialog::id) != info->dialogs.end();
    if (info->full && !named) {
      seen.dialog.state = Dialog::State::terminated;
      seen.dialog.event.clear();
    }
  }
  for (const Dialog& dialog : info->dialogs) {
    const auto known = device.dialogs.find(dialog.id);
    if (known == device.dialogs.end()) {
      if (dialog.state != Dialog::State::terminated && device.dialogs.size() < kDialogs) device.dialogs.emplace(dialog.id, SeenDialog{dialog, now});
      continue;
    }
    // A server with one id for all of a device's dialogs may tell of two as of one: the second is another.
    const bool another = !dialog.call_id.empty() && !known->second.dialog.call_id.empty() && dialog.call_id != known->second.dialog.call_id;
    known->second.dialog = dialog;
    if (another) known->second.since = now;
  }
  device.watched = true;
  effects.changed.insert(name.first);
  if (gap) held.subscription.ask_again(now, *effects.transactions);
}

void Watch::take_presence(const Name& name, const Message& notify, Effects& effects) {
  if (notify.body.empty()) return;
  const auto presence = read_presence(notify.body);
  if (!presence) return effects.troubles.push_back(name.first + ": " + presence.error().text());
  Device& device = devices_.at(name.first);
  device.open = presence->open.value_or(true);
  device.on_the_phone = presence->busy;
  effects.changed.insert(name.first);
}

void Watch::forget_ended(Device& device) {
  std::erase_if(device.dialogs, [](const auto& one) { return one.second.dialog.state == Dialog::State::terminated; });
}

const Watch::Device* Watch::find(const std::string& device) const {
  const auto found = devices_.find(device);
  return found == devices_.end() ? nullptr : &found->second;
}

std::size_t Watch::unwatched() const {
  return static_cast<std::size_t>(std::ranges::count_if(devices_, [](const auto& one) { return !one.second.watched; }));
}

}  // namespace callwright::cti::sip
