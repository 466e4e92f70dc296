#include "agent-desktop-api/session/topics.hpp"

#include <utility>

#include "agent-desktop-api/http/limits.hpp"
#include "agent-desktop-api/json_text.hpp"
#include "agent-desktop-api/json_views.hpp"

namespace callwright::desktop {
namespace {

constexpr std::array<std::string_view, kTopics> kNames{"queues", "agents", "contacts", "links"};
constexpr std::size_t kHeadRoom = 256;

/// Gathers entities into parts of at most 64 KiB.
class PartWriter {
 public:
  PartWriter(Topic topic, std::string_view part) : topic_(topic), part_(part) {}

  void add(std::string entity) {
    if (bytes_ + entity.size() + kHeadRoom > limits::kFrameBytes && !entities_.empty()) flush();
    bytes_ += entity.size() + 1;
    entities_.push_back(std::move(entity));
  }

  /// The parts; each takes the number that `next` gives.
  template <class Next>
  Topics::Parts finish(Next next) {
    if (!entities_.empty()) flush();
    Topics::Parts parts;
    for (const auto& entities : groups_) parts.push_back(text(topic_, next(), part_, entities));
    return parts;
  }

  static std::shared_ptr<const std::string> text(Topic topic, std::int64_t seq, std::string_view part, const std::vector<std::string>& entities) {
    JsonText json;
    json.begin_object();
    json.field("type", "topic");
    json.field("topic", kNames[static_cast<std::size_t>(topic)]);
    json.field("topic_seq", seq);
    json.field("part", part);
    json.begin_array("data");
    for (const std::string& entity : entities) json.raw(entity);
    json.end_array();
    json.end_object();
    return std::make_shared<const std::string>(json.take());
  }

 private:
  void flush() {
    groups_.push_back(std::exchange(entities_, {}));
    bytes_ = 0;
  }

  Topic topic_;
  std::string_view part_;
  std::vector<std::string> entities_;
  std::vector<std::vector<std::string>> groups_;
  std::size_t bytes_ = 0;
};

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
    if (kNames[i] == name) return static_cast<Topic>(i);
  return std::nullopt;
}

void Topics::changed(Topic topic, std::string entity) { topics_[static_cast<std::size_t>(topic)].changed.insert(std::move(entity)); }

Topics::Parts Topics::list(Topic topic, const Mirror& mirror) const {
  const std::int64_t seq = topics_[static_cast<std::size_t>(topic)].seq;
  PartWriter items(topic, "item");
  each(topic, mirror, nullptr, [&](std::string entity) { items.add(std::move(entity)); });
  Parts parts = items.finish([&] { return seq; });
  parts.insert(parts.begin(), PartWriter::text(topic, seq, "begin", {}));
  parts.push_back(PartWriter::text(topic, seq, "end", {}));
  return parts;
}

Topics::Parts Topics::update(Topic topic, const Mirror& mirror) {
  One& one = topics_[static_cast<std::size_t>(topic)];
  const std::set<std::string> changed = std::exchange(one.changed, {});
  if (changed.empty()) return {};
  PartWriter items(topic, "update");
  each(topic, mirror, &changed, [&](std::string entity) { items.add(std::move(entity)); });
  return items.finish([&] { return ++one.seq; });
}

}  // namespace callwright::desktop
