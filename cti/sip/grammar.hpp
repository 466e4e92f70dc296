#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// RFC 3261, section 25.1, as far as we hold messages to it: is a text what it says it is? Texts are unfolded and hold no control characters.
namespace callwright::cti::sip::grammar {

bool same(std::string_view a, std::string_view b);  ///< ASCII letters without case
std::string lower(std::string_view text);
bool is_blank(char c);
std::string_view trimmed(std::string_view text);
bool is_token(std::string_view text);
/// A Call-ID: two words around one `@`, or one.
bool is_call_id(std::string_view text);
/// Digits only, at most `most`.
std::optional<std::uint32_t> number(std::string_view text, std::uint32_t most);
/// Behind the closing quote of the quoted string that begins at `from`; npos: it never ends.
std::size_t end_of_quoted(std::string_view text, std::size_t from);
/// A host name, an IPv4 address or `[IPv6]`.
bool is_host(std::string_view text);
bool is_port(std::string_view text);
/// `;name=value;flag`, blanks allowed around each mark; empty is fine.
bool is_parameters(std::string_view text);
/// Any absolute URI; of sip and sips every part is looked at. `?header=value` only if `with_headers`.
bool is_uri(std::string_view text, bool with_headers);
/// The part before the colon, empty if none is there.
std::string_view scheme_of(std::string_view uri);
/// `"Name" <uri>;parameters` or `uri;parameters`.
bool is_address(std::string_view text);
/// One element of a Via.
bool is_via(std::string_view text);
/// `word;parameters`, `type/subtype;parameters`.
bool is_word(std::string_view text);
/// `Digest name=value, name="value"`.
bool is_credentials(std::string_view text);
/// Of RFC 3261 or one of its extensions.
bool is_standard_method(std::string_view text);
/// An RFC 1123 date, GMT.
bool is_date(std::string_view text);

/// At the commas outside quotes and angle brackets; each element trimmed, empty ones included.
std::vector<std::string_view> elements(std::string_view text);
/// At the semicolons outside quotes: what stands before the first, and each parameter behind.
std::vector<std::string_view> at_semicolons(std::string_view text);

/// Without quotes and backslashes; what is not quoted stays.
std::string unquoted(std::string_view text);
/// `%41` as `A`. None: an escape that is no one, or that stands for a control character.
std::optional<std::string> unescaped(std::string_view text);

}  // namespace callwright::cti::sip::grammar
