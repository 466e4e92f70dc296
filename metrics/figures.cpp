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
  return MeanLength{counts.answered_wait, counts.answered}.value();
}

Share abandon_rate(const journal::QueueInterval& counts) { return {counts.abandoned, offered(counts)}; }

std::int64_t flowed_out(const journal::QueueInterval& counts) {
  return counts.flow_overflow + counts.flow_transfer + counts.flow_closed + counts.flow_supervisor;
}

}  // namespace callwright::metrics
