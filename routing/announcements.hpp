#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/id.hpp"
#include "base/instant.hpp"
#include "journal/centre.hpp"

namespace callwright::routing {

/// One thing to say, with what it says now.
struct Spoken {
  journal::Say::What what = journal::Say::What::media;
  std::string media;
  std::int32_t position = 0;
  Duration estimate{};
  bool operator==(const Spoken&) const = default;
};

/// When each contact that waits is told something next.
///
/// Not folded: a beat is worked out from the contact's place alone (`after`, then `every`), and what was due before a restart is taken as said.
/// So a restart repeats nothing and loses at most what was due while nobody ran. At most one beat stands for each contact and announcement.
class Announcements {
 public:
  struct Beat {
    Instant at;
    ContactId contact;
    std::size_t announcement = 0;  ///< of its queue's
    auto operator<=>(const Beat&) const = default;
  };

  /// What is due by now is not said any more.
  void quiet(Instant now) { quiet_ = std::max(quiet_, now); }
  void start(ContactId contact, Instant place, const std::vector<journal::Announcement>& announcements, Instant now);
  void stop(ContactId contact);
  void stop_all();
  /// Takes what is due, in order, and sets the next beat of each.
  std::vector<Beat> take_due(Instant now);
  std::optional<Instant> next() const { return beats_.empty() ? std::nullopt : std::optional(beats_.begin()->at); }
  bool stands(ContactId contact) const { return of_.contains(contact); }

 private:
  struct Standing {
    Beat beat;
    Duration every{};
  };
  std::set<Beat> beats_;
  std::unordered_map<ContactId, std::vector<Standing>> of_;
  Instant quiet_;
};

}  // namespace callwright::routing
