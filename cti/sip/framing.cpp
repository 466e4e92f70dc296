#include "cti/sip/framing.hpp"

#include <algorithm>

#include "cti/sip/grammar.hpp"
#include "cti/sip/head.hpp"

namespace callwright::cti::sip {
namespace {

/// Of a whole head. None: it says no length, or two.
std::optional<std::size_t> length_in(std::string_view head) {
  std::string unfolded;
  if (head.find("\r\n ") != head.npos || head.find("\r\n\t") != head.npos) {
    unfolded = head;
    for (std::size_t at = unfolded.find("\r\n"); at + 2 < unfolded.size(); at = unfolded.find("\r\n", at + 2))
      if (grammar::is_blank(unfolded[at + 2])) unfolded[at] = unfolded[at + 1] = ' ';
    head = unfolded;
  }
  std::optional<std::size_t> length;
  for (std::size_t at = head.find("\r\n") + 2; at < head.size();) {
    const std::size_t end = head.find("\r\n", at);
    const std::string_view line = head.substr(at, end - at);
    at = end + 2;
    const std::size_t colon = line.find(':');
    if (colon == line.npos || field_of(grammar::trimmed(line.substr(0, colon))) != Field::content_length) continue;
    const auto said = grammar::number(grammar::trimmed(line.substr(colon + 1)), 0x7FFF'FFFF);
    if (!said || length) return {};
    length = *said;
  }
  return length;
}

}  // namespace

std::optional<std::string_view> Framing::next() {
  if (broken_) return {};
  const std::string_view all(waiting_);
  for (; all.substr(taken_).starts_with("\r\n"); taken_ += 2) searched_ -= std::min<std::size_t>(searched_, 2);
  const std::string_view rest = all.substr(taken_);
  const std::size_t from = searched_ < 3 ? 0 : searched_ - 3;
  const std::size_t found = rest.find("\r\n\r\n", from);
  if (found == rest.npos) {
    searched_ = rest.size();
    if (rest.size() > Head::kMessageBytes) broken_ = true;
    if (taken_ > 0) {
      waiting_.erase(0, taken_);
      taken_ = 0;
    }
    return {};
  }
  searched_ = found;
  const std::size_t head = found + 4;
  const auto length = length_in(rest.substr(0, head));
  if (!length || head + *length > Head::kMessageBytes) {
    broken_ = true;
    return rest.substr(0, head);
  }
  if (rest.size() < head + *length) return {};
  taken_ += head + *length;
  searched_ = 0;
  return rest.substr(0, head + *length);
}

}  // namespace callwright::cti::sip
