#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "cti/sip/message.hpp"

/// Digest access authentication (RFC 7616, for SIP RFC 8760 and RFC 3261, 22.4) with SHA-256 and MD5 and qop `auth`.
namespace callwright::cti::sip::digest {

enum class Algorithm : std::uint8_t { md5, sha256 };

/// Hexadecimal, lower case.
std::string hash(Algorithm algorithm, std::string_view text);
std::string keyed_hash(std::string_view key, std::string_view text);  ///< HMAC-SHA-256

/// What an Authorization header says, without its quotes.
struct Claim {
  std::string username, realm, nonce, uri, qop, cnonce, response;
  std::string nc;  ///< eight hexadecimal digits
  Algorithm algorithm = Algorithm::md5;
};
/// None: another scheme, another algorithm, or something that must be there is missing. Without qop it is an old claim (RFC 2069): `qop`, `nc` and
/// `cnonce` are empty.
std::optional<Claim> read_claim(const Word& authorization);

/// The `response` of who knows the password.
std::string response(const Claim& claim, std::string_view password, std::string_view method);

/// The answer of a client with a password to a challenge. None: it asks for what we do not do. `nc`: how often its nonce has been used, this time
/// included.
std::optional<Word> answer(const Word& challenge, std::string_view username, std::string_view password, std::string_view method, std::string_view uri,
                           std::uint32_t nc, std::string_view cnonce);

bool same_secret(std::string_view a, std::string_view b);  ///< takes as long wherever they differ

}  // namespace callwright::cti::sip::digest
