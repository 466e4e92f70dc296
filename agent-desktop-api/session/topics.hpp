#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "agent-desktop-api/session/mirror.hpp"
#include "agent-desktop-api/session/topic_parts.hpp"

namespace callwright::desktop {

enum class Topic : std::uint8_t { queues, agents, contacts, links };
constexpr std::size_t kTopics = 4;
std::optional<Topic> topic_of(std::string_view name);

/// What supervisors follow: whole lists, then once a second what changed in them, the last value of each entity.
///
/// A list goes out as `begin`, any number of `item`, `end`, all with the list's present `topic_seq`; every `update` part has the
/// next one, so a page that misses a part knows it and subscribes again. No part is longer than 64 KiB. Parts are made once
/// and shared by all who follow. Pure.
class Topics {
 public:
  using Parts = TopicParts;

  void changed(Topic topic, std::string entity);
  /// The whole list as it is now.
  Parts list(Topic topic, const Mirror& mirror) const;
  /// What changed since the last call.
  Parts update(Topic topic, const Mirror& mirror);

 private:
  struct One {
    std::int64_t seq = 0;
    std::set<std::string> changed;
  };
  std::array<One, kTopics> topics_;
};

}  // namespace callwright::desktop
