#pragma once
#include <cstdint>
#include <string_view>

namespace callwright {

/// FNV-1a over the values given, in order. For comparing two states, not for anything an opponent may choose.
class Digest {
 public:
  Digest& add(std::int64_t value) {
    for (int i = 0; i < 8; ++i) byte(static_cast<std::uint8_t>(static_cast<std::uint64_t>(value) >> (8 * i)));
    return *this;
  }
  Digest& add(std::string_view text) {
    for (char c : text) byte(static_cast<std::uint8_t>(c));
    return add(static_cast<std::int64_t>(text.size()));
  }
  std::uint64_t value() const { return value_; }

 private:
  void byte(std::uint8_t b) { value_ = (value_ ^ b) * 1099511628211ULL; }
  std::uint64_t value_ = 1469598103934665603ULL;
};

/// 64-bit FNV-1a of these bytes alone: the same on every machine.
constexpr std::uint64_t fnv1a(std::string_view text) {
  std::uint64_t value = 14695981039346656037ULL;
  for (char c : text) value = (value ^ static_cast<std::uint8_t>(c)) * 1099511628211ULL;
  return value;
}

}  // namespace callwright
