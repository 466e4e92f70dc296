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
  std::string what;  ///< "agent: calls pop here"
};

/// What `prepare_demo` left in its folder, and `serve --demo` uses.
struct Demo {
  std::filesystem::path settings_file;
  std::filesystem::path numbers_file;  ///< the sample customers' numbers, for the simulated switch
  std::vector<SignInHint> sign_ins;
};

/// Makes a whole centre to try in `folder`: server.toml, a feed token, sample customers, accounts. What the store holds is kept;
/// server.toml is written anew and the accounts get new passwords at each start. The first start of the server takes the centre
/// document into the store.
Result<Demo> prepare_demo(const std::filesystem::path& folder, const std::filesystem::path& centre_file, const std::filesystem::path& web_root);

}  // namespace callwright::server
