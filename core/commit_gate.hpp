#pragma once
#include <cstdint>
#include <deque>
#include <functional>
#include <optional>

#include "base/instant.hpp"

namespace callwright::core {

/// Holds back what must not happen before a commit: switch commands, feed acknowledgements, replies to people.
///
/// Each entry names the fact whose commit lets it go. An `overrun` entry goes after `kLimit` even without the commit (counted:
/// a slow disk must not keep a phone from ringing). A strict one waits for ever, and for every fact named before it: the
/// acknowledgement of an event covers the events before it, and a request that is repeated is not done before it was done at first. Entries
/// go in the order they came. Pure; its owner runs `due` when `next_due` comes. One thread.
class CommitGate {
 public:
  static constexpr Duration kLimit = std::chrono::milliseconds(50);
  enum class Kind : std::uint8_t { overrun, strict };

  void add(std::int64_t seq, Kind kind, Instant now, std::function<void()> action);
  void committed(std::int64_t seq);
  void due(Instant now);

  /// When the first overrun entry is due.
  std::optional<Instant> next_due() const;

  std::size_t size() const { return waiting_.size(); }
  std::uint64_t overruns() const { return overruns_; }

 private:
  struct Entry {
    std::int64_t seq = 0;
    Kind kind = Kind::overrun;
    Instant due;
    std::function<void()> action;
  };

  void release(const std::function<bool(const Entry&)>& goes);

  std::deque<Entry> waiting_;
  std::int64_t committed_ = 0;
  std::int64_t newest_ = 0;  ///< the highest fact named so far
  std::uint64_t overruns_ = 0;
};

}  // namespace callwright::core
