#pragma once
#include <absl/time/civil_time.h>
#include <absl/time/time.h>

#include <array>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/instant.hpp"
#include "journal/centre.hpp"

/// Business hours at an instant.
///
/// They are open at an instant exactly if its local wall time stands in a range of its local date: a range of that date's exception if there is one,
/// otherwise of its weekday. So they are exact where the clocks change: a wall time that does not exist begins or ends a range at the transition
/// (00:00-02:30 of a night that leaps from 02:00 to 03:00 ends at the leap), and one that comes twice counts both times (00:00-01:30 of a night that
/// goes back from 02:00 to 01:00 is open, closed from 01:30, and open again for the second 01:00 to 01:30). Instants between two minutes belong to
/// the earlier one.
namespace callwright::routing {

class Hours {
 public:
  /// How far `next_change` looks.
  static constexpr int kHorizonDays = 400;

  /// Reads the time zone from this machine's database; a document with an unknown one was refused, UTC stands in.
  Hours(const journal::Hours& hours, const std::string& centre_time_zone);

  bool open_at(Instant at) const;

  /// The first instant after `at` at which they are open if they were closed at `at`, or closed if they were open. None if that is more than 400 days
  /// of 24 hours away. Costs a few look-ups of the time zone for each day until then.
  std::optional<Instant> next_change(Instant at) const;

 private:
  using Ranges = std::vector<journal::DayRange>;

  const Ranges& ranges_of(absl::CivilDay day) const;
  bool open_at(absl::Time at) const;

  absl::TimeZone zone_ = absl::UTCTimeZone();
  std::array<Ranges, 7> week_;  ///< from Monday
  std::map<absl::CivilDay, Ranges> exceptions_;
};

}  // namespace callwright::routing
