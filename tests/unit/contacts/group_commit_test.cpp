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
  EXPECT_EQ(committed->contacts_lost, 1);
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
  EXPECT_EQ(all, (contacts - 1) * 17 + 17);
  store->reset();
  const auto findings = examine(folder.options());
  ASSERT_TRUE(findings);
  for (const Finding& finding : *findings) EXPECT_TRUE(finding.good) << finding.check << ": " << finding.text;
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
