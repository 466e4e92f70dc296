#include <gtest/gtest.h>

#include <string>

#include "contacts/centre_toml.hpp"

namespace callwright::contacts {
namespace {

std::string switch_fault(const std::string& keys) {
  const auto read = parse_centre("name = \"C\"\n[[switch]]\nid = \"pbx\"\n" + keys);
  return read ? "accepted" : read.error().context;
}

TEST(CentreSwitch, AnAddressSpeaksTheLanguageOfItsKind) {
  const auto with = [](const std::string& kind, const std::string& url) { return switch_fault("kind = \"" + kind + "\"\nurl = \"" + url + "\"\n"); };
  for (const char* url : {"http://pbx:8088", "https://pbx", "ami://pbx", "amis://pbx:5039"}) EXPECT_EQ(with("asterisk", url), "accepted") << url;
  EXPECT_EQ(switch_fault("kind = \"feed\"\n"), "accepted") << "it connects to us";
  EXPECT_EQ(with("asterisk", "esl://pbx"), "line 2: a switch: 'url' must begin with http://, https://, ami:// or amis://");
  EXPECT_EQ(with("avaya", "x"), "line 2: a switch: 'kind' must be \"feed\" or \"asterisk\"");
}

TEST(CentreSwitch, ContextsOfPhonesAreForTheManagerInterface) {
  const std::string contexts = "station_contexts = [\"phones\", \"office\"]\n";
  EXPECT_EQ(switch_fault("kind = \"asterisk\"\nurl = \"ami://pbx\"\n" + contexts), "accepted");
  EXPECT_EQ(switch_fault("kind = \"asterisk\"\nurl = \"http://pbx\"\n" + contexts),
            "line 2: a switch: 'station_contexts' is read where 'url' begins with ami:// or amis://");
  EXPECT_EQ(switch_fault("kind = \"asterisk\"\nurl = \"ami://pbx\"\nstation_contexts = [\"a b\"]\n"),
            "line 6: a switch: 'station_contexts' must hold names of contexts");
}

TEST(CentreSwitch, ComesBackFromItsText) {
  journal::Centre centre;
  centre.name = "C";
  centre.switches.push_back({.id = SwitchId{"pbx"}, .kind = "asterisk", .url = "ami://pbx:5038", .username = "u", .station_contexts = {"phones"}});
  const auto again = parse_centre(print_centre(centre));
  ASSERT_TRUE(again) << again.error().context;
  EXPECT_EQ(again->switches, centre.switches);
}

}  // namespace
}  // namespace callwright::contacts
