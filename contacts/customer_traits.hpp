#pragma once
#include <cstdint>
#include <string_view>

#include "journal/attributes.hpp"

namespace callwright::contacts {

/// What rules may ask of a customer, out of the texts that a look-up reads anyway (contacts/card_json.hpp): the head of his card, the lines of his
/// contacts, newest first, and how many there are. A head that cannot be read gives no attributes.
journal::CustomerTraits traits_of(std::string_view head, std::string_view recent, std::int64_t contacts);

}  // namespace callwright::contacts
