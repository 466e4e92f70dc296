#include "sim/what_if/survival.hpp"

#include <algorithm>
#include <cmath>

#include "sim/what_if/day.hpp"

namespace callwright::sim::what_if {

Survival::Survival(std::vector<Wait> waits) {
  std::ranges::sort(waits, {}, &Wait::length);
  double share = 1, total = 0;
  for (std::size_t i = 0; i < waits.size();) {
    const Duration length = waits[i].length;
    const auto still = static_cast<double>(waits.size() - i);
    std::size_t gave_up = 0;
    for (; i < waits.size() && waits[i].length == length; ++i) {
      gave_up += waits[i].gave_up;
      total += static_cast<double>(length.count());
    }
    if (!gave_up) continue;
    gave_up_ += gave_up;
    share *= 1 - static_cast<double>(gave_up) / still;
    steps_.emplace_back(length, share);
  }
  if (gave_up_) rate_ = static_cast<double>(gave_up_) / std::max(total, 1.0);
}

double Survival::at(Duration wait) const {
  const auto behind = std::upper_bound(steps_.begin(), steps_.end(), wait, [](Duration one, const auto& step) { return one < step.first; });
  if (behind == steps_.begin()) return 1;
  const auto& [from, share] = *(behind - 1);
  return behind == steps_.end() ? share * std::exp(-rate_ * static_cast<double>((wait - from).count())) : share;
}

Duration Survival::patience(Duration waited, double u) const {
  if (steps_.empty()) return kPatient;
  const double share = u * at(waited);
  const auto step = std::ranges::find_if(steps_, [&](const auto& each) { return each.second <= share && each.first > waited; });
  if (step != steps_.end()) return step->first;
  const auto& [from, last] = steps_.back();
  if (last <= 0 || share <= 0) return std::max(waited, from);
  const double behind = std::log(last / share) / rate_;
  return std::max(waited, from + Duration(static_cast<std::int64_t>(std::llround(std::clamp(behind, 0.0, 1e15)))));
}

}  // namespace callwright::sim::what_if
