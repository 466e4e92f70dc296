#pragma once
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <utility>

#include "contacts/group_commit.hpp"
#include "contacts/store.hpp"
#include "core/commit_gate.hpp"
#include "core/core.hpp"
#include "cti/feed/admissions.hpp"
#include "cti/feed/machine.hpp"
#include "runtime/clock.hpp"
#include "sim/mirror.hpp"
#include "sim/witness.hpp"
#include "sim/world.hpp"

namespace callwright::sim {

/// What dies with the server's process.
struct World::Server {
  Server(std::unique_ptr<contacts::Store> opened, std::size_t spool_bytes) : store(std::move(opened)), commit(store->journal(), {.spool_bytes = spool_bytes, .batch_facts = 512, .reserve_bytes = std::size_t{1} << 20}) {}

  std::unique_ptr<contacts::Store> store;
  contacts::GroupCommit commit;
  std::unique_ptr<core::Core> core;
  std::unique_ptr<core::Core> shadow;  ///< folds what the core emits, and nothing else
  Witness witness;
  Mirror mirror;
  core::CommitGate gate;
  std::unique_ptr<cti::feed::Admissions> admissions;
  struct Link {
    std::unique_ptr<cti::feed::Machine> machine;
    bool muted = false;                             ///< of this connection the core hears nothing: it did not hear the end of the one before
    std::optional<cti::model::SwitchEvent> lost;    ///< the end of a connection that the core had no room for
    std::map<std::int64_t, std::pair<std::int64_t, std::int64_t>> facts_of_event;  ///< of a boot epoch, not yet let go: first and last
  };
  std::map<SwitchId, Link> links;
  std::int64_t committed = 0;          ///< every fact up to here is on disk
  std::int64_t checkpoint_seq = 0;
  std::vector<ContactId> contacts_lost;  ///< dropped, and not yet told to the core
  std::int64_t facts_lost = 0;
  std::unique_ptr<runtime::Clock> clock;
  Instant started_at;
  bool ready = false;                  ///< folded
  bool flushing = false;
  bool draining = false;
  std::optional<Instant> timer;
};

}  // namespace callwright::sim
