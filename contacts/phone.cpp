#include "contacts/phone.hpp"

#include <phonenumbers/phonenumberutil.h>
#include <phonenumbers/shortnumberinfo.h>

#include <algorithm>
#include <array>
#include <charconv>

namespace callwright::contacts {
namespace {

using i18n::phonenumbers::PhoneNumber;
using i18n::phonenumbers::PhoneNumberUtil;
using i18n::phonenumbers::ShortNumberInfo;

constexpr std::size_t kRawLimit = 128;
constexpr std::size_t kShortDigits = 6;
constexpr std::size_t kE164Digits = 15;

std::string small_letters(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && static_cast<unsigned char>(text.front()) <= ' ') text.remove_prefix(1);
  while (!text.empty() && static_cast<unsigned char>(text.back()) <= ' ') text.remove_suffix(1);
  return text;
}

/// "sip:+4416@host;user=phone" carries its number in the user part.
std::string_view without_uri(std::string_view text) {
  const std::string lower = small_letters(text.substr(0, 5));
  if (!lower.starts_with("sip:") && !lower.starts_with("sips:")) return text;
  text.remove_prefix(text.find(':') + 1);
  return text.substr(0, text.find_first_of("@;"));
}

bool is_withheld(std::string_view text) {
  static constexpr std::array words = {"anonymous", "private", "restricted", "withheld", "blocked", "unavailable", "no number", "number withheld", "caller id withheld"};
  const std::string lower = small_letters(text);
  return std::ranges::any_of(words, [&](const char* word) { return lower == word; });
}

std::string ascii_digits(std::string_view text) {
  std::string out;
  for (char c : text)
    if (c >= '0' && c <= '9') out += c;
  return out;
}

/// Digits and the separators that people put between them, nothing else.
bool only_digits(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return (c >= '0' && c <= '9') || c == ' ' || c == '-' || c == '.' || c == '/' || c == '(' || c == ')'; });
}

bool is_valid_short(const PhoneNumber& number, const std::string& region) {
  static const ShortNumberInfo info;
  return info.IsValidShortNumberForRegion(number, region);
}

}  // namespace

std::string e164_text(std::int64_t e164) { return e164 > 0 ? "+" + std::to_string(e164) : std::string(); }

std::int64_t e164_number(std::string_view text) {
  if (text.size() < 6 || text.size() > kE164Digits + 1 || text[0] != '+' || text[1] == '0') return 0;
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data() + 1, text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size() && number > 0 ? number : 0;
}

Phone normalise(std::string_view raw, const journal::TrunkRule& rule) {
  Phone phone;
  const std::string_view text = trimmed(without_uri(trimmed(raw)));
  if (text.empty() || raw.size() > kRawLimit) return phone;
  if (is_withheld(text)) {
    phone.kind = Phone::Kind::withheld;
    return phone;
  }
  const std::string digits = ascii_digits(text);
  if (std::ranges::find(rule.short_codes, text) != rule.short_codes.end() ||
      (only_digits(text) && std::ranges::find(rule.short_codes, digits) != rule.short_codes.end())) {
    phone.kind = Phone::Kind::short_code;
    return phone;
  }

  std::string input(text);
  if (rule.digits_are_international && only_digits(text) && digits.size() > kShortDigits && digits[0] != '0') input = "+" + digits;
  const PhoneNumberUtil& util = *PhoneNumberUtil::GetInstance();
  PhoneNumber number;
  if (util.Parse(input, rule.default_region, &number) != PhoneNumberUtil::NO_PARSING_ERROR) {
    // Fewer digits than any numbering plan has: an extension if it is digits alone.
    if (only_digits(text) && !digits.empty() && digits.size() <= kShortDigits) phone.kind = Phone::Kind::internal;
    return phone;
  }
  std::string e164;
  util.Format(number, PhoneNumberUtil::E164, &e164);
  const bool possible = util.IsPossibleNumber(number);
  const bool national = !text.starts_with('+') && !small_letters(text).starts_with("tel:+");
  // Asked of few digits alone: it tries the patterns of every kind of number, and plans age.
  if (national && digits.size() <= kShortDigits && !digits.empty() && !util.IsValidNumber(number)) {
    phone.kind = is_valid_short(number, rule.default_region) ? Phone::Kind::short_code : Phone::Kind::internal;
    return phone;
  }
  phone.e164 = possible ? e164_number(e164) : 0;
  if (phone.e164 == 0) return phone;
  phone.text = std::move(e164);
  if (number.has_extension()) phone.extension = number.extension();
  const bool own = std::ranges::find(rule.own_numbers, phone.text) != rule.own_numbers.end();
  phone.kind = own ? Phone::Kind::own_number : Phone::Kind::e164;
  return phone;
}

journal::TrunkRule typing_rule(const journal::Centre& centre) {
  journal::TrunkRule rule;
  const auto first = std::ranges::find_if(centre.switches, [](const journal::Switch& each) { return !each.trunks.empty(); });
  if (first != centre.switches.end()) rule.default_region = first->trunks.front().default_region;
  return rule;
}

journal::TrunkRule trunk_rule(const journal::Centre& centre, const SwitchId& switch_id, std::string_view trunk) {
  if (!switch_id) return typing_rule(centre);
  const auto found = std::ranges::find(centre.switches, switch_id, &journal::Switch::id);
  if (found != centre.switches.end()) {
    for (const journal::TrunkRule& rule : found->trunks)
      if (rule.trunk == trunk) return rule;
    for (const journal::TrunkRule& rule : found->trunks)
      if (rule.trunk == "*") return rule;
  }
  journal::TrunkRule rule;
  rule.trunk = trunk;
  return rule;
}

}  // namespace callwright::contacts
