#include "agent-desktop-api/session/own_queues.hpp"

#include <algorithm>
#include <vector>

#include "agent-desktop-api/json_views.hpp"

namespace callwright::desktop {
namespace {

constexpr const char* kTopic = "own_queues";

std::vector<const core::QueueView*> queues_of(const AgentId& agent, const Mirror& mirror) {
  std::vector<const core::QueueView*> own;
  const core::AgentView* view = mirror.agent(agent);
  if (!view) return own;
  for (const QueueId& id : view->queues)
    if (const auto queue = mirror.queues().find(id); queue != mirror.queues().end()) own.push_back(&queue->second);
  return own;
}

}  // namespace

TopicParts OwnQueues::list(const AgentId& agent, const Mirror& mirror) {
  told_.clear();
  PartWriter items(kTopic, "item");
  for (const core::QueueView* queue : queues_of(agent, mirror)) {
    told_[queue->queue] = queue->rev;
    items.add(to_json(*queue));
  }
  TopicParts parts = items.finish([&] { return seq_; });
  parts.insert(parts.begin(), PartWriter::text(kTopic, seq_, "begin", {}));
  parts.push_back(PartWriter::text(kTopic, seq_, "end", {}));
  return parts;
}

TopicParts OwnQueues::update(const AgentId& agent, const Mirror& mirror) {
  const auto own = queues_of(agent, mirror);
  const bool same =
      own.size() == told_.size() && std::all_of(own.begin(), own.end(), [&](const auto* queue) { return told_.contains(queue->queue); });
  if (!same) return list(agent, mirror);
  PartWriter items(kTopic, "update");
  for (const core::QueueView* queue : own) {
    std::int64_t& told = told_[queue->queue];
    if (told == queue->rev) continue;
    told = queue->rev;
    items.add(to_json(*queue));
  }
  return items.finish([&] { return ++seq_; });
}

}  // namespace callwright::desktop
