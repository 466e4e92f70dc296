#include "sim/disk.hpp"

#include <sqlite3.h>

#include <algorithm>
#include <cstring>
#include <new>

namespace callwright::sim {

namespace {
constexpr std::size_t kSector = 512;
}

/// The C face of a Disk: SQLite's io methods and VFS methods, each finding its Disk through pAppData.
struct DiskVfs {
  struct Handle {
    sqlite3_file base;  // first: SQLite casts
    Disk* disk;
    std::shared_ptr<Disk::File> file;
    std::string* delete_on_close;
  };

  static Handle& handle(sqlite3_file* file) { return *reinterpret_cast<Handle*>(file); }
  static Disk& disk(sqlite3_vfs* vfs) { return *static_cast<Disk*>(vfs->pAppData); }

  static int close(sqlite3_file* file) {
    Handle& self = handle(file);
    if (self.delete_on_close) {
      self.disk->files_.erase(*self.delete_on_close);
      delete self.delete_on_close;
    }
    self.file.~shared_ptr();
    self.base.pMethods = nullptr;
    return SQLITE_OK;
  }
  static int read(sqlite3_file* file, void* into, int amount, sqlite3_int64 offset) {
    Handle& self = handle(file);
    if (self.disk->killed_) return SQLITE_IOERR_READ;
    const std::string& content = self.file->content;
    const auto size = static_cast<sqlite3_int64>(content.size());
    const int there = static_cast<int>(std::clamp<sqlite3_int64>(size - offset, 0, amount));
    if (there > 0) std::memcpy(into, content.data() + offset, static_cast<std::size_t>(there));
    if (there == amount) return SQLITE_OK;
    std::memset(static_cast<char*>(into) + there, 0, static_cast<std::size_t>(amount - there));
    return SQLITE_IOERR_SHORT_READ;
  }
  static int write(sqlite3_file* file, const void* bytes, int amount, sqlite3_int64 offset) {
    Handle& self = handle(file);
    if (!self.disk->alive()) return SQLITE_IOERR_WRITE;
    ++self.disk->writes_;
    const auto end = static_cast<std::size_t>(offset + amount);
    if (end > self.file->content.size()) {
      if (self.disk->used() + static_cast<std::int64_t>(end - self.file->content.size()) > self.disk->capacity_) return SQLITE_FULL;
      self.file->content.resize(end);
    }
    std::memcpy(self.file->content.data() + offset, bytes, static_cast<std::size_t>(amount));
    self.file->since.push_back({offset, std::string(static_cast<const char*>(bytes), static_cast<std::size_t>(amount)), false});
    return SQLITE_OK;
  }
  static int truncate(sqlite3_file* file, sqlite3_int64 size) {
    Handle& self = handle(file);
    if (!self.disk->alive()) return SQLITE_IOERR_TRUNCATE;
    self.file->content.resize(static_cast<std::size_t>(size));
    self.file->since.push_back({size, {}, true});
    return SQLITE_OK;
  }
  static int sync(sqlite3_file* file, int) {
    Handle& self = handle(file);
    if (!self.disk->alive()) return SQLITE_IOERR_FSYNC;
    ++self.disk->syncs_;
    for (const Disk::Write& write : self.file->since) write.put(self.file->durable, 0, write.bytes.size());
    self.file->since.clear();
    return SQLITE_OK;
  }
  static int size(sqlite3_file* file, sqlite3_int64* size) {
    if (handle(file).disk->killed_) return SQLITE_IOERR_FSTAT;
    *size = static_cast<sqlite3_int64>(handle(file).file->content.size());
    return SQLITE_OK;
  }
  static int lock(sqlite3_file*, int) { return SQLITE_OK; }
  static int check_lock(sqlite3_file*, int* held) {
    *held = 0;
    return SQLITE_OK;
  }
  static int control(sqlite3_file*, int, void*) { return SQLITE_NOTFOUND; }
  static int sector_size(sqlite3_file*) { return static_cast<int>(kSector); }
  static int characteristics(sqlite3_file*) { return 0; }

