// Queues that their switch routes, in the centre document: keys, round trip, and what is refused.
#include <gmock/gmock.h>

#include <set>
#include <sstream>

#include "contacts/centre_toml.hpp"
#include "centre_faults.hpp"

namespace callwright::contacts {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::Not;

const std::string kMainSwitch = "[[switch]]\nid = \"main\"\nkind = \"feed\"\nsecret = \"main\"\n";
const std::string kOtherSwitch = "[[switch]]\nid = \"other\"\nkind = \"feed\"\nsecret = \"other\"\n";

std::string routed_queue(const std::string& id, const std::string& keys = {}) { return "[[queue]]\nid = \"" + id + "\"\nname = \"Q\"\n" + keys; }
std::string observed_queue(const std::string& id, const std::string& keys = {}, const std::string& on = "main", const std::string& name = {}) {
  return routed_queue(id, "observed = { switch = \"" + on + "\", name = \"" + (name.empty() ? id : name) + "\" }\n" + keys);
}
std::string member_agent(const std::string& id, const std::string& queues, const std::string& on = "main") {
  return "[[agent]]\nid = \"" + id + "\"\nname = \"A\"\nswitch = \"" + on + "\"\ndevice = \"PJSIP/" + id + "\"\nqueues = [" + queues + "]\n";
}

TEST(CentreObserved, WhatMeansSomethingThereIsReadAndPrinted) {
  const auto centre = parse_centre(kName + kMainSwitch +
                                   observed_queue("support",
                                            "name_zh = \"支持\"\ntarget = 80\nservice_level = \"15s\"\nshort_abandon = \"3s\"\ndispositions = [\"solved\"]\n",
                                            "main", "Support (EN)") +
                                   member_agent("a1", "{ queue = \"support\" }") + "[[disposition]]\ncode = \"solved\"\nname = \"Solved\"\n");
  ASSERT_TRUE(centre) << centre.error().context;
  const journal::Queue& queue = centre->queues[0];
  EXPECT_EQ(queue.observed, (journal::ObservedQueue{SwitchId{"main"}, "Support (EN)"}));
  EXPECT_EQ(queue.target, 80);
  EXPECT_EQ(queue.service_level, 15s);
  EXPECT_EQ(queue.short_abandon, 3s);
  EXPECT_EQ(queue.dispositions, std::vector<std::string>{"solved"});
  const std::string printed = print_centre(*centre);
  EXPECT_THAT(printed, Not(HasSubstr("wrap_up")));
  const auto again = parse_centre(printed);
  ASSERT_TRUE(again) << again.error().context;
  EXPECT_EQ(*again, *centre);
  EXPECT_EQ(journal::observed_agents(*centre), std::set<AgentId>{AgentId{"a1"}});
}

TEST(CentreObserved, EveryKeyOfRoutingIsRefusedWithItsLine) {
  auto routed = parse_centre(kName + routed_queue("repairs"));
  ASSERT_TRUE(routed);
  journal::Queue& all = routed->queues[0];
  // Everything that is printed under a condition alone.
  all.strategy = journal::Strategy::ring_all;
  all.hours = HoursId{"office"};
  all.requirements = {{SkillId{"heating"}}};
  for (journal::Treatment* treatment : {&all.closed, &all.no_agents, &all.emergency}) {
    treatment->action = journal::Treatment::Action::hang_up;
    treatment->message = "m";
    treatment->to = QueueId{"x"};
  }
  all.greeting = {{journal::Say::What::position, {}}};
  all.callback = {true, 2, 6min, 20s, 9h, 1min, "1", 5min, 2};
  std::set<std::string> keys;
  std::istringstream printed(print_centre(*routed));
  bool in_queue = false;
  for (std::string line; std::getline(printed, line);) {
    if (line.starts_with("[[")) in_queue = line == "[[queue]]";
    else if (in_queue && !line.starts_with(' ') && line.find(" = ") != std::string::npos) keys.insert(line.substr(0, line.find(' ')));
  }
  keys.insert({"step", "rule", "overflow", "announcement"});
  for (const char* kept : {"id", "name", "target", "service_level", "short_abandon", "dispositions"}) keys.erase(kept);
  ASSERT_GT(keys.size(), 45u);
  for (const std::string& key : keys)
    EXPECT_EQ(fault_of(kName + kMainSwitch + observed_queue("support", key + " = 1\n")),
              "line 10: a queue: '" + key + "' means nothing here: the queue is observed, and its switch decides that");
  EXPECT_THAT(fault_of(kName + kMainSwitch + observed_queue("support") + "[[queue.step]]\nafter = \"10s\"\nboost = 1\n"), HasSubstr("line 10: a queue: 'step' means nothing here"));
}

TEST(CentreObserved, ASlipOfThePenIsToldAsOne) {
  EXPECT_EQ(fault_of(kName + kMainSwitch + observed_queue("support", "servise_level = \"10s\"\n")),
            "line 10: unknown key 'servise_level' in a queue, did you mean 'service_level'?");
}

TEST(CentreObserved, SwitchAndNameMustBeThere) {
  EXPECT_THAT(fault_of(kName + kMainSwitch + routed_queue("support", "observed = { switch = \"main\" }\n")), HasSubstr("line 9: what is observed: 'name' is missing"));
  EXPECT_THAT(fault_of(kName + kMainSwitch + routed_queue("support", "observed = { name = \"support\" }\n")), HasSubstr("line 9: what is observed: 'switch' is missing"));
  EXPECT_THAT(fault_of(kName + kMainSwitch + routed_queue("support", "observed = true\n")), HasSubstr("line 9: a queue: 'observed' must be a table"));
  EXPECT_EQ(fault_of(kName + kMainSwitch + observed_queue("support", "", "mian")), "line 9: there is no switch 'mian', did you mean 'main'?");
}

TEST(CentreObserved, TwoQueuesDoNotObserveTheSameOne) {
  EXPECT_EQ(fault_of(kName + kMainSwitch + observed_queue("support") + observed_queue("help", "", "main", "support")), "line 13: queue of a switch 'main support' stands twice");
  EXPECT_EQ(fault_of(kName + kMainSwitch + kOtherSwitch + observed_queue("support") + observed_queue("help", "", "other", "support")), "accepted") << "the same name on another switch";
}

TEST(CentreObserved, NobodyIsInQueuesOfBothKinds) {
  EXPECT_EQ(fault_of(kName + kMainSwitch + observed_queue("support") + routed_queue("repairs") + member_agent("a1", "{ queue = \"repairs\" }, { queue = \"support\" }")),
            "line 13: an agent's state has one authority: 'a1' is in 'support', which its switch routes, and in 'repairs', which we route");
  EXPECT_EQ(fault_of(kName + kMainSwitch + observed_queue("support") + observed_queue("sales") + member_agent("a1", "{ queue = \"sales\" }, { queue = \"support\" }")), "accepted");
}

TEST(CentreObserved, AnAgentHangsOnTheSwitchOfHisQueue) {
  EXPECT_EQ(fault_of(kName + kMainSwitch + kOtherSwitch + observed_queue("support") + member_agent("a1", "{ queue = \"support\" }", "other")),
            "line 14: agent 'a1' hangs on switch 'other', and queue 'support' is one of switch 'main'");
}

TEST(CentreObserved, NothingLeadsThere) {
  const std::string observes = kName + kMainSwitch + observed_queue("support");
  const std::string why = "queue 'support' is observed: its switch alone decides who waits there";
  EXPECT_EQ(fault_of(observes + "[[entry]]\nswitch = \"main\"\nnumber = \"4001\"\nqueue = \"support\"\n"), "line 10: " + why);
  EXPECT_EQ(fault_of(observes + routed_queue("repairs", "closed = \"queue\"\nclosed_to = \"support\"\n")), "line 10: " + why);
  EXPECT_EQ(fault_of(observes + routed_queue("repairs") + "[[queue.overflow]]\nafter = \"10s\"\nto = \"support\"\n"), "line 13: " + why);
}

TEST(CentreObserved, NoMemberNeedsSkillsOrCapacityToServeIt) {
  EXPECT_EQ(fault_of(kName + kMainSwitch + observed_queue("support") + member_agent("a1", "{ queue = \"support\" }") + "capacity = { voice = 0, chat = 0, email = 0, other = 0 }\n"),
            "accepted");
}

}  // namespace
}  // namespace callwright::contacts
