#pragma once
#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace callwright::routing {

/// A set of agents by dense index, 64 in a word, so that gates are ANDs: all such bitmaps of one engine have the same size. Also a set of places in a
/// roster, or of classes.
class Bitmap {
 public:
  void resize(std::size_t bits) { words_.resize((bits + 63) / 64); }
  void clear() { words_.assign(words_.size(), 0); }

  void put(std::size_t bit, bool value) {
    const std::uint64_t mask = std::uint64_t{1} << (bit % 64);
    if (value) words_[bit / 64] |= mask;
    else words_[bit / 64] &= ~mask;
  }
  bool test(std::size_t bit) const { return bit / 64 < words_.size() && (words_[bit / 64] >> (bit % 64) & 1); }

  /// Calls `visit` for each one that is in it. `visit` may take that one out.
  template <class Visit>
  void for_each(Visit visit) const;

  std::size_t words() const { return words_.size(); }
  std::uint64_t word(std::size_t i) const { return words_[i]; }

 private:
  std::vector<std::uint64_t> words_;
};

/// Calls `visit(index)` for each set bit of `word`, whose first bit is `base`.
template <class Visit>
void for_each_bit(std::uint64_t word, std::size_t base, Visit visit) {
  for (; word; word &= word - 1) visit(base + static_cast<std::size_t>(std::countr_zero(word)));
}

template <class Visit>
void Bitmap::for_each(Visit visit) const {
  for (std::size_t w = 0; w < words_.size(); ++w) for_each_bit(words_[w], w * 64, visit);
}

}  // namespace callwright::routing
