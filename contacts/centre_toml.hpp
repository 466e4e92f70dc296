#pragma once
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "contacts/error.hpp"
#include "journal/centre.hpp"

namespace callwright::contacts {

/// Reads the TOML form of a centre document (docs/centre.md has every key) and checks it as a whole. `version` stays 0.
/// On failure the context lists every fault, one a line, as "line 12: unknown key 'agnet', did you mean 'agent'?".
Result<journal::Centre> parse_centre(std::string_view text);

/// The same for a document that the store has taken before: what its rules lead to (whether anybody can serve a queue, what conditions ask for,
/// steps, shares) is not judged again, so that a program that judges more strictly still starts with it.
Result<journal::Centre> parse_stored_centre(std::string_view text);

/// The TOML form. parse_centre(print_centre(c)) == c but for the version.
std::string print_centre(const journal::Centre& centre);

}  // namespace callwright::contacts
