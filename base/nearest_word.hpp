#pragma once
#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace callwright {

/// How many letters must be put in, taken out or changed to make `b` of `a` (Levenshtein).
inline std::size_t edits_between(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t change = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, change});
    }
  }
  return row[b.size()];
}

/// The word among `words` that `text` was probably meant to be (fewest edits, at most a third of its length, two at least); empty if none is near,
/// or if `text` is longer than 64 bytes.
inline std::string nearest_word(std::string_view text, const std::vector<std::string>& words) {
  std::string best;
  if (text.size() > 64) return best;
  std::size_t fewest = std::max<std::size_t>(2, text.size() / 3) + 1;
  for (const std::string& word : words) {
    const std::size_t count = edits_between(text, word);
    if (count < fewest) {
      fewest = count;
      best = word;
    }
  }
  return best;
}

}  // namespace callwright
