#pragma once
#include <cstddef>
#include <string>
#include <string_view>

namespace callwright::cti::asterisk {

/// `text` with every byte that is no valid UTF-8 replaced by U+FFFD, cut at a character to at most `limit` bytes.
std::string readable_utf8(std::string_view text, std::size_t limit);

/// What a telephone may show: `text` without control characters and without those that mean something in a dialplan, in a
/// caller id or in SIP (`"<>\,;|&=(){}[]$^`), blanks joined, cut to at most `limit` bytes. It is reduced and not refused,
/// because a caller chooses his own name and must not keep an agent's phone from ringing with it.
std::string shown_name(std::string_view text, std::size_t limit);

/// The same for a calling number: letters, digits and `+*#._-` only.
std::string shown_number(std::string_view text, std::size_t limit);

}  // namespace callwright::cti::asterisk
