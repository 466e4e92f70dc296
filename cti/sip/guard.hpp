#pragma once
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/instant.hpp"
#include "cti/sip/flow.hpp"
#include "cti/sip/message.hpp"
#include "cti/sip/networks.hpp"

namespace callwright::cti::sip {

/// Who may ask us for something: a trusted network, or a password by digest.
///
/// A nonce holds the second at which it was made and a keyed hash of that and of the address it was given to, so nothing is remembered of challenges.
/// It is good for kNonceLife; each of its counts (`nc`) is taken once and in rising order, which is remembered of kNonces nonces (with more of them
/// the oldest lose their worth). What is too old or has been used is answered with `stale=true`: whoever knows the password asks again with the new
/// nonce.
class Guard {
 public:
  static constexpr Duration kNonceLife = std::chrono::minutes(5);
  static constexpr std::size_t kNonces = 65'536;

  struct Decision {
    enum class What : std::uint8_t {
      trusted,    ///< by its address
      known,      ///< by the password of `account`
      challenge,  ///< 401
      refused,    ///< 403: a wrong password, or none would do
    };
    What what = What::refused;
    std::string account;
    bool stale = false;
  };

  Guard(Networks trusted, std::map<std::string, std::string> accounts, std::string realm, std::string secret, std::size_t nonces = kNonces)
      : trusted_(std::move(trusted)), accounts_(std::move(accounts)), realm_(std::move(realm)), secret_(std::move(secret)), nonces_(nonces) {}

  Decision judge(const Message& request, const Flow& from, Instant now);
  /// What 401 says, the better algorithm first (RFC 8760).
  std::vector<Word> challenges(const Flow& from, bool stale, Instant now) const;

 private:
  std::string nonce(std::int64_t second, std::string_view host) const;
  bool spend(const std::string& nonce, std::uint32_t count, std::int64_t oldest);

  const Networks trusted_;
  const std::map<std::string, std::string> accounts_;
  const std::string realm_, secret_;
  const std::size_t nonces_;
  std::map<std::string, std::uint32_t> counts_;  ///< the highest count of each nonce; they begin with their second, so the oldest is first
  std::int64_t forgotten_ = 0;                   ///< nonces up to this second are worth nothing
};

}  // namespace callwright::cti::sip
