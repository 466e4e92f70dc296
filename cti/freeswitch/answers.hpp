#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

/// Reads what `api` commands answer. Nothing here trusts the sender: a field of the wrong type is `errc::malformed`, bytes that are no UTF-8 become
/// U+FFFD, texts are cut at 1 KiB, unknown fields are ignored.
namespace callwright::cti::freeswitch {

/// One row of `show channels as json`.
struct ChannelRow {
  std::string uuid, direction, name, presence, call_state;
  std::string caller_number, caller_name, destination, application, application_data;
};
Result<std::vector<ChannelRow>> read_channels(std::string_view body);

/// One row of `show bridged_calls as json`.
struct BridgedPair {
  std::string one, two;
};
Result<std::vector<BridgedPair>> read_bridged(std::string_view body);

/// A list of mod_callcenter: lines of fields between `|`, the first with their names, the last `+OK`. Each row's fields are found by name.
class Table {
 public:
  /// `-ERR` and an empty answer make an empty table: the module is not there, or there is nothing in it.
  explicit Table(std::string_view body);
  std::size_t size() const { return rows_.size(); }
  std::string_view at(std::size_t row, std::string_view column) const;

 private:
  std::vector<std::string> names_;
  std::vector<std::vector<std::string>> rows_;
};

/// `-ERR ...` or `-USAGE ...`: what went wrong, without a line break; empty: nothing did.
std::string failure_of(std::string_view answer);

/// The first word of a failed `originate`: `NO_ANSWER` of `-ERR NO_ANSWER`.
std::string_view cause_in(std::string_view answer);

}  // namespace callwright::cti::freeswitch
