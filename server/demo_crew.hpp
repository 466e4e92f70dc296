#pragma once
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/core.hpp"
#include "journal/centre.hpp"

namespace callwright::server {

/// Simulated colleagues for `./dev run`: they sign in, are ready, accept written contacts and work on each for `kWrites`, and choose a
/// disposition after each contact (their wrap-up runs out by itself), through the same requests that a page makes. The agent whom a visitor signs in as, the guest, is left alone.
///
/// So that the guest's first call pops as soon as he is ready, the colleagues of his first queue come later: with his first offer,
/// `kAfterReady` after he was ready without one, or `kAlone` after the start. Until then that queue's callers wait for him.
/// `begin` comes before the core's thread, on which `follow` runs; both only push requests.
class DemoCrew {
 public:
  static constexpr Duration kAfterReady = std::chrono::seconds(60);
  static constexpr Duration kAlone = std::chrono::minutes(10);
  static constexpr Duration kWrites = std::chrono::seconds(40);

  DemoCrew(const journal::Centre& centre, const AgentId& guest, std::int64_t epoch, std::function<void(core::Request)> push);

  /// Signs in everybody but those who come later.
  void begin();
  /// Reacts to what the core showed.
  void follow(const std::vector<core::View>& views, Instant now);

 private:
  void watch_guest(const core::View& view, Instant now);
  void come_if_due(Instant now);
  void work(const core::View& view);
  void write(const core::ContactView& contact, Instant now);
  void end_what_is_written(Instant now);
  bool is_ours(const AgentId& agent) const;
  void sign_in(const AgentId& agent);
  void ask(const AgentId& agent, core::RequestBody body);

  const AgentId guest_;
  std::vector<AgentId> crew_;
  std::map<QueueId, std::vector<std::string>> dispositions_;  ///< what an agent may choose there
  std::vector<AgentId> later_;  ///< of the crew, not here yet
  Instant later_at_;            ///< 0: `follow` has not run
  struct Writing {
    AgentId agent;
    Instant until;
  };
  std::map<ContactId, Writing> writing_;  ///< what they work on
  std::function<void(core::Request)> push_;
  std::int64_t epoch_;
  std::uint64_t next_ = 0;
};

}  // namespace callwright::server
