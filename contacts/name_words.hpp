#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace callwright::contacts {

/// The words of a name as they are searched for: small letters without Latin accents, split at what is neither letter nor digit; a run
/// of Chinese characters gives itself and each of its endings, so that any beginning inside it is found. No word twice.
/// Invalid UTF-8 is a separator.
std::vector<std::string> name_words(std::string_view name);

/// The words of a query: as above, but a run of Chinese characters stays one word.
std::vector<std::string> query_words(std::string_view query);

}  // namespace callwright::contacts
