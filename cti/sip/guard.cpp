#include "cti/sip/guard.hpp"

#include <charconv>
#include <optional>

#include "cti/sip/codec.hpp"
#include "cti/sip/digest.hpp"
#include "cti/sip/grammar.hpp"
#include "cti/sip/writing.hpp"

namespace callwright::cti::sip {
namespace {

constexpr std::size_t kSecondDigits = 10;

std::int64_t second_of(Instant now) { return now.us / 1'000'000; }

/// 0: none stands there.
std::int64_t second_in(std::string_view nonce) {
  std::int64_t second = 0;
  if (nonce.size() <= kSecondDigits) return 0;
  const auto [end, error] = std::from_chars(nonce.data(), nonce.data() + kSecondDigits, second);
  return error == std::errc{} && end == nonce.data() + kSecondDigits ? second : 0;
}

/// A client may write the Request-URI another way in its claim, as long as it means the same.
bool means(std::string_view claimed, const Message& request) {
  if (claimed == request.target_text) return true;
  const auto uri = read_uri(claimed);
  return uri && uri->scheme == request.target.scheme && uri->user == request.target.user && grammar::same(uri->host, request.target.host);
}

}  // namespace

std::string Guard::nonce(std::int64_t second, std::string_view host) const {
  const std::string at = std::to_string(second);
  return at + digest::keyed_hash(secret_, at + " " + std::string(host)).substr(0, 32);
}

std::vector<Word> Guard::challenges(const Flow& from, bool stale, Instant now) const {
  std::vector<Word> all;
  for (const char* algorithm : {"SHA-256", "MD5"}) {
    all.push_back(
        {"Digest", {{"realm", quoted(realm_)}, {"nonce", quoted(nonce(second_of(now), from.host))}, {"qop", "\"auth\""}, {"algorithm", algorithm}}});
    if (stale) all.back().parameters.push_back({"stale", "true"});
  }
  return all;
}

Guard::Decision Guard::judge(const Message& request, const Flow& from, Instant now) {
  using What = Decision::What;
  if (trusted_.hold(from.host)) return {What::trusted, {}, false};
  if (accounts_.empty()) return {What::refused, {}, false};
  for (const Word& authorization : request.authorizations) {
    const auto claim = digest::read_claim(authorization);
    if (!claim || claim->realm != realm_ || claim->qop.empty() || !means(claim->uri, request)) continue;
    const std::int64_t second = second_in(claim->nonce);
    if (!digest::same_secret(claim->nonce, nonce(second, from.host))) return {What::challenge, {}, true};
    const auto account = accounts_.find(claim->username);
    // A name that nobody has takes as long as a wrong password.
    const std::string expected = digest::response(*claim, account == accounts_.end() ? std::string_view() : account->second, request.method);
    if (!digest::same_secret(grammar::lower(claim->response), expected) || account == accounts_.end()) return {What::refused, {}, false};
    const std::int64_t oldest = second_of(now - kNonceLife);
    std::uint32_t count = 0;
    std::from_chars(claim->nc.data(), claim->nc.data() + claim->nc.size(), count, 16);
    if (second < oldest || second <= forgotten_ || !spend(claim->nonce, count, oldest)) return {What::challenge, {}, true};
    return {What::known, claim->username, false};
  }
  return {What::challenge, {}, false};
}

bool Guard::spend(const std::string& nonce, std::uint32_t count, std::int64_t oldest) {
  while (!counts_.empty() && second_in(counts_.begin()->first) < oldest) counts_.erase(counts_.begin());
  const auto [at, first] = counts_.emplace(nonce, count);
  if (!first && count <= at->second) return false;
  if (count == 0) return false;
  at->second = count;
  if (counts_.size() > nonces_) {
    forgotten_ = second_in(counts_.begin()->first);
    while (!counts_.empty() && second_in(counts_.begin()->first) <= forgotten_) counts_.erase(counts_.begin());
  }
  return true;
}

}  // namespace callwright::cti::sip
