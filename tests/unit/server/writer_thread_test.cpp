#include "server/writer_thread.hpp"

#include <gtest/gtest.h>

#include <cstdlib>

namespace callwright::server {
namespace {

using namespace std::chrono_literals;

/// A disk that is full for the first `refusals` commits.
class FullDisk final : public contacts::Store, contacts::Journal {
 public:
  FullDisk(int refusals, std::int64_t& written) : refusals_(refusals), written_(written) {}

  contacts::Journal& journal() override { return *this; }
  contacts::Customers& customers() override { std::abort(); }
  contacts::Accounts& accounts() override { std::abort(); }
  contacts::CentreStore& centres() override { std::abort(); }
  contacts::Reader& reader() override { std::abort(); }

 private:
  Result<std::int64_t> begin_epoch() override { return 1; }
  std::int64_t epoch() const override { return 1; }
  Result<void> append(std::span<const journal::Fact> facts, std::span<const contacts::SeqRange>) override {
    if (refusals_-- > 0) return fail(contacts::Errc::disk_full);
    written_ = facts.back().seq;
    return {};
  }
  Result<void> checkpoint(std::span<const journal::Fact>) override { return {}; }
  Result<contacts::Replayed> replay(const Visit&) override { return {}; }
  Result<contacts::Replayed> replay_all(const Visit&) override { return {}; }
  std::int64_t last_seq() const override { return written_; }
  std::int64_t checkpoint_seq() const override { return 0; }
  Result<void> erase_contact(ContactId) override { return {}; }

  int refusals_;
  std::int64_t& written_;
};

class WriterThreadOf : public testing::Test {
 protected:
  /// What a stop leaves unwritten of one fact on such a disk.
  std::size_t stop_on(int refusals) {
    WriterThread writer(std::make_unique<FullDisk>(refusals, written),
                        {.committed = [](std::int64_t) {}, .tell_core = [](core::InputBody) {}, .fatal = [](const Error&) {}},
                        {.retry_after = 1ms, .stop_tries = 5});
    journal::Fact fact;
    fact.seq = 1;
    writer.facts({fact});
    writer.start();
    return writer.stop();
  }
  std::int64_t written = 0;
};

TEST_F(WriterThreadOf, AStopWritesWhatWaits) {
  EXPECT_EQ(stop_on(0), 0U);
  EXPECT_EQ(written, 1);
}

TEST_F(WriterThreadOf, AStopTriesAFullDiskAgain) {
  EXPECT_EQ(stop_on(4), 0U);
  EXPECT_EQ(written, 1);
}

TEST_F(WriterThreadOf, AStopSaysWhatTheDiskDidNotTake) {
  EXPECT_EQ(stop_on(1000), 1U);
  EXPECT_EQ(written, 0);
}

}  // namespace
}  // namespace callwright::server
