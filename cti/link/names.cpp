#include "cti/link/names.hpp"

#include <charconv>

namespace callwright::cti::link {
namespace {

std::optional<model::Tokens> take_tokens(std::string_view text, std::string_view separator) {
  model::Tokens tokens;
  tokens.contact.value = take_number(text);
  if (!tokens.contact || !take(text, separator)) return {};
  tokens.offer.value = take_number(text);
  if (!tokens.offer || !take(text, separator)) return {};
  tokens.epoch = take_number(text);
  if (tokens.epoch == 0 || !text.empty()) return {};
  return tokens;
}

}  // namespace

std::int64_t take_number(std::string_view& text) {
  std::int64_t value = 0;
  if (text.empty() || text[0] < '1' || text[0] > '9') return 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{}) return 0;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return value;
}

bool take(std::string_view& text, std::string_view front) {
  if (!text.starts_with(front)) return false;
  text.remove_prefix(front.size());
  return true;
}

bool all_digits(std::string_view text) { return !text.empty() && text.find_first_not_of("0123456789") == text.npos; }

std::string own_name(ContactId contact, char kind, std::int64_t epoch, std::int64_t seq) {
  return std::string(kOwn) + std::to_string(contact.value) + "-" + kind + std::to_string(epoch) + "-" + std::to_string(seq);
}

std::string leg_name(const model::Tokens& tokens) {
  return std::string(kOwn) + std::to_string(tokens.contact.value) + "-" + std::to_string(tokens.offer.value) + "-" + std::to_string(tokens.epoch);
}

std::string customer_leg_name(ContactId contact, std::int64_t epoch, std::int64_t seq) { return own_name(contact, 'c', epoch, seq); }

std::optional<model::Tokens> tokens_of_leg(std::string_view name) {
  if (!take(name, kOwn)) return {};
  model::Tokens customer;
  std::string_view rest = name;
  customer.contact.value = take_number(rest);
  if (!customer.contact || !take(rest, "-c")) return take_tokens(name, "-");
  customer.epoch = take_number(rest);
  if (customer.epoch == 0 || !take(rest, "-") || !all_digits(rest)) return {};
  return customer;
}

std::optional<model::Tokens> tokens_of_arguments(std::string_view arguments) {
  if (take(arguments, "agent,")) return take_tokens(arguments, ",");
  if (!take(arguments, "customer,")) return {};
  model::Tokens customer;
  customer.contact.value = take_number(arguments);
  if (!customer.contact || !take(arguments, ",")) return {};
  customer.epoch = take_number(arguments);
  if (customer.epoch == 0 || !arguments.empty()) return {};
  return customer;
}

}  // namespace callwright::cti::link
