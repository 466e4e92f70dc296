#include "agent-desktop-api/auth/password.hpp"

#include <sodium.h>

#include <array>

namespace callwright::desktop {
namespace {

constexpr unsigned long long kPasses = 2;
constexpr std::size_t kMemoryBytes = 19'456UL * 1024;
constexpr std::size_t kLeast = 8;
constexpr std::size_t kMost = 128;

bool ready() { return sodium_init() >= 0; }

}  // namespace

std::string hash_password(std::string_view password) {
  std::array<char, crypto_pwhash_STRBYTES> out{};
  if (!ready() || crypto_pwhash_str_alg(out.data(), password.data(), password.size(), kPasses, kMemoryBytes, crypto_pwhash_ALG_ARGON2ID13) != 0)
    return {};
  return out.data();
}

bool password_fits(const std::string& hash, std::string_view password) {
  if (!ready() || hash.size() >= crypto_pwhash_STRBYTES) return false;
  return crypto_pwhash_str_verify(hash.c_str(), password.data(), password.size()) == 0;
}

bool is_outdated(const std::string& hash) {
  return !ready() || hash.size() >= crypto_pwhash_STRBYTES || crypto_pwhash_str_needs_rehash(hash.c_str(), kPasses, kMemoryBytes) != 0;
}

std::string password_fault(std::string_view password) {
  std::size_t characters = 0;
  for (unsigned char c : password) characters += (c & 0xC0) != 0x80;
  if (characters < kLeast) return "a password has at least 8 characters";
  if (characters > kMost || password.size() > 4 * kMost) return "a password has at most 128 characters";
  return {};
}

}  // namespace callwright::desktop
