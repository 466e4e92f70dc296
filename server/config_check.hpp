#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "runtime/settings.hpp"

namespace callwright::server {

/// What is wrong with the settings and the centre document, each fault with file and line; and, if nothing is, what they come to.
struct ConfigReport {
  std::vector<std::string> faults;
  std::vector<std::string> summary;  ///< for each queue who serves it, and how long a contact can be passed over (routing/bound.hpp)
};

/// Reads the two files and nothing else: no store, no switch, no running server. `settings`: what reading `settings_file` gave (empty: there is
/// none). `centre_file` empty: the one that the settings name; if they cannot be read it is not looked for.
ConfigReport examine_config(const std::filesystem::path& settings_file, const Result<runtime::Settings>& settings,
                            const std::filesystem::path& centre_file);

}  // namespace callwright::server
