#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "agent-desktop-api/http/message.hpp"

/// Numbers in addresses: nullopt for what is none, so that each question decides how to refuse it.
namespace callwright::desktop {

/// Decimal digits, at least 0.
std::optional<std::int64_t> parse_number(std::string_view digits);
/// `?limit=`, `usual` if absent, 1 to `most`.
std::optional<int> parse_limit(const HttpRequest& request, int usual, int most);
/// `?before=`, 0 if absent.
std::optional<std::int64_t> parse_before(const HttpRequest& request);

/// The header Idempotency-Key, empty if there is none.
std::optional<std::string> command_id(const HttpRequest& request);
constexpr std::string_view kCommandIdRule = "at most 64 printable characters without blanks";

}  // namespace callwright::desktop
