#include "contacts/log_reader.hpp"

#include <gmock/gmock.h>

#include "sample_facts.hpp"
#include "temporary_store.hpp"

namespace callwright::contacts {
namespace {

using Personal = LogReader::Personal;

/// Contacts 1000, 2000 and 3000, one after the other.
class LogReaderOf : public StoreTest {
 protected:
  void SetUp() override {
    StoreTest::SetUp();
    for (const std::int64_t id : {1000, 2000, 3000}) facts_ += maker_.life(ContactId{id}, CustomerId{id == 2000 ? 8 : 7});
    ASSERT_TRUE(journal().append(facts_));
    auto opened = open_log_reader(folder_.options());
    ASSERT_TRUE(opened) << opened.error().text();
    log_ = std::move(*opened);
  }
  LogPart part(std::int64_t from, std::vector<journal::Kind> kinds, Personal personal = Personal::leave) {
    auto read = log_->facts(from, kinds, personal);
    EXPECT_TRUE(read) << read.error().text();
    return read.value_or(LogPart{});
  }

  FactMaker maker_;
  std::vector<journal::Fact> facts_;
  std::unique_ptr<LogReader> log_;
};

TEST_F(LogReaderOf, TheFirstFactAtATimeIsFoundByTheTime) {
  EXPECT_EQ(*log_->seq_at({}), 1);
  EXPECT_EQ(*log_->seq_at(facts_[20].at), std::ranges::find(facts_, facts_[20].at, &journal::Fact::at)->seq);
  EXPECT_EQ(*log_->seq_at(facts_[20].at + Duration(1)), std::ranges::upper_bound(facts_, facts_[20].at, {}, &journal::Fact::at)->seq);
  EXPECT_EQ(*log_->seq_at(facts_.back().at + Duration(1)), facts_.back().seq + 1);
  EXPECT_EQ(*log_->extent(), std::pair(facts_.front().at, facts_.back().at));
}

TEST_F(LogReaderOf, AnEmptyLogHasNoExtent) {
  TemporaryFolder other;
  ASSERT_TRUE(open_store(other.options()));
  auto log = open_log_reader(other.options());
  ASSERT_TRUE(log);
  EXPECT_FALSE(*(*log)->extent());
  EXPECT_EQ(*(*log)->seq_at({}), 1);
}

TEST_F(LogReaderOf, OnlyTheKindsThatAreAskedForAreRead) {
  const LogPart read = part(2, {journal::Kind::contact_opened, journal::Kind::contact_ended});
  ASSERT_EQ(read.facts.size(), 5u);
  EXPECT_EQ(read.facts[0].contact, ContactId{1000});
  EXPECT_TRUE(std::holds_alternative<journal::ContactEnded>(read.facts[0].body));
  EXPECT_TRUE(read.last);
  EXPECT_EQ(read.next_seq, facts_.back().seq + 1);
}

TEST_F(LogReaderOf, PersonalValuesAreUnsealedOnlyIfTheyAreAskedFor) {
  const auto ani = [&](Personal personal) {
    return std::get<journal::ContactOpened>(part(1, {journal::Kind::contact_opened}, personal).facts.at(0).body).ani;
  };
  EXPECT_EQ(ani(Personal::leave), "");
  EXPECT_EQ(ani(Personal::open), "+441632960123");
}

TEST_F(LogReaderOf, WhoTalkedLastIsToldAsOfThen) {
  EXPECT_EQ(*log_->last_agent(CustomerId{7}, ContactId{3000}), AgentId{"a1001"});
  EXPECT_EQ(*log_->last_agent(CustomerId{7}, ContactId{1000}), AgentId{}) << "he called for the first time";
  EXPECT_EQ(*log_->last_agent(CustomerId{9}, ContactId{3000}), AgentId{});
  EXPECT_TRUE(log_->traits(CustomerId{9})->attributes.empty());
}

TEST_F(LogReaderOf, WhatIsWrittenMeanwhileIsSeenByTheNextCall) {
  const LogPart read = part(1, {journal::Kind::contact_opened});
  ASSERT_TRUE(journal().append(maker_.life(ContactId{4000}))) << "no lock is held in between";
  EXPECT_EQ(part(read.next_seq, {journal::Kind::contact_opened}).facts.at(0).contact, ContactId{4000});
}

}  // namespace
}  // namespace callwright::contacts
