#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace callwright::contacts {

/// The word among `words` that `text` was probably meant to be (fewest edits, at most a third of its length, two at least); empty if none is near.
std::string nearest_word(std::string_view text, const std::vector<std::string>& words);

}  // namespace callwright::contacts
