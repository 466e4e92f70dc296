#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace callwright::cti::sip {

/// One dialog of a device (RFC 4235), as far as its server tells: many leave out call-id, direction and who is at the other end.
struct Dialog {
  enum class State : std::uint8_t { trying, proceeding, early, confirmed, terminated };
  enum class Direction : std::uint8_t { unknown, initiator, recipient };
  std::string id;
  std::string call_id;
  Direction direction = Direction::unknown;
  State state = State::terminated;
  std::string event;      ///< why it is in this state: cancelled, rejected, local-bye, ...
  std::int32_t code = 0;  ///< the response that ended it
  std::string remote;     ///< identity of the other end, a URI
  std::string targets;    ///< all other URIs that it names, each on a line: a token of ours may stand in one
  bool held = false;      ///< this end does not render what it gets (`+sip.rendering` is `no`)
  bool operator==(const Dialog&) const = default;
};

struct DialogInfo {
  std::uint64_t version = 0;  ///< rises by one with each
  bool full = true;           ///< what is not in it is over
  std::vector<Dialog> dialogs;
  bool operator==(const DialogInfo&) const = default;
};

/// What PIDF (RFC 3863, with RFC 4480's activities) says of a device.
struct Presence {
  std::optional<bool> open;  ///< none: it does not say
  bool busy = false;         ///< on the phone
  bool operator==(const Presence&) const = default;
};

/// XML of `application/dialog-info+xml` and `application/pidf+xml`. Errors: `errc::malformed`, `errc::too_big`. A document type declaration is
/// refused, no entity but XML's own five is known. Limits: 64 KiB, 16 levels, 256 dialogs, 256 bytes a text (longer ones are left out).
Result<DialogInfo> read_dialog_info(std::string_view xml);
Result<Presence> read_presence(std::string_view xml);

}  // namespace callwright::cti::sip
