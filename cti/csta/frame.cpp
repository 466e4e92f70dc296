#include "cti/csta/frame.hpp"

#include "cti/csta/error.hpp"

namespace callwright::cti::csta {
namespace {

constexpr std::size_t kDigits = 4;

std::size_t two_bytes(std::string_view at) { return std::size_t{static_cast<std::uint8_t>(at[0])} << 8 | static_cast<std::uint8_t>(at[1]); }

}  // namespace

Result<std::string> framed(std::int32_t invoke_id, std::string_view xml) {
  const std::size_t size = Frame::kHeader + xml.size();
  if (size > Frame::kMost || invoke_id < 0 || invoke_id > kEventInvokeId) return fail(errc::too_big, "frame");
  std::string digits = std::to_string(invoke_id);
  digits.insert(0, kDigits - digits.size(), '0');
  std::string bytes{'\0', '\0', static_cast<char>(size >> 8), static_cast<char>(size & 0xFF)};
  return bytes.append(digits).append(xml);
}

void FrameReader::push(std::string_view bytes) {
  if (!broken_.empty()) return;
  buffer_.erase(0, read_);
  read_ = 0;
  buffer_.append(bytes);
}

std::optional<Frame> FrameReader::next() {
  const std::string_view rest = std::string_view(buffer_).substr(read_);
  if (!broken_.empty() || rest.size() < Frame::kHeader) return {};
  const std::size_t size = two_bytes(rest.substr(2));
  Frame frame;
  bool digits = true;
  for (const char c : rest.substr(4, kDigits)) {
    digits = digits && c >= '0' && c <= '9';
    frame.invoke_id = frame.invoke_id * 10 + (c - '0');
  }
  if (two_bytes(rest) != 0) broken_ = "a frame that does not begin with two zero bytes";
  else if (size <= Frame::kHeader) broken_ = "a frame without content";
  else if (!digits) broken_ = "a frame whose invoke id is no number";
  if (!broken_.empty() || rest.size() < size) return {};
  frame.xml = rest.substr(Frame::kHeader, size - Frame::kHeader);
  read_ += size;
  return frame;
}

}  // namespace callwright::cti::csta
