#include "server/writer_thread.hpp"

#include <gmock/gmock.h>
#include <sqlite3.h>

#include <future>
#include <mutex>
#include <string>

#include "tests/unit/contacts/fault_vfs.hpp"
#include "tests/unit/contacts/sample_facts.hpp"
#include "tests/unit/contacts/temporary_store.hpp"

namespace callwright::server {
namespace {

using namespace std::chrono_literals;
using contacts::FactMaker;
using contacts::FaultVfs;
using testing::ElementsAre;
using Spool = WriterThread::Spool;

class WriterThreadTest : public testing::Test {
 protected:
  std::unique_ptr<contacts::Store> open(contacts::Options options) {
    auto store = contacts::open_store(options);
    EXPECT_TRUE(store && (*store)->journal().begin_epoch());
    return store ? std::move(*store) : nullptr;
  }
  void make(WriterThread::Limits limits, Duration busy_limit = {}) {
    auto options = folder_.options("fault");
    options.busy_limit = busy_limit;
    writer_ = std::make_unique<WriterThread>(open(options),
                                             WriterThread::Outlets{
                                                 .committed = [this](std::int64_t, const std::vector<ContactId>& lost) { named_.insert(named_.end(), lost.begin(), lost.end()); },
                                                 .tell_core =
                                                     [this](core::InputBody body) {
                                                       hear(std::holds_alternative<core::StoreFull>(body) ? "full" : "recovered");
                                                       if (auto* recovered = std::get_if<core::StoreRecovered>(&body)) told_core_ = std::move(recovered->contacts_lost);
                                                     },
                                                 .fatal = [this](const Error&) { hear("fatal"); },
                                             },
                                             limits);
  }
  void hear(std::string what) {
    std::lock_guard lock(mutex_);
    heard_.push_back(std::move(what));
  }
  std::vector<std::string> heard() {
    std::lock_guard lock(mutex_);
    return heard_;
  }
  /// The thread stands in an edit, as it would in a commit that hangs, until the promise is kept.
  std::promise<void> hang() {
    std::promise<void> go_on, begun;
    EXPECT_TRUE(writer_->edit([begun = &begun, until = go_on.get_future().share()](contacts::Store&) {
      begun->set_value();
      until.wait();
    }));
    begun.get_future().wait();
    return go_on;
  }
  std::int64_t facts_on_disk() {
    auto store = open(folder_.options());
    std::int64_t facts = 0;
    EXPECT_TRUE(store->journal().replay_all([&](const journal::Fact&) -> Result<void> {
      ++facts;
      return {};
    }));
    return facts;
  }

