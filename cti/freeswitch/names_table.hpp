#pragma once
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <utility>

namespace callwright::cti::freeswitch {

/// A table of names made when this is compiled, in which no two names share a place: a name that is not in it, as nine out of ten headers are not,
/// costs one look. `Slots` is a power of two; more of them make a table that cannot be made possible.
template <class Value, std::size_t Names, std::size_t Slots>
class NameTable {
 public:
  using Entry = std::pair<std::string_view, Value>;

  consteval explicit NameTable(const std::array<Entry, Names>& entries) : entries_(entries) {
    for (seed_ = 1; !fill(); seed_ += 2)
      if (seed_ > 200) throw "no seed serves these names";
  }

  constexpr const Value* find(std::string_view name) const {
    const std::uint8_t place = places_[slot(name)];
    if (place == kNone || entries_[place].first != name) return nullptr;
    return &entries_[place].second;
  }
  constexpr const std::array<Entry, Names>& entries() const { return entries_; }

 private:
  static constexpr std::uint8_t kNone = 255;
  static_assert(Names < kNone && (Slots & (Slots - 1)) == 0);

  /// The bytes from `from` on as a number; 4 or 8 of them.
  template <class Number>
  static constexpr std::uint64_t number(const char* from) {
    Number number = 0;
    if consteval {
      for (std::size_t i = 0; i < sizeof(Number); ++i) number |= static_cast<Number>(static_cast<std::uint8_t>(from[i])) << 8 * i;
    } else {
      std::memcpy(&number, from, sizeof(Number));
      if constexpr (std::endian::native == std::endian::big) number = std::byteswap(number);
    }
    return number;
  }
  /// Of its first and last bytes and its size.
  constexpr std::size_t slot(std::string_view name) const {
    const std::size_t size = name.size();
    if (size < 4) return 0;
    const bool is_long = size >= 8;
    const std::uint64_t first = is_long ? number<std::uint64_t>(name.data()) : number<std::uint32_t>(name.data());
    const std::uint64_t last = is_long ? number<std::uint64_t>(name.data() + size - 8) : number<std::uint32_t>(name.data() + size - 4);
    const std::uint64_t both = (first + seed_) * 0x9E3779B97F4A7C15U ^ (last + size) * 0xD6E8FEB86659FD93U;
    return ((both ^ both >> 32) * 0xBF58476D1CE4E5B9U) >> 48 & (Slots - 1);
  }
  constexpr bool fill() {
    places_.fill(kNone);
    for (std::size_t i = 0; i < Names; ++i) {
      std::uint8_t& place = places_[slot(entries_[i].first)];
      if (place != kNone) return false;
      place = static_cast<std::uint8_t>(i);
    }
    return true;
  }

  std::array<Entry, Names> entries_;
  std::array<std::uint8_t, Slots> places_{};
  std::uint64_t seed_ = 1;
};

}  // namespace callwright::cti::freeswitch
