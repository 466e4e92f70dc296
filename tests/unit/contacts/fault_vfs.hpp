#pragma once
#include <sqlite3.h>

#include <cstdint>
#include <cstring>
#include <string>

namespace callwright::contacts {

/// A disk under SQLite that counts and fails on demand: the system's VFS, with every write, sync and truncation passing here.
/// One at a time; it is registered while it lives.
class FaultVfs {
 public:
  enum class Kind : std::uint8_t { io_error, disk_full };

  FaultVfs() {
    base_ = sqlite3_vfs_find(nullptr);
    vfs_ = *base_;
    vfs_.zName = "fault";
    vfs_.pAppData = this;
    vfs_.szOsFile = static_cast<int>(sizeof(File)) + base_->szOsFile;
    vfs_.xOpen = open;
    vfs_.pNext = nullptr;
    sqlite3_vfs_register(&vfs_, 0);
  }
  ~FaultVfs() { sqlite3_vfs_unregister(&vfs_); }
  FaultVfs(const FaultVfs&) = delete;
  FaultVfs& operator=(const FaultVfs&) = delete;

  /// The n-th write, sync or truncation from now fails (1 = the next), and every later one too.
  void fail_at(std::int64_t n, Kind kind) {
    fail_at_ = operations_ + n;
    kind_ = kind;
  }
  /// The next `n` of them fail, those after succeed.
  void fail_next(std::int64_t n, Kind kind) {
    fail_at(1, kind);
    heal_at_ = operations_ + n + 1;
  }
  void heal() { fail_at_ = 0; }
  bool failed() const { return failed_; }
  std::int64_t operations() const { return operations_; }
  std::int64_t syncs() const { return syncs_; }

 private:
  struct File {
    sqlite3_file base;
    FaultVfs* vfs;
    sqlite3_file* inner() { return reinterpret_cast<sqlite3_file*>(this + 1); }
  };
  static File* of(sqlite3_file* file) { return reinterpret_cast<File*>(file); }
  static sqlite3_file* inner(sqlite3_file* file) { return of(file)->inner(); }

  bool fails() {
    ++operations_;
    if (fail_at_ == 0 || operations_ < fail_at_ || (heal_at_ > 0 && operations_ >= heal_at_)) return false;
    failed_ = true;
    return true;
  }

  static int open(sqlite3_vfs* vfs, const char* name, sqlite3_file* file, int flags, int* out) {
    static const sqlite3_io_methods methods = make_methods();
    auto* self = static_cast<FaultVfs*>(vfs->pAppData);
    of(file)->vfs = self;
    of(file)->base.pMethods = nullptr;
    const int code = self->base_->xOpen(self->base_, name, inner(file), flags, out);
    if (inner(file)->pMethods) of(file)->base.pMethods = &methods;
    return code;
  }

  static sqlite3_io_methods make_methods() {
    sqlite3_io_methods m{};
    m.iVersion = 2;
    m.xClose = [](sqlite3_file* f) { return inner(f)->pMethods->xClose(inner(f)); };
    m.xRead = [](sqlite3_file* f, void* to, int n, sqlite3_int64 at) { return inner(f)->pMethods->xRead(inner(f), to, n, at); };
    m.xWrite = [](sqlite3_file* f, const void* from, int n, sqlite3_int64 at) {
      if (of(f)->vfs->fails()) return of(f)->vfs->kind_ == Kind::disk_full ? SQLITE_FULL : SQLITE_IOERR_WRITE;
      return inner(f)->pMethods->xWrite(inner(f), from, n, at);
    };
    m.xTruncate = [](sqlite3_file* f, sqlite3_int64 size) {
      if (of(f)->vfs->fails()) return SQLITE_IOERR_TRUNCATE;
      return inner(f)->pMethods->xTruncate(inner(f), size);
    };
    m.xSync = [](sqlite3_file* f, int flags) {
      ++of(f)->vfs->syncs_;
      if (of(f)->vfs->kind_ == Kind::io_error && of(f)->vfs->fails()) return SQLITE_IOERR_FSYNC;
      return inner(f)->pMethods->xSync(inner(f), flags);
    };
    m.xFileSize = [](sqlite3_file* f, sqlite3_int64* size) { return inner(f)->pMethods->xFileSize(inner(f), size); };
    m.xLock = [](sqlite3_file* f, int lock) { return inner(f)->pMethods->xLock(inner(f), lock); };
    m.xUnlock = [](sqlite3_file* f, int lock) { return inner(f)->pMethods->xUnlock(inner(f), lock); };
    m.xCheckReservedLock = [](sqlite3_file* f, int* out) { return inner(f)->pMethods->xCheckReservedLock(inner(f), out); };
    m.xFileControl = [](sqlite3_file* f, int op, void* arg) { return inner(f)->pMethods->xFileControl(inner(f), op, arg); };
    m.xSectorSize = [](sqlite3_file* f) { return inner(f)->pMethods->xSectorSize(inner(f)); };
    m.xDeviceCharacteristics = [](sqlite3_file* f) { return inner(f)->pMethods->xDeviceCharacteristics(inner(f)); };
    m.xShmMap = [](sqlite3_file* f, int page, int size, int extend, void volatile** out) { return inner(f)->pMethods->xShmMap(inner(f), page, size, extend, out); };
    m.xShmLock = [](sqlite3_file* f, int offset, int n, int flags) { return inner(f)->pMethods->xShmLock(inner(f), offset, n, flags); };
    m.xShmBarrier = [](sqlite3_file* f) { inner(f)->pMethods->xShmBarrier(inner(f)); };
    m.xShmUnmap = [](sqlite3_file* f, int remove) { return inner(f)->pMethods->xShmUnmap(inner(f), remove); };
    return m;
  }

  sqlite3_vfs* base_ = nullptr;
  sqlite3_vfs vfs_{};
  std::int64_t operations_ = 0, syncs_ = 0, fail_at_ = 0, heal_at_ = 0;
  Kind kind_ = Kind::io_error;
  bool failed_ = false;
};

}  // namespace callwright::contacts
