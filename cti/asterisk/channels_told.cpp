// What ARI says of legs beside where they are: transfers and recordings, as the switch's word.
#include <algorithm>
#include <string_view>
#include <utility>

#include "cti/asterisk/channels.hpp"

namespace callwright::cti::asterisk {
namespace {

using journal::Cause;

constexpr std::string_view kOfChannel = "channel:", kOfBridge = "bridge:";

std::string id_of(const std::optional<Channel>& channel) { return channel ? channel->id : std::string(); }

}  // namespace

void Channels::on_transferred(const Transferred& transferred, Effects& effects) {
  const model::Transfer transfer{transferred.attended ? journal::TransferKind::attended : journal::TransferKind::blind, transferred.first_leg.id,
                                 id_of(transferred.transferee), id_of(transferred.second_leg), transferred.to};
  if (!find(transfer.transferor) && !find(transfer.transferee)) return;
  if (transferred.result == "Success") return effects.events.push_back(model::TransferCompleted{transfer});
  const Cause cause = transferred.result == "Not Permitted" ? Cause::not_allowed : Cause::unknown;
  effects.events.push_back(model::TransferFailed{transfer, cause, 0, transferred.result});
}

void Channels::on_transfer_asked(const TransferAsked& asked, Effects& effects) {
  const model::Transfer transfer{asked.destination ? journal::TransferKind::attended : journal::TransferKind::blind, asked.source.id,
                                 id_of(asked.connected), id_of(asked.destination), asked.to};
  if (!find(transfer.transferor) && !find(transfer.transferee)) return;
  if (asked.state == "channel_answered") effects.events.push_back(model::TransferCompleted{transfer});
  else if (asked.state == "channel_unavailable") effects.events.push_back(model::TransferFailed{transfer, Cause::unreachable, 0, asked.state});
  else if (asked.state == "channel_declined") effects.events.push_back(model::TransferFailed{transfer, Cause::rejected, 0, asked.state});
  else effects.events.push_back(model::TransferStarted{transfer});
}

/// `channel:ID` of a leg of ours, `bridge:ID` of one in which a leg of ours is.
bool Channels::records_ours(const RecordingTold& told) const {
  if (told.target.starts_with(kOfChannel)) return legs_.contains(told.target.substr(kOfChannel.size()));
  return told.target.starts_with(kOfBridge) &&
         std::ranges::any_of(legs_, [&](const auto& leg) { return leg.second.bridge == told.target.substr(kOfBridge.size()); });
}

void Channels::on_recording(const RecordingTold& told, Effects& effects) {
  model::RecordingChanged changed{{}, {}, told.name, journal::RecordingState::stopped, told.cause};
  if (told.target.starts_with(kOfChannel)) changed.native_id = told.target.substr(kOfChannel.size());
  else if (told.target.starts_with(kOfBridge)) changed.bridge = told.target.substr(kOfBridge.size());
  if (told.state == "recording") {
    if (!records_ours(told) || recordings_.size() >= kRecordingLimit || !recordings_.emplace(told.name, told).second) return;
    changed.state = journal::RecordingState::recording;
  } else if (recordings_.erase(told.name) == 0) {
    return;
  } else if (told.state == "failed") {
    changed.state = journal::RecordingState::failed;
  }
  effects.events.push_back(std::move(changed));
}

}  // namespace callwright::cti::asterisk
