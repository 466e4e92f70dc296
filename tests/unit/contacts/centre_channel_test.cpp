// Written contacts in the centre document: the rules of a channel, and what an agent may have at once.
#include <gmock/gmock.h>

#include "centre_faults.hpp"
#include "contacts/centre_toml.hpp"

namespace callwright::contacts {
namespace {

using journal::Channel;
using journal::ChannelRules;

/// A centre with one queue in line 2, and agents who belong to it; the keys of the first begin in line 9.
std::string one_queue(const std::string& keys = {}) { return kName + "[[queue]]\nid = \"q\"\nname = \"Q\"\n" + keys; }
std::string member(const std::string& id, const std::string& capacity) {
  return "[[agent]]\nid = \"" + id + "\"\nname = \"A\"\nswitch = \"s\"\n" + capacity + "device = \"" + id + "\"\nqueues = [{ queue = \"q\" }]\n";
}
const std::string kOneSwitch = "[[switch]]\nid = \"s\"\nkind = \"feed\"\n";
std::string member_fault(const std::string& keys) { return fault_of(one_queue() + member("ann", keys) + kOneSwitch); }

TEST(CentreChannels, ACentreThatSaysNothingOfThemHasTheDefaults) {
  const auto centre = parse_centre(kName);
  ASSERT_TRUE(centre) << centre.error().context;
  EXPECT_EQ(centre->chat, (ChannelRules{3, false}));
  EXPECT_EQ(centre->email, (ChannelRules{1, true}));
  EXPECT_EQ(centre->other, (ChannelRules{1, true}));
}

TEST(CentreChannels, EachIsReadByItself) {
  const auto centre = parse_centre(
      kName + "[channels.chat]\ncapacity = 4\n[channels.email]\ninterruptible = false\n[channels.other]\ncapacity = 0\ninterruptible = false\n");
  ASSERT_TRUE(centre) << centre.error().context;
  EXPECT_EQ(centre->chat, (ChannelRules{4, false}));
  EXPECT_EQ(centre->email, (ChannelRules{1, false}));
  EXPECT_EQ(centre->other, (ChannelRules{0, false}));
}

TEST(CentreChannels, EachFaultIsToldWithItsLine) {
  for (const char* channel : {"chat", "email", "other"}) {
    const auto with = [&](const std::string& keys) { return fault_of(kName + "[channels." + channel + "]\n" + keys); };
    EXPECT_EQ(with("capacity = 0\n"), "accepted");
    EXPECT_EQ(with("capacity = 20\n"), "accepted");
    for (const char* wrong : {"-1", "21", "\"3\"", "1.5"})
      EXPECT_EQ(with("interruptible = true\ncapacity = " + std::string(wrong) + "\n"),
                "line 4: a channel: 'capacity' must be a whole number from 0 to 20")
          << wrong;
    EXPECT_EQ(with("interruptible = 1\n"), "line 3: a channel: 'interruptible' must be true or false");
    EXPECT_EQ(with("capacty = 1\n"), "line 3: unknown key 'capacty' in a channel, did you mean 'capacity'?");
  }
  EXPECT_EQ(fault_of(kName + "[channels.chats]\ncapacity = 1\n"), "line 2: unknown key 'chats' in the channels, did you mean 'chat'?");
  EXPECT_EQ(fault_of(kName + "[channels.voice]\ncapacity = 1\n"), "line 2: unknown key 'voice' in the channels");
  EXPECT_EQ(fault_of(kName + "[chanels.chat]\n"), "line 2: unknown key 'chanels' in the centre, did you mean 'channels'?");
  EXPECT_EQ(fault_of(kName + "channels = 3\n"), "line 2: the centre: 'channels' must be a table");
  EXPECT_EQ(fault_of(kName + "[channels]\nchat = 3\n"), "line 3: the channels: 'chat' must be a table");
  EXPECT_EQ(fault_of(kName + "[[channels.chat]]\n"), "line 2: the channels: 'chat' must be a table");
}

TEST(CentreChannels, AnAgentHasHisOwnCapacityWhereTheDocumentSaysSo) {
  const auto centre = parse_centre(one_queue() + member("ann", "capacity = { email = 2, voice = 0 }\n") + member("bob", "") + kOneSwitch);
  ASSERT_TRUE(centre) << centre.error().context;
  const journal::Agent &ann = centre->agents[0], &bob = centre->agents[1];
  const auto of = [&](const journal::Agent& agent) {
    std::vector<std::int32_t> all;
    for (const Channel channel : journal::kChannels) all.push_back(journal::capacity_of(*centre, agent, channel));
    return all;
  };
  EXPECT_EQ(of(ann), (std::vector<std::int32_t>{0, 3, 2, 1}));
  EXPECT_EQ(of(bob), (std::vector<std::int32_t>{1, 3, 1, 1}));
  EXPECT_EQ(ann.capacity, (std::vector<journal::ChannelCapacity>{{Channel::voice, 0}, {Channel::email, 2}})) << "in the order of the channels";
}

TEST(CentreChannels, AFaultOfACapacityIsToldWithItsLine) {
  EXPECT_EQ(member_fault("capacity = { voice = 1, chat = 20, email = 20, other = 0 }\n"), "accepted");
  EXPECT_EQ(member_fault("capacity = {}\n"), "accepted");
  EXPECT_EQ(member_fault("capacity = { voice = 2 }\n"), "line 9: an agent's capacity: 'voice' must be a whole number from 0 to 1");
  EXPECT_EQ(member_fault("capacity = { chat = 21 }\n"), "line 9: an agent's capacity: 'chat' must be a whole number from 0 to 20");
  EXPECT_EQ(member_fault("capacity = { other = -1 }\n"), "line 9: an agent's capacity: 'other' must be a whole number from 0 to 20");
  EXPECT_EQ(member_fault("capacity = { e-mail = 2 }\n"), "line 9: unknown key 'e-mail' in an agent's capacity, did you mean 'email'?");
  EXPECT_EQ(member_fault("capacity = 3\n"), "line 9: an agent: 'capacity' must be a table");
}

TEST(CentreChannels, AQueueWhoseMembersMayHaveNothingAtAllIsRefused) {
  const std::string nothing = "capacity = { voice = 0, chat = 0, email = 0, other = 0 }\n";
  const std::string never = "line 2: queue 'q' can never be served: no member has a capacity above 0";
  EXPECT_EQ(member_fault(nothing), never);
  EXPECT_EQ(member_fault("capacity = { voice = 0 }\n"), "accepted") << "she has chats, and nobody knows which channels come here";
  EXPECT_EQ(member_fault("capacity = { chat = 0, email = 0, other = 0 }\n"), "accepted") << "she has calls";
  EXPECT_EQ(fault_of(one_queue() + member("ann", nothing) + member("bob", "") + kOneSwitch), "accepted");
  std::string none;
  for (const char* channel : {"chat", "email", "other"}) none += std::string("[channels.") + channel + "]\ncapacity = 0\n";
  EXPECT_EQ(fault_of(one_queue() + member("ann", "capacity = { voice = 0 }\n") + kOneSwitch + none), never);
  EXPECT_EQ(fault_of(one_queue() + member("ann", "") + kOneSwitch + none), "accepted");
}

TEST(CentreChannels, WhoMayHaveNothingServesNoQueueByHisSkills) {
  const std::string skill = "[[skill]]\nid = \"h\"\nname = \"H\"\n";
  const std::string skilled = "capacity = { voice = 0, chat = 0, email = 0, other = 0 }\nskills = [{ skill = \"h\", level = 90 }]\n";
  const std::string centre =
      one_queue("requirements = [{ skill = \"h\", min_level = 50 }]\n") + member("ann", skilled) + member("bob", "") + kOneSwitch + skill;
  EXPECT_EQ(fault_of(centre), "line 2: queue 'q' can never be served: no member with a capacity above 0 has h >= 50");
}

}  // namespace
}  // namespace callwright::contacts
