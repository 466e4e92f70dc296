#include "agent-desktop-api/auth/secret_token.hpp"

#include <sodium.h>

#include <array>
#include <stdexcept>

namespace callwright::desktop {
namespace {

using Bytes = std::array<unsigned char, 32>;

std::string base64(const Bytes& bytes) {
  std::array<char, sodium_base64_ENCODED_LEN(32, sodium_base64_VARIANT_URLSAFE_NO_PADDING)> text{};
  sodium_bin2base64(text.data(), text.size(), bytes.data(), bytes.size(), sodium_base64_VARIANT_URLSAFE_NO_PADDING);
  return text.data();
}

Bytes digest(std::string_view text, std::string_view key) {
  Bytes out{};
  crypto_generichash(out.data(), out.size(), reinterpret_cast<const unsigned char*>(text.data()), text.size(),
                     key.empty() ? nullptr : reinterpret_cast<const unsigned char*>(key.data()), key.size());
  return out;
}

void need_sodium() {
  if (sodium_init() < 0) throw std::runtime_error("libsodium has no source of randomness");
}

}  // namespace

std::string new_token() {
  need_sodium();
  Bytes bytes;
  randombytes_buf(bytes.data(), bytes.size());
  return base64(bytes);
}

std::string token_hash(std::string_view token) {
  const Bytes hash = digest(token, {});
  return {reinterpret_cast<const char*>(hash.data()), hash.size()};
}

std::string csrf_token(std::string_view token) { return base64(digest(token, "callwright csrf 1")); }

bool same_secret(std::string_view a, std::string_view b) { return a.size() == b.size() && sodium_memcmp(a.data(), b.data(), a.size()) == 0; }

std::string random_id() {
  need_sodium();
  std::array<unsigned char, 16> bytes{};
  randombytes_buf(bytes.data(), bytes.size());
  std::array<char, 33> text{};
  sodium_bin2hex(text.data(), text.size(), bytes.data(), bytes.size());
  return text.data();
}

}  // namespace callwright::desktop
