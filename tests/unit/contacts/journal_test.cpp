#include "contacts/journal.hpp"

#include <gmock/gmock.h>
#include <sqlite3.h>

#include "fault_vfs.hpp"
#include "sample_facts.hpp"
#include "temporary_store.hpp"

namespace callwright::contacts {
namespace {

using journal::Fact;

std::vector<Fact> all_of(Journal& journal, Replayed* replayed = nullptr, bool with_checkpoint = true) {
  std::vector<Fact> facts;
  const auto visit = [&](const Fact& fact) -> Result<void> {
    facts.push_back(fact);
    return {};
  };
  const auto result = with_checkpoint ? journal.replay(visit) : journal.replay_all(visit);
  EXPECT_TRUE(result) << result.error().text();
  if (replayed && result) *replayed = *result;
  return facts;
}

/// Runs SQL on the store's file from outside; the engine's message, empty if it went well.
std::string from_outside(const Options& options, const std::string& sql) {
  sqlite3* db = nullptr;
  sqlite3_open(options.path.c_str(), &db);
  char* message = nullptr;
  sqlite3_exec(db, sql.c_str(), nullptr, nullptr, &message);
  std::string out = message ? message : "";
  sqlite3_free(message);
  sqlite3_close(db);
  return out;
}

std::string bytes_of_file(const std::string& path) {
  FILE* file = std::fopen(path.c_str(), "rb");
  if (!file) return {};
  std::string out;
  char buffer[65536];
  for (std::size_t n; (n = std::fread(buffer, 1, sizeof buffer, file)) > 0;) out.append(buffer, n);
  std::fclose(file);
  return out;
}

class JournalOf : public StoreTest {
 protected:
  FactMaker maker_;
};

TEST_F(JournalOf, ReplayGivesTheFactsThatWereAppended) {
  std::vector<Fact> facts = maker_.life(ContactId{1000});
  facts += maker_.life(ContactId{2000});
  ASSERT_TRUE(journal().append(facts));
  EXPECT_EQ(journal().last_seq(), maker_.seq());
  reopen();
  Replayed replayed;
  EXPECT_EQ(all_of(journal(), &replayed), facts);
  EXPECT_EQ(replayed.last_seq, maker_.seq());
  EXPECT_EQ(journal().last_seq(), maker_.seq());
}

TEST_F(JournalOf, EachOpeningRaisesTheEpoch) {
  EXPECT_EQ(journal().epoch(), 1);
  reopen();
  EXPECT_EQ(journal().epoch(), 2);
}

TEST_F(JournalOf, AnOlderHolderCannotAppend) {
  auto other = open_store(folder_.options());
  ASSERT_TRUE(other);
  ASSERT_TRUE((*other)->journal().begin_epoch());
  const auto result = journal().append(maker_.life(ContactId{1000}));
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, Errc::stale_epoch);
  EXPECT_TRUE(all_of((*other)->journal()).empty());
}

TEST_F(JournalOf, NobodyAppendsBeforeTakingOver) {
  auto other = open_store(folder_.options());
  ASSERT_TRUE(other);
  EXPECT_EQ((*other)->journal().append(maker_.life(ContactId{1000})).error().code, Errc::stale_epoch);
}

TEST_F(JournalOf, FactsOutOfSequenceAreRefused) {
  std::vector<Fact> facts = maker_.life(ContactId{1000});
  facts.erase(facts.begin() + 3);
  EXPECT_EQ(journal().append(facts).error().code, Errc::sequence_gap);
  EXPECT_TRUE(all_of(journal()).empty());
}

TEST_F(JournalOf, ToldHolesArePartOfTheSequence) {
  std::vector<Fact> facts = maker_.life(ContactId{1000});
  facts.erase(facts.begin() + 3, facts.begin() + 5);
  const SeqRange hole{4, 5};
  ASSERT_TRUE(journal().append(facts, {&hole, 1}));
  EXPECT_EQ(all_of(journal()), facts);
}

TEST_F(JournalOf, ASourceActsOnce) {
  ASSERT_TRUE(journal().append(maker_.life(ContactId{1000})));
  std::vector<Fact> again = maker_.life(ContactId{2000});
  again[4].source = {"feed:main/7", "3"};
  const auto result = journal().append(again);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, Errc::duplicate_source);
  EXPECT_EQ(result.error().context, "feed:main/7 3 0");
  EXPECT_EQ(all_of(journal()).size(), 17u);
  again[4].source.id = "ok";
  EXPECT_TRUE(journal().append(again)) << "a refused batch leaves nothing behind";
}

TEST_F(JournalOf, FactsAreNeverChangedOrDeleted) {
  ASSERT_TRUE(journal().append(maker_.life(ContactId{1000})));
  EXPECT_EQ(from_outside(folder_.options(), "UPDATE fact SET at = 0"), "facts are never changed");
  EXPECT_EQ(from_outside(folder_.options(), "DELETE FROM fact WHERE seq = 1"), "facts are never deleted");
}

