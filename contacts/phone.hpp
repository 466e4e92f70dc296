#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "base/id.hpp"
#include "journal/centre.hpp"

namespace callwright::contacts {

/// What a delivered calling number is, under the rule of the trunk it came by.
struct Phone {
  enum class Kind : std::uint8_t {
    e164 = 1,    ///< a number that can identify a customer
    short_code,  ///< a service
    own_number,  ///< the centre itself
    internal,    ///< an extension
    withheld,    ///< the caller hides it
    unusable,    ///< no number at all
  };
  Kind kind = Kind::unusable;
  std::int64_t e164 = 0;  ///< the digits after +, for e164 and own_number; otherwise 0
  std::string text;       ///< "+441632960123"; otherwise empty
  std::string extension;  ///< what followed "ext."
};

/// Normalises by libphonenumber to what is possible, not to what a numbering plan assigns today; matching is exact on the result, never by
/// suffix. Thread safe. What is longer than 128 bytes is unusable.
Phone normalise(std::string_view raw, const journal::TrunkRule& rule);

/// How numbers that people type, and those of contacts without a call, are read: in the region of the first trunk rule.
journal::TrunkRule typing_rule(const journal::Centre& centre);

/// The rule for a trunk: its own, the switch's "*", or one with the defaults. Of no switch: `typing_rule`.
journal::TrunkRule trunk_rule(const journal::Centre& centre, const SwitchId& switch_id, std::string_view trunk);

/// "+441632960123" for 441632960123.
std::string e164_text(std::int64_t e164);
/// The digits of "+441632960123"; 0 if it is not + and 5 to 15 digits.
std::int64_t e164_number(std::string_view text);

}  // namespace callwright::contacts
