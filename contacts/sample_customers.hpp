#pragma once
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "base/result.hpp"
#include "contacts/store.hpp"

namespace callwright::contacts {

struct SampleOptions {
  std::uint64_t seed = 1;
  std::int64_t customers = 2000;
  Instant now;             ///< histories end here
  bool history = true;     ///< earlier contacts, as rows without facts
  std::vector<QueueId> queues;             ///< for the histories; empty: "sales", "service"
  std::vector<AgentId> agents;             ///< empty: "a1001" to "a1008"
  std::vector<std::string> dispositions;   ///< empty: "solved", "callback"
};
struct SampleReport {
  std::int64_t customers = 0, numbers = 0, contacts = 0;
  std::int64_t household_members = 0;    ///< who share their first number with another of the household
  std::int64_t switchboard_members = 0;  ///< who share their first number with nine others of a company
  /// Planted duplicates, each with the customer that it doubles: the truth against which matching is scored.
  std::vector<std::pair<CustomerId, CustomerId>> duplicates;
};

/// Fills an empty store with invented customers, half Chinese, half English, the same for the same seed (reference: docs/identity.md,
/// "Sample data"). Numbers lie in ranges reserved for fiction where a country has one, otherwise in a block documented there.
Result<SampleReport> add_sample_customers(Store& store, const SampleOptions& options);

/// The i-th sample customer's first number (i from 0), without a store: for simulated callers.
std::string sample_number(std::uint64_t seed, std::int64_t i);

}  // namespace callwright::contacts
