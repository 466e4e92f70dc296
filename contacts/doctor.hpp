#pragma once
#include <string>
#include <vector>

#include "base/result.hpp"
#include "contacts/options.hpp"

namespace callwright::contacts {

struct Finding {
  std::string check;  ///< "integrity", "durability", "schema", "epoch", "sequence", "foreign rows", "projections", "cards", "keys"
  bool good = true;
  std::string text;
};

/// Examines a store, running or not; changes nothing. Slow: reads every page and folds every fact.
/// Fails only if the file cannot be opened.
Result<std::vector<Finding>> examine(const Options& options);

}  // namespace callwright::contacts
