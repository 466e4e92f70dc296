#include <gmock/gmock.h>

#include <fstream>
#include <sstream>

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

std::string fault_of(const std::string& text) {
  const auto centre = parse_centre(text);
  return centre ? "accepted" : centre.error().context;
}

const std::string kHead = "name = \"C\"\n";

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
  EXPECT_EQ(fault_of(kHead + "\n[[queue]]\nid = \"a\"\nname = \"A\"\nring_timout = \"9s\"\n"),
            "line 6: unknown key 'ring_timout' in a queue, did you mean 'ring_timeout'?");
  EXPECT_EQ(fault_of(kHead + "[[agnet]]\n"), "line 2: unknown key 'agnet' in the centre, did you mean 'agent'?");
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
  const std::string text = kHead +
                           "[[skill]]\nid = \"Heating\"\nname = \"H\"\n"
                           "[[queue]]\nid = \"a\"\npriority = -1\nwrap_up = \"soon\"\n";
  EXPECT_EQ(fault_of(text),
            "line 3: a skill: 'id' must be 1 to 32 of a-z, 0-9, _ and -\n"
            "line 5: a queue: 'name' is missing\n"
            "line 7: a queue: 'priority' must be a whole number from 0 to 100000\n"
            "line 8: a queue: 'wrap_up' must be a length from \"0s\" to \"1h\", as \"90s\" or \"2m\"");
}

TEST(CentreToml, ReferencesMustPointAtSomething) {
  EXPECT_EQ(fault_of(kHead + "[[queue]]\nid = \"a\"\nname = \"A\"\nrequirements = [{ skill = \"heatin\" }]\n[[skill]]\nid = \"heating\"\nname = \"H\"\n"),
            "line 5: there is no skill 'heatin', did you mean 'heating'?");
  EXPECT_THAT(fault_of(kHead + "[[entry]]\nswitch = \"x\"\nnumber = \"*\"\nqueue = \"y\"\n"), HasSubstr("there is no switch 'x'"));
}

TEST(CentreToml, AnAgentsDeviceOnAnAsteriskIsAPhone) {
  const auto with_device = [](const std::string& kind, const std::string& device) {
    return fault_of(kHead + "[[agent]]\nid = \"a\"\nname = \"A\"\nswitch = \"s\"\ndevice = \"" + device + "\"\n[[switch]]\nid = \"s\"\nkind = \"" + kind +
                    "\"\nsecret = \"s\"\nurl = \"http://127.0.0.1:8088\"\nusername = \"u\"\n");
  };
  EXPECT_EQ(with_device("asterisk", "PJSIP/a"), "accepted");
  EXPECT_THAT(with_device("asterisk", "Local/1001@agents"), HasSubstr("line 2: device 'Local/1001@agents' is a way through the dialplan and no phone"));
}

TEST(CentreToml, ATimeZoneIsOneThatTheMachineKnows) {
  for (const char* zone : {"UTC", "Europe/London", "Asia/Shanghai"}) EXPECT_EQ(fault_of(kHead + "time_zone = \"" + zone + "\"\n"), "accepted") << zone;
  EXPECT_EQ(fault_of(kHead + "time_zone = \"No/Where\"\n"), "line 2: the centre: 'time_zone' 'No/Where' is not in this machine's time zone database (package tzdata)");
  for (const char* zone : {"", "/etc/localtime", "../UTC", "localtime", "libc:x", "Europe London"})
    EXPECT_EQ(fault_of(kHead + "time_zone = \"" + zone + "\"\n"), "line 2: the centre: 'time_zone' must be a name such as \"Europe/London\"") << zone;
  EXPECT_THAT(fault_of(kHead + "time_zone = 7\n"), HasSubstr("line 2: the centre: 'time_zone' must be text"));
}

TEST(CentreToml, NamesStandOnce) {
  EXPECT_EQ(fault_of(kHead + "[[skill]]\nid = \"a\"\nname = \"A\"\n[[skill]]\nid = \"a\"\nname = \"B\"\n"), "line 5: skill 'a' stands twice");
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
