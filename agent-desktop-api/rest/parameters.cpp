#include "agent-desktop-api/rest/parameters.hpp"

#include <algorithm>
#include <charconv>

namespace callwright::desktop {

std::optional<std::int64_t> parse_number(std::string_view digits) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (digits.empty() || error != std::errc{} || end != digits.data() + digits.size() || value < 0) return std::nullopt;
  return value;
}

std::optional<int> parse_limit(const HttpRequest& request, int usual, int most) {
  const std::string_view text = request.query_value("limit");
  if (text.empty()) return usual;
  const auto value = parse_number(text);
  if (!value || *value < 1 || *value > most) return std::nullopt;
  return static_cast<int>(*value);
}

std::optional<std::int64_t> parse_before(const HttpRequest& request) {
  const std::string_view text = request.query_value("before");
  if (text.empty()) return 0;
  return parse_number(text);
}

std::optional<std::string> command_id(const HttpRequest& request) {
  const std::string_view id = request.header("idempotency-key");
  if (id.size() > 64 || std::any_of(id.begin(), id.end(), [](unsigned char c) { return c <= 0x20 || c >= 0x7F; })) return std::nullopt;
  return std::string(id);
}

}  // namespace callwright::desktop
