#pragma once
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "sim/switch/dice.hpp"

struct sqlite3_vfs;

namespace callwright::sim {

/// A disk for SQLite that forgets like a real one: what was not synced is lost, in whole or in part, when the power goes.
///
/// Registered as the SQLite VFS `name()`. One thread. A kill can be set between any two writes; from then on every call
/// fails, as for a process that is gone, until `restart`. Limits: `capacity` bytes over all files, then SQLITE_FULL.
class Disk {
 public:
  explicit Disk(std::string name);
  ~Disk();
  Disk(const Disk&) = delete;
  Disk& operator=(const Disk&) = delete;

  const std::string& name() const { return name_; }

  /// Fails every call after `writes` more writes or syncs.
  void kill_after(std::int64_t writes) { kill_in_ = writes; }
  bool killed() const { return killed_; }
  /// Power comes back: files hold what was synced; of each later write, `dice` decides sector by sector what survived.
  void restart(Dice& dice);

  void set_capacity(std::int64_t bytes) { capacity_ = bytes; }
  std::int64_t used() const;

  std::int64_t writes() const { return writes_; }
  std::int64_t syncs() const { return syncs_; }

 private:
  friend struct DiskVfs;
  struct Write {
    std::int64_t offset = 0;
    std::string bytes;         ///< empty and `truncate` set: the file was cut to `offset`
    bool truncate = false;

    /// Does it to `content`: of the bytes only `length` from `from`.
    void put(std::string& content, std::size_t from, std::size_t length) const;
  };
  struct File {
    std::string content;       ///< what the process sees
    std::string durable;       ///< what was synced
    std::vector<Write> since;  ///< writes after the last sync
  };

  /// Counts a write or sync; false: the process is dead.
  bool alive();

  std::string name_;
  std::unique_ptr<sqlite3_vfs> vfs_;
  std::map<std::string, std::shared_ptr<File>> files_;
  std::int64_t capacity_ = std::int64_t{1} << 40;
  std::int64_t kill_in_ = -1;
  bool killed_ = false;
  std::int64_t writes_ = 0, syncs_ = 0;
};

}  // namespace callwright::sim