TEST_F(JournalOf, CheckpointAndTailGiveWhatAllFactsGive) {
  const std::vector<Fact> first = maker_.life(ContactId{1000});
  ASSERT_TRUE(journal().append(first));
  journal::Carried carried;
  carried.last_seq = journal().last_seq();
  carried.sources = {{"feed:main/7", 17}};
  std::vector<Fact> checkpoint = {{0, maker_.now(), {}, {"checkpoint", "1"}, 0, carried}};
  checkpoint.push_back(first[0]);
  ASSERT_TRUE(journal().checkpoint(checkpoint));
  const std::vector<Fact> tail = maker_.life(ContactId{2000});
  ASSERT_TRUE(journal().append(tail));
  reopen();
  Replayed replayed;
  std::vector<Fact> expected = checkpoint;
  expected += tail;
  EXPECT_EQ(all_of(journal(), &replayed), expected);
  EXPECT_EQ(replayed.checkpoint_seq, 17);
  std::vector<Fact> whole = first;
  whole += tail;
  EXPECT_EQ(all_of(journal(), nullptr, false), whole);
}

TEST_F(JournalOf, ACheckpointWaitsForItsFacts) {
  journal::Carried carried;
  carried.last_seq = 5;
  const std::vector<Fact> checkpoint = {{0, maker_.now(), {}, {"checkpoint", "1"}, 0, carried}};
  EXPECT_EQ(journal().checkpoint(checkpoint).error().code, Errc::sequence_gap);
  EXPECT_EQ(journal().checkpoint({}).error().code, Errc::invalid);
}

TEST_F(JournalOf, UnknownKindsAreKeptAndCounted) {
  ASSERT_TRUE(journal().append(maker_.life(ContactId{1000})));
  ASSERT_EQ(from_outside(folder_.options(),
                         "INSERT INTO fact(grp,seq,epoch,at,kind,kind_version,contact_id,source,source_id,ordinal,body) VALUES(1,18,1,0,999,1,0,'x','1',0,x'00');"
                         "UPDATE grp SET last_seq = 18"),
            "");
  reopen();
  Replayed replayed;
  EXPECT_EQ(all_of(journal(), &replayed).size(), 17u);
  EXPECT_EQ(replayed.unknown, 1);
  maker_.rewind(18);
  EXPECT_TRUE(journal().append(maker_.life(ContactId{2000})));
}

TEST_F(JournalOf, PersonalValuesAreUnreadableOnDisk) {
  ASSERT_TRUE(journal().append(maker_.life(ContactId{1000}, {}, "+447700900555")));
  ASSERT_TRUE(journal().append(maker_.written(ContactId{2000}, {}, "ada@example.com")));
  for (const std::int64_t contact : {1000, 2000}) ASSERT_TRUE(journal().erase_contact(ContactId{contact}));
  store_.reset();
  const std::string path = folder_.options().path;
  // The contact row is blanked and its old page overwritten in the file; facts never held the number in the clear.
  EXPECT_EQ(from_outside(folder_.options(), "PRAGMA wal_checkpoint(TRUNCATE); VACUUM; PRAGMA wal_checkpoint(TRUNCATE)"), "");
  for (const std::string suffix : {"", "-wal"})
    for (const std::string canary : {"447700900555", "Ada <b>", "Boiler leaks", "ada@example.com", "room-4471"})
      EXPECT_EQ(bytes_of_file(path + suffix).find(canary), std::string::npos) << canary << " in " << suffix;
}

TEST_F(JournalOf, ErasingTheKeyLeavesTheFactsWithoutPersonalValues) {
  const std::vector<Fact> facts = maker_.life(ContactId{1000});
  ASSERT_TRUE(journal().append(facts));
  ASSERT_TRUE(journal().erase_contact(ContactId{1000}));
  Replayed replayed;
  const std::vector<Fact> left = all_of(journal(), &replayed);
  ASSERT_EQ(left.size(), facts.size());
  EXPECT_EQ(replayed.erased, 3);
  EXPECT_EQ(std::get<journal::ContactOpened>(left[0].body).ani, "");
  EXPECT_EQ(std::get<journal::ContactOpened>(left[0].body).dnis, "4400");
  EXPECT_EQ(std::get<journal::NoteWritten>(left[11].body).text, "");
  // What comes later about the same contact is not written either.
  ASSERT_TRUE(journal().append(std::vector{maker_.make(ContactId{1000}, journal::NoteWritten{AgentId{"a1001"}, "n2", "rang again"})}));
  EXPECT_EQ(std::get<journal::NoteWritten>(all_of(journal()).back().body).text, "");
}

TEST_F(JournalOf, AChangedSecretIsNoticed) {
  ASSERT_TRUE(journal().append(maker_.life(ContactId{1000})));
  ASSERT_EQ(from_outside(folder_.options(), "DROP TRIGGER fact_stays; UPDATE fact SET secret = zeroblob(length(secret)) WHERE seq = 1"), "");
  const auto result = journal().replay([](const Fact&) -> Result<void> { return {}; });
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, Errc::corrupt);
}

