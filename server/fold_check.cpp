#include "server/fold_check.hpp"

#include "core/core.hpp"

namespace callwright::server {

Result<contacts::Finding> compare_folds(contacts::Journal& journal) {
  core::Core restarted(1), whole(1);
  const auto from_checkpoint = journal.replay([&](const journal::Fact& fact) -> Result<void> {
    restarted.fold(fact);
    return {};
  });
  if (!from_checkpoint) return std::unexpected(from_checkpoint.error());
  const std::int64_t last = restarted.last_seq();
  const auto from_start = journal.replay_all([&](const journal::Fact& fact) -> Result<void> {
    if (fact.seq <= last) whole.fold(fact);
    return {};
  });
  if (!from_start) return std::unexpected(from_start.error());
  const bool same = restarted.digest() == whole.digest();
  return contacts::Finding{
      "fold", same,
      same ? "checkpoint " + std::to_string(from_checkpoint->checkpoint_seq) + " and what follows give the state of all " + std::to_string(last) +
                 " facts"
           : "checkpoint " + std::to_string(from_checkpoint->checkpoint_seq) + " and what follows give another state than all facts"};
}

}  // namespace callwright::server
