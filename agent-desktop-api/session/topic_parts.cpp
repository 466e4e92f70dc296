#include "agent-desktop-api/session/topic_parts.hpp"

#include <utility>

#include "agent-desktop-api/http/limits.hpp"
#include "agent-desktop-api/json_text.hpp"

namespace callwright::desktop {
namespace {


}  // namespace

void PartWriter::add(std::string entity) {
  if (bytes_ + entity.size() + limits::kHeadRoom > limits::kFrameBytes && !entities_.empty()) flush();
  bytes_ += entity.size() + 1;
  entities_.push_back(std::move(entity));
}

std::shared_ptr<const std::string> PartWriter::text(std::string_view topic, std::int64_t seq, std::string_view part,
                                                    const std::vector<std::string>& entities) {
  JsonText json;
  json.begin_object();
  json.field("type", "topic");
  json.field("topic", topic);
  json.field("topic_seq", seq);
  json.field("part", part);
  json.begin_array("data");
  for (const std::string& entity : entities) json.raw(entity);
  json.end_array();
  json.end_object();
  return std::make_shared<const std::string>(json.take());
}

void PartWriter::flush() {
  groups_.push_back(std::exchange(entities_, {}));
  bytes_ = 0;
}

}  // namespace callwright::desktop
