#include "contacts/group_commit.hpp"

#include <gmock/gmock.h>

#include "contacts/doctor.hpp"
#include "fault_vfs.hpp"
#include "sample_facts.hpp"
#include "temporary_store.hpp"

namespace callwright::contacts {
namespace {

using journal::Fact;

class GroupCommitOf : public StoreTest {
 protected:
  /// The facts of a life, each in a step of its own.
  void add_each(GroupCommit& group, const std::vector<Fact>& facts) {
    for (const Fact& fact : facts) group.add({fact});
  }
  FactMaker maker_;
};

TEST_F(GroupCommitOf, OneFlushCommitsEveryWaitingStep) {
  GroupCommit group(journal());
  add_each(group, maker_.life(ContactId{1000}));
  EXPECT_EQ(group.facts(), 17u);
  const auto committed = group.flush();
  ASSERT_TRUE(committed) << committed.error().text();
  EXPECT_EQ(committed->facts, 17);
  EXPECT_EQ(committed->last_seq, 17);
  EXPECT_FALSE(committed->more);
  EXPECT_TRUE(group.empty());
  EXPECT_EQ(group.bytes(), 0u);
}

TEST_F(GroupCommitOf, NothingToDoSaysWhereTheJournalStands) {
  GroupCommit group(journal());
  const auto committed = group.flush();
  ASSERT_TRUE(committed);
  EXPECT_EQ(committed->facts, 0);
  EXPECT_EQ(committed->last_seq, 0);
}

TEST_F(GroupCommitOf, AStepIsNeverSplit) {
  GroupCommit group(journal(), {.batch_facts = 20});
  group.add(maker_.life(ContactId{1000}));
  group.add(maker_.life(ContactId{2000}));
  const auto first = group.flush();
  ASSERT_TRUE(first);
  EXPECT_EQ(first->facts, 17);
  EXPECT_TRUE(first->more);
  EXPECT_EQ(group.flush()->facts, 17);
}

TEST_F(GroupCommitOf, ACheckpointFollowsItsFacts) {
  GroupCommit group(journal());
  add_each(group, maker_.life(ContactId{1000}));
  journal::Carried carried;
  carried.last_seq = 17;
  group.add_checkpoint({{0, maker_.now(), {}, {"checkpoint", "1"}, 0, carried}});
  EXPECT_EQ(journal().checkpoint_seq(), 0);
  ASSERT_TRUE(group.flush());
  EXPECT_EQ(journal().checkpoint_seq(), 17);
  EXPECT_TRUE(group.empty());
}

TEST(GroupCommitOnAFullDisk, KeepsItsFactsUntilThereIsSpace) {
  FaultVfs disk;
  TemporaryFolder folder;
  FactMaker maker;
  auto store = open_store(folder.options("fault"));
  ASSERT_TRUE(store);
  ASSERT_TRUE((*store)->journal().begin_epoch());
  GroupCommit group((*store)->journal());
  group.add(maker.life(ContactId{1000}));
  disk.fail_at(1, FaultVfs::Kind::disk_full);
  EXPECT_EQ(group.flush().error().code, Errc::disk_full);
  EXPECT_EQ(group.facts(), 17u);
  disk.heal();
  const auto committed = group.flush();
  ASSERT_TRUE(committed) << committed.error().text();
  EXPECT_EQ(committed->facts, 17);
  EXPECT_FALSE(committed->recovered) << "the spool was never full";
}

TEST(GroupCommitOnAFullDisk, AlarmsAtHalfAndDropsWholeContactsWhenFull) {
  FaultVfs disk;
  TemporaryFolder folder;
  FactMaker maker;
  auto store = open_store(folder.options("fault"));
  ASSERT_TRUE(store);
  ASSERT_TRUE((*store)->journal().begin_epoch());
  GroupCommit group((*store)->journal(), {.spool_bytes = 64 * 1024});
  disk.fail_at(1, FaultVfs::Kind::disk_full);

  std::vector<Fact> facts;
  bool half_seen = false;
  std::int64_t contacts = 0;
  while (group.spool() != GroupCommit::Spool::full) {
    const std::vector<Fact> life = maker.life(ContactId{1000 * ++contacts});
    facts += life;
    for (const Fact& fact : life) half_seen |= group.add({fact}) == GroupCommit::Spool::half_full;
    EXPECT_FALSE(group.flush());
    ASSERT_LT(contacts, 1000);
  }
  EXPECT_TRUE(half_seen);
  EXPECT_EQ(group.contacts_lost(), 1);
  EXPECT_LE(group.bytes(), 64u * 1024);
  const ContactId lost{1000 * contacts};
  EXPECT_EQ(group.facts_lost(), 17) << "all of the contact, also what waited already";

  disk.heal();
  const auto committed = group.flush();
  ASSERT_TRUE(committed) << committed.error().text();
  EXPECT_TRUE(committed->recovered);
  EXPECT_THAT(committed->contacts_lost, testing::ElementsAre(lost));
  EXPECT_EQ(committed->facts_lost, 17);
  EXPECT_EQ(committed->last_seq, maker.seq());

  // A later fact of the lost contact does not come in either; the sequence goes on.
  group.add({maker.make(lost, journal::NoteWritten{AgentId{"a1001"}, "n9", "late"})});
  group.add(maker.life(ContactId{900'000}));
  ASSERT_TRUE(group.flush());
  std::int64_t of_lost = 0, all = 0;
  ASSERT_TRUE((*store)->journal().replay([&](const Fact& fact) -> Result<void> {
    ++all;
    of_lost += fact.contact == lost;
    return {};
  }));
  EXPECT_EQ(of_lost, 0);
  EXPECT_EQ(all, (contacts - 1) * 17 + 17 + 1) << "and one that closes the hole";
  store->reset();
  const auto findings = examine(folder.options());
  ASSERT_TRUE(findings);
  for (const Finding& finding : *findings) EXPECT_TRUE(finding.good) << finding.check << ": " << finding.text;
}

TEST(GroupCommitOnAFullDisk, AContactThatTheJournalKnowsIsNotDropped) {
  FaultVfs disk;
  TemporaryFolder folder;
  FactMaker maker;
  auto store = open_store(folder.options("fault"));
  ASSERT_TRUE(store);
  ASSERT_TRUE((*store)->journal().begin_epoch());
  GroupCommit group((*store)->journal(), {.spool_bytes = 64 * 1024});
  const std::vector<Fact> known = maker.life(ContactId{1000});
  for (std::size_t i = 0; i < 9; ++i) group.add({known[i]});
  ASSERT_TRUE(group.flush());
  disk.fail_at(1, FaultVfs::Kind::disk_full);
  maker.rewind(9);
  std::int64_t last = 2000;
  for (; group.spool() != GroupCommit::Spool::full; last += 1000) group.add(maker.life(ContactId{last}));
  const std::int64_t lost = group.facts_lost();
  group.add({maker.make(ContactId{1000}, journal::ContactAnswered{AgentId{"a1001"}, LegId{1003}})});
  group.add({maker.make(ContactId{1000}, journal::ContactEnded{journal::ContactOutcome::answered, journal::Cause::normal, QueueId{"repairs"}})});
  EXPECT_EQ(group.facts_lost(), lost) << "it uses the reserve";
  group.add({maker.make(ContactId{last - 1000}, journal::AgentStateChanged{.agent = AgentId{"a1001"}, .state = journal::AgentState::ready, .reason = {}, .until = {}, .next = journal::AgentState::ready, .next_reason = {}, .idle_since = {}})});
  EXPECT_EQ(group.facts_lost(), lost) << "where an agent is stays true, also in a contact that was dropped";

  disk.heal();
  ASSERT_TRUE(group.flush());
  std::int64_t of_known = 0;
  ASSERT_TRUE((*store)->journal().replay([&](const Fact& fact) -> Result<void> {
    of_known += fact.contact == ContactId{1000};
    return {};
  }));
  EXPECT_EQ(of_known, 11);
}

TEST(GroupCommitOnAFullDisk, AHoleAtTheEndIsClosedSoThatARestartGoesOnBehindIt) {
  FaultVfs disk;
  TemporaryFolder folder;
  FactMaker maker;
  auto store = open_store(folder.options("fault"));
  ASSERT_TRUE(store);
  ASSERT_TRUE((*store)->journal().begin_epoch());
  GroupCommit group((*store)->journal(), {.spool_bytes = 64 * 1024});
  disk.fail_at(1, FaultVfs::Kind::disk_full);
  for (std::int64_t i = 1; group.spool() != GroupCommit::Spool::full; ++i) {
    group.add(maker.life(ContactId{i * 1000}));
    EXPECT_FALSE(group.flush());
  }
  disk.heal();
  ASSERT_TRUE(group.flush());
  EXPECT_TRUE(group.empty());
  std::int64_t highest = 0;
  ASSERT_TRUE((*store)->journal().replay([&](const Fact& fact) -> Result<void> {
    highest = fact.seq;
    return {};
  }));
  EXPECT_EQ(highest, maker.seq()) << "the core begins behind what it folds";
  EXPECT_EQ((*store)->journal().last_seq(), maker.seq());
}

TEST(GroupCommitOnAFullDisk, ACheckpointLeavesDroppedContactsOut) {
  TemporaryFolder folder;
  FactMaker maker;
  auto store = open_store(folder.options());
  ASSERT_TRUE(store);
  ASSERT_TRUE((*store)->journal().begin_epoch());
  GroupCommit group((*store)->journal(), {.spool_bytes = 64 * 1024});
  std::vector<Fact> dropped;
  for (std::int64_t i = 1; group.spool() != GroupCommit::Spool::full; ++i) group.add(dropped = maker.life(ContactId{i * 1000}));
  dropped.resize(5);  // he still waits
  journal::Carried carried;
  carried.last_seq = maker.seq();
  carried.intervals = {{.queue = QueueId{"repairs"}, .start = {dropped[3].at.us - dropped[3].at.us % 900'000'000}, .entered = 1}};
  std::vector<Fact> checkpoint = {{0, maker.now(), {}, {"checkpoint", "1"}, 0, carried}};
  checkpoint += dropped;
  group.add_checkpoint(std::move(checkpoint));
  ASSERT_TRUE(group.flush());
  ASSERT_EQ((*store)->journal().checkpoint_seq(), maker.seq());
  std::int64_t of_dropped = 0, lost = 0;
  ASSERT_TRUE((*store)->journal().replay([&](const Fact& fact) -> Result<void> {
    of_dropped += fact.contact == dropped[0].contact;
    if (const auto* one = std::get_if<journal::Carried>(&fact.body)) lost += one->intervals.at(0).lost;
    return {};
  }));
  EXPECT_EQ(of_dropped, 0);
  EXPECT_EQ(lost, 1) << "who waits of them has left his queue as lost";
}

TEST(GroupCommitOnAFullDisk, FactsOfNoContactHaveRoomLeft) {
  FaultVfs disk;
  TemporaryFolder folder;
  FactMaker maker;
  auto store = open_store(folder.options("fault"));
  ASSERT_TRUE(store);
  ASSERT_TRUE((*store)->journal().begin_epoch());
  GroupCommit group((*store)->journal(), {.spool_bytes = 64 * 1024});
  for (std::int64_t i = 1; group.spool() != GroupCommit::Spool::full; ++i) group.add(maker.life(ContactId{i * 1000}));
  const std::int64_t before = group.facts_lost();
  group.add({maker.make({}, journal::AgentStateChanged{.agent = AgentId{"a1001"}, .state = journal::AgentState::not_ready, .reason = "break", .until = {}, .next = journal::AgentState::ready, .next_reason = {}, .idle_since = {}})});
  EXPECT_EQ(group.facts_lost(), before);
}

}  // namespace
}  // namespace callwright::contacts
