#pragma once
#include <cstddef>
#include <string>
#include <string_view>

namespace callwright::cti::link {

/// What a telephone may show: `text` without control characters and without those that mean something in a dialplan, in a
/// caller id or in SIP (`"<>\,;|&=(){}[]$^`), blanks joined, cut to at most `limit` bytes. It is reduced and not refused,
/// because a caller chooses his own name and must not keep an agent's phone from ringing with it.
std::string shown_name(std::string_view text, std::size_t limit);

/// The same for a calling number: letters, digits and `+*#._-` only.
std::string shown_number(std::string_view text, std::size_t limit);

}  // namespace callwright::cti::link
