#include "cti/feed/counters.hpp"

namespace callwright::cti::feed {

std::string_view name_of(Count what) {
  constexpr std::array<std::string_view, static_cast<std::size_t>(Count::last_)> kNames{"connections",
                                                                                        "opened",
                                                                                        "refused",
                                                                                        "frames",
                                                                                        "events",
                                                                                        "snapshots",
                                                                                        "duplicates",
                                                                                        "unknown",
                                                                                        "gaps",
                                                                                        "resumed_short",
                                                                                        "oversized",
                                                                                        "malformed",
                                                                                        "out_of_order",
                                                                                        "silent",
                                                                                        "overloaded",
                                                                                        "replaced",
                                                                                        "slow_reader",
                                                                                        "commands",
                                                                                        "commands_late",
                                                                                        "commands_undeclared",
                                                                                        "commands_refused",
                                                                                        "commands_unconnected",
                                                                                        "results_unsupported",
                                                                                        "results_failed",
                                                                                        "results_expired"};
  return kNames[static_cast<std::size_t>(what)];
}

}  // namespace callwright::cti::feed
