#include "metrics/figures.hpp"

namespace callwright::metrics {

std::int64_t offered(const journal::QueueInterval& counts) { return counts.entered - counts.short_abandoned; }

Share service_level(const journal::QueueInterval& counts) { return {counts.answered_within, counts.answered + counts.abandoned}; }

Share service_level_live(const journal::QueueInterval& counts, std::int64_t waiting_past_level) {
  Share share = service_level(counts);
  share.whole += waiting_past_level;
  return share;
}

std::optional<Duration> average_speed_of_answer(const journal::QueueInterval& counts) {
  if (counts.answered <= 0) return std::nullopt;
  return Duration((counts.answered_wait.count() + counts.answered / 2) / counts.answered);
}

Share abandon_rate(const journal::QueueInterval& counts) { return {counts.abandoned, offered(counts)}; }

Calibration calibration(const journal::QueueInterval& counts) {
  Calibration out{{counts.estimated_wait.count(), counts.estimate.count()}, {counts.estimated_within, counts.estimated}, {}};
  if (counts.estimated > 0) out.error = Duration((counts.estimate_error.count() + counts.estimated / 2) / counts.estimated);
  return out;
}

std::int64_t flowed_out(const journal::QueueInterval& counts) {
  return counts.flow_overflow + counts.flow_transfer + counts.flow_closed + counts.flow_supervisor;
}

}  // namespace callwright::metrics
