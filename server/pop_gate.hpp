#pragma once
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <optional>

#include "base/instant.hpp"
#include "cti/model/command.hpp"

namespace callwright::server {

/// The record pops before the phone rings: `Ring` waits until the desk says that the page of its agent has the pop (or that nobody
/// looks at one), at most `kLimit` from when the command was made; it goes late then, and is counted. Later commands for the same contact
/// wait behind it, so that none overtakes. Everything else passes at once. When `kWaiting` commands wait, the oldest `Ring` goes late. Pure; its owner runs `due` when `next_due` comes. One thread.
class PopGate {
 public:
  static constexpr Duration kLimit = std::chrono::milliseconds(50);
  static constexpr std::size_t kWaiting = 4096;
  static constexpr std::size_t kRemembered = 256;  ///< offers that were shown before their `Ring` came

  explicit PopGate(std::function<void(const cti::model::Command&)> send) : send_(std::move(send)) {}

  void add(cti::model::Command command, Instant made_at);
  void shown(OfferId offer);
  void due(Instant now);
  std::optional<Instant> next_due() const;

  std::size_t size() const { return waiting_.size(); }
  std::uint64_t late() const { return late_; }

 private:
  struct Entry {
    cti::model::Command command;
    Instant due;
    OfferId pop;  ///< zero: it waits only for those before it
  };

  void release();

  std::function<void(const cti::model::Command&)> send_;
  std::deque<Entry> waiting_;
  std::deque<OfferId> shown_;
  std::uint64_t late_ = 0;
};

}  // namespace callwright::server
