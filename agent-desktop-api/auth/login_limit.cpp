#include "agent-desktop-api/auth/login_limit.hpp"

namespace callwright::desktop {
namespace {

constexpr Duration kWindow = std::chrono::minutes(1);
constexpr std::size_t kPerLogin = 5;
constexpr std::size_t kPerRemote = 60;
constexpr std::size_t kRemembered = 20'000;

std::string pair_key(const std::string& login, const std::string& remote) { return login + '\n' + remote; }

std::optional<std::chrono::seconds> wait_for(const std::deque<Instant>& attempts, std::size_t limit, Instant now) {
  if (attempts.size() < limit) return std::nullopt;
  const Duration left = attempts.front() + kWindow - now;
  return std::chrono::ceil<std::chrono::seconds>(left);
}

}  // namespace

LoginLimit::Attempts& LoginLimit::attempts_of(const std::string& key, Instant now) {
  if (attempts_.size() >= kRemembered && !attempts_.contains(key)) {
    std::erase_if(attempts_, [&](const auto& entry) { return entry.second.empty() || entry.second.back() + kWindow <= now; });
    if (attempts_.size() >= kRemembered) return attempts_["\n"];
  }
  Attempts& attempts = attempts_[key];
  while (!attempts.empty() && attempts.front() + kWindow <= now) attempts.pop_front();
  return attempts;
}

std::optional<std::chrono::seconds> LoginLimit::attempt(const std::string& login, const std::string& remote, Instant now) {
  if (const auto wait = wait_for(attempts_of(remote, now), kPerRemote, now)) return wait;
  if (const auto wait = wait_for(attempts_of(pair_key(login, remote), now), kPerLogin, now)) return wait;
  attempts_of(remote, now).push_back(now);
  attempts_of(pair_key(login, remote), now).push_back(now);
  return std::nullopt;
}

void LoginLimit::succeeded(const std::string& login, const std::string& remote) {
  for (const std::string& key : {remote, pair_key(login, remote)})
    if (const auto found = attempts_.find(key); found != attempts_.end() && !found->second.empty()) found->second.pop_back();
}

}  // namespace callwright::desktop
