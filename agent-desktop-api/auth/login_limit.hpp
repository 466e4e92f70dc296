#pragma once
#include <chrono>
#include <deque>
#include <optional>
#include <string>
#include <unordered_map>

#include "base/instant.hpp"

namespace callwright::desktop {

/// Counts failed sign-ins: 5 a minute for one name from one address, 60 a minute from one address. Pure; time is given.
/// Remembers at most 20,000 pairs; beyond that the ones that expired go first, then new names share one budget.
class LoginLimit {
 public:
  /// Books an attempt before it is tried. The time to wait if there is no budget left (nothing is booked then).
  std::optional<std::chrono::seconds> attempt(const std::string& login, const std::string& remote, Instant now);

  /// Gives an attempt back that was right.
  void succeeded(const std::string& login, const std::string& remote);

 private:
  using Attempts = std::deque<Instant>;
  Attempts& attempts_of(const std::string& key, Instant now);

  std::unordered_map<std::string, Attempts> attempts_;
};

}  // namespace callwright::desktop
