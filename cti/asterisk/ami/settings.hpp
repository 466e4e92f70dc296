#pragma once
#include <cstdint>
#include <string>
#include <vector>

namespace callwright::cti::ami {

/// Who we are on one Asterisk's manager interface, and how its channels are to be understood. Where it listens is the driver's (`link::Address`).
struct Settings {
  std::string username;
  std::string secret;
  /// Contexts of phones that are no agent's. Of the channels that are not Local, an agent's device and one in these contexts is a station, and
  /// everything else a trunk: a call that comes in by it is a contact.
  std::vector<std::string> station_contexts;
  /// Where a customer who is called goes on in the dialplan once he has answered. Without a context nobody can be called.
  std::string dial_context;
  std::string dial_extension = "s";
  std::int32_t dial_priority = 1;
};

}  // namespace callwright::cti::ami
