#pragma once
#include <string>
#include <vector>

#include "contacts/store.hpp"
#include "journal/fact.hpp"

namespace callwright::sim {

/// The contact rows that the facts ask for, made again by other code, against those that the store shows. Empty if they are the same.
std::string wrong_rows(contacts::Reader& reader, const std::vector<journal::Fact>& facts);

}  // namespace callwright::sim
