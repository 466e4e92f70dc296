#include "core/contact_ledger.hpp"

#include <gtest/gtest.h>

namespace callwright::core {
namespace {

journal::Fact opened(std::int64_t seq, std::int64_t contact, const std::string& boot, std::int64_t event) {
  return {seq, Instant{1'795'000'000'000'000 + seq}, ContactId{contact}, {"feed:pbx/" + boot, std::to_string(event)}, 0, journal::ContactOpened{}};
}

TEST(ContactLedger, ACheckpointKeepsTheMarkOfASourceWhateverOlderFactsItHolds) {
  ContactLedger live;
  live.apply(opened(1, 1, "1", 7));
  live.apply(opened(2, 2, "2", 3));  // the switch was started again
  live.apply(opened(3, 3, "2", 4));
  journal::Fact end{4, Instant{1'795'000'000'000'009}, ContactId{3}, {"feed:pbx/2", "9"}, 0, journal::CustomerMatched{}};
  live.apply(end);

  journal::Carried carried;
  carried.last_seq = 4;
  live.carry(carried);
  ContactLedger again;
  again.apply({0, {}, {}, {"core", "checkpoint"}, 0, carried});
  again.apply(opened(1, 1, "1", 7));  // kept, since its contact is still open; event 9 concluded nothing that is kept
  again.apply(opened(2, 2, "2", 3));
  again.apply(opened(3, 3, "2", 4));
  EXPECT_EQ(again.last_seen("feed:pbx/2"), 9);
  EXPECT_EQ(again.sources(), live.sources());

  again.apply(opened(5, 5, "2", 10));
  EXPECT_EQ(again.last_seen("feed:pbx/2"), 10);
}

}  // namespace
}  // namespace callwright::core
