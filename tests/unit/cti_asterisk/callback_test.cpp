// Customers who are called (docs/asterisk.md, "Calling customers back").
#include <gmock/gmock.h>

#include "cti/asterisk/error.hpp"
#include "cti/asterisk/machine.hpp"
#include "cti/asterisk/names.hpp"
#include "tests/unit/cti_asterisk/usual_call.hpp"

namespace callwright::cti::asterisk::test {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using namespace std::chrono_literals;

const std::string kCustomer = "cw-7-c3-0";
const model::Dial kDial{"PJSIP/{number}@carrier", "+441632960123", "+441632960000", 30s};

Settings calling() {
  Settings settings = Bench::usual();
  settings.dial = kDial.device;
  return settings;
}
std::string customer(const std::string& state, const std::string& type = "ChannelStateChange") {
  return event_json(type, R"("channel":)" + channel_json(kCustomer, "PJSIP/carrier-00000009", state));
}
std::string customer_inside() {
  return event_json("StasisStart",
                    R"("args":["customer","7","3"],"channel":)" + channel_json(kCustomer, "PJSIP/carrier-00000009", "Up", "callwright,customer,7,3"));
}

TEST(Calling, AnAsteriskThatIsToldHowDeclaresIt) {
  const auto able = [](Settings settings) {
    Bench bench(std::move(settings));
    bench.live();
    return bench.capabilities.dial;
  };
  EXPECT_TRUE(able(calling()));
  EXPECT_FALSE(able(Bench::usual()));
}

TEST(Calling, TheNumberIsFilledInAndTheChannelSaysWhoseItIs) {
  Bench bench(calling());
  bench.live();
  bench.forget();
  bench.command(kDial);
  EXPECT_THAT(bench.requests,
              ElementsAre("POST /channels/cw-7-c3-0?endpoint=PJSIP%2F%2B441632960123%40carrier&app=callwright&appArgs=customer%2C7%2C3&"
                          "callerId=%2B441632960000&timeout=30"));
  model::Dial digits = kDial;
  digits.device = "PJSIP/carrier/sip:{digits}@10.0.0.9";
  bench.forget();
  bench.command(digits, 8);
  EXPECT_THAT(bench.requests, ElementsAre(HasSubstr("endpoint=PJSIP%2Fcarrier%2Fsip%3A441632960123%4010.0.0.9")));
}

TEST(Calling, NothingButAnE164NumberIsDialled) {
  for (const char* hostile :
       {"", "01632960123", "+44163296&PJSIP/evil", "+44\r\n1632", "+441632960123,x", "${EVIL}", "sip:evil@example.com", "+0441632960123"}) {
    Bench bench(calling());
    bench.live();
    bench.forget();
    model::Dial dial = kDial;
    dial.to = hostile;
    bench.command(dial);
    EXPECT_THAT(bench.requests, IsEmpty()) << hostile;
    EXPECT_THAT(bench.events, ElementsAre(HasSubstr("made cw-7-c3-0"), "gone cw-7-c3-0 bad_number 0 by network"))
        << "the core hears that nothing came of it";
  }
}

TEST(Calling, ACustomerIsATrunkWhoRingsAnswersAndIsJoined) {
  Bench bench(calling());
  bench.live();
  bench.command(model::Ring{"PJSIP/agent1", {}, "+441632960123", "", OfferId{8}, 20s});
  bench.text(seen(kAgent, "Up"));
  bench.text(start_of_agent());
  bench.forget();
  bench.command(kDial);
  bench.text(customer("Ringing"));
  bench.text(customer("Up"));
  EXPECT_THAT(bench.events, ElementsAre("made cw-7-c3-0 PJSIP/carrier trunk contact 7", "alerting cw-7-c3-0"))
      << "connected only inside the application";
  bench.text(customer_inside());
  EXPECT_EQ(bench.events.back(), "connected cw-7-c3-0");
  bench.forget();
  bench.command(model::Bridge{kCustomer, kAgent});
  EXPECT_THAT(bench.requests, ElementsAre("POST /bridges/cw-7-t3-0?type=mixing", "POST /bridges/cw-7-t3-0/addChannel?channel=cw-7-c3-0%2Ccw-7-8-3"));
}

TEST(Calling, WhoIsBusyIsSoByHisOwnDoing) {
  Bench bench(calling());
  bench.live();
  bench.command(kDial);
  bench.text(customer("Down", "ChannelCreated"));
  bench.forget();
  bench.text(
      event_json("ChannelDestroyed", R"("cause":17,"cause_txt":"User busy","channel":)" + channel_json(kCustomer, "PJSIP/carrier-00000009", "Down")));
  EXPECT_THAT(bench.events, Contains("gone cw-7-c3-0 busy 17 by customer"));
}

TEST(Calling, ACallThatIsNotThereAfterAGapIsGone) {
  Bench bench(calling());
  bench.live();
  bench.answering = false;
  bench.command(kDial);
  bench.take(bench.machine.socket_closed("cut", bench.now));
  bench.answering = true;
  bench.forget();
  bench.pass(1s);
  bench.take(bench.machine.socket_opened(bench.now));
  EXPECT_THAT(bench.events, Contains("gone cw-7-c3-0 lost 0 by unknown"));
}

TEST(Calling, ASnapshotSaysWhoIsBeingCalledWhoTalksAndWhoIsOnHold) {
  Bench bench(calling());
  bench.channels = "[" + channel_json("cw-5-c2-1", "PJSIP/carrier-00000001", "Ringing") + "," +
                   channel_json("cw-6-c2-2", "PJSIP/carrier-00000002", "Up", "callwright,customer,6,2") + "," +
                   channel_json("cw-6-8-2", "PJSIP/agent1-00000003", "Up", "callwright,agent,6,8,2") + "," +
                   channel_json("cw-9-c2-3", "PJSIP/carrier-00000004", "Up", "callwright,customer,9,2") + "," +
                   channel_json("cw-9-4-2", "PJSIP/agent2-00000005", "Up", "callwright,agent,9,4,2") + "]";
  bench.bridges = "[" + bridge_json("cw-6-t1", "mixing", {"cw-6-c2-2", "cw-6-8-2"}) + "," + bridge_json("cw-9-t1", "mixing", {"cw-9-4-2"}) + "," +
                  bridge_json("cw-9-w2", "holding", {"cw-9-c2-3"}) + "]";
  bench.live();
  EXPECT_EQ(bench.events[1],
            "snapshot [cw-5-c2-1 PJSIP/carrier trunk contact 5 alerting] [cw-6-c2-2 PJSIP/carrier trunk contact 6 connected in cw-6-t1]"
            " [cw-6-8-2 PJSIP/agent1 station contact 6 offer 8 connected in cw-6-t1] [cw-9-c2-3 PJSIP/carrier trunk contact 9 connected in cw-9-t1]"
            " [cw-9-4-2 PJSIP/agent2 station contact 9 offer 4 held in cw-9-t1]");
}

TEST(Calling, NamesComeBackAsTheyWent) {
  const auto tokens = link::tokens_of_leg(link::customer_leg_name(ContactId{7}, 3, 41));
  ASSERT_TRUE(tokens);
  EXPECT_EQ(*tokens, (model::Tokens{ContactId{7}, {}, 3}));
  EXPECT_EQ(*link::tokens_of_arguments("customer,7,3"), (model::Tokens{ContactId{7}, {}, 3}));
  for (const char* wrong : {"cw-7-c", "cw-7-c3", "cw-7-c3-", "cw-7-c3-x", "cw-7-c0-1", "cw-0-c3-1", "cw-7-c3-1-2"})
    EXPECT_FALSE(link::tokens_of_leg(wrong)) << wrong;
  for (const char* wrong : {"customer", "customer,7", "customer,7,", "customer,7,3,4", "customer,x,3"})
    EXPECT_FALSE(link::tokens_of_arguments(wrong)) << wrong;
}

}  // namespace
}  // namespace callwright::cti::asterisk::test
