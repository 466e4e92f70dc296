// Callbacks in the centre document: keys, limits, and what is refused.
#include <gmock/gmock.h>

#include "contacts/centre_toml.hpp"
#include "centre_faults.hpp"

namespace callwright::contacts {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

std::string calling_queue(const std::string& keys) { return "[[queue]]\nid = \"repairs\"\nname = \"R\"\n" + keys; }
std::string pbx(const std::string& keys) {
  return "[[switch]]\nid = \"pbx\"\nkind = \"asterisk\"\nurl = \"http://127.0.0.1:8088\"\nusername = \"u\"\n" + keys;
}

TEST(CentreCallbacks, EveryKeyIsReadAndPrinted) {
  const auto centre =
      parse_centre(kName +
                   calling_queue("callbacks = true\ncallback_attempts = 5\ncallback_retry = \"10m\"\ncallback_ring = \"45s\"\ncallback_keep = \"24h\"\n"
                         "callback_agent_hold = \"0s\"\ncallback_key = \"*\"\nrecall_after = \"15m\"\nrecall_attempts = 2\n") +
                   pbx("dial = \"PJSIP/{number}@carrier\"\nshown_number = \"+441632960000\"\ndial_prefixes = [\"+44\", \"+353\"]\n"));
  ASSERT_TRUE(centre) << centre.error().context;
  const journal::CallbackRules& rules = centre->queues[0].callback;
  EXPECT_EQ(rules, (journal::CallbackRules{true, 5, 10min, 45s, 24h, 0s, "*", 15min, 2}));
  EXPECT_EQ(centre->switches[0].dial, "PJSIP/{number}@carrier");
  EXPECT_EQ(centre->switches[0].shown_number, "+441632960000");
  EXPECT_EQ(centre->switches[0].dial_prefixes.size(), 2u);
  const auto again = parse_centre(print_centre(*centre));
  ASSERT_TRUE(again) << again.error().context;
  EXPECT_EQ(*again, *centre);
}

TEST(CentreCallbacks, AQueueWithoutThemHasNoneAndIsPrintedAsBefore) {
  const auto centre = parse_centre(kName + calling_queue(""));
  ASSERT_TRUE(centre);
  EXPECT_EQ(centre->queues[0].callback, journal::CallbackRules{});
  EXPECT_EQ(print_centre(*centre).find("callback"), std::string::npos);
}

TEST(CentreCallbacks, HowToCallBackWithoutCallbacksIsRefusedWithItsLine) {
  EXPECT_EQ(fault_of(kName + calling_queue("recall_after = \"10m\"\n")), "line 2: a queue: says how callbacks are made and offers none: 'callbacks' must be true");
}

TEST(CentreCallbacks, LimitsAreNamedWithTheirLines) {
  EXPECT_THAT(fault_of(kName + calling_queue("callbacks = true\ncallback_attempts = 11\n")), HasSubstr("line 6: "));
  EXPECT_THAT(fault_of(kName + calling_queue("callbacks = true\ncallback_retry = \"30s\"\n")), HasSubstr("line 6: "));
  EXPECT_THAT(fault_of(kName + calling_queue("callbacks = true\ncallback_ring = \"5s\"\n")), HasSubstr("line 6: "));
  EXPECT_THAT(fault_of(kName + calling_queue("callbacks = true\ncallback_keep = \"1000h\"\n")), HasSubstr("line 6: "));
  EXPECT_THAT(fault_of(kName + calling_queue("callbacks = true\ncallback_key = \"A\"\n")), HasSubstr("must be one of 0-9, * and #"));
}

TEST(CentreCallbacks, AnEndPointThatCannotBeDialledIsRefused) {
  EXPECT_THAT(fault_of(kName + pbx("dial = \"PJSIP/carrier\"\n")), HasSubstr("'dial' must be an end point with {number}"));
  EXPECT_THAT(fault_of(kName + pbx("dial = \"Local/{number}@out\"\n")), HasSubstr("'dial' must be an end point"));
  EXPECT_THAT(fault_of(kName + pbx("dial = \"PJSIP/{number}@c\"\nshown_number = \"01632960000\"\n")), HasSubstr("such as \"+441632960000\""));
  EXPECT_THAT(fault_of(kName + pbx("dial = \"PJSIP/{number}@c\"\ndial_prefixes = [\"44\"]\n")), HasSubstr("beginnings of numbers"));
  EXPECT_THAT(fault_of(kName + pbx("dial_prefixes = [\"+44\"]\n")), HasSubstr("'dial' must say how"));
}

}  // namespace
}  // namespace callwright::contacts
