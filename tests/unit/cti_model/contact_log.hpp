#pragma once
#include <string>
#include <vector>

#include "journal/fact.hpp"

namespace callwright::cti::model {

/// The rows that facts add up to, as text: contacts, their legs and what happened to each, in an order that depends on the
/// switch's ids only. Minted numbers, which depend on the order of arrival, stand as those ids; hidden legs do not appear.
std::string contact_log(const std::vector<journal::Fact>& facts);

}  // namespace callwright::cti::model
