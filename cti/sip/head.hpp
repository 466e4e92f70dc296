#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace callwright::cti::sip {

/// The header fields that mean something to us; `other` is kept as text.
enum class Field : std::uint8_t {
  other,
  via,
  from,
  to,
  call_id,
  cseq,
  contact,
  max_forwards,
  route,
  record_route,
  require,
  proxy_require,
  supported,
  accept,
  expires,
  min_expires,
  retry_after,
  event,
  subscription_state,
  authorization,
  www_authenticate,
  reason,
  diversion,
  p_asserted_identity,
  content_type,
  content_length,
  date,
};

/// What stands before a message's body, line by line and unfolded. Moving it leaves its views valid.
///
/// Bounded: kLineBytes a line, folded or not, kHeaders of them. The first thing that is wrong stands in `fault`, and `lines` still holds what can be
/// held, so that whoever sent a bad request can be told. A control character is refused, but for one that is escaped in a quoted string: it is
/// read as a blank, since such a string is only ever shown.
struct Head {
  static constexpr std::size_t kMessageBytes = 64 << 10;
  static constexpr std::size_t kHeaders = 256;
  static constexpr std::size_t kLineBytes = 8 << 10;

  struct Line {
    Field field = Field::other;
    std::string_view name;
    std::string_view value;  ///< trimmed
  };

  std::string_view start;
  std::vector<Line> lines;
  std::size_t body_at = 0;      ///< in the bytes that were read
  const char* fault = nullptr;  ///< literal
  std::int32_t fault_status = 0;

  std::vector<char> text;  ///< what the views point into
};

/// `bytes` begin with the start line. Without the empty line at the end of the head it is none: `fault` says so.
Head read_head(std::string_view bytes);

/// Up to and with the empty line that ends a head; 0 if it is not there yet.
std::size_t end_of_head(std::string_view bytes);

Field field_of(std::string_view name);

}  // namespace callwright::cti::sip