  FaultVfs disk_;
  contacts::TemporaryFolder folder_;
  FactMaker maker_;
  std::unique_ptr<WriterThread> writer_;
  std::mutex mutex_;
  std::vector<std::string> heard_;
  std::vector<ContactId> named_, told_core_;  ///< of the writer's thread, until it has stopped
};

TEST_F(WriterThreadTest, AStopGoesOnTryingUntilTheFullDiskHasSpaceAgain) {
  make({.retry = 1ms, .stop = 60s});
  disk_.fail_next(200, FaultVfs::Kind::disk_full);
  writer_->start();
  writer_->facts(maker_.life(ContactId{1000}));
  EXPECT_FALSE(writer_->stop().any());
  writer_.reset();
  EXPECT_EQ(facts_on_disk(), 17);
}

TEST_F(WriterThreadTest, AStopOnADiskThatStaysFullEndsAndCountsWhatIsLost) {
  make({.retry = 1ms, .stop = 20ms});
  disk_.fail_at(1, FaultVfs::Kind::disk_full);
  writer_->start();
  writer_->facts(maker_.life(ContactId{1000}));
  writer_->facts(maker_.life(ContactId{2000}));
  const auto lost = writer_->stop();
  EXPECT_EQ(lost.facts, 34);
  EXPECT_EQ(lost.contacts, 2);
}

TEST_F(WriterThreadTest, AStopBesideAnotherProcessThatWritesEndsInItsTime) {
  make({.retry = 1ms, .stop = 20ms, .stop_busy = 1ms}, 60s);
  sqlite3* other = nullptr;
  ASSERT_EQ(sqlite3_open(folder_.options().path.c_str(), &other), SQLITE_OK);
  ASSERT_EQ(sqlite3_exec(other, "BEGIN IMMEDIATE", nullptr, nullptr, nullptr), SQLITE_OK);
  writer_->facts(maker_.life(ContactId{1000}));
  writer_->stop();  // before the first try, which would wait for the minute that a serving writer may
  writer_->start();
  EXPECT_EQ(writer_->stop().facts, 17);
  sqlite3_close(other);
}

TEST_F(WriterThreadTest, WhatWaitsBehindACommitThatHangsFillsTheSpool) {
  make({.spool = {.spool_bytes = 64 * 1024, .reserve_bytes = 1024 * 1024}});
  writer_->start();
  auto go_on = hang();
  std::int64_t contacts = 0;
  while (writer_->spool() == Spool::ok) writer_->facts(maker_.life(ContactId{1000 * ++contacts}));
  EXPECT_EQ(writer_->spool(), Spool::half_full);
  EXPECT_GE(writer_->spool_bytes(), 32U * 1024);
  EXPECT_THAT(heard(), ElementsAre());
  while (writer_->spool() == Spool::half_full) writer_->facts(maker_.life(ContactId{1000 * ++contacts}));
  EXPECT_THAT(heard(), ElementsAre("full"));
  writer_->facts(maker_.life(ContactId{1000 * ++contacts}));

  go_on.set_value();
  writer_->stop();
  EXPECT_THAT(heard(), ElementsAre("full", "recovered"));
  EXPECT_EQ(writer_->spool(), Spool::ok);
  EXPECT_EQ(writer_->spool_bytes(), 0U);
  EXPECT_EQ(writer_->contacts_lost(), 0) << "the disk was slow, not full: nothing had to be dropped";
  writer_.reset();
  EXPECT_EQ(facts_on_disk(), contacts * 17);
}

TEST_F(WriterThreadTest, DroppedContactsAreNamedWithTheNextCommitAndToTheCore) {
  make({.spool = {.spool_bytes = 64 * 1024, .reserve_bytes = 1024 * 1024}, .retry = 1ms, .stop = 60s});
  writer_->start();
  auto go_on = hang();
  disk_.fail_next(200, FaultVfs::Kind::disk_full);
  std::int64_t contacts = 0;
  while (writer_->spool() != Spool::full) writer_->facts(maker_.life(ContactId{1000 * ++contacts}));
  writer_->facts(maker_.life(ContactId{1000 * ++contacts}));
  go_on.set_value();
  EXPECT_FALSE(writer_->stop().any());
  EXPECT_THAT(heard(), ElementsAre("full", "recovered"));
  EXPECT_THAT(named_, ElementsAre(ContactId{1000 * (contacts - 1)}, ContactId{1000 * contacts}));
  EXPECT_EQ(told_core_, named_);
  EXPECT_EQ(writer_->contacts_lost(), 2);
}

TEST_F(WriterThreadTest, BeyondTheSpoolAndItsReserveTheProcessMustEnd) {
  make({.spool = {.spool_bytes = 16 * 1024, .reserve_bytes = 16 * 1024}});
  writer_->start();
  auto go_on = hang();
  for (int i = 1; i < 100; ++i) writer_->facts(maker_.life(ContactId{1000 * i}));
  EXPECT_THAT(heard(), ElementsAre("full", "fatal"));
  const auto waiting = writer_->spool_bytes();
  EXPECT_LE(waiting, 32U * 1024);
  go_on.set_value();
  EXPECT_FALSE(writer_->stop().any()) << "what had found room is written all the same";
  writer_.reset();
  EXPECT_GE(facts_on_disk(), 17);
}

TEST_F(WriterThreadTest, AnEditThatWasRefusedNeverRunsAndOneThatWasTakenDoes) {
  make({.steps = 1});
  std::atomic<int> ran = 0;
  writer_->facts(maker_.life(ContactId{1000}));  // the hand-over queue is full
  int taken = 0;
  while (writer_->edit([&](contacts::Store&) { ++ran; })) ++taken;
  EXPECT_EQ(taken, 1024);
  writer_->start();
  writer_->stop();
  EXPECT_EQ(ran, taken);
}

}  // namespace
}  // namespace callwright::server
