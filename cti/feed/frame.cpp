#include "cti/feed/frame.hpp"

#include <cstdint>

#include "cti/feed/errc.hpp"

namespace callwright::cti::feed {

void FrameReader::add(std::string_view bytes) {
  if (taken_ > 0) {
    buffer_.erase(0, taken_);
    taken_ = 0;
  }
  buffer_.append(bytes);
}

Result<std::optional<std::string_view>> FrameReader::next() {
  const std::string_view rest = std::string_view(buffer_).substr(taken_);
  if (rest.size() < kFrameHead) return std::nullopt;
  std::uint32_t length = 0;
  for (std::size_t i = 0; i < kFrameHead; ++i) length = length << 8 | static_cast<std::uint8_t>(rest[i]);
  if (length == 0) return fail(Errc::malformed, "frame of length 0");
  if (length > kFrameLimit) return fail(Errc::oversized, "frame of " + std::to_string(length) + " bytes, limit " + std::to_string(kFrameLimit));
  if (rest.size() - kFrameHead < length) return std::nullopt;
  taken_ += kFrameHead + length;
  return rest.substr(kFrameHead, length);
}

std::string frame(std::string_view message) {
  const auto length = static_cast<std::uint32_t>(message.size());
  std::string bytes;
  bytes.reserve(kFrameHead + message.size());
  for (int shift = 24; shift >= 0; shift -= 8) bytes.push_back(static_cast<char>(length >> shift & 0xFF));
  bytes.append(message);
  return bytes;
}

}  // namespace callwright::cti::feed
