#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "contacts/store.hpp"

namespace callwright::contacts {

struct SampleOptions {
  std::uint64_t seed = 1;
  std::int64_t customers = 2000;
  Instant now;             ///< histories end here
  bool history = true;     ///< earlier contacts, as rows without facts
  std::vector<QueueId> queues;         ///< for the histories; empty: "sales", "service"
  std::vector<AgentId> agents;
  std::vector<std::string> dispositions;
};
struct SampleReport {
  std::int64_t customers = 0, numbers = 0, contacts = 0, households = 0, switchboards = 0, duplicates = 0;
};

/// Fills an empty store with invented customers, half Chinese, half English, the same for the same seed (reference: docs/identity.md,
/// "Sample data"). Numbers lie in ranges reserved for fiction where a country has one, otherwise in a block documented there.
Result<SampleReport> add_sample_customers(Store& store, const SampleOptions& options);

/// The i-th sample customer's first number, without a store: for simulated callers. i < customers.
std::string sample_number(std::uint64_t seed, std::int64_t i);

}  // namespace callwright::contacts
