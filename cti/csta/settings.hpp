#pragma once
#include <string>
#include <vector>

namespace callwright::cti::csta {

/// Who we are on one CSTA switch. Where it listens is the driver's (`link::Address`).
struct Settings {
  std::string application = "callwright";  ///< applicationID of the session
  /// How numbers of phones begin that are no agent's. Everybody else whom no agent document names is a customer.
  std::vector<std::string> stations;
};

}  // namespace callwright::cti::csta
