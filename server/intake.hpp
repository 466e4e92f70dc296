#pragma once
#include <functional>
#include <set>
#include <system_error>
#include <utility>

#include "base/id.hpp"

namespace callwright::server {

/// Whether the server takes new contacts, from all that speaks against it: the links tell their switches (`CALLWRIGHT_ALIVE`, the
/// feed's `accepting`) and `/ready` says why not.
///
/// A switch that has not given its snapshot since the start keeps `/ready` at `recovering` but nobody out: its own link lets callers
/// in when it is reconciled. Pure. One thread.
class Intake {
 public:
  enum class Obstacle : std::uint8_t { store_full, core_silent, draining };
  struct Outlets {
    std::function<void(bool)> accepting;
    /// What /ready answers; no error: contacts are taken.
    std::function<void(std::error_code)> ready;
  };

  /// Tells both outlets how things stand, and later each change once. `switches`: those whose snapshots are waited for.
  Intake(std::set<SwitchId> switches, Outlets outlets);

  void set(Obstacle obstacle, bool there);
  void reconciled(const SwitchId& switch_id);
  /// One dead link holds nobody: the snapshots that did not come are not waited for any more.
  void waited_enough();

  bool open() const { return obstacles_.empty(); }

 private:
  std::error_code state() const;
  void tell();

  const Outlets outlets_;
  std::set<Obstacle> obstacles_;
  std::set<SwitchId> unreconciled_;
  bool told_open_ = true;
  std::error_code told_state_;
};

}  // namespace callwright::server
