#pragma once
#include <filesystem>
#include <string>
#include <vector>

namespace callwright::bench {

/// A folder in which `callwright serve` can start: server.toml, the store with its customers, a centre, one account and session an agent.
struct Prepared {
  std::filesystem::path settings;
  std::vector<std::string> cookies;  ///< of the agents' sessions, in their order
  std::string token;                 ///< of the switch "bench"
};

std::string device_of(int agent);

/// The store with its customers is made once in `folder` and copied for each run; what it costs is told on standard error.
Prepared prepare(const std::filesystem::path& folder, int agents, std::int64_t customers, int http_port, int feed_port);

}  // namespace callwright::bench
