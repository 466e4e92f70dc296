#include "sim/what_if/handling.hpp"

#include <algorithm>
#include <cmath>

namespace callwright::sim::what_if {

Handling::Handling(const Recording& recording) : queues_(recording.queues.size()), by_queue_(recording.queues.size()) {
  for (const Stay& stay : recording.stays) {
    if (!stay.work || stay.agent == kNone) continue;
    const auto talk = static_cast<double>(stay.work->talk.count());
    for (Sum* sum : {&queues_[stay.queue], &all_, &agents_[{stay.agent, stay.queue}]}) {
      sum->talk += talk;
      ++sum->count;
    }
    talks_.push_back(&stay);
    by_queue_[stay.queue].push_back(&stay);
  }
  const auto by_length = [](const Stay* stay) { return std::pair(stay->work->talk, stay->contact); };
  std::ranges::sort(talks_, {}, by_length);
  for (auto& each : by_queue_) std::ranges::sort(each, {}, by_length);
}

double Handling::mean(std::uint32_t agent, std::uint32_t queue) const {
  const Sum& whole = queues_[queue].count > 0 ? queues_[queue] : all_;
  const double of_queue = whole.count > 0 ? whole.talk / whole.count : 0;
  const auto own = agents_.find({agent, queue});
  return own == agents_.end() ? of_queue : (own->second.talk + kTakenFor * of_queue) / (own->second.count + kTakenFor);
}

Duration Handling::moved(Duration talk, std::uint32_t queue, std::uint32_t from, std::uint32_t to) const {
  const double before = mean(from, queue), now = mean(to, queue);
  if (from == to || before <= 0) return talk;
  return Duration(std::llround(static_cast<double>(talk.count()) * (now / before)));
}

const Stay& Handling::any(std::uint32_t queue, Duration at_least, double u) const {
  const auto& all = by_queue_[queue].empty() ? talks_ : by_queue_[queue];
  auto first = all.begin();
  if (at_least > Duration::zero()) first = std::ranges::upper_bound(all, at_least, {}, [](const Stay* stay) { return stay->work->talk; });
  if (first == all.end()) --first;
  const auto count = static_cast<double>(all.end() - first);
  return **(first + static_cast<std::ptrdiff_t>(u * count));
}

}  // namespace callwright::sim::what_if
