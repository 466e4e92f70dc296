#pragma once
#include <string>
#include <system_error>

/// What the store can refuse or fail at. Callers decide by these: `disk_full` and `busy` may be tried again with the same
/// facts, `broken` wants a new process, the rest is a wrong request.
namespace callwright::contacts {

enum class Errc : int {
  disk_full = 1,     ///< nothing was written; the same call may succeed once there is space
  busy,              ///< another connection holds the write lock for longer than the limit
  broken,            ///< the file or the disk failed; nothing later on this handle is acknowledged
  corrupt,           ///< a page or a row that cannot be what was written
  newer_schema,      ///< the file was written by a later version of the program
  not_durable,       ///< the engine did not accept synchronous=FULL or WAL
  stale_epoch,       ///< somebody else has taken the journal over
  sequence_gap,      ///< the facts do not follow the last one
  duplicate_source,  ///< (source, source_id, ordinal) stands in the journal already
  unknown_kind,      ///< a fact of a later version: kept, skipped, counted
  not_found,
  version_mismatch,  ///< somebody else changed it (If-Match)
  already_exists,
  too_slow,          ///< a read took longer than its limit and was given up
  invalid,           ///< the value cannot stand where it was put; the context says which
};
const std::error_category& category();
inline std::error_code make_error_code(Errc e) { return {static_cast<int>(e), category()}; }

}  // namespace callwright::contacts

template <>
struct std::is_error_code_enum<callwright::contacts::Errc> : std::true_type {};
