#include "contacts/customer_traits.hpp"

#include <gmock/gmock.h>

#include <algorithm>

#include "contacts/card_json.hpp"
#include "sample_facts.hpp"
#include "temporary_store.hpp"

namespace callwright::contacts {
namespace {

using ::testing::Contains;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::Pair;

Customer complete() {
  Customer customer;
  customer.id = CustomerId{7};
  customer.name = "Ada";
  customer.tier = "gold";
  customer.stage = Stage::stable;
  customer.stage_since = Instant{1'704'067'200'000'000};
  customer.flags = {"vip", "call-back"};
  customer.account = "4471-2086";
  customer.since = Instant{1'704'067'199'000'000};
  customer.value_12m_minor = 184'000;
  customer.currency = "GBP";
  customer.satisfaction = Satisfaction{5, 4};
  customer.attrs = R"({"Order ID":"a\"b","boilers":2,"trade":true,"rate":1.5,"none":null,"nested":{"x":1}})";
  return customer;
}

bool may_be_asked(const std::string& name) {
  return std::ranges::any_of(journal::attribute_names(),
                             [&](const std::string& known) { return known == name || (known.ends_with('.') && name.starts_with(known)); });
}

TEST(TraitsOf, ACompleteCustomerAreWhatRulesMayAskForAndAllOfIt) {
  const auto traits = traits_of(card_head(complete(), 2), {}, 41);
  for (const auto& [name, text] : traits.attributes) EXPECT_TRUE(may_be_asked(name)) << name;
  for (const std::string& known : journal::attribute_names())
    if (known.starts_with("customer."))
      EXPECT_TRUE(std::ranges::any_of(traits.attributes, [&](const auto& one) { return one.first.starts_with(known); })) << known;
}

TEST(TraitsOf, TextsAreAsTheCustomerHasThemAndMomentsAreDates) {
  const auto all = traits_of(card_head(complete(), 2), {}, 41).attributes;
  EXPECT_THAT(all, Contains(Pair("customer.tier", "gold")));
  EXPECT_THAT(all, Contains(Pair("customer.stage", "stable")));
  EXPECT_THAT(all, Contains(Pair("customer.stage_since", "2024-01-01")));
  EXPECT_THAT(all, Contains(Pair("customer.since", "2023-12-31")));
  EXPECT_THAT(all, Contains(Pair("customer.household", "2")));
  EXPECT_THAT(all, Contains(Pair("customer.value_12m_minor", "184000")));
  EXPECT_THAT(all, Contains(Pair("customer.satisfaction.a", "5")));
  EXPECT_THAT(all, Contains(Pair("customer.contacts", "41")));
  EXPECT_THAT(all, Contains(Pair("customer.flags.vip", "true")));
  EXPECT_THAT(all, Contains(Pair("customer.flags.call_back", "true")));
  EXPECT_THAT(all, Contains(Pair("customer.attrs.order_id", "a\"b")));
  EXPECT_THAT(all, Contains(Pair("customer.attrs.boilers", "2")));
  EXPECT_THAT(all, Contains(Pair("customer.attrs.trade", "true")));
}

TEST(TraitsOf, WhatIsNotKnownIsAbsent) {
  Customer customer;
  customer.name = "Ada";
  const auto all = traits_of(card_head(customer, 1), {}, 0).attributes;
  for (const char* name :
       {"customer.tier", "customer.stage", "customer.since", "customer.account", "customer.value_12m_minor", "customer.satisfaction.a"})
    EXPECT_THAT(all, Not(Contains(Pair(name, testing::_)))) << name;
  EXPECT_THAT(traits_of("no card", {}, 3).attributes, IsEmpty());
  EXPECT_THAT(traits_of(card_head(complete(), 2), {}, 1).attributes, Not(Contains(Pair("customer.attrs.rate", testing::_)))) << "no whole number";
}

TEST(TraitsOf, TheLastAgentIsHimOfTheNewestContactInWhichSomebodyTalked) {
  ContactRow newest, older, oldest;
  newest.contact = ContactId{3};
  newest.disposition = "\"agent\":\"mallory\"";
  older.contact = ContactId{2};
  older.agent = AgentId{"a1002"};
  oldest.contact = ContactId{1};
  oldest.agent = AgentId{"a1001"};
  EXPECT_EQ(traits_of("{}", contact_line(newest) + '\n' + contact_line(older) + '\n' + contact_line(oldest), 3).last_agent, AgentId{"a1002"});
  EXPECT_EQ(traits_of("{}", contact_line(newest), 1).last_agent, AgentId{});
}

class TraitsOfACaller : public StoreTest {};

TEST_F(TraitsOfACaller, ComeWithHisCardFromTheSameLookUp) {
  FactMaker maker;
  Customer ada = complete();
  ada.flags = {"complaint"};  // a saved one's are keys
  ada.numbers.push_back({"+441632960123", "mobile", "", "agent", Confidence::known});
  const auto saved = store_->customers().create(ada, "user:1", Instant{1'795'000'000'000'000});
  ASSERT_TRUE(saved) << saved.error().text();
  ASSERT_TRUE(journal().append(maker.life(ContactId{1000}, saved->id)));
  const auto found = store_->reader().find_customer({}, {}, "+441632960123", {});
  ASSERT_TRUE(found);
  EXPECT_THAT(found->traits.attributes, Contains(Pair("customer.tier", "gold")));
  EXPECT_THAT(found->traits.attributes, Contains(Pair("customer.contacts", "1")));
  EXPECT_EQ(found->traits.last_agent, store_->reader().contact(ContactId{1000})->contact.agent);
  EXPECT_EQ(store_->reader().card(saved->id)->traits, found->traits);
}

}  // namespace
}  // namespace callwright::contacts
