#include "cti/sip/digest.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>

#include "cti/sip/grammar.hpp"
#include "cti/sip/writing.hpp"

namespace callwright::cti::sip::digest {
namespace {

std::string in_hex(const unsigned char* bytes, std::size_t size) {
  std::string text;
  for (std::size_t i = 0; i < size; ++i) {
    text += "0123456789abcdef"[bytes[i] >> 4];
    text += "0123456789abcdef"[bytes[i] & 0xF];
  }
  return text;
}

std::string said(const Word& word, std::string_view name) {
  const std::string* value = find(word.parameters, name);
  return value ? grammar::unquoted(*value) : std::string();
}

std::optional<Algorithm> algorithm_of(std::string_view name) {
  if (name.empty() || grammar::same(name, "MD5")) return Algorithm::md5;
  if (grammar::same(name, "SHA-256")) return Algorithm::sha256;
  return {};
}

bool is_count(std::string_view nc) { return nc.size() == 8 && nc.find_first_not_of("0123456789abcdefABCDEF") == nc.npos; }

std::string count(std::uint32_t nc) {
  std::string text;
  for (int shift = 28; shift >= 0; shift -= 4) text += "0123456789abcdef"[(nc >> shift) & 0xF];
  return text;
}

}  // namespace

std::string hash(Algorithm algorithm, std::string_view text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> sum{};
  unsigned size = 0;
  const EVP_MD* kind = algorithm == Algorithm::md5 ? EVP_md5() : EVP_sha256();
  EVP_Digest(text.data(), text.size(), sum.data(), &size, kind, nullptr);
  return in_hex(sum.data(), size);
}

std::string keyed_hash(std::string_view key, std::string_view text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> sum{};
  unsigned size = 0;
  HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), reinterpret_cast<const unsigned char*>(text.data()), text.size(), sum.data(), &size);
  return in_hex(sum.data(), size);
}

bool same_secret(std::string_view a, std::string_view b) { return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0; }

std::optional<Claim> read_claim(const Word& authorization) {
  if (!grammar::same(authorization.word, "Digest")) return {};
  const auto algorithm = algorithm_of(said(authorization, "algorithm"));
  if (!algorithm) return {};
  Claim claim{said(authorization, "username"), said(authorization, "realm"), said(authorization, "nonce"),
              said(authorization, "uri"),      said(authorization, "qop"),   said(authorization, "cnonce"),
              said(authorization, "response"), said(authorization, "nc"),    *algorithm};
  if (claim.username.empty() || claim.nonce.empty() || claim.uri.empty() || claim.response.empty()) return {};
  if (claim.qop.empty() ? !claim.nc.empty() : !grammar::same(claim.qop, "auth") || !is_count(claim.nc) || claim.cnonce.empty()) return {};
  return claim;
}

std::string response(const Claim& claim, std::string_view password, std::string_view method) {
  const std::string who = hash(claim.algorithm, claim.username + ":" + claim.realm + ":" + std::string(password));
  const std::string what = hash(claim.algorithm, std::string(method) + ":" + claim.uri);
  const std::string middle = claim.qop.empty() ? claim.nonce : claim.nonce + ":" + claim.nc + ":" + claim.cnonce + ":" + claim.qop;
  return hash(claim.algorithm, who + ":" + middle + ":" + what);
}

std::optional<Word> answer(const Word& challenge, std::string_view username, std::string_view password, std::string_view method, std::string_view uri,
                           std::uint32_t nc, std::string_view cnonce) {
  const auto algorithm = algorithm_of(said(challenge, "algorithm"));
  if (!grammar::same(challenge.word, "Digest") || !algorithm) return {};
  Claim claim{std::string(username), said(challenge, "realm"), said(challenge, "nonce"), std::string(uri), {}, {}, {}, {}, *algorithm};
  if (claim.nonce.empty()) return {};
  if (const std::string offered = said(challenge, "qop"); !offered.empty()) {
    bool takes_auth = false;
    for (std::string_view one : grammar::elements(offered)) takes_auth = takes_auth || grammar::same(one, "auth");
    if (!takes_auth) return {};
    claim.qop = "auth";
    claim.nc = count(nc);
    claim.cnonce = cnonce;
  }
  Word made{"Digest",
            {{"username", quoted(claim.username)},
             {"realm", quoted(claim.realm)},
             {"nonce", quoted(claim.nonce)},
             {"uri", quoted(claim.uri)},
             {"response", quoted(response(claim, password, method))},
             {"algorithm", claim.algorithm == Algorithm::md5 ? "MD5" : "SHA-256"}}};
  if (!claim.qop.empty())
    for (auto&& [name, value] : {std::pair{"qop", claim.qop}, std::pair{"nc", claim.nc}, std::pair{"cnonce", quoted(claim.cnonce)}})
      made.parameters.push_back({name, value});
  if (const std::string* opaque = find(challenge.parameters, "opaque")) made.parameters.push_back({"opaque", *opaque});
  return made;
}

}  // namespace callwright::cti::sip::digest
