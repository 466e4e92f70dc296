#pragma once
#include <cstddef>
#include <functional>
#include <span>
#include <string>

#include "base/instant.hpp"

namespace callwright::contacts {

/// Where the store stands and how it is opened.
struct Options {
  std::string path;         ///< the database file
  std::string vfs_name;     ///< a registered SQLite VFS (the simulator's disk); empty: the system's
  bool exclusive = false;   ///< one connection only, no shared memory (a VFS without it); use `Store::reader` then
  Duration busy_limit = std::chrono::seconds(5);  ///< how long a write waits for another process's write
  Duration read_limit = std::chrono::seconds(2);  ///< how long one question of a reader's own connection may take; 0: as long as it likes
  int cache_kib = 65536;
  /// Fills a buffer with random bytes for keys and nonces; empty: libsodium. The simulator gives a seeded one.
  std::function<void(std::span<unsigned char>)> random;
};

}  // namespace callwright::contacts
