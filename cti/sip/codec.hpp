#pragma once
#include <expected>
#include <string_view>

#include "cti/sip/message.hpp"

namespace callwright::cti::sip {

/// How the bytes came: a datagram ends its message, on a stream Content-Length does.
enum class Carrier : std::uint8_t { datagram, stream };

/// One message. The parser is libosip2, behind checks of our own: what it reads leniently or drops without a word is refused here, as RFC 4475 wants
/// it (blanks in the start line and in addresses, empty parameters, quotes that never end, numbers out of range, headers that contradict each other,
/// escaped headers in a Request-URI, a date that is not GMT). Bytes behind the body of a datagram are not looked at, neither are line ends before the
/// start line; nothing but those is refused with an empty `why`.
/// Limits: 64 KiB a message, 256 headers, 8 KiB a line.
std::expected<Message, Refusal> read_message(std::string_view bytes, Carrier carrier);

/// `sip:4000@pbx;transport=tcp` by itself, as a person writes it in settings. None: it is no sip, sips or tel URI.
std::optional<Uri> read_uri(std::string_view text);
/// `"Name" <sip:...>;tag=...` by itself.
std::optional<Address> read_address(std::string_view text);

/// Whom an address names: the user of a sip URI or the number of a tel URI, unescaped and without what follows a semicolon. Empty: nobody who could
/// be named (an escape that stands for a control character).
std::string user_of(const Uri& uri);

}  // namespace callwright::cti::sip
