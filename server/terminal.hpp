#pragma once
#include <string>

#include "base/instant.hpp"
#include "base/result.hpp"

/// How the commands speak to the person at the terminal.
namespace callwright::server {

/// Prints "callwright: WHY" on standard error; returns exit code 1.
int refuse(const std::string& why);
inline int refuse(const Error& error) { return refuse(error.text()); }

/// "2026-11-22 21:00:00Z".
std::string utc_text(Instant at);

}  // namespace callwright::server
