#pragma once
#include <compare>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>

namespace callwright {

/// A number minted by the core (`IdMint`), strong by `Tag`; 0 means "none". Text form: decimal (a string in JSON, since
/// JavaScript numbers hold 53 bits).
template <class Tag>
struct Id {
  std::int64_t value = 0;

  constexpr explicit operator bool() const { return value != 0; }
  constexpr auto operator<=>(const Id&) const = default;
};

using ContactId = Id<struct ContactTag>;
using CallId = Id<struct CallTag>;
using LegId = Id<struct LegTag>;
using OfferId = Id<struct OfferTag>;
using CustomerId = Id<struct CustomerTag>;
using UserId = Id<struct UserTag>;

/// A name that a person gave in the centre document (`repairs`, `a1001`), strong by `Tag`; empty means "none".
/// Allowed text is checked where it enters: 1 to 32 of `[a-z0-9_-]`.
template <class Tag>
struct Key {
  std::string value;

  explicit operator bool() const { return !value.empty(); }
  auto operator<=>(const Key&) const = default;
};

using AgentId = Key<struct AgentTag>;
using QueueId = Key<struct QueueTag>;
using SkillId = Key<struct SkillTag>;
using SwitchId = Key<struct SwitchTag>;
using HoursId = Key<struct HoursTag>;

constexpr std::size_t kKeyLimit = 32;

/// True if `text` may stand as a `Key`.
constexpr bool is_key(std::string_view text) {
  if (text.empty() || text.size() > kKeyLimit) return false;
  for (char c : text)
    if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-')) return false;
  return true;
}

}  // namespace callwright

template <class Tag>
struct std::hash<callwright::Id<Tag>> {
  std::size_t operator()(callwright::Id<Tag> id) const noexcept { return std::hash<std::int64_t>{}(id.value); }
};
template <class Tag>
struct std::hash<callwright::Key<Tag>> {
  std::size_t operator()(const callwright::Key<Tag>& key) const noexcept { return std::hash<std::string>{}(key.value); }
};
