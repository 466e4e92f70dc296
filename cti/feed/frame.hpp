#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace callwright::cti::feed {

constexpr std::size_t kFrameLimit = 1u << 20;  ///< of the message, without the four bytes before it
constexpr std::size_t kFrameHead = 4;

/// Cuts a stream of bytes into frames, however the bytes arrive.
///
/// Give it what was read, then take frames until there is none. The length is checked as soon as its four bytes are there and
/// nothing is ever allocated on its word: at most what was received is kept. After an error the stream is of no more use.
class FrameReader {
 public:
  void add(std::string_view bytes);

  /// The next whole message, or nothing yet. Valid until the next call of a member.
  /// Errors: `Errc::oversized`, `Errc::malformed` (length 0).
  Result<std::optional<std::string_view>> next();

  std::size_t buffered() const { return buffer_.size() - taken_; }

 private:
  std::string buffer_;
  std::size_t taken_ = 0;
};

/// `message` with its length before it. `message` has 1 byte to `kFrameLimit`.
std::string frame(std::string_view message);

}  // namespace callwright::cti::feed
