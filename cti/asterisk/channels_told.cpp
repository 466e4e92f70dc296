// What ARI says of legs beside where they are: transfers and recordings, as the switch's word.
#include <algorithm>
#include <string_view>
#include <utility>

#include "cti/asterisk/channels.hpp"

namespace callwright::cti::asterisk {
namespace {

using journal::Cause;

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

void Channels::on_recording(const RecordingTold& told, Effects& effects) {
  constexpr std::string_view of_channel = "channel:", of_bridge = "bridge:";
  model::RecordingChanged changed{{}, {}, told.name, journal::RecordingState::stopped, told.cause};
  if (told.target.starts_with(of_channel)) changed.native_id = told.target.substr(of_channel.size());
  else if (told.target.starts_with(of_bridge)) changed.bridge = told.target.substr(of_bridge.size());
  if (told.state == "recording") {
    const bool ours = find(changed.native_id) ||
                      std::ranges::any_of(legs_, [&](const auto& leg) { return !changed.bridge.empty() && leg.second.bridge == changed.bridge; });
    if (!ours || recordings_.size() >= kRecordingLimit || !recordings_.insert(told.name).second) return;
    changed.state = journal::RecordingState::recording;
  } else if (recordings_.erase(told.name) == 0) {
    return;
  } else if (told.state == "failed") {
    changed.state = journal::RecordingState::failed;
  }
  effects.events.push_back(std::move(changed));
}

}  // namespace callwright::cti::asterisk
