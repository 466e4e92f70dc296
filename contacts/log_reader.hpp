#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "base/result.hpp"
#include "contacts/centre_store.hpp"
#include "contacts/error.hpp"
#include "contacts/options.hpp"
#include "journal/attributes.hpp"
#include "journal/fact.hpp"

namespace callwright::contacts {

/// Facts in the order of `seq`.
struct LogPart {
  std::vector<journal::Fact> facts;
  std::int64_t next_seq = 0;  ///< where the following part begins
  bool last = false;          ///< nothing follows (yet)
};

/// Reads the log of facts by time, part by part, beside a running server: each call is a short read of its own, so that no part of the write-ahead
/// log is held back however long the reader works on. What has been written never changes; later calls may see more at the end.
///
/// One instance, one thread, own connection; writes nothing. Errors: corrupt, broken, busy.
class LogReader {
 public:
  virtual ~LogReader() = default;

  /// The first fact at or after `at`; one behind the last if there is none.
  virtual Result<std::int64_t> seq_at(Instant at) = 0;
  /// When the first and the last fact happened; none if there is no fact.
  virtual Result<std::optional<std::pair<Instant, Instant>>> extent() = 0;

  enum class Personal : std::uint8_t { leave, open };
  /// At most `kLogPart` facts of these kinds from `from_seq` on. Personal values are empty unless opened, or erased.
  virtual Result<LogPart> facts(std::int64_t from_seq, std::span<const journal::Kind> kinds, Personal personal) = 0;

  /// What rules may ask of this customer today; nothing if there is no such customer any more.
  virtual Result<journal::CustomerTraits> traits(CustomerId customer) = 0;
  /// Who talked last in this customer's contacts that are older than `before`; empty if nobody did.
  virtual Result<AgentId> last_agent(CustomerId customer, ContactId before) = 0;

  virtual CentreStore& centres() = 0;  ///< for reading
};

constexpr int kLogPart = 4096;

/// On a store that `open_store` made. Not possible with `Options::exclusive`.
Result<std::unique_ptr<LogReader>> open_log_reader(const Options& options);

}  // namespace callwright::contacts
