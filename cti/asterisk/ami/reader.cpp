#include "cti/asterisk/ami/reader.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

namespace callwright::cti::ami {
namespace {

constexpr std::string_view kEvent = "event", kResponse = "response", kPrivilege = "privilege", kVariable = "chanvariable";

// `known` is written in lower case.
bool is(std::string_view key, std::string_view known) { return key.size() == known.size() && lower(key[0]) == known[0] && same_key(key, known); }
bool ends_with(std::string_view key, std::string_view known) {
  return key.size() >= known.size() && same_key(key.substr(key.size() - known.size()), known);
}

}  // namespace

bool same_key(std::string_view one, std::string_view other) {
  return one.size() == other.size() && std::equal(one.begin(), one.end(), other.begin(), [](char a, char b) { return lower(a) == lower(b); });
}

std::string_view Message::value(std::string_view key) const {
  for (std::size_t i = 0; i < size(); ++i)
    if (const Field field = (*this)[i]; same_key(field.key, key)) return field.value;
  return {};
}

void Reader::push(std::string_view bytes) {
  const std::size_t keep = places_.empty() ? line_ : start_;
  if (keep > 0) {
    buffer_.erase(0, keep);
    line_ -= keep;
    scanned_ -= keep;
    start_ = 0;
  }
  buffer_.append(bytes);
}

const Message* Reader::next() {
  if (!message_.places_.empty()) {  // it has been taken
    places_.clear();
    message_.places_ = {};
  }
  for (;;) {
    const char* const at = buffer_.data() + scanned_;
    const auto* newline = static_cast<const char*>(std::memchr(at, '\n', buffer_.size() - scanned_));
    if (!newline) {
      scanned_ = buffer_.size();
      if (scanned_ - line_ <= kLineLimit + 1) return nullptr;  // the last byte may be a carriage return
      if (!std::exchange(mid_line_, true)) break_off(false);
      banner_ = false;
      line_ = scanned_;  // its bytes are not kept
      return nullptr;
    }
    const std::size_t begin = line_;
    std::size_t end = static_cast<std::size_t>(newline - buffer_.data());
    line_ = scanned_ = end + 1;
    if (mid_line_) {
      mid_line_ = false;
      continue;
    }
    if (end > begin && buffer_[end - 1] == '\r') --end;
    if (banner_) {
      banner_ = false;
      message_.kind_ = Message::Kind::banner;
      message_.name_ = message_.raw_ = {buffer_.data() + begin, end - begin};
      return &message_;
    }
    if (end > begin) {
      take_line(begin, end);
    } else if (skipping_) {
      skipping_ = false;
    } else if (!places_.empty()) {
      return finish(line_);
    }
  }
}

void Reader::begin_message(std::size_t at) {
  places_.clear();
  start_ = at;
  privileged_ = restarted_ = false;
}

/// `rest_follows`: the remainder of the message will look like one that has lost its beginning.
void Reader::break_off(bool rest_follows) {
  if (!skipping_) ++broken_;
  skipping_ = true;
  rest_follows_ = rest_follows;
  places_.clear();
}

void Reader::take_line(std::size_t begin, std::size_t end) {
  if (skipping_) return;
  const char* const text = buffer_.data() + begin;
  const auto* colon = static_cast<const char*>(std::memchr(text, ':', end - begin));
  const std::string_view key(text, colon ? static_cast<std::size_t>(colon - text) : 0);
  const bool event = is(key, kEvent);
  if (end - begin > kLineLimit) return break_off(false);
  if (places_.empty()) {
    if (!event && !is(key, kResponse)) {
      if (std::exchange(rest_follows_, false)) skipping_ = true;
      else break_off(ends_with(key, kEvent));  // `EveEvent: ...`
      return;
    }
    begin_message(begin);
    message_.kind_ = event ? Message::Kind::event : Message::Kind::response;
  } else if (event) {
    ++broken_;
    begin_message(begin);
    restarted_ = rest_follows_ = true;
    message_.kind_ = Message::Kind::event;
  }
  if (key.empty() || places_.size() >= kLines || end - start_ > kMessageLimit) return break_off(false);
  // Twice: the other one began within a line, which hid its name. Both are lost.
  if (is(key, kPrivilege) && std::exchange(privileged_, true)) return break_off(true);
  std::size_t value = begin + key.size() + 1;
  if (value < end && buffer_[value] == ' ') ++value;
  places_.push_back({static_cast<std::uint32_t>(begin - start_), static_cast<std::uint32_t>(key.size()), static_cast<std::uint32_t>(value - start_),
                     static_cast<std::uint32_t>(end - value)});
}

const Message* Reader::finish(std::size_t end) {
  if (!restarted_) rest_follows_ = false;
  message_.base_ = buffer_.data() + start_;
  message_.raw_ = {message_.base_, end - start_};
  message_.name_ = {message_.base_ + places_[0].value, places_[0].value_size};
  message_.places_ = places_;
  return &message_;
}

bool read_variable(const Message::Field& field, Variable& variable) {
  std::string_view key = field.key;
  variable = {};
  if (key.ends_with(')')) {
    const std::size_t open = key.find('(');
    if (open == key.npos) return false;
    variable.channel = key.substr(open + 1, key.size() - open - 2);
    key = key.substr(0, open);
  }
  if (!ends_with(key, kVariable)) return false;
  variable.role = key.substr(0, key.size() - kVariable.size());
  const std::size_t sign = field.value.find('=');
  if (sign == field.value.npos || sign == 0) return false;
  variable.name = field.value.substr(0, sign);
  variable.value = field.value.substr(sign + 1);
  return true;
}

}  // namespace callwright::cti::ami
