#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "journal/centre.hpp"

namespace callwright::contacts {

/// Contacts of a queue that would wait for ever, whoever is signed in.
struct Unserved {
  std::size_t queue = 0;  ///< in Centre::queues
  std::optional<std::size_t>
      rule;         ///< those to which this rule of the queue alone applies; none: those to which none does (and rules that change nothing in that)
  std::string why;  ///< "no member has heating >= 95"
};

/// For each queue with members, for the contacts to which none of its rules applies, and for each rule those to which it alone does: has any member
/// the levels that they ask for after the queue's last step? A member who has a capacity of 0 in every channel is nobody. Steps only relax, so whom
/// nobody can serve then nobody can serve before. Skills that the document does not have are left to others.
std::vector<Unserved> unserved(const journal::Centre& centre);

/// Queues that send their contacts on in a circle (overflow, closed, no agents), each circle once, from its first queue in the document: a
/// contact would go round and end where it began.
std::vector<std::vector<std::size_t>> circles(const journal::Centre& centre);

}  // namespace callwright::contacts
