#pragma once
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "cti/model/command.hpp"
#include "cti/model/switch_event.hpp"

namespace callwright::cti::asterisk {

/// What plays to callers by our asking. Pure.
///
/// Each recording and each number of a `Play` is a playback of its own, because Asterisk says of a list that it failed only if its last one did. A channel that
/// plays is moved to another bridge only when everything that was asked of it before is over: so what plays is stopped first, the last part first, or the
/// next one would begin meanwhile. A number that is being spoken cannot be stopped, which costs a second at most.
class Playbacks {
 public:
  /// The ids of its parts, in order; one plays on a channel at a time, so `stop` comes before.
  std::vector<std::string> begin(const model::Play& play, const model::Command& command, std::size_t parts);
  bool plays(const std::string& channel) const;
  /// What is to be stopped on this channel, in this order. Their ends are still told.
  std::vector<std::string> stop(const std::string& channel) const;
  /// A part is over. The end of the whole, if it was the last one.
  std::optional<model::PlaybackEnded> over(const std::string& playback, bool failed);
  void gone(const std::string& channel) { std::erase_if(playing_, [&](const auto& one) { return one.second.channel == channel; }); }
  /// After a gap: what ended in it nobody told, on channels that live it may still be stopped, and keeps nothing else from playing.
  template <class Lives>
  void doubt(Lives lives) {
    std::erase_if(playing_, [&](const auto& one) { return !lives(one.second.channel); });
    for (auto& [name, playing] : playing_) playing.doubtful = true;
  }
  std::size_t size() const { return playing_.size(); }

 private:
  struct Playing {
    std::string channel;
    model::CommandId command;
    std::int64_t epoch = 0;
    std::vector<std::string> parts;  ///< that are not over, in order
    bool failed = false;
    bool doubtful = false;
  };
  std::map<std::string, Playing> playing_;  ///< by the name that their parts share
};

}  // namespace callwright::cti::asterisk
