#include "sim/disk.hpp"

#include <gtest/gtest.h>
#include <sqlite3.h>

#include <string>
#include <vector>

namespace callwright::sim {
namespace {

/// One file of a disk, written and read as SQLite does it.
class File {
 public:
  File(Disk& disk, const char* name) : vfs_(sqlite3_vfs_find(disk.name().c_str())), bytes_(static_cast<std::size_t>(vfs_->szOsFile)) {
    EXPECT_EQ(vfs_->xOpen(vfs_, name, file(), SQLITE_OPEN_CREATE | SQLITE_OPEN_READWRITE | SQLITE_OPEN_MAIN_DB, nullptr), SQLITE_OK);
  }
  ~File() { file()->pMethods->xClose(file()); }

  int write(const std::string& text, std::int64_t at = 0) { return file()->pMethods->xWrite(file(), text.data(), static_cast<int>(text.size()), at); }
  int sync() { return file()->pMethods->xSync(file(), SQLITE_SYNC_FULL); }
  std::string read(int length, std::int64_t at = 0) {
    std::string text(static_cast<std::size_t>(length), '?');
    file()->pMethods->xRead(file(), text.data(), length, at);
    return text;
  }

 private:
  sqlite3_file* file() { return reinterpret_cast<sqlite3_file*>(bytes_.data()); }

  sqlite3_vfs* vfs_;
  alignas(16) std::vector<char> bytes_;
};

TEST(Disk, WhatWasSyncedIsNeverLostAndWhatWasNotIsLostSometimes) {
  int lost = 0, kept = 0;
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    Disk disk("disk-test");
    {
      File file(disk, "f");
      ASSERT_EQ(file.write(std::string(1024, 'a')), SQLITE_OK);
      ASSERT_EQ(file.sync(), SQLITE_OK);
      ASSERT_EQ(file.write(std::string(512, 'b'), 512), SQLITE_OK);
      EXPECT_EQ(file.read(512, 512), std::string(512, 'b'));
    }
    Dice dice(seed);
    disk.kill_after(0);
    disk.restart(dice);
    File file(disk, "f");
    EXPECT_EQ(file.read(512), std::string(512, 'a'));
    const std::string second = file.read(512, 512);
    if (second == std::string(512, 'a')) ++lost;
    if (second == std::string(512, 'b')) ++kept;
  }
  EXPECT_EQ(lost + kept, 40);
  EXPECT_GT(lost, 0);
  EXPECT_GT(kept, 0);
}

TEST(Disk, FullDiskTakesNoMoreBytesAndLetsOldOnesBeWrittenAgain) {
  Disk disk("disk-test");
  File file(disk, "f");
  ASSERT_EQ(file.write(std::string(1000, 'a')), SQLITE_OK);
  disk.set_capacity(1000);
  EXPECT_EQ(file.write("b", 1000), SQLITE_FULL);
  EXPECT_EQ(file.write("b", 0), SQLITE_OK);
  disk.set_capacity(2000);
  EXPECT_EQ(file.write("b", 1000), SQLITE_OK);
}

TEST(Disk, AfterTheKillEveryCallFailsUntilTheRestart) {
  Disk disk("disk-test");
  Dice dice(1);
  {
    File file(disk, "f");
    disk.kill_after(1);
    EXPECT_EQ(file.write("a"), SQLITE_OK);
    EXPECT_NE(file.write("b"), SQLITE_OK);
    EXPECT_TRUE(disk.killed());
    EXPECT_NE(file.sync(), SQLITE_OK);
  }
  disk.restart(dice);
  EXPECT_FALSE(disk.killed());
  File file(disk, "f");
  EXPECT_EQ(file.write("c"), SQLITE_OK);
}

// --- SQLite on it ----------------------------------------------------------------------------------------------------------

constexpr int kRows = 12;

sqlite3* open(Disk& disk) {
  sqlite3* database = nullptr;
  if (sqlite3_open_v2("t.db", &database, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, disk.name().c_str()) != SQLITE_OK) {
    sqlite3_close(database);
    return nullptr;
  }
  sqlite3_exec(database, "PRAGMA locking_mode=EXCLUSIVE; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA wal_autocheckpoint=8", nullptr, nullptr, nullptr);
  return database;
}

/// Inserts rows one by one; how many were acknowledged.
int fill(Disk& disk) {
  sqlite3* database = open(disk);
  if (!database) return 0;
  int acknowledged = 0;
  if (sqlite3_exec(database, "CREATE TABLE t(n INTEGER PRIMARY KEY, text TEXT)", nullptr, nullptr, nullptr) == SQLITE_OK)
    for (int n = 0; n < kRows; ++n) {
      if (sqlite3_exec(database, "INSERT INTO t(text) VALUES(hex(zeroblob(400)))", nullptr, nullptr, nullptr) != SQLITE_OK) break;
      ++acknowledged;
    }
  sqlite3_close(database);
  return acknowledged;
}

std::string answer(sqlite3* database, const char* sql) {
  std::string text = "nothing";
  sqlite3_exec(
      database, sql,
      [](void* into, int, char** values, char**) {
        *static_cast<std::string*>(into) = values[0] ? values[0] : "";
        return 0;
      },
      &text, nullptr);
  return text;
}

TEST(Disk, SqliteKilledAtEveryWriteKeepsWhatItAcknowledged) {
  Disk whole("disk-test-whole");
  ASSERT_EQ(fill(whole), kRows);
  const std::int64_t operations = whole.writes() + whole.syncs();
  ASSERT_GT(operations, 40);
  for (std::int64_t kill = 0; kill < operations; ++kill) {
    Disk disk("disk-test");
    disk.kill_after(kill);
    const int acknowledged = fill(disk);
    Dice dice(static_cast<std::uint64_t>(kill));
    disk.kill_after(0);
    disk.restart(dice);
    sqlite3* database = open(disk);
    ASSERT_TRUE(database) << "killed after " << kill;
    EXPECT_EQ(answer(database, "PRAGMA integrity_check"), "ok") << "killed after " << kill;
    if (acknowledged > 0) {
      const int rows = std::stoi(answer(database, "SELECT count(*) FROM t"));
      EXPECT_GE(rows, acknowledged) << "killed after " << kill;
      EXPECT_LE(rows, acknowledged + 1) << "killed after " << kill;
    }
    sqlite3_close(database);
  }
}

}  // namespace
}  // namespace callwright::sim
