#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "contacts/customer.hpp"
#include "contacts/reader.hpp"

/// The pieces of a customer's card as JSON text (agent-desktop-api/FRAMES.md, "Card"). They are kept ready in `customer_card`, so
/// that a pop joins three texts and builds nothing.
namespace callwright::contacts {

/// Appends `text` as a JSON string. What is not UTF-8 becomes U+FFFD.
void append_json(std::string& out, std::string_view text);

/// The card without its contacts: a JSON object.
std::string card_head(const Customer& customer, int household_size);
/// What a chooser shows, without the contacts: a JSON object.
std::string card_brief(const Customer& customer);
/// One row of `last_contacts`.
std::string contact_line(const ContactRow& contact);

/// How many contacts a card shows.
constexpr int kRecentContacts = 20;

/// `recent`, lines of contacts newest first, with this contact's line put in or replaced; the oldest beyond the limit go.
std::string with_contact(std::string_view recent, const ContactRow& contact);

std::string whole_card(std::string_view head, std::string_view recent, std::int64_t contacts);
std::string whole_brief(std::string_view brief, Instant last_at, std::int64_t contacts);

const char* name_of(journal::Channel channel);
const char* name_of(journal::Direction direction);
const char* name_of(journal::ContactOutcome outcome);
const char* name_of(Stage stage);  ///< "" for none
const char* name_of(CustomerKind kind);

}  // namespace callwright::contacts
