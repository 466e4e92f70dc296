#include "base/id.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>

#include "base/digest.hpp"
#include "base/id_mint.hpp"

namespace callwright {
namespace {

constexpr Instant kNow{1'795'000'000'123'456};
constexpr std::int64_t kMillisecond = 1'795'000'000'123 - 1'704'067'200'000;

TEST(IdMint, AnIdIsMillisecondsNodeAndCounter) {
  IdMint mint(5);
  mint.advance(kNow);
  EXPECT_EQ(mint.mint<ContactId>().value, (kMillisecond << 22) | (5 << 12));
  EXPECT_EQ(mint.mint<ContactId>().value, ((kMillisecond << 22) | (5 << 12)) + 1);
}

TEST(IdMint, TheSameInstantsGiveTheSameIds) {
  IdMint one, other;
  for (int i = 0; i < 100; ++i) {
    one.advance({kNow.us + i * 777});
    other.advance({kNow.us + i * 777});
    EXPECT_EQ(one.mint<LegId>(), other.mint<LegId>());
  }
}

TEST(IdMint, MoreThanACounterHoldsRunAheadOfTheClockAndNeverTwice) {
  IdMint mint(3);
  mint.advance(kNow);
  std::int64_t last = 0;
  for (int i = 0; i < 4096; ++i) {
    const auto id = mint.mint<ContactId>().value;
    EXPECT_GT(id, last);
    EXPECT_EQ(id >> 22, kMillisecond);
    last = id;
  }
  const auto next = mint.mint<ContactId>().value;
  EXPECT_EQ(next >> 22, kMillisecond + 1);
  EXPECT_EQ((next >> 12) & 1023, 3) << "the node stays";
  EXPECT_EQ(next & 4095, 0);
  mint.advance({kNow.us + 1000});
  EXPECT_EQ(mint.mint<ContactId>().value, next + 1) << "the clock has come to where we are";
}

TEST(IdMint, NeverGoesBackWithTheClock) {
  IdMint mint;
  mint.advance(kNow);
  const auto id = mint.mint<ContactId>();
  mint.advance({kNow.us - 5'000'000});
  EXPECT_GT(mint.mint<ContactId>(), id);
}

TEST(IdMint, AnObservedIdIsNotMintedAgain) {
  IdMint before, after;
  before.advance(kNow);
  ContactId last;
  for (int i = 0; i < 5000; ++i) last = before.mint<ContactId>();
  after.observe(last.value);
  after.observe(1);  // an older one changes nothing
  after.advance(kNow);
  EXPECT_EQ(after.mint<ContactId>(), before.mint<ContactId>());
}

TEST(IdMint, AnObservedLastOfItsMillisecondIsFollowedByTheNext) {
  IdMint mint(9);
  mint.observe((kMillisecond << 22) | (9 << 12) | 4095);
  EXPECT_EQ(mint.mint<ContactId>().value, ((kMillisecond + 1) << 22) | (9 << 12));
}

TEST(IdMint, SuccessiveLivesAtOneInstantMintNothingTwice) {
  std::set<std::int64_t> minted;
  std::size_t count = 0;
  for (std::int64_t life = 7; life < 7 + 16; ++life) {
    IdMint mint = IdMint::of_life(2, life);
    for (int millisecond = 0; millisecond < 3; ++millisecond) {
      mint.advance(Instant{1'795'000'000'000'000 + 1000 * millisecond});
      for (int i = 0; i < 200; ++i, ++count) minted.insert(mint.mint<ContactId>().value);
    }
  }
  EXPECT_EQ(minted.size(), count);
}

TEST(IdMint, AfterAnIdOfAnotherLifeComesTheNextOfOurs) {
  const Instant at{1'795'000'000'000'000};
  IdMint early = IdMint::of_life(0, 1), late = IdMint::of_life(0, 9);
  early.advance(at);
  late.advance(at);
  const ContactId first = early.mint<ContactId>(), second = late.mint<ContactId>();
  EXPECT_LT(first, second);
  early.observe(second.value);
  EXPECT_GT(early.mint<ContactId>(), second);
  IdMint again = IdMint::of_life(0, 9);
  again.observe(first.value);
  EXPECT_EQ(again.mint<ContactId>(), second) << "in the same millisecond, where there is room";
}

TEST(IdMint, ANodeBeyondItsBitsIsCut) {
  IdMint mint(1024 + 7);
  mint.advance(kNow);
  EXPECT_EQ((mint.mint<ContactId>().value >> 12) & 1023, 7);
}

TEST(Key, IsOneTo32LowerCaseLettersDigitsAndTwoSigns) {
  EXPECT_TRUE(is_key("a"));
  EXPECT_TRUE(is_key("repairs_2-b"));
  EXPECT_TRUE(is_key(std::string(32, 'z')));
  EXPECT_FALSE(is_key(std::string(33, 'z')));
  EXPECT_FALSE(is_key(""));
  for (const char* text : {"A", "a b", "a.b", "a/b", "\xC3\xA4", "a\n", "{"}) EXPECT_FALSE(is_key(text)) << text;
  EXPECT_FALSE(is_key(std::string_view("a\0b", 3)));
}

TEST(Id, NoneIsFalseAndOrderIsTheNumbers) {
  EXPECT_FALSE(ContactId{});
  EXPECT_TRUE(ContactId{1});
  EXPECT_LT(ContactId{1}, ContactId{2});
  EXPECT_FALSE(AgentId{});
  EXPECT_TRUE(AgentId{"a"});
}

TEST(Digest, TellsOrderAndBoundariesApart) {
  EXPECT_EQ(Digest().add(1).add("a").value(), Digest().add(1).add("a").value());
  EXPECT_NE(Digest().add(1).add(2).value(), Digest().add(2).add(1).value());
  EXPECT_NE(Digest().add("ab").add("c").value(), Digest().add("a").add("bc").value());
}

}  // namespace
}  // namespace callwright