TEST_F(JournalOf, AVisitorsErrorEndsTheReplay) {
  ASSERT_TRUE(journal().append(maker_.life(ContactId{1000})));
  const auto result = journal().replay([](const Fact&) -> Result<void> { return fail(Errc::invalid, "enough"); });
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().context, "enough");
}

/// Whatever write or sync fails, an append is there as a whole or not at all, and the store opens again.
TEST(JournalOnABadDisk, EveryFailingWriteLeavesAllOrNothing) {
  int failures = 0;
  for (std::int64_t n = 1; n < 400; ++n) {
    FaultVfs disk;
    TemporaryFolder folder;
    FactMaker maker;
    const std::vector<Fact> first = maker.life(ContactId{1000});
    const std::vector<Fact> second = maker.life(ContactId{2000});
    bool acknowledged = false;
    {
      auto store = open_store(folder.options("fault"));
      ASSERT_TRUE(store);
      ASSERT_TRUE((*store)->journal().begin_epoch());
      ASSERT_TRUE((*store)->journal().append(first));
      disk.fail_at(n, FaultVfs::Kind::io_error);
      const auto result = (*store)->journal().append(second);
      acknowledged = result.has_value();
      if (!acknowledged) {
        EXPECT_EQ(result.error().code, Errc::broken) << result.error().text();
        disk.heal();
        EXPECT_FALSE((*store)->journal().append(second)) << "nothing is acknowledged after a failure";
      }
      if (disk.failed()) ++failures;
    }
    disk.heal();
    auto again = open_store(folder.options());
    ASSERT_TRUE(again) << again.error().text();
    ASSERT_TRUE((*again)->journal().begin_epoch());
    const std::vector<Fact> left = all_of((*again)->journal());
    std::vector<Fact> both = first;
    both += second;
    if (acknowledged) EXPECT_EQ(left, both);
    else EXPECT_TRUE(left == first || left == both) << "write " << n;
    if (acknowledged && !disk.failed()) break;  // every operation of the append has failed once
  }
  EXPECT_GT(failures, 3);
}

TEST(JournalOnABadDisk, AFullDiskIsToldApartAndPasses) {
  FaultVfs disk;
  TemporaryFolder folder;
  FactMaker maker;
  auto store = open_store(folder.options("fault"));
  ASSERT_TRUE(store);
  ASSERT_TRUE((*store)->journal().begin_epoch());
  const std::vector<Fact> facts = maker.life(ContactId{1000});
  disk.fail_at(1, FaultVfs::Kind::disk_full);
  const auto result = (*store)->journal().append(facts);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, Errc::disk_full) << result.error().text();
  EXPECT_EQ((*store)->journal().append(facts).error().code, Errc::disk_full);
  disk.heal();
  EXPECT_TRUE((*store)->journal().append(facts));
  EXPECT_EQ(all_of((*store)->journal()), facts);
}

TEST(JournalOnABadDisk, ALockedStoreIsBusyNotBroken) {
  TemporaryFolder folder;
  FactMaker maker;
  auto store = open_store(folder.options());
  ASSERT_TRUE(store);
  ASSERT_TRUE((*store)->journal().begin_epoch());
  sqlite3* other = nullptr;
  ASSERT_EQ(sqlite3_open(folder.options().path.c_str(), &other), SQLITE_OK);
  ASSERT_EQ(sqlite3_exec(other, "BEGIN IMMEDIATE", nullptr, nullptr, nullptr), SQLITE_OK);
  const std::vector<Fact> facts = maker.life(ContactId{1000});
  EXPECT_EQ((*store)->journal().append(facts).error().code, Errc::busy);
  sqlite3_close(other);
  EXPECT_TRUE((*store)->journal().append(facts));
}

TEST(OpeningAStore, RefusesALaterSchema) {
  TemporaryFolder folder;
  ASSERT_TRUE(open_store(folder.options()));
  from_outside(folder.options(), "PRAGMA user_version = 999");
  EXPECT_EQ(open_store(folder.options()).error().code, Errc::newer_schema);
}

TEST(OpeningAStore, RefusesWhatIsNoStore) {
  TemporaryFolder folder;
  FILE* file = std::fopen(folder.options().path.c_str(), "w");
  for (int i = 0; i < 1000; ++i) std::fputs("not a database at all\n", file);
  std::fclose(file);
  EXPECT_EQ(open_store(folder.options()).error().code, Errc::corrupt);
}

TEST(OpeningAStore, OneConnectionNeedsNoSharedMemory) {
  TemporaryFolder folder;
  Options options = folder.options();
  options.exclusive = true;
  auto store = open_store(options);
  ASSERT_TRUE(store) << store.error().text();
  ASSERT_TRUE((*store)->journal().begin_epoch());
  FactMaker maker;
  ASSERT_TRUE((*store)->journal().append(maker.life(ContactId{1000})));
  EXPECT_FALSE(std::filesystem::exists(options.path + "-shm"));
  EXPECT_TRUE((*store)->reader().contact(ContactId{1000}));
}

}  // namespace
}  // namespace callwright::contacts
