#pragma once
#include <algorithm>
#include <array>
#include <cstddef>
#include <memory_resource>
#include <set>

namespace callwright::routing {

/// Keys in their order, for the many lines in which nobody or hardly anybody stands and the few in which thousands do: the visits of a class, the
/// places of a queue.
///
/// The first ones stand in the object itself, at most `kFew`: a line that is no longer costs no node, no allocation and no search. Those behind them
/// stand in a set, so that nothing takes longer than the logarithm of their number. When the last of the first has gone, the set gives the next ones.
template <class Key, std::size_t kFew>
class Line {
 public:
  class Iterator {
   public:
    const Key& operator*() const { return at_ < line_->few_ ? line_->first_[at_] : *rest_; }
    const Key* operator->() const { return &operator*(); }
    Iterator& operator++() {
      if (at_ < line_->few_) ++at_;
      else ++rest_;
      return *this;
    }
    bool operator==(const Iterator& other) const { return at_ == other.at_ && rest_ == other.rest_; }

   private:
    friend Line;
    using Rest = typename std::pmr::set<Key>::const_iterator;
    Iterator(const Line* line, std::size_t at, Rest rest) : line_(line), at_(at), rest_(rest) {}

    const Line* line_;
    std::size_t at_;  ///< among the first; from their number on `rest_` counts
    Rest rest_;
  };

  explicit Line(std::pmr::memory_resource* memory) : rest_(memory) {}

  bool empty() const { return few_ == 0; }
  const Key& front() const { return first_[0]; }
  Iterator begin() const { return {this, 0, rest_.begin()}; }
  Iterator end() const { return {this, few_, rest_.end()}; }
  Iterator upper_bound(const Key& key) const {
    const auto at = static_cast<std::size_t>(std::upper_bound(first_.begin(), last(), key) - first_.begin());
    return {this, at, at < few_ ? rest_.begin() : rest_.upper_bound(key)};
  }
  bool contains(const Key& key) const { return std::binary_search(first_.begin(), last(), key) || rest_.contains(key); }

  /// It does not stand here.
  void insert(const Key& key) {
    if (few_ == kFew && first_[kFew - 1] < key) {
      rest_.insert(key);
      return;
    }
    if (few_ < kFew && !rest_.empty() && *rest_.begin() < key) {
      rest_.insert(key);
      return;
    }
    if (few_ == kFew) rest_.insert(rest_.begin(), first_[--few_]);
    std::size_t at = few_++;
    for (; at > 0 && key < first_[at - 1]; --at) first_[at] = first_[at - 1];
    first_[at] = key;
  }
  /// Nothing if it does not stand here.
  void erase(const Key& key) {
    std::size_t at = 0;
    while (at < few_ && first_[at] < key) ++at;
    if (at == few_) {
      rest_.erase(key);
      return;
    }
    if (key < first_[at]) return;
    for (--few_; at < few_; ++at) first_[at] = first_[at + 1];
    if (few_ > 0) return;
    for (; few_ < kFew && !rest_.empty(); ++few_) {
      first_[few_] = *rest_.begin();
      rest_.erase(rest_.begin());
    }
  }
  void clear() {
    few_ = 0;
    rest_.clear();
  }

 private:
  auto last() const { return first_.begin() + few_; }

  std::array<Key, kFew> first_{};
  std::size_t few_ = 0;
  std::pmr::set<Key> rest_;  ///< all behind `first_`; empty if that is
};

}  // namespace callwright::routing
