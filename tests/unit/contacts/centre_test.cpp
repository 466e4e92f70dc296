#include <gmock/gmock.h>

#include <fstream>
#include <sstream>

#include "centre_faults.hpp"
#include "contacts/centre_toml.hpp"
#include "temporary_store.hpp"

namespace callwright::contacts {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

/// The example of docs/centre.md, so that the page stays true.
std::string example() {
  std::ifstream file(CALLWRIGHT_SOURCE_DIR "/docs/centre.md");
  std::stringstream text;
  text << file.rdbuf();
  const std::string page = text.str(), fence = "```toml\n";
  const std::size_t begin = page.find(fence) + fence.size();
  return page.substr(begin, page.find("```", begin) - begin);
}

TEST(CentreToml, TheDocumentedExampleIsReadWhole) {
  const auto centre = parse_centre(example());
  ASSERT_TRUE(centre) << centre.error().context;
  EXPECT_EQ(centre->queues.size(), 2u);
  EXPECT_EQ(centre->agents.size(), 2u);
  EXPECT_EQ(centre->queues[0].requirements[0].min_level, 40);
  EXPECT_EQ(centre->queues[0].ring_timeout, std::chrono::seconds(15));
  EXPECT_EQ(centre->switches[0].trunks.size(), 2u);
  EXPECT_TRUE(centre->switches[0].trunks[1].digits_are_international);
}

TEST(CentreToml, PrintingAndReadingGivesTheSameCentre) {
  auto centre = parse_centre(example());
  ASSERT_TRUE(centre);
  centre->queues[0].service_level = std::chrono::milliseconds(12'345);
  centre->skills[0].name = "quote \" and \\ slash, \xE7\xBB\xB4\xE4\xBF\xAE";
  const auto again = parse_centre(print_centre(*centre));
  ASSERT_TRUE(again) << again.error().context;
  EXPECT_EQ(*again, *centre);
}

TEST(CentreToml, AnUnknownKeyNamesTheNearest) {
  EXPECT_EQ(fault_of(kName + "\n[[queue]]\nid = \"a\"\nname = \"A\"\nring_timout = \"9s\"\n"),
            "line 6: unknown key 'ring_timout' in a queue, did you mean 'ring_timeout'?");
  EXPECT_EQ(fault_of(kName + "[[agnet]]\n"), "line 2: unknown key 'agnet' in the centre, did you mean 'agent'?");
}

TEST(CentreToml, LevelsGoFromNoneAtAllTo100) {
  const auto with_level = [](const std::string& level) {
    std::string text = example();
    const std::string first = "level = 80";
    return text.replace(text.find(first), first.size(), "level = " + level);
  };
  EXPECT_EQ(fault_of(with_level("0")), "accepted");
  EXPECT_EQ(fault_of(with_level("100")), "accepted");
  EXPECT_THAT(fault_of(with_level("-1")), HasSubstr("'level' must be a whole number from 0 to 100"));
  EXPECT_THAT(fault_of(with_level("101")), HasSubstr("'level' must be a whole number from 0 to 100"));
}

TEST(CentreToml, EveryFaultIsToldWithItsLine) {
  const std::string text = kName +
                           "[[skill]]\nid = \"Heating\"\nname = \"H\"\n"
                           "[[queue]]\nid = \"a\"\npriority = -1\nwrap_up = \"soon\"\n";
  EXPECT_EQ(fault_of(text),
            "line 3: a skill: 'id' must be 1 to 32 of a-z, 0-9, _ and -\n"
            "line 5: a queue: 'name' is missing\n"
            "line 7: a queue: 'priority' must be a whole number from 0 to 100000\n"
            "line 8: a queue: 'wrap_up' must be a length from \"0s\" to \"1h\", as \"90s\" or \"2m\"");
}

TEST(CentreToml, ReferencesMustPointAtSomething) {
  EXPECT_EQ(
      fault_of(kName + "[[queue]]\nid = \"a\"\nname = \"A\"\nrequirements = [{ skill = \"heatin\" }]\n[[skill]]\nid = \"heating\"\nname = \"H\"\n"),
      "line 5: there is no skill 'heatin', did you mean 'heating'?");
  EXPECT_THAT(fault_of(kName + "[[entry]]\nswitch = \"x\"\nnumber = \"*\"\nqueue = \"y\"\n"), HasSubstr("there is no switch 'x'"));
}

TEST(CentreToml, AnAgentsDeviceOnAnAsteriskIsAPhone) {
  const auto with_device = [](const std::string& kind, const std::string& device) {
    return fault_of(kName + "[[agent]]\nid = \"a\"\nname = \"A\"\nswitch = \"s\"\ndevice = \"" + device + "\"\n[[switch]]\nid = \"s\"\nkind = \"" +
                    kind + "\"\nsecret = \"s\"\nurl = \"http://127.0.0.1:8088\"\nusername = \"u\"\n");
  };
  EXPECT_EQ(with_device("asterisk", "PJSIP/a"), "accepted");
  EXPECT_THAT(with_device("asterisk", "Local/1001@agents"), HasSubstr("line 2: device 'Local/1001@agents' is a way through the dialplan and no phone"));
}

TEST(CentreToml, ATimeZoneIsOneThatTheMachineKnows) {
  for (const char* zone : {"UTC", "Europe/London", "Asia/Shanghai"})
    EXPECT_EQ(fault_of(kName + "time_zone = \"" + zone + "\"\n"), "accepted") << zone;
  EXPECT_EQ(fault_of(kName + "time_zone = \"No/Where\"\n"),
            "line 2: the centre: 'time_zone' 'No/Where' is not in this machine's time zone database (package tzdata)");
  for (const char* zone : {"", "/etc/localtime", "../UTC", "localtime", "libc:x", "Europe London"})
    EXPECT_EQ(fault_of(kName + "time_zone = \"" + zone + "\"\n"), "line 2: the centre: 'time_zone' must be a name such as \"Europe/London\"") << zone;
  EXPECT_THAT(fault_of(kName + "time_zone = 7\n"), HasSubstr("line 2: the centre: 'time_zone' must be text"));
}

std::string hours_fault(const std::string& keys) { return fault_of(kName + "[[hours]]\nid = \"h\"\nname = \"H\"\n" + keys); }

TEST(CentreToml, HoursAreReadIntoTheOrderOfTheWeek) {
  const auto centre = parse_centre(example());
  ASSERT_TRUE(centre) << centre.error().context;
  ASSERT_EQ(centre->hours.size(), 2u);
  const journal::Hours& office = centre->hours[0];
  EXPECT_EQ(office.time_zone, "");
  ASSERT_EQ(office.week.size(), 6u);
  EXPECT_EQ(office.week[0], (journal::WeekRange{1, {8 * 60, 18 * 60}}));
  EXPECT_EQ(office.week[5], (journal::WeekRange{6, {9 * 60, 13 * 60}}));
  ASSERT_EQ(office.exceptions.size(), 2u);
  EXPECT_EQ(office.exceptions[0].date, std::chrono::year(2026) / 12 / 24);
  EXPECT_EQ(office.exceptions[0].open, (std::vector<journal::DayRange>{{8 * 60, 12 * 60}}));
  EXPECT_EQ(office.exceptions[1].name_zh, "圣诞节");
  EXPECT_TRUE(office.exceptions[1].open.empty());
  const journal::Hours& night = centre->hours[1];
  ASSERT_EQ(night.week.size(), 12u);
  EXPECT_EQ(night.week[1], (journal::WeekRange{1, {22 * 60, 24 * 60}}));
  EXPECT_EQ(night.week[11], (journal::WeekRange{7, {0, 6 * 60}}));
}

TEST(CentreToml, HoursArePrintedAsAPersonWritesThem) {
  const auto weeks = [](const std::string& week) {
    const auto centre = parse_centre(kName + "[[hours]]\nid = \"h\"\nname = \"H\"\nweek = " + week + "\n");
    if (!centre) return centre.error().context;
    const std::string printed = print_centre(*centre);
    EXPECT_EQ(parse_centre(printed)->hours, centre->hours);
    const std::size_t begin = printed.find("week = ") + 7;
    return printed.substr(begin, printed.find('\n', begin) - begin);
  };
  EXPECT_EQ(weeks(R"(["Sat 09:00-13:00", "Fri,Mon-Thu 08:00-18:00"])"), R"(["Mon-Fri 08:00-18:00", "Sat 09:00-13:00"])");
  EXPECT_EQ(weeks(R"(["Sat-Mon 00:00-24:00"])"), R"(["Mon,Sat-Sun 00:00-24:00"])");
  EXPECT_EQ(weeks(R"(["Mon-Mon 13:00-17:59", "Mon,Wed,Fri 08:01-12:00", "Wed 12:00-13:00"])"),
            R"(["Mon,Wed,Fri 08:01-12:00", "Mon 13:00-17:59", "Wed 12:00-13:00"])");
}

TEST(CentreToml, ABadRangeOfHoursIsToldWithItsLine) {
  for (const char* text : {"Mon", "Mon 08:00", "Mon 8:00-18:00", "Mon 08:00-24:01", "Mon 08:60-09:00", "Mon 08:00 - 18:00", "Mon  08:00-18:00", "Mon 08:00-18:00 "})
    EXPECT_EQ(hours_fault("week = [\n\"Sun 01:00-02:00\",\n\"" + std::string(text) + "\"]\n"),
              std::string("line 7: hours: 'week' must hold ") + (std::string(text) == "Mon" ? R"(weekdays and a range such as "Mon-Fri 08:00-18:00" or "Sat,Sun 09:00-13:00"; they are Mon, Tue, Wed, Thu, Fri, Sat, Sun)"
                                                                                 : R"(ranges such as "08:00-18:00", from "00:00" to "24:00")"))
        << text;
  for (const char* days : {"Mo", "mon", "Monday", "Mon-", "-Mon", "Mon,", ",Mon", "Mon-Tue-Wed", "", "1"})
    EXPECT_THAT(hours_fault("week = [\"" + std::string(days) + " 08:00-18:00\"]\n"), HasSubstr("line 5: hours: 'week' must hold weekdays")) << days;
  EXPECT_EQ(hours_fault("week = [\"Fri 22:00-06:00\"]\n"),
            "line 5: hours: 'week' holds 22:00-06:00, which ends before it has begun: a night is two ranges, one to \"24:00\" and one from \"00:00\" of the next day");
  EXPECT_THAT(hours_fault("week = [\"Fri 22:00-22:00\"]\n"), HasSubstr("ends before it has begun"));
  EXPECT_THAT(hours_fault("week = \"Mon 08:00-18:00\"\n"), HasSubstr("line 5: hours: 'week' must be a list of texts"));
}

TEST(CentreToml, RangesOfADayMayTouchAndNotOverlap) {
  EXPECT_EQ(hours_fault("week = [\"Mon 08:00-12:00\", \"Mon 12:00-13:00\", \"Tue 11:00-13:00\"]\n"), "accepted");
  EXPECT_EQ(hours_fault("week = [\"Mon-Wed 08:00-12:00\",\n\"Tue-Fri 11:59-13:00\"]\n"), "line 6: hours: 'week' holds 11:59-13:00 on Tue, which overlaps 08:00-12:00");
  EXPECT_EQ(hours_fault("[[hours.exception]]\ndate = \"2026-12-24\"\nname = \"E\"\nopen = [\"08:00-12:00\", \"07:00-08:01\"]\n"),
            "line 8: an exception: 'open' holds 07:00-08:01, which overlaps 08:00-12:00");
}

TEST(CentreToml, HoursThatNeverOpenAreRefused) {
  const std::string never = "line 2: hours: they never open: neither 'week' nor an exception's 'open' holds a range";
  EXPECT_EQ(hours_fault(""), never);
  EXPECT_EQ(hours_fault("week = []\n[[hours.exception]]\ndate = \"2026-12-24\"\nname = \"E\"\nopen = []\n"), never);
  EXPECT_EQ(hours_fault("[[hours.exception]]\ndate = \"2026-12-24\"\nname = \"E\"\nopen = [\"08:00-12:00\"]\n"), "accepted");
}

TEST(CentreToml, AnExceptionIsADateOfTheCalendarThatStandsOnce) {
  const auto with_date = [](const std::string& date) {
    return hours_fault("week = [\"Mon-Sun 00:00-24:00\"]\n[[hours.exception]]\nname = \"E\"\ndate = " + date + "\n");
  };
  EXPECT_EQ(with_date("\"2028-02-29\""), "accepted");
  for (const char* date : {"2026-12-5", "26-12-25", "2026/12/25", "25.12.2026", "2026-12-25 ", "1969-12-31", "x"})
    EXPECT_EQ(with_date("\"" + std::string(date) + "\""), "line 8: an exception: 'date' must be a date such as \"2026-12-25\"") << date;
  EXPECT_EQ(with_date("\"2026-02-29\""), "line 8: an exception: 'date' is 2026-02-29, which no calendar has");
  EXPECT_EQ(with_date("2026-12-25"), "line 8: an exception: 'date' must be text");
  EXPECT_EQ(with_date("\"\""), "line 8: an exception: 'date' must not be empty");
  EXPECT_EQ(with_date("\"2026-12-25\"\n[[hours.exception]]\ndate = \"2026-12-25\"\nname = \"F\""), "line 9: an exception: date 2026-12-25 stands twice");
  EXPECT_EQ(hours_fault("week = [\"Mon 01:00-02:00\"]\n[[hours.exception]]\n"), "line 6: an exception: 'date' is missing\nline 6: an exception: 'name' is missing");
}

TEST(CentreToml, HoursHaveATimeZoneThatTheMachineKnows) {
  const std::string week = "week = [\"Mon 01:00-02:00\"]\n";
  EXPECT_EQ(hours_fault("time_zone = \"Asia/Shanghai\"\n" + week), "accepted");
  EXPECT_EQ(hours_fault("time_zone = \"No/Where\"\n" + week), "line 5: hours: 'time_zone' 'No/Where' is not in this machine's time zone database (package tzdata)");
  EXPECT_EQ(hours_fault("time_zone = \"\"\n" + week), "line 5: hours: 'time_zone' must be a name such as \"Europe/London\"");
  EXPECT_EQ(hours_fault("time_zone = 7\n" + week), "line 5: hours: 'time_zone' must be text");
  EXPECT_EQ(hours_fault("wek = []\n" + week), "line 5: unknown key 'wek' in hours, did you mean 'week'?");
}

TEST(CentreToml, NamesStandOnce) {
  EXPECT_EQ(fault_of(kName + "[[skill]]\nid = \"a\"\nname = \"A\"\n[[skill]]\nid = \"a\"\nname = \"B\"\n"), "line 5: skill 'a' stands twice");
}

TEST(CentreToml, WhatIsNoTomlNamesItsLine) {
  EXPECT_THAT(fault_of("name = \"C\"\nname = \n"), HasSubstr("line 2"));
  EXPECT_THAT(fault_of(""), HasSubstr("'name' is missing"));
  EXPECT_THAT(fault_of("name = \"C\"\n[[,queue]]\n"), HasSubstr("line 2"));
  EXPECT_THAT(fault_of("name = \"C\" \u00E9\n"), HasSubstr("line 1"));
  EXPECT_THAT(fault_of(std::string("name = \"\0\"", 11)), Not(HasSubstr("accepted")));
}

class CentreStoreOf : public StoreTest {};

TEST_F(CentreStoreOf, EveryVersionIsKept) {
  EXPECT_FALSE(store_->centres().newest()->has_value());
  auto centre = parse_centre(example());
  ASSERT_TRUE(centre);
  EXPECT_EQ(*store_->centres().put(*centre, "import", Instant{1}), 1);
  centre->name = "Renamed";
  EXPECT_EQ(*store_->centres().put(*centre, "user:1", Instant{2}), 2);
  reopen();
  const auto newest = store_->centres().newest();
  ASSERT_TRUE(newest && newest->has_value());
  EXPECT_EQ((*newest)->version, 2);
  EXPECT_EQ((*newest)->name, "Renamed");
  EXPECT_NE(store_->centres().get(1)->name, "Renamed");
  EXPECT_EQ(store_->centres().all()->size(), 2u);
  EXPECT_EQ(store_->centres().get(3).error().code, Errc::not_found);
}

TEST_F(CentreStoreOf, AnInvalidCentreIsNotStored) {
  journal::Centre centre;
  centre.name = "C";
  centre.entries.push_back({SwitchId{"nowhere"}, "*", QueueId{"nothing"}});
  EXPECT_EQ(store_->centres().put(centre, "user:1", Instant{1}).error().code, Errc::invalid);
}

}  // namespace
}  // namespace callwright::contacts
