#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace callwright::desktop {

using TopicParts = std::vector<std::shared_ptr<const std::string>>;

/// Gathers the entities of a topic into frames of at most 64 KiB.
class PartWriter {
 public:
  PartWriter(std::string_view topic, std::string_view part) : topic_(topic), part_(part) {}

  void add(std::string entity);

  /// The parts; each takes the number that `next` gives.
  template <class Next>
  TopicParts finish(Next next) {
    if (!entities_.empty()) flush();
    TopicParts parts;
    for (const auto& entities : groups_) parts.push_back(text(topic_, next(), part_, entities));
    return parts;
  }

  static std::shared_ptr<const std::string> text(std::string_view topic, std::int64_t seq, std::string_view part,
                                                 const std::vector<std::string>& entities);

 private:
  void flush();

  std::string_view topic_;
  std::string_view part_;
  std::size_t bytes_ = 0;
  std::vector<std::string> entities_;
  std::vector<std::vector<std::string>> groups_;
};

}  // namespace callwright::desktop
