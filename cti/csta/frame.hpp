#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace callwright::cti::csta {

/// What events bear in place of a number of their own; requests and their answers have 0 to 9998.
inline constexpr std::int32_t kEventInvokeId = 9999;

/// One message on TCP: two zero bytes (XML without SOAP), the length of the whole in two bytes, these eight included, four digits, the XML.
struct Frame {
  static constexpr std::size_t kHeader = 8;
  static constexpr std::size_t kMost = 65'535;

  std::int32_t invoke_id = 0;
  std::string_view xml;  ///< until the reader's next `push`
};

/// Errors: `errc::too_big`.
Result<std::string> framed(std::int32_t invoke_id, std::string_view xml);

/// Bytes into frames, however they are cut. Nothing marks where a frame begins, so a header that cannot be one ends the connection: `broken` says
/// why, and nothing is read any more.
///
///     reader.push(bytes);
///     while (auto frame = reader.next()) ...
///
/// Holds at most one frame and what was pushed last.
class FrameReader {
 public:
  void push(std::string_view bytes);
  std::optional<Frame> next();
  /// Empty: nothing is wrong.
  std::string_view broken() const { return broken_; }

 private:
  std::string buffer_, broken_;
  std::size_t read_ = 0;
};

}  // namespace callwright::cti::csta
