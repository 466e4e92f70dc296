#include <gmock/gmock.h>

#include <sstream>

#include "contacts/customer_import.hpp"
#include "contacts/doctor.hpp"
#include "contacts/phone.hpp"
#include "contacts/sample_customers.hpp"
#include "fault_vfs.hpp"
#include "metrics/queue_fold.hpp"
#include "sample_facts.hpp"
#include "temporary_store.hpp"

namespace callwright::contacts {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

const Instant kNow{1'795'000'000'000'000};
const journal::TrunkRule kRule;

class RecordOf : public StoreTest {
 protected:
  Customer draft(const std::string& name, const std::string& number) {
    Customer customer;
    customer.name = name;
    if (!number.empty()) customer.numbers.push_back({number, "mobile", number, "agent", Confidence::known});
    return customer;
  }
  Customer save(const std::string& name, const std::string& number) {
    auto saved = store_->customers().create(draft(name, number), "user:1", kNow);
    EXPECT_TRUE(saved) << saved.error().text();
    return saved ? *saved : Customer();
  }
  Found find(const std::string& ani) {
    auto found = store_->reader().find_customer(SwitchId{"main"}, "t1", ani, kRule);
    EXPECT_TRUE(found) << found.error().text();
    return found ? *found : Found();
  }
  /// Of a written contact.
  Found write_in(const std::string& identity) {
    auto found = store_->reader().find_customer(SwitchId{}, "", identity, trunk_rule({}, SwitchId{}, ""));
    EXPECT_TRUE(found) << found.error().text();
    return found ? *found : Found();
  }
  void expect_healthy() {
    const auto findings = examine(folder_.options());
    ASSERT_TRUE(findings) << findings.error().text();
    for (const Finding& finding : *findings) EXPECT_TRUE(finding.good) << finding.check << ": " << finding.text;
  }
  std::string card(CustomerId customer) {
    auto card = store_->reader().card(customer);
    EXPECT_TRUE(card);
    return card ? *card->json : "";
  }
  FactMaker maker_;
};

// --- identity ---------------------------------------------------------------------------------------------------------------

TEST_F(RecordOf, OneCustomerWithTheNumberIsKnown) {
  const Customer ada = save("Ada Lovelace", "+441632960123");
  const Found found = find("01632 960123");
  EXPECT_EQ(found.match, journal::Match::known);
  EXPECT_EQ(found.customer, ada.id);
  EXPECT_EQ(found.e164, "+441632960123");
  ASSERT_TRUE(found.card);
  EXPECT_THAT(*found.card, HasSubstr("\"name\":\"Ada Lovelace\""));
  EXPECT_THAT(*found.card, HasSubstr("\"last_contacts\":[],\"contacts_total\":0}"));
}

TEST_F(RecordOf, SeveralCustomersWithTheNumberAreAChoice) {
  const Customer ada = save("Ada", "+441632960123");
  const Customer ben = save("Ben", "+441632960123");
  ASSERT_TRUE(journal().append(maker_.life(ContactId{1000}, ben.id)));
  const Found found = find("+44 1632 960123");
  EXPECT_EQ(found.match, journal::Match::maybe);
  EXPECT_FALSE(found.customer);
  EXPECT_THAT(found.candidates, ElementsAre(ben.id, ada.id)) << "last contact first";
  EXPECT_THAT(*found.card, HasSubstr("{\"candidates\":[{\"customer\":\"" + std::to_string(ben.id.value)));
}

TEST_F(RecordOf, NobodyWithTheNumberIsNone) {
  save("Ada", "+441632960123");
  const Found found = find("01632 960124");
  EXPECT_EQ(found.match, journal::Match::none);
  EXPECT_EQ(found.e164, "+441632960124");
  EXPECT_FALSE(found.card);
}

TEST_F(RecordOf, TheEndOfANumberMatchesNobody) {
  save("Ada", "+441632960123");
  EXPECT_EQ(find("960123").match, journal::Match::none);
  EXPECT_EQ(find("+49 1632 960123").match, journal::Match::none);
}

TEST_F(RecordOf, ASecondNumberFindsTheSameCustomer) {
  Customer ada = draft("Ada", "+441632960123");
  ada.numbers.push_back({"+447700900001", "home", "07700 900001", "agent", Confidence::known});
  const auto saved = store_->customers().create(ada, "user:1", kNow);
  ASSERT_TRUE(saved);
  EXPECT_EQ(find("07700 900001").customer, saved->id);
}

TEST_F(RecordOf, TheCustomerOfAWrittenContactIsFoundByHisAddressHoweverItsLettersAreWritten) {
  Customer ada = draft("Ada", "");
  ada.emails = {"Ada.King@example.com", "ada.king@EXAMPLE.com", "ak@example.com"};
  const auto saved = store_->customers().create(ada, "user:1", kNow);
  ASSERT_TRUE(saved) << saved.error().text();
  for (const char* address : {"ada.king@example.com", "ADA.KING@example.com", "AK@Example.Com"}) {
    const Found found = write_in(address);
    EXPECT_EQ(found.match, journal::Match::known) << address;
    EXPECT_EQ(found.customer, saved->id);
    EXPECT_THAT(found.candidates, IsEmpty());
    EXPECT_EQ(found.e164, "");
    ASSERT_TRUE(found.card);
    EXPECT_THAT(*found.card, HasSubstr("\"name\":\"Ada\""));
  }
}

TEST_F(RecordOf, APartOfAnAddressMatchesNobody) {
  Customer ada = draft("Ada", "");
  ada.emails = {"ada@example.com"};
  ASSERT_TRUE(store_->customers().create(ada, "user:1", kNow));
  for (const char* address : {"@example.com", "ada@example.co", "da@example.com", "ada@example.com ", "%@example.com", "ada@", "@"}) {
    const Found found = write_in(address);
    EXPECT_EQ(found.match, journal::Match::none) << address;
    EXPECT_FALSE(found.card);
  }
}

TEST_F(RecordOf, SeveralCustomersWithTheAddressAreAChoice) {
  Customer ada = draft("Ada", ""), ben = draft("Ben", "");
  ada.emails = {"Office@example.com"};
  ben.emails = {"office@example.com"};
  const auto first = store_->customers().create(ada, "user:1", kNow), second = store_->customers().create(ben, "user:1", kNow);
  ASSERT_TRUE(first && second);
  ASSERT_TRUE(journal().append(maker_.written(ContactId{1000}, second->id, "office@example.com")));
  const Found found = write_in("office@example.com");
  EXPECT_EQ(found.match, journal::Match::maybe);
  EXPECT_FALSE(found.customer);
  EXPECT_THAT(found.candidates, ElementsAre(second->id, first->id)) << "last contact first";
}

TEST_F(RecordOf, TheCustomerOfAWrittenContactIsFoundByHisNumberWithoutASwitch) {
  const Customer ada = save("Ada", "+8615400000001");
  const Found found = write_in("+8615400000001");
  EXPECT_EQ(found.match, journal::Match::known);
  EXPECT_EQ(found.customer, ada.id);
  EXPECT_EQ(found.e164, "+8615400000001");
  EXPECT_EQ(write_in("").match, journal::Match::none);
}

TEST_F(RecordOf, WhatASwitchDeliversIsNoAddress) {
  Customer ada = draft("Ada", "+441632960123");
  ada.emails = {"+441632960123@example.com", "sip:+441632960123@example.com", "ada@example.com"};
  const auto saved = store_->customers().create(ada, "user:1", kNow);
  ASSERT_TRUE(saved) << saved.error().text();
  EXPECT_EQ(find("sip:+441632960123@example.com").e164, "+441632960123");
  EXPECT_EQ(find("sip:+441632960124@example.com").match, journal::Match::none);
  EXPECT_EQ(find("ada@example.com").match, journal::Match::none);
}

TEST_F(RecordOf, AnUnknownWritersAddressIsAttachedOnFirstSave) {
  ASSERT_TRUE(journal().append(maker_.written(ContactId{1000}, {}, "New@example.com")));
  EXPECT_EQ(write_in("new@example.com").match, journal::Match::none);
  const auto saved = store_->customers().create(draft("New Customer", ""), "user:1", kNow, ContactId{1000});
  ASSERT_TRUE(saved) << saved.error().text();
  EXPECT_THAT(saved->emails, ElementsAre("New@example.com"));
  EXPECT_THAT(saved->numbers, IsEmpty());
  EXPECT_EQ(write_in("new@example.com").customer, saved->id);
  expect_healthy();
}

TEST_F(RecordOf, AnAddressIsAttachedToAFoundCustomerOnce) {
  Customer ada = draft("Ada", "");
  ada.emails = {"ada@example.com"};
  const auto saved = store_->customers().create(ada, "user:1", kNow);
  ASSERT_TRUE(saved);
  const auto attached = [&](std::int64_t contact, const std::string& identity) {
    EXPECT_TRUE(journal().append(maker_.written(ContactId{contact}, {}, identity)));
    const auto customer = store_->customers().attach_identity(ContactId{contact}, saved->id, "user:1", kNow);
    EXPECT_TRUE(customer) << customer.error().text();
    return customer ? *customer : Customer();
  };
  EXPECT_EQ(attached(1000, "ADA@example.com").version, 1) << "he has it";
  EXPECT_THAT(attached(2000, "ak@example.com").emails, ElementsAre("ada@example.com", "ak@example.com"));
  EXPECT_EQ(attached(3000, "").version, 2);
  EXPECT_EQ(attached(4000, "visitor 7").version, 2) << "neither a number nor an address";
  for (std::int64_t i = 0; i < 30; ++i) attached(5000 + 1000 * i, std::to_string(i) + "@example.com");
  EXPECT_EQ(attached(99'000, "one.more@example.com").emails.size(), 32u) << "a full list refuses nobody";
}

TEST_F(RecordOf, AnUnknownCallersNumberIsAttachedOnFirstSave) {
  auto life = maker_.life(ContactId{1000}, {}, "+441632960777");
  const std::vector<journal::Fact> first(life.begin(), life.begin() + 5), rest(life.begin() + 5, life.end());
  ASSERT_TRUE(journal().append(first));
  EXPECT_EQ(find("+441632960777").match, journal::Match::none);
  const auto saved = store_->customers().create(draft("New Caller", ""), "user:1", kNow, ContactId{1000});
  ASSERT_TRUE(saved) << saved.error().text();
  ASSERT_EQ(saved->numbers.size(), 1u);
  EXPECT_EQ(saved->numbers[0].source, "contact");
  EXPECT_EQ(find("01632 960777").customer, saved->id);

  // The command ChooseCustomer becomes this fact: the contact moves to him and stands on his card once it ended.
  ASSERT_TRUE(journal().append(rest));
  ASSERT_TRUE(journal().append(std::vector{maker_.make(ContactId{1000}, journal::CustomerMatched{.match = journal::Match::chosen, .customer = saved->id, .candidates = {}, .by = AgentId{"a1001"}, .e164 = {}})}));
  EXPECT_THAT(card(saved->id), HasSubstr("\"contacts_total\":1"));
  EXPECT_THAT(card(saved->id), HasSubstr("\"contact\":\"1000\""));
  EXPECT_EQ(store_->reader().contact(ContactId{1000})->contact.e164, "+441632960777");
  expect_healthy();
}

TEST_F(RecordOf, AttachingAnIdentityTwiceChangesNothing) {
  ASSERT_TRUE(journal().append(maker_.life(ContactId{1000}, {}, "+441632960777")));
  const Customer ada = save("Ada", "+441632960123");
  ASSERT_TRUE(store_->customers().attach_identity(ContactId{1000}, ada.id, "user:1", kNow));
  const auto again = store_->customers().attach_identity(ContactId{1000}, ada.id, "user:1", kNow);
  ASSERT_TRUE(again);
  EXPECT_EQ(again->version, 2);
  EXPECT_EQ(again->numbers.size(), 2u);
}

TEST_F(RecordOf, ANumberThatWasMaybeHisIsKnownOnceAnAgentChoseHim) {
  Customer maybe = draft("Ada", "+441632960777");
  maybe.numbers[0].confidence = Confidence::maybe;
  const auto ada = store_->customers().create(maybe, "user:1", kNow);
  ASSERT_TRUE(ada);
  EXPECT_EQ(find("+441632960777").match, journal::Match::maybe);
  ASSERT_TRUE(journal().append(maker_.life(ContactId{1000}, {}, "+441632960777")));
  ASSERT_TRUE(store_->customers().attach_identity(ContactId{1000}, ada->id, "user:1", kNow));
  EXPECT_EQ(find("+441632960777").match, journal::Match::known);
}

TEST_F(RecordOf, AFullListOfNumbersTakesNoMoreAndRefusesNobody) {
  ASSERT_TRUE(journal().append(maker_.life(ContactId{1000}, {}, "+441632960777")));
  Customer full = draft("Ada", "");
  for (int i = 0; i < 32; ++i) full.numbers.push_back({"+4416329600" + std::to_string(10 + i), "", "", "agent", Confidence::known});
  const auto ada = store_->customers().create(full, "user:1", kNow);
  ASSERT_TRUE(ada) << ada.error().text();
  const auto same = store_->customers().attach_identity(ContactId{1000}, ada->id, "user:1", kNow);
  ASSERT_TRUE(same);
  EXPECT_EQ(same->numbers.size(), 32u);
  EXPECT_EQ(same->version, 1);
}

TEST_F(RecordOf, ACommandMakesItsCustomerOnceAlsoAfterAReopening) {
  const auto make = [&](const char* by, const char* command, Instant at) { return store_->customers().create(draft("Ada", ""), by, at, {}, command)->id; };
  const CustomerId first = make("user:1", "c1", kNow);
  EXPECT_EQ(make("user:1", "c1", kNow), first);
  reopen();
  EXPECT_EQ(make("user:1", "c1", kNow), first);
  EXPECT_NE(make("user:2", "c1", kNow), first);
  EXPECT_NE(make("user:1", "", kNow), first);
  EXPECT_NE(make("user:1", "c2", kNow + std::chrono::days(8)), first);
  EXPECT_NE(make("user:1", "c1", kNow + std::chrono::days(8)), first) << "what is older than a week is forgotten";
}

TEST_F(RecordOf, AnAgentsNoteNeverReplacesThatOfAnother) {
  ASSERT_TRUE(journal().append(maker_.life(ContactId{1000})));
  const auto write = [&](const char* agent, const char* text) {
    ASSERT_TRUE(journal().append(std::vector{maker_.make(ContactId{1000}, journal::NoteWritten{AgentId{agent}, "n1", text})}));
  };
  write("a1002", "mine");
  write("a1001", "second");
  const auto notes = store_->reader().contact(ContactId{1000})->notes;
  ASSERT_EQ(notes.size(), 2u);
  EXPECT_EQ(notes[0].text, "second");
  EXPECT_EQ(notes[1].text, "mine");
}

TEST_F(RecordOf, AReadThatTakesTooLongIsGivenUpAndTheNextOneWorks) {
  std::vector<journal::Fact> lives;
  for (int i = 0; i < 1000; ++i) lives += maker_.life(ContactId{1000 + 10 * i});
  ASSERT_TRUE(journal().append(lives));
  Options hasty = folder_.options();
  hasty.read_limit = Duration(1);
  const auto reader = open_reader(hasty);
  ASSERT_TRUE(reader);
  ContactFilter none;
  none.queue = QueueId{"repairs"};
  none.agent = AgentId{"nobody"};
  EXPECT_EQ((*reader)->contacts(none).error().code, Errc::too_slow);
  EXPECT_EQ((*reader)->card(CustomerId{1}).error().code, Errc::not_found);
  ContactFilter lost;
  lost.outcome = journal::ContactOutcome::lost;
  const auto page = (*reader)->contacts(lost);
  ASSERT_TRUE(page) << "the log by outcome reads only what it shows: " << page.error().text();
  EXPECT_THAT(page->items, IsEmpty());
}

TEST_F(RecordOf, TheTimelineOfNobodyIsNotFoundAndThatOfANewCustomerEmpty) {
  EXPECT_EQ(store_->reader().timeline(CustomerId{1}, {}, 10).error().code, Errc::not_found);
  const auto page = store_->reader().timeline(save("Ada", "+441632960123").id, {}, 10);
  ASSERT_TRUE(page);
  EXPECT_THAT(page->items, IsEmpty());
}

// --- edits ------------------------------------------------------------------------------------------------------------------

TEST_F(RecordOf, AnEditNeedsTheVersionItSaw) {
  const Customer ada = save("Ada", "+441632960123");
  CustomerPatch patch;
  patch.tier = "gold";
  const auto updated = store_->customers().update(ada.id, 1, patch, "user:1", kNow);
  ASSERT_TRUE(updated);
  EXPECT_EQ(updated->version, 2);
  EXPECT_THAT(card(ada.id), HasSubstr("\"tier\":\"gold\""));
  EXPECT_EQ(store_->customers().update(ada.id, 1, patch, "user:2", kNow).error().code, Errc::version_mismatch);
  EXPECT_EQ(store_->customers().update(CustomerId{5}, 1, patch, "user:2", kNow).error().code, Errc::not_found);
  EXPECT_EQ(*store_->customers().get(ada.id), *updated);
}

TEST_F(RecordOf, WrongFieldsAreNamed) {
  EXPECT_EQ(store_->customers().create(draft("", ""), "user:1", kNow).error().context, "name");
  EXPECT_EQ(store_->customers().create(draft("Ada", "01632 960123"), "user:1", kNow).error().context, "numbers");
  Customer customer = draft("Ada", "");
  customer.attrs = "[1]";
  EXPECT_EQ(store_->customers().create(customer, "user:1", kNow).error().context, "attrs");
  customer.attrs = "{\"a\":";
  EXPECT_EQ(store_->customers().create(customer, "user:1", kNow).error().context, "attrs");
  EXPECT_EQ(*store_->customers().count(), 0);
}

TEST_F(RecordOf, AnAccountNumberBelongsToOne) {
  Customer ada = draft("Ada", "");
  ada.account = "4471-2086";
  ASSERT_TRUE(store_->customers().create(ada, "user:1", kNow));
  EXPECT_EQ(store_->customers().create(ada, "user:1", kNow).error().code, Errc::already_exists);
  EXPECT_EQ(*store_->customers().count(), 1);
}

TEST_F(RecordOf, TextFromOutsideStaysTextInTheCard) {
  const Customer evil = save("<script>\"x\"\\ \xF0\x9F\x98\x80 caf\xC3\xA9", "+441632960123");
  EXPECT_THAT(card(evil.id), HasSubstr("\"name\":\"<script>\\\"x\\\"\\\\ \xF0\x9F\x98\x80 caf\xC3\xA9\""));
  const Customer broken = save("bad \xFF utf", "+441632960124");
  EXPECT_THAT(card(broken.id), HasSubstr("\"name\":\"bad \xEF\xBF\xBD utf\""));
}

TEST_F(RecordOf, AHouseholdKnowsItsSize) {
  Customer ada = draft("Ada", "+441632960123"), ben = draft("Ben", "+441632960123");
  ada.household = ben.household = 77;
  const auto first = store_->customers().create(ada, "user:1", kNow);
  ASSERT_TRUE(store_->customers().create(ben, "user:1", kNow));
  EXPECT_THAT(card(first->id), HasSubstr("\"household\":2"));
  expect_healthy();
}

TEST_F(RecordOf, SearchFindsByNumberAccountAndBeginningsOfNames) {
  Customer ada = draft("Ada Lovelace", "+441632960123");
  ada.account = "4471-2086";
  ASSERT_TRUE(store_->customers().create(ada, "user:1", kNow));
  Customer wang = draft("\xE7\x8E\x8B\xE5\xB0\x8F\xE6\x98\x8E", "+8615400000001");  // Wang Xiaoming
  wang.name_alt = "Wang Xiaoming";
  ASSERT_TRUE(store_->customers().create(wang, "user:1", kNow));
  const auto found = [&](const std::string& query) {
    auto page = store_->reader().search(query, 20);
    EXPECT_TRUE(page) << page.error().text();
    return page && page->items.size() == 1 ? page->items[0] : std::string();
  };
  EXPECT_THAT(found("01632 960123"), HasSubstr("Ada Lovelace"));
  EXPECT_THAT(found("4471-2086"), HasSubstr("Ada Lovelace"));
  EXPECT_THAT(found("love a"), HasSubstr("Ada Lovelace"));
  EXPECT_THAT(found("xiaom WANG"), HasSubstr("Wang Xiaoming"));
  EXPECT_THAT(found("\xE5\xB0\x8F\xE6\x98\x8E"), HasSubstr("Wang Xiaoming"));
  EXPECT_EQ(found("ovelace"), "");
  EXPECT_EQ(found("100% ' OR 1=1 --"), "");
}

// --- contact log ------------------------------------------------------------------------------------------------------------

TEST_F(RecordOf, AContactIsLoggedWithSegmentsOffersAndNotes) {
  const Customer ada = save("Ada", "+441632960123");
  ASSERT_TRUE(journal().append(maker_.life(ContactId{1000}, ada.id)));
  const auto detail = store_->reader().contact(ContactId{1000});
  ASSERT_TRUE(detail) << detail.error().text();
  const ContactRow& row = detail->contact;
  EXPECT_EQ(row.customer, ada.id);
  EXPECT_EQ(row.ani, "+441632960123");
  EXPECT_EQ(row.caller_name, "Ada <b>");
  EXPECT_EQ(row.queue.value, "repairs");
  EXPECT_EQ(row.agent.value, "a1001");
  EXPECT_EQ(row.outcome, journal::ContactOutcome::answered);
  EXPECT_EQ(row.disposition, "solved");
  EXPECT_TRUE(row.resolved);
  EXPECT_EQ(row.waited, std::chrono::seconds(7));
  EXPECT_EQ(row.ring, std::chrono::seconds(4));
  EXPECT_EQ(row.talk, std::chrono::seconds(90));
  EXPECT_EQ(row.wrap_up, std::chrono::seconds(15));
  EXPECT_EQ(detail->segments.size(), 3u);
  ASSERT_EQ(detail->visits.size(), 1u);
  EXPECT_EQ(detail->visits[0].how, journal::VisitEnd::answered);
  ASSERT_EQ(detail->offers.size(), 1u);
  EXPECT_EQ(detail->offers[0].how, journal::OfferEnd::accepted);
  ASSERT_EQ(detail->notes.size(), 1u);
  EXPECT_EQ(detail->notes[0].text, "Boiler leaks, +441632960123");
  const auto decisions = store_->reader().decisions(ContactId{1000});
  ASSERT_TRUE(decisions);
  ASSERT_EQ(decisions->size(), 1u);
  EXPECT_EQ((*decisions)[0].offer.best[0].score, 240);
  EXPECT_EQ((*decisions)[0].how, journal::OfferEnd::accepted);
  EXPECT_EQ((*decisions)[0].ended_at - (*decisions)[0].at, std::chrono::seconds(4));
  EXPECT_THAT((*decisions)[0].requirements, ElementsAre(journal::Requirement{SkillId{"heating"}, journal::Requirement::Kind::required, 40, 3}));
  EXPECT_EQ(store_->reader().contact(ContactId{1001}).error().code, Errc::not_found);
}

TEST_F(RecordOf, AContactThatItsSwitchRoutedIsLoggedAndCountedAndNobodyDecidedIt) {
  const Customer ada = save("Ada", "+441632960123");
  std::vector<journal::Fact> facts = maker_.life(ContactId{1000}, ada.id);
  for (journal::Fact& fact : facts) {
    if (auto* visit = std::get_if<journal::VisitStarted>(&fact.body)) visit->observed = true;
    if (auto* made = std::get_if<journal::OfferMade>(&fact.body)) made->decision = 0, made->expires_at = {}, made->gates.clear(), made->best.clear();
  }
  ASSERT_TRUE(journal().append(facts));
  const auto detail = store_->reader().contact(ContactId{1000});
  ASSERT_TRUE(detail) << detail.error().text();
  EXPECT_EQ(detail->contact.waited, std::chrono::seconds(7));
  ASSERT_EQ(detail->visits.size(), 1u);
  EXPECT_EQ(detail->visits[0].how, journal::VisitEnd::answered);
  ASSERT_EQ(detail->offers.size(), 1u);
  EXPECT_EQ(detail->offers[0].how, journal::OfferEnd::accepted);
  EXPECT_EQ(detail->offers[0].made.decision, 0);
  EXPECT_THAT(*store_->reader().decisions(ContactId{1000}), ::testing::IsEmpty());
  journal::QueueInterval sum;
  for (const auto& each : *store_->reader().intervals(Instant{0}, Instant{INT64_MAX})) metrics::add(sum, each);
  EXPECT_EQ(sum.entered, 1);
  EXPECT_EQ(sum.answered, 1);
  EXPECT_EQ(sum.answered_within, 1);
  EXPECT_EQ(sum.answered_wait, std::chrono::seconds(7));
  expect_healthy();
}

TEST_F(RecordOf, AWrittenContactIsLoggedWithoutCallAndLeg) {
  const Customer ada = save("Ada", "");
  ASSERT_TRUE(journal().append(maker_.written(ContactId{1000}, ada.id)));
  const auto detail = store_->reader().contact(ContactId{1000});
  ASSERT_TRUE(detail) << detail.error().text();
  const ContactRow& row = detail->contact;
  EXPECT_EQ(row.channel, journal::Channel::chat);
  EXPECT_EQ(row.customer, ada.id);
  EXPECT_EQ(row.switch_id.value, "");
  EXPECT_EQ(row.ani, "ada@example.com");
  EXPECT_EQ(row.e164, "");
  EXPECT_EQ(row.queue.value, "repairs");
  EXPECT_EQ(row.agent.value, "a1001");
  EXPECT_EQ(row.outcome, journal::ContactOutcome::answered);
  EXPECT_EQ(row.disposition, "solved");
  EXPECT_EQ(row.waited, std::chrono::seconds(7));
  EXPECT_EQ(row.ring, std::chrono::seconds(4));
  EXPECT_EQ(row.talk, std::chrono::seconds(300));
  EXPECT_EQ(row.wrap_up, std::chrono::seconds(15));
  EXPECT_EQ(detail->url, "https://chat.example.com/room-4471");
  EXPECT_THAT(detail->data, ElementsAre(std::pair<std::string, std::string>("topic", "boiler")));
  EXPECT_EQ(detail->segments.size(), 3u);
  ASSERT_EQ(detail->offers.size(), 1u);
  EXPECT_EQ(detail->offers[0].made.channel, journal::Channel::chat);
  EXPECT_THAT(card(ada.id), HasSubstr("\"channel\":\"chat\""));
  const auto timeline = store_->reader().timeline(ada.id, {}, 10);
  ASSERT_TRUE(timeline);
  EXPECT_THAT(timeline->items, ElementsAre(HasSubstr("\"channel\":\"chat\"")));
  journal::QueueInterval sum;
  for (const auto& each : *store_->reader().intervals(Instant{0}, Instant{INT64_MAX})) metrics::add(sum, each);
  EXPECT_EQ(sum.entered, 1);
  EXPECT_EQ(sum.answered_within, 1);
  EXPECT_EQ(sum.answered_wait, std::chrono::seconds(7));
  expect_healthy();

  ASSERT_TRUE(journal().erase_contact(ContactId{1000}));
  const auto erased = store_->reader().contact(ContactId{1000});
  ASSERT_TRUE(erased);
  EXPECT_EQ(erased->contact.ani + erased->contact.caller_name + erased->url, "");
}

TEST_F(RecordOf, WhatAnAgentDoesWithAWrittenContactChangesNoRow) {
  ASSERT_TRUE(journal().append(maker_.written(ContactId{1000})));
  const auto rows = [&] {
    const ContactDetail detail = *store_->reader().contact(ContactId{1000});
    return std::tuple(detail.contact.ended_at, detail.contact.talk, detail.contact.agent, detail.segments.size(), detail.visits.size());
  };
  const auto before = rows();
  using journal::WorkState;
  for (const WorkState state : {WorkState::reserved, WorkState::working, WorkState::wrap_up, WorkState::done})
    ASSERT_TRUE(
        journal().append(std::vector{maker_.make(ContactId{1000}, journal::WorkChanged{AgentId{"a1002"}, journal::Channel::chat, state, {}})}));
  ASSERT_TRUE(
      journal().append(std::vector{maker_.make(ContactId{7}, journal::WorkChanged{AgentId{"a1002"}, journal::Channel::chat, WorkState::done, {}})}))
      << "of a contact that has no row";
  EXPECT_EQ(rows(), before);
  expect_healthy();
}

TEST_F(RecordOf, RowsAreTheSameHoweverTheFactsAreBatched) {
  const Customer ada = save("Ada", "+441632960123");
  std::vector<journal::Fact> facts = maker_.life(ContactId{1000}, ada.id);
  facts += maker_.written(ContactId{2000}, ada.id, "+441632960123", journal::Channel::email);
  for (const journal::Fact& fact : facts) {
    ASSERT_TRUE(journal().append(std::vector{fact}));
    if (fact.seq % 5 == 0) reopen();  // rows are found again in the store, not only in memory
  }
  EXPECT_EQ(store_->reader().contact(ContactId{2000})->contact.talk, std::chrono::seconds(300));
  const auto detail = store_->reader().contact(ContactId{1000});
  ASSERT_TRUE(detail);
  EXPECT_EQ(detail->contact.talk, std::chrono::seconds(90));
  EXPECT_EQ(detail->segments.size(), 3u);
  expect_healthy();
}

TEST_F(RecordOf, TheCardListsTheNewestContactsAndTheTimelineTheRest) {
  const Customer ada = save("Ada", "+441632960123");
  for (std::int64_t i = 1; i <= 25; ++i) ASSERT_TRUE(journal().append(maker_.life(ContactId{i * 1000}, ada.id)));
  const std::string json = card(ada.id);
  EXPECT_THAT(json, HasSubstr("\"contacts_total\":25"));
  EXPECT_THAT(json, HasSubstr("\"last_contacts\":[{\"contact\":\"25000\""));
  EXPECT_THAT(json, HasSubstr("\"contact\":\"6000\""));
  EXPECT_THAT(json, Not(HasSubstr("\"contact\":\"5000\"")));
  const auto page = store_->reader().timeline(ada.id, {}, 20);
  ASSERT_TRUE(page);
  EXPECT_EQ(page->items.size(), 20u);
  EXPECT_EQ(page->next, 6000);
  const auto rest = store_->reader().timeline(ada.id, ContactId{page->next}, 20);
  ASSERT_TRUE(rest);
  EXPECT_EQ(rest->items.size(), 5u);
  EXPECT_EQ(rest->next, 0);
  EXPECT_THAT(json, HasSubstr(page->items[3]));
  expect_healthy();
}

TEST_F(RecordOf, ADispositionSetLaterChangesTheCard) {
  const Customer ada = save("Ada", "+441632960123");
  ASSERT_TRUE(journal().append(maker_.life(ContactId{1000}, ada.id)));
  ASSERT_TRUE(journal().append(maker_.life(ContactId{2000}, ada.id)));
  ASSERT_TRUE(journal().append(std::vector{maker_.make(ContactId{1000}, journal::DispositionSet{AgentId{"a1001"}, "callback", false})}));
  EXPECT_THAT(card(ada.id), HasSubstr("\"disposition\":\"callback\",\"resolved\":false"));
  EXPECT_THAT(card(ada.id), HasSubstr("\"contacts_total\":2"));
  expect_healthy();
}

TEST_F(RecordOf, AContactMovesFromOneCardToAnother) {
  const Customer ada = save("Ada", "+441632960123"), ben = save("Ben", "+441632960124");
  ASSERT_TRUE(journal().append(maker_.life(ContactId{1000}, ada.id)));
  ASSERT_TRUE(journal().append(std::vector{maker_.make(ContactId{1000}, journal::CustomerMatched{.match = journal::Match::chosen, .customer = ben.id, .candidates = {}, .by = AgentId{"a1001"}, .e164 = {}})}));
  EXPECT_THAT(card(ada.id), HasSubstr("\"last_contacts\":[],\"contacts_total\":0"));
  EXPECT_THAT(card(ben.id), HasSubstr("\"contacts_total\":1"));
  expect_healthy();
}

TEST_F(RecordOf, ContactsAreListedByFilterAndPage) {
  for (std::int64_t i = 1; i <= 5; ++i) ASSERT_TRUE(journal().append(maker_.life(ContactId{i * 1000})));
  ContactFilter filter;
  filter.limit = 2;
  filter.queue = QueueId{"repairs"};
  filter.outcome = journal::ContactOutcome::answered;
  const auto page = store_->reader().contacts(filter);
  ASSERT_TRUE(page) << page.error().text();
  ASSERT_EQ(page->items.size(), 2u);
  EXPECT_EQ(page->items[0].contact, ContactId{5000});
  EXPECT_EQ(page->next, ContactId{4000});
  filter.before = page->next;
  EXPECT_EQ(store_->reader().contacts(filter)->items[0].contact, ContactId{3000});
  filter = {};
  filter.queue = QueueId{"sales"};
  EXPECT_THAT(store_->reader().contacts(filter)->items, IsEmpty());
}

TEST_F(RecordOf, IntervalsCountVisits) {
  for (std::int64_t i = 1; i <= 3; ++i) ASSERT_TRUE(journal().append(maker_.life(ContactId{i * 1000})));
  const auto intervals = store_->reader().intervals(Instant{0}, Instant{INT64_MAX});
  ASSERT_TRUE(intervals);
  std::int64_t entered = 0, answered = 0, within = 0;
  Duration wait{};
  for (const auto& each : *intervals) {
    EXPECT_EQ(each.start.us % 900'000'000, 0);
    entered += each.entered, answered += each.answered, within += each.answered_within, wait += each.answered_wait;
  }
  EXPECT_EQ(entered, 3);
  EXPECT_EQ(answered, 3);
  EXPECT_EQ(within, 3);
  EXPECT_EQ(wait, std::chrono::seconds(21));
}

TEST_F(RecordOf, AnEstimateIsHeldAgainstItsWaitOverARestart) {
  const std::vector<journal::Fact> life = maker_.life(ContactId{1000});
  std::vector<journal::Fact> before, after;
  for (const journal::Fact& fact : life) {
    (after.empty() && !std::holds_alternative<journal::OfferMade>(fact.body) ? before : after).push_back(fact);
    if (!std::holds_alternative<journal::VisitStarted>(fact.body)) continue;
    before.push_back(fact);
    before.back().ordinal += 1000;
    before.back().body = journal::VisitChanged{.visit = 1, .what = journal::VisitChanged::What::estimated, .estimate = std::chrono::seconds(10)};
  }
  std::int64_t seq = life.front().seq;
  for (auto* part : {&before, &after})
    for (journal::Fact& fact : *part) fact.seq = seq++;
  ASSERT_TRUE(journal().append(before));
  reopen();
  ASSERT_TRUE(journal().append(after));
  const auto intervals = store_->reader().intervals(Instant{0}, Instant{INT64_MAX});
  ASSERT_TRUE(intervals) << intervals.error().text();
  journal::QueueInterval sum;
  for (const auto& each : *intervals) metrics::add(sum, each);
  EXPECT_EQ(sum.estimated, 1);
  EXPECT_EQ(sum.estimated_within, 1);
  EXPECT_EQ(sum.estimate, std::chrono::seconds(10));
  EXPECT_EQ(sum.estimated_wait, std::chrono::seconds(7));
  EXPECT_EQ(sum.estimate_error, std::chrono::seconds(3));
  expect_healthy();
}

TEST_F(RecordOf, AReaderOnItsOwnConnectionSeesWhatIsCommitted) {
  auto reader = open_reader(folder_.options());
  ASSERT_TRUE(reader) << reader.error().text();
  const Customer ada = save("Ada", "+441632960123");
  ASSERT_TRUE(journal().append(maker_.life(ContactId{1000}, ada.id)));
  EXPECT_EQ((*reader)->find_customer(SwitchId{"main"}, "t1", "01632960123", kRule)->customer, ada.id);
  EXPECT_EQ((*reader)->contact(ContactId{1000})->notes.size(), 1u);
  ASSERT_TRUE(journal().erase_contact(ContactId{1000}));
  EXPECT_EQ((*reader)->contact(ContactId{1000})->notes[0].text, "");
  EXPECT_EQ((*reader)->contact(ContactId{1000})->contact.ani, "");
}

TEST_F(RecordOf, TheDoctorNoticesRowsThatNoFactsMake) {
  const Customer ada = save("Ada", "+441632960123");
  ASSERT_TRUE(journal().append(maker_.life(ContactId{1000}, ada.id)));
  expect_healthy();
  sqlite3* db = nullptr;
  sqlite3_open(folder_.options().path.c_str(), &db);
  ASSERT_EQ(sqlite3_exec(db, "UPDATE contact SET talk_us = 1; UPDATE customer_card SET contacts = 9; UPDATE grp SET last_seq = 99", nullptr, nullptr, nullptr), SQLITE_OK);
  sqlite3_close(db);
  std::vector<std::string> bad;
  for (const Finding& finding : *examine(folder_.options()))
    if (!finding.good) bad.push_back(finding.check);
  EXPECT_THAT(bad, ElementsAre("sequence", "projections", "cards"));
}

// --- import -----------------------------------------------------------------------------------------------------------------

ImportReport import_of(Store& store, const std::string& csv, ImportOptions options = {}) {
  options.now = kNow;
  std::istringstream in(csv);
  auto report = import_customers(store, in, options);
  EXPECT_TRUE(report) << report.error().text();
  return report ? *report : ImportReport();
}

TEST_F(RecordOf, ImportTellsEachRefusedRowAndTakesTheRest) {
  std::vector<std::pair<std::int64_t, std::string>> refused;
  ImportOptions options;
  options.refused = [&](const Refusal& refusal) { refused.emplace_back(refusal.line, refusal.column); };
  const ImportReport report = import_of(*store_,
                                        "\xEF\xBB\xBFname,mobile,tier,external_id,value_12m,attr.model\r\n"
                                        "Ada,01632 960123,gold,e1,1840.5,X1\r\n"
                                        "\"Lovelace, B\",not a number,,e2,,\r\n"
                                        "Cy,,,e3\r\n"
                                        "\"Di \"\"D\"\" E\",+44 7700 900005,silver,e4,,\r\n"
                                        ",,,e5,,\r\n"
                                        "Fe,,,e6,12.345,\r\n",
                                        options);
  EXPECT_EQ(report.rows, 6);
  EXPECT_EQ(report.created, 2);
  EXPECT_EQ(report.refused, 4);
  EXPECT_THAT(refused, ElementsAre(std::pair(3, "mobile"), std::pair(4, ""), std::pair(6, "name"), std::pair(7, "value_12m")));
  const Found found = find("+441632960123");
  EXPECT_THAT(*found.card, HasSubstr("\"value_12m_minor\":184050"));
  EXPECT_THAT(*found.card, HasSubstr("\"attrs\":{\"model\":\"X1\"}"));
  expect_healthy();
}

TEST_F(RecordOf, ImportingAgainChangesTheSameCustomers) {
  import_of(*store_, "name,mobile,external_id\nAda,01632960123,e1\n");
  const ImportReport report = import_of(*store_, "name,home,external_id\nAda King,01632960124,e1\nBen,01632960125,e2\n");
  EXPECT_EQ(report.updated, 1);
  EXPECT_EQ(report.created, 1);
  EXPECT_EQ(find("01632960124").customer, find("01632960123").customer);
  EXPECT_EQ(*store_->customers().count(), 2);
}

TEST_F(RecordOf, ADryRunCountsAsTheImportWouldAndWritesNothing) {
  import_of(*store_, "name,external_id,account\nAda,e1,\n");
  const std::string csv =
      "name,external_id,account\n"
      "Ada King,e1,a1\n"  // known to the store
      "Ben,e2,a2\n"
      "Ben,e2,\n"         // again, in a later batch
      "Cy,,a2\n"          // again, by the other key
      "Di,e3,a2\n"        // which is Ben's
      "Ed,e4,a1\n";       // and this one Ada's, since the first row
  ImportOptions options;
  options.now = kNow;
  options.batch_rows = 1;
  std::vector<std::int64_t> refused;
  options.refused = [&](const Refusal& refusal) { refused.push_back(refusal.line); };
  std::istringstream in(csv);
  const auto dry = check_import(folder_.options(), in, options);
  ASSERT_TRUE(dry) << dry.error().text();
  EXPECT_EQ(*store_->customers().count(), 1);
  EXPECT_THAT(refused, ElementsAre(6, 7));
  const ImportReport wet = import_of(*store_, csv, options);
  EXPECT_EQ(std::tuple(dry->rows, dry->created, dry->updated, dry->refused), std::tuple(wet.rows, wet.created, wet.updated, wet.refused));
  EXPECT_EQ(dry->updated, 3);
}

TEST_F(RecordOf, ADryRunNeedsNoLock) {
  sqlite3* other = nullptr;
  ASSERT_EQ(sqlite3_open(folder_.options().path.c_str(), &other), SQLITE_OK);
  ASSERT_EQ(sqlite3_exec(other, "BEGIN IMMEDIATE", nullptr, nullptr, nullptr), SQLITE_OK);
  std::istringstream in("name\nAda\nBen\n");
  const auto report = check_import(folder_.options(), in, {});
  sqlite3_close(other);
  ASSERT_TRUE(report) << report.error().text();
  EXPECT_EQ(report->created, 2);
}

TEST_F(RecordOf, AnEarlierSchemaIsLeftAloneByADryRunAndMigratedByAnOpening) {
  const Customer ada = save("Ada", "+441632960123");
  store_.reset();
  sqlite3* db = nullptr;
  ASSERT_EQ(sqlite3_open(folder_.options().path.c_str(), &db), SQLITE_OK);
  const auto run = [&](const char* sql) { return sqlite3_exec(db, sql, nullptr, nullptr, nullptr); };
  const auto version = [&] {
    int found = 0;
    sqlite3_exec(db, "PRAGMA user_version", [](void* to, int, char** values, char**) { return *static_cast<int*>(to) = std::atoi(values[0]), 0; }, &found, nullptr);
    return found;
  };
  ASSERT_EQ(run("DROP INDEX contact_outcome; DROP INDEX account_change; DROP INDEX api_token_change; ALTER TABLE account DROP COLUMN change;"
                "ALTER TABLE api_token DROP COLUMN change; DROP TABLE customer_command;"
                "ALTER TABLE visit DROP COLUMN estimate_us; ALTER TABLE interval_row DROP COLUMN estimated; ALTER TABLE interval_row DROP COLUMN "
                "estimated_within;"
                "ALTER TABLE interval_row DROP COLUMN estimate_us; ALTER TABLE interval_row DROP COLUMN estimated_wait_us;"
                "ALTER TABLE interval_row DROP COLUMN estimate_error_us; DROP INDEX ident_email_any_case; PRAGMA user_version = 1"),
            SQLITE_OK)
      << sqlite3_errmsg(db);
  std::istringstream in("name,mobile\nBen,01632960124\n");
  const auto report = check_import(folder_.options(), in, {});
  ASSERT_TRUE(report) << report.error().text();
  EXPECT_EQ(report->created, 1);
  EXPECT_EQ(version(), 1);
  reopen();
  EXPECT_EQ(version(), 4);
  sqlite3_close(db);
  EXPECT_EQ(store_->customers().get(ada.id)->name, "Ada");
  EXPECT_TRUE(store_->customers().create(draft("Cy", ""), "user:1", kNow, {}, "c1"));
  EXPECT_TRUE(store_->accounts().changes(0));
  expect_healthy();
}

TEST_F(RecordOf, AHouseholdThatAMemberLeavesAndOneThatHeJoinsShowTheirNewSize) {
  import_of(*store_, "name,external_id,household\nAda,e1,1\nBen,e2,1\nCy,e3,2\n");
  expect_healthy();
  import_of(*store_, "name,external_id,household\nBen,e2,2\n");
  expect_healthy();
  import_of(*store_, "name,external_id,household\nBen,e2,0\n");
  expect_healthy();
}

TEST_F(RecordOf, AWrongHeadingFailsWithTheNearestColumn) {
  std::istringstream in("name,moblie\nAda,1\n");
  const auto report = import_customers(*store_, in, {});
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().context, "line 1: unknown column 'moblie', did you mean 'mobile'?");
}

TEST(Import, GoesOnAfterTheLastBatchAndCountsEveryRowOnce) {
  FaultVfs disk;
  TemporaryFolder folder;
  std::string csv = "name,external_id\n";
  for (int i = 0; i < 50; ++i) csv += "Customer " + std::to_string(i) + ",e" + std::to_string(i) + "\n";
  ImportOptions options;
  options.now = kNow;
  options.batch_rows = 10;
  {
    auto store = open_store(folder.options("fault"));
    ASSERT_TRUE(store);
    options.progress = [&](std::int64_t rows) {
      if (rows == 20) disk.fail_at(1, FaultVfs::Kind::disk_full);
    };
    std::istringstream in(csv);
    const auto report = import_customers(**store, in, options);
    ASSERT_FALSE(report);
    EXPECT_EQ(report.error().code, Errc::disk_full);
  }
  disk.heal();
  auto store = open_store(folder.options());
  ASSERT_TRUE(store);
  options.progress = nullptr;
  std::istringstream in(csv);
  const auto report = import_customers(**store, in, options);
  ASSERT_TRUE(report) << report.error().text();
  EXPECT_EQ(report->resumed_after, 20);
  EXPECT_EQ(report->rows, 50);
  EXPECT_EQ(report->created, 50);
  EXPECT_EQ(*(*store)->customers().count(), 50);
}

// --- samples ----------------------------------------------------------------------------------------------------------------

TEST_F(RecordOf, SamplesAreTheSameForTheSameSeedAndFoundByTheirNumbers) {
  SampleOptions options;
  options.customers = 400;
  options.seed = 3;
  options.now = kNow;
  const auto report = add_sample_customers(*store_, options);
  ASSERT_TRUE(report) << report.error().text();
  EXPECT_EQ(report->customers, 400);
  EXPECT_GT(report->contacts, 400);
  int known = 0, maybe = 0;
  for (std::int64_t i = 0; i < 400; ++i) {
    const Found found = find(sample_number(3, i));
    known += found.match == journal::Match::known;
    maybe += found.match == journal::Match::maybe;
  }
  EXPECT_EQ(known + maybe, 400);
  EXPECT_GT(known, 340);
  EXPECT_GT(maybe, 5);
  expect_healthy();

  TemporaryFolder other;
  auto second = open_store(other.options());
  ASSERT_TRUE(second);
  ASSERT_TRUE(add_sample_customers(**second, options));
  const std::string number = sample_number(3, 17);
  EXPECT_EQ(*find(number).card, *(*second)->reader().find_customer(SwitchId{}, "", number, kRule)->card);
  EXPECT_EQ(add_sample_customers(*store_, options).error().code, Errc::already_exists);
}

// --- accounts ---------------------------------------------------------------------------------------------------------------

TEST_F(RecordOf, AccountsAreUniqueByLoginAndVersioned) {
  Account draft;
  draft.login = "sofia";
  draft.name = "Sofia";
  draft.password_hash = "$argon2id$...";
  draft.roles = {"agent", "supervisor"};
  draft.agent = AgentId{"a1001"};
  const auto sofia = store_->accounts().add(draft, kNow);
  ASSERT_TRUE(sofia) << sofia.error().text();
  draft.login = "SOFIA";
  EXPECT_EQ(store_->accounts().add(draft, kNow).error().code, Errc::already_exists);
  EXPECT_EQ(*store_->accounts().by_login("Sofia"), *sofia);
  Account changed = *sofia;
  changed.disabled = true;
  ASSERT_TRUE(store_->accounts().update(changed));
  EXPECT_EQ(store_->accounts().update(changed).error().code, Errc::version_mismatch);
  EXPECT_EQ(store_->accounts().by_login("nobody").error().code, Errc::not_found);
  draft.login = "two words";
  EXPECT_EQ(store_->accounts().add(draft, kNow).error().context, "login");
}

TEST_F(RecordOf, SessionsEndWithTheirTimeAndTheirUser) {
  Account draft;
  draft.login = "sofia";
  draft.password_hash = "x";
  const UserId user = store_->accounts().add(draft, kNow)->id;
  Accounts& accounts = store_->accounts();
  const SessionRow one{std::string(32, 'a'), user, kNow, kNow, kNow + std::chrono::hours(1)};
  const SessionRow two{std::string(32, '\0'), user, kNow, kNow, kNow + std::chrono::hours(9)};
  ASSERT_TRUE(accounts.add_session(one));
  ASSERT_TRUE(accounts.add_session(two));
  EXPECT_EQ(accounts.add_session(one).error().code, Errc::already_exists);
  EXPECT_EQ(*accounts.session(two.token_hash), two);
  EXPECT_EQ(*accounts.expire_sessions(kNow + std::chrono::hours(2)), 1);
  EXPECT_EQ(accounts.session(one.token_hash).error().code, Errc::not_found);
  ASSERT_TRUE(accounts.end_sessions_of(user));
  EXPECT_EQ(accounts.end_session(two.token_hash).error().code, Errc::not_found);
  EXPECT_EQ(accounts.add_session({std::string(32, 'c'), UserId{99}, kNow, kNow, kNow}).error().code, Errc::invalid);
}

TEST_F(RecordOf, AnotherProgramsChangesOfAccountsAreSeenOnce) {
  Account draft;
  draft.login = "sofia";
  draft.password_hash = "x";
  const Account sofia = *store_->accounts().add(draft, kNow);
  draft.login = "lee";
  const Account lee = *store_->accounts().add(draft, kNow);
  const auto other = open_store(folder_.options());
  ASSERT_TRUE(other);
  std::int64_t mark = store_->accounts().changes(0)->last;
  const auto changed = [&] {
    const auto changes = store_->accounts().changes(mark);
    EXPECT_TRUE(changes);
    mark = changes->last;
    return *changes;
  };
  EXPECT_THAT(changed().users, IsEmpty());
  Account disabled = sofia;
  disabled.disabled = true;
  ASSERT_TRUE((*other)->accounts().update(disabled));
  EXPECT_THAT(changed().users, ElementsAre(sofia.id));
  EXPECT_THAT(changed().users, IsEmpty());
  ASSERT_TRUE((*other)->accounts().end_sessions_of(lee.id));
  EXPECT_THAT(changed().users, ElementsAre(lee.id)) << "a new password ends sessions";
  const auto token = (*other)->accounts().add_token({0, "export", std::string(32, 't'), {"contacts:read"}, kNow, kNow, false});
  ASSERT_TRUE(token);
  EXPECT_FALSE(changed().tokens);
  ASSERT_TRUE((*other)->accounts().disable_token(token->id));
  const AccountChanges last = changed();
  EXPECT_TRUE(last.tokens);
  EXPECT_THAT(last.users, IsEmpty());
}

}  // namespace
}  // namespace callwright::contacts
