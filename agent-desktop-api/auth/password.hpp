#pragma once
#include <string>
#include <string_view>

namespace callwright::desktop {

/// Passwords are kept as argon2id strings (19,456 KiB, 2 passes), which carry their own salt and cost.
/// Each call takes about 30 ms and 19 MiB: on the `hash` thread only (auth/hasher.hpp), or in a command-line tool.

/// Empty if the machine has no memory for it.
std::string hash_password(std::string_view password);

bool password_fits(const std::string& hash, std::string_view password);

/// True if `hash` was made at another cost than today's and should be made again at the next sign-in.
bool is_outdated(const std::string& hash);

/// Why a password may not be used; empty if it may. At least 8 and at most 128 characters.
std::string password_fault(std::string_view password);

}  // namespace callwright::desktop
