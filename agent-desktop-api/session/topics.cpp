#include "agent-desktop-api/session/topics.hpp"

#include <utility>

#include "agent-desktop-api/json_views.hpp"
#include "agent-desktop-api/session/topic_parts.hpp"

namespace callwright::desktop {
namespace {

constexpr std::array<std::string_view, kTopics> kTopicNames{"queues", "agents", "contacts", "links"};
std::string_view name_of(Topic topic) { return kTopicNames[static_cast<std::size_t>(topic)]; }

std::string entity_json(const auto& view) { return to_json(view); }
std::string entity_json(const Mirror::ContactPtr& view) { return to_json(*view, FieldMask::brief); }

/// Calls `take` with the JSON of every entity of a topic, or of those in `only`.
template <class Take>
void each(Topic topic, const Mirror& mirror, const std::set<std::string>* only, Take take) {
  const auto list = [&](const auto& all) {
    for (const auto& [id, view] : all) {
      std::string key;
      if constexpr (requires { id.value.size(); })
        key = id.value;
      else
        key = std::to_string(id.value);
      if (!only || only->contains(key)) take(entity_json(view));
    }
  };
  switch (topic) {
    case Topic::queues: return list(mirror.queues());
    case Topic::agents: return list(mirror.agents());
    case Topic::contacts: return list(mirror.contacts());
    case Topic::links: return list(mirror.links());
  }
}

}  // namespace

std::optional<Topic> topic_of(std::string_view name) {
  for (std::size_t i = 0; i < kTopics; ++i)
    if (kTopicNames[i] == name) return static_cast<Topic>(i);
  return std::nullopt;
}

void Topics::changed(Topic topic, std::string entity) { topics_[static_cast<std::size_t>(topic)].changed.insert(std::move(entity)); }

Topics::Parts Topics::list(Topic topic, const Mirror& mirror) const {
  const std::int64_t seq = topics_[static_cast<std::size_t>(topic)].seq;
  PartWriter items(name_of(topic), "item");
  each(topic, mirror, nullptr, [&](std::string entity) { items.add(std::move(entity)); });
  Parts parts = items.finish([&] { return seq; });
  parts.insert(parts.begin(), PartWriter::text(name_of(topic), seq, "begin", {}));
  parts.push_back(PartWriter::text(name_of(topic), seq, "end", {}));
  return parts;
}

Topics::Parts Topics::update(Topic topic, const Mirror& mirror) {
  One& one = topics_[static_cast<std::size_t>(topic)];
  const std::set<std::string> changed = std::exchange(one.changed, {});
  if (changed.empty()) return {};
  PartWriter items(name_of(topic), "update");
  each(topic, mirror, &changed, [&](std::string entity) { items.add(std::move(entity)); });
  return items.finish([&] { return ++one.seq; });
}

}  // namespace callwright::desktop
