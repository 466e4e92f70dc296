#include "cti/freeswitch/frame.hpp"

#include <array>
#include <charconv>
#include <cstring>
#include <utility>

namespace callwright::cti::freeswitch {
namespace {

constexpr std::string_view kType = "Content-Type: ", kLength = "Content-Length: ";

Frame::Kind kind_of(std::string_view type) {
  using Kind = Frame::Kind;
  static constexpr std::array<std::pair<std::string_view, Kind>, 7> kinds{{
      {"text/event-json", Kind::json_event},
      {"text/event-plain", Kind::plain_event},
      {"command/reply", Kind::reply},
      {"api/response", Kind::answer},
      {"auth/request", Kind::auth_request},
      {"text/disconnect-notice", Kind::notice},
      {"text/rude-rejection", Kind::rejection},
  }};
  for (const auto& [name, kind] : kinds)
    if (name == type) return kind;
  return Kind::other;
}

bool is_name_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
}

/// `Name: value`. The names of channel variables are anything, so only their beginning is looked at.
bool is_line(std::string_view line) { return !line.empty() && is_name_character(line.front()) && line.find(": ") != line.npos; }

}  // namespace

std::string_view head_value(std::string_view head, std::string_view name) {
  std::string_view found;
  while (!head.empty()) {
    const std::string_view line = head.substr(0, head.find('\n'));
    if (line.size() >= name.size() + 2 && line.starts_with(name) && line.substr(name.size(), 2) == ": ") found = line.substr(name.size() + 2);
    head.remove_prefix(line.size() < head.size() ? line.size() + 1 : line.size());
  }
  return found;
}

void FrameReader::push(std::string_view bytes) {
  if (!failure_.empty()) return;
  if (kept_.empty()) {
    of_kept_ = false;
    view_ = bytes;
  } else {
    kept_ += bytes;
    of_kept_ = true;
    view_ = kept_;
  }
  at_ = 0;
}

std::optional<Frame> FrameReader::give_up(std::string_view why) {
  reset();
  failure_ = why;
  return {};
}

/// Keeps what is there of a frame until more comes.
std::optional<Frame> FrameReader::wait() {
  if (of_kept_) kept_.erase(0, at_);
  else kept_.assign(view_.substr(at_));
  view_ = {};
  at_ = 0;
  return {};
}

bool FrameReader::take_line(std::string_view line) {
  if (line.starts_with(kType)) {
    kind_ = kind_of(line.substr(kType.size()));
    return typed_ = true;
  }
  if (!line.starts_with(kLength)) return is_line(line);
  const std::string_view digits = line.substr(kLength.size());
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), length_);
  return !digits.empty() && error == std::errc{} && end == digits.data() + digits.size();
}

std::optional<Frame> FrameReader::next() {
  if (!failure_.empty()) return {};
  if (at_ >= view_.size()) {
    if (of_kept_) kept_.clear();
    view_ = {};
    at_ = 0;
    return {};
  }
  const char* const begin = view_.data() + at_;
  const std::size_t size = view_.size() - at_;
  while (head_ == 0) {
    const void* found = std::memchr(begin + searched_, '\n', size - searched_);
    if (!found) {
      searched_ = size;
      if (size > kHead) return give_up("a head over the limit");
      return wait();
    }
    const std::size_t end = static_cast<std::size_t>(static_cast<const char*>(found) - begin);
    if (end > kHead) return give_up("a head over the limit");
    if (end == line_) {
      if (!typed_) return give_up("a head without a type");
      head_ = end + 1;
    } else if (!take_line({begin + line_, end - line_})) {
      return give_up("a line that belongs to no head");
    }
    line_ = searched_ = end + 1;
  }
  if (length_ > (kind_ == Frame::Kind::answer ? kAnswer : kBody)) return give_up("a body over the limit");
  if (size - head_ < length_) return wait();
  const Frame frame{kind_, {begin, head_ - 2}, {begin + head_, length_}};
  at_ += head_ + length_;
  line_ = searched_ = head_ = length_ = 0;
  typed_ = false;
  return frame;
}

}  // namespace callwright::cti::freeswitch
