#pragma once
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/instant.hpp"
#include "cti/asterisk/ami/settings.hpp"
#include "cti/asterisk/link_check.hpp"

namespace callwright::cti::ami {

using Names = std::set<std::string, std::less<>>;

/// Of `commands`, which an account may use, the rights that nobody here needs, for people: `command, config`. Empty: there are none.
std::string more_than_needed(const Names& commands, bool dials);

/// What an Asterisk says of itself to the account.
struct Seen {
  std::string version;
  Names commands, queues, devices;
  std::optional<Duration> clock_offset;  ///< theirs less ours
};
/// What the centre document wants of it.
struct Wanted {
  std::vector<asterisk::CheckedAgent> agents;
  std::vector<std::string> queues;  ///< the switch's own names
};

/// `callwright link check NAME` of a manager interface: version, clock, rights (missing and more than needed), and whether the queues and devices of
/// the centre document are there. Pure.
std::vector<asterisk::Finding> judge(const Seen& seen, const Wanted& wanted, const Settings& settings);

/// What to write where for the account.
std::string account_lines(const Settings& settings);

}  // namespace callwright::cti::ami
