#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/id.hpp"
#include "cti/model/switch_event.hpp"

/// The names that we give to legs on a switch that lets us choose them. They alone say whose a leg is, whatever happened to us meanwhile:
///
///     cw-CONTACT-OFFER-EPOCH   rings an agent
///     cw-CONTACT-cEPOCH-SEQ    calls a customer
///
/// EPOCH and SEQ are the command's: no name comes twice, not even after a kill that lost facts, when SEQ begins again where the journal ends.
namespace callwright::cti::link {

std::string leg_name(const model::Tokens& tokens);
std::string customer_leg_name(ContactId contact, std::int64_t epoch, std::int64_t seq);
/// Without an offer: a customer whom we call. None: the leg is not ours.
std::optional<model::Tokens> tokens_of_leg(std::string_view name);

/// The same where a switch carries them as a text: `agent,CONTACT,OFFER,EPOCH` or `customer,CONTACT,EPOCH`.
std::optional<model::Tokens> tokens_of_arguments(std::string_view arguments);

// For names of other things on the switch (bridges, playbacks): read off the front of `text`.
inline constexpr std::string_view kOwn = "cw-";
/// A positive number; 0 if none stands there.
std::int64_t take_number(std::string_view& text);
bool take(std::string_view& text, std::string_view front);
bool all_digits(std::string_view text);
/// cw-CONTACT-KEPOCH-SEQ, K a letter for what it is.
std::string own_name(ContactId contact, char kind, std::int64_t epoch, std::int64_t seq);

}  // namespace callwright::cti::link
