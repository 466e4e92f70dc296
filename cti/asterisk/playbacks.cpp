#include "cti/asterisk/playbacks.hpp"

#include <algorithm>

#include "cti/asterisk/names.hpp"

namespace callwright::cti::asterisk {

std::vector<std::string> Playbacks::begin(const model::Play& play, const model::Command& command, std::size_t parts) {
  std::erase_if(playing_, [&](const auto& one) { return one.second.doubtful && one.second.channel == play.native_id; });
  const std::string name = playback_name(command.contact, command.epoch, command.id);
  Playing playing{play.native_id, command.id, command.epoch, {}};
  for (std::size_t i = 0; i < parts; ++i) playing.parts.push_back(name + "-" + std::to_string(i));
  std::vector<std::string> ids = playing.parts;
  playing_[name] = std::move(playing);
  return ids;
}

bool Playbacks::plays(const std::string& channel) const {
  return std::ranges::any_of(playing_, [&](const auto& one) { return one.second.channel == channel && !one.second.doubtful; });
}

std::vector<std::string> Playbacks::stop(const std::string& channel) const {
  std::vector<std::string> ids;
  for (const auto& [name, playing] : playing_)
    if (playing.channel == channel) ids.insert(ids.end(), playing.parts.rbegin(), playing.parts.rend());
  return ids;
}

std::optional<model::PlaybackEnded> Playbacks::over(const std::string& playback, bool failed) {
  const auto found = playing_.find(playback.substr(0, playback.rfind('-')));
  if (found == playing_.end()) return {};
  Playing& playing = found->second;
  if (std::erase(playing.parts, playback) == 0) return {};
  playing.failed = playing.failed || failed;
  if (!playing.parts.empty()) return {};
  model::PlaybackEnded ended{playing.channel, playing.command, playing.epoch, playing.failed};
  playing_.erase(found);
  return ended;
}

}  // namespace callwright::cti::asterisk