  static int open(sqlite3_vfs* vfs, const char* path, sqlite3_file* file, int flags, int* out_flags) {
    static const sqlite3_io_methods methods = {1,    close, read, write,      truncate,    sync,   size, lock, lock, check_lock, control,
                                               sector_size, characteristics, nullptr, nullptr, nullptr, nullptr, nullptr, nullptr};
    Disk& self = disk(vfs);
    Handle& opened = handle(file);
    opened.base.pMethods = nullptr;
    if (self.killed_) return SQLITE_CANTOPEN;
    static int temporary = 0;
    const std::string name = path ? path : "temporary-" + std::to_string(++temporary);
    auto found = self.files_.find(name);
    if (found == self.files_.end()) {
      if (path && !(flags & SQLITE_OPEN_CREATE)) return SQLITE_CANTOPEN;
      found = self.files_.emplace(name, std::make_shared<Disk::File>()).first;
    }
    new (&opened.file) std::shared_ptr<Disk::File>(found->second);
    opened.disk = &self;
    opened.delete_on_close = (flags & SQLITE_OPEN_DELETEONCLOSE) ? new std::string(name) : nullptr;
    opened.base.pMethods = &methods;
    if (out_flags) *out_flags = flags;
    return SQLITE_OK;
  }
  static int remove(sqlite3_vfs* vfs, const char* path, int) {
    Disk& self = disk(vfs);
    if (!self.alive()) return SQLITE_IOERR_DELETE;
    return self.files_.erase(path) ? SQLITE_OK : SQLITE_IOERR_DELETE_NOENT;
  }
  static int access(sqlite3_vfs* vfs, const char* path, int, int* result) {
    Disk& self = disk(vfs);
    if (self.killed_) return SQLITE_IOERR_ACCESS;
    *result = self.files_.contains(path) ? 1 : 0;
    return SQLITE_OK;
  }
  static int full_path(sqlite3_vfs*, const char* path, int limit, char* out) {
    sqlite3_snprintf(limit, out, "%s", path);
    return SQLITE_OK;
  }
  static int randomness(sqlite3_vfs*, int amount, char* out) {
    std::memset(out, 0x5A, static_cast<std::size_t>(amount));  // WAL salts need not be secret, only the run repeatable
    return amount;
  }
  static int sleep(sqlite3_vfs*, int us) { return us; }
  static int time(sqlite3_vfs*, double* days) {
    *days = 2461000.5;
    return SQLITE_OK;
  }
  static int last_error(sqlite3_vfs*, int, char*) { return SQLITE_OK; }
};

void Disk::Write::put(std::string& content, std::size_t from, std::size_t length) const {
  if (truncate) {
    content.resize(static_cast<std::size_t>(offset));
    return;
  }
  const auto begin = static_cast<std::size_t>(offset) + from;
  if (content.size() < begin + length) content.resize(begin + length);
  content.replace(begin, length, bytes, from, length);
}

Disk::Disk(std::string name) : name_(std::move(name)), vfs_(std::make_unique<sqlite3_vfs>()) {
  sqlite3_initialize();
  *vfs_ = {};
  vfs_->iVersion = 1;
  vfs_->szOsFile = sizeof(DiskVfs::Handle);
  vfs_->mxPathname = 256;
  vfs_->zName = name_.c_str();
  vfs_->pAppData = this;
  vfs_->xOpen = DiskVfs::open;
  vfs_->xDelete = DiskVfs::remove;
  vfs_->xAccess = DiskVfs::access;
  vfs_->xFullPathname = DiskVfs::full_path;
  vfs_->xRandomness = DiskVfs::randomness;
  vfs_->xSleep = DiskVfs::sleep;
  vfs_->xCurrentTime = DiskVfs::time;
  vfs_->xGetLastError = DiskVfs::last_error;
  sqlite3_vfs_register(vfs_.get(), 0);
}

Disk::~Disk() { sqlite3_vfs_unregister(vfs_.get()); }

bool Disk::alive() {
  if (killed_) return false;
  if (kill_in_ == 0) {
    killed_ = true;
    return false;
  }
  if (kill_in_ > 0) --kill_in_;
  return true;
}

std::int64_t Disk::used() const {
  std::int64_t bytes = 0;
  for (const auto& [name, file] : files_) bytes += static_cast<std::int64_t>(file->content.size());
  return bytes;
}

void Disk::restart(Dice& dice) {
  for (auto& [name, file] : files_) {
    std::string content = file->durable;
    for (const Write& write : file->since) {
      if (write.truncate) {
        if (dice.chance(0.5)) write.put(content, 0, 0);
        continue;
      }
      for (std::size_t at = 0; at < write.bytes.size(); at += kSector)
        if (dice.chance(0.5)) write.put(content, at, std::min(kSector, write.bytes.size() - at));
    }
    file->content = file->durable = std::move(content);
    file->since.clear();
  }
  killed_ = false;
  kill_in_ = -1;
}

}  // namespace callwright::sim
