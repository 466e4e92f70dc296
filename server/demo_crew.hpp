#pragma once
#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/core.hpp"
#include "journal/centre.hpp"

namespace callwright::server {

/// Simulated colleagues for `./dev run`: they sign in, are ready, choose a disposition after each contact and finish their
/// wrap-up, through the same requests that a page makes. The agents that people sign in as are left alone.
///
/// `follow` runs on the core's thread, `begin` on any, also meanwhile; both only push requests.
class DemoCrew {
 public:
  DemoCrew(const journal::Centre& centre, const AgentId& left_alone, std::int64_t epoch, std::function<void(core::Request)> push);

  /// Signs everybody in.
  void begin();
  /// Reacts to what the core showed.
  void follow(const std::vector<core::View>& views);

 private:
  void ask(const AgentId& agent, core::RequestBody body);

  std::vector<AgentId> crew_;
  std::map<QueueId, std::vector<std::string>> dispositions_;  ///< what an agent may choose there
  std::function<void(core::Request)> push_;
  std::int64_t epoch_;
  std::atomic<std::uint64_t> next_ = 0;
};

}  // namespace callwright::server
