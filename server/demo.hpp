#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "runtime/settings.hpp"

namespace callwright::server {

struct SignInHint {
  std::string login;
  std::string password;
  std::string what;  ///< "agent Sofia Marin", "supervisor Ruth Adler"
};

/// What `callwright demo prepare` left in its folder, and `serve --demo` uses.
struct Demo {
  std::filesystem::path settings_file;
  std::filesystem::path numbers_file;  ///< the sample customers' numbers, for the simulated switch
  std::vector<SignInHint> sign_ins;
};

/// Makes a whole centre to try in `folder` (nothing is changed that is there already): server.toml, the centre document, a feed
/// token, sample customers, accounts.
Result<Demo> prepare_demo(const std::filesystem::path& folder, const std::filesystem::path& centre_file, const std::filesystem::path& web_root);

}  // namespace callwright::server
