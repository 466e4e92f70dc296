#pragma once
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <unordered_set>
#include <vector>

#include "base/id.hpp"
#include "base/instant.hpp"
#include "cti/model/command.hpp"

namespace callwright::core {

/// Holds back what must not happen before a commit: switch commands, feed acknowledgements, replies to people.
///
/// Each entry names the fact whose commit lets it go. An `overrun` entry goes after `kLimit` even without the commit (counted:
/// a slow disk must not keep a phone from ringing). A strict one waits for ever, and for every fact named before it: the
/// acknowledgement of an event covers the events before it, and a request that is repeated is not done before it was done at first. Entries
/// go in the order they came. What a full store dropped is not durable: who rests on it is refused. Pure; its owner runs `due` when `next_due` comes.
/// One thread.
///
/// Limits: when `Limits::overrun` commands wait the oldest goes early (an overrun); when `Limits::strict` others do, an
/// acknowledgement takes the place of the one before it of its source, since it covers that, and anything else is refused.
class CommitGate {
 public:
  static constexpr Duration kLimit = std::chrono::milliseconds(50);
  enum class Kind : std::uint8_t { overrun, strict };
  struct Limits {
    std::size_t overrun = 4096;
    std::size_t strict = 65'536;
  };

  CommitGate() : CommitGate(Limits{}) {}
  explicit CommitGate(Limits limits) : limits_(limits) {}

  struct Hold {
    std::int64_t seq = 0;  ///< the fact whose commit lets it go
    Kind kind = Kind::strict;
    std::function<void()> action;
    std::string covers;  ///< the source of an acknowledgement, which covers the earlier ones of the same source
    ContactId rests_on;  ///< once a full store has dropped this contact, `refusal` goes instead of `action`
    std::function<void()> refusal;
  };

  /// How a command waits. A call to a customer waits for ever: one of which the journal knows nothing would be made again after a crash.
  static Kind kind_of(const cti::model::CommandBody& command) { return std::holds_alternative<cti::model::Dial>(command) ? Kind::strict : Kind::overrun; }

  /// False: refused and counted.
  bool add(Hold hold, Instant now);
  /// Every fact up to `seq` is durable, or was dropped with a contact that a notice has named as `lost`.
  void committed(std::int64_t seq, const std::vector<ContactId>& lost = {});
  void due(Instant now);

  /// When the first overrun entry is due.
  std::optional<Instant> next_due() const;

  std::size_t size() const { return strict_.size() + overrun_.size(); }
  std::uint64_t overruns() const { return overruns_; }
  std::uint64_t refused() const { return refused_; }

 private:
  struct Entry {
    Hold hold;
    std::uint64_t number = 0;  ///< the order in which they came
    Instant due;
  };

  bool make_room(const std::string& covers);
  void leave(const Hold& hold);
  void run(std::vector<Entry> going);

  const Limits limits_;
  std::deque<Entry> strict_;            ///< by rising `seq`: what a commit lets go stands at the front
  std::deque<Entry> overrun_;           ///< by rising `due`
  std::unordered_set<ContactId> lost_;  ///< all of this life, as the writer has them: a repeat may wait behind what it repeats
  std::int64_t committed_ = 0;
  std::int64_t newest_ = 0;  ///< the highest fact named so far
  std::uint64_t numbers_ = 0;
  std::uint64_t overruns_ = 0;
  std::uint64_t refused_ = 0;
};

}  // namespace callwright::core
