#pragma once
#include <string>
#include <string_view>

namespace callwright::desktop {

/// 256 random bits as 43 characters of base64url. Who has the text is who it names, so only `token_hash` is ever stored.
std::string new_token();

/// 32 bytes (BLAKE2b-256).
std::string token_hash(std::string_view token);

/// The value of X-CSRF-Token for a session: made from its token, so that nothing more need be stored.
std::string csrf_token(std::string_view token);

/// Compares in a time that does not depend on where they differ.
bool same_secret(std::string_view a, std::string_view b);

/// A name for a request of our own, unique for ever: 32 hex digits.
std::string random_id();

}  // namespace callwright::desktop
