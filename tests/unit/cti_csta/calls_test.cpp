#include "cti/csta/calls.hpp"

#include <gmock/gmock.h>

#include "cti/model/event_line.hpp"

namespace callwright::cti::csta {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class Told {
 public:
  explicit Told(Settings settings = {}) : calls(settings) { calls.know_devices({"1001", "1002"}); }

  const std::vector<std::string>& operator()(const std::string& root, const std::string& body) {
    const auto message = read_message("<" + root + "><monitorCrossRefID>1</monitorCrossRefID>" + body + "</" + root + ">");
    EXPECT_TRUE(message) << root;
    Calls::Events events;
    if (message) calls.on(*message, events);
    last.clear();
    for (const auto& event : events) last.push_back(model::line(event));
    return last;
  }
  const std::vector<std::string>& rings(const std::string& phone, const std::string& caller = "+4930222111") {
    return (*this)("DeliveredEvent", connection("connection", phone) + device("alertingDevice", phone) + device("callingDevice", caller) +
                                         device("calledDevice", "5000"));
  }
  const std::vector<std::string>& answers(const std::string& phone) {
    return (*this)("EstablishedEvent", connection("establishedConnection", phone) + device("answeringDevice", phone) +
                                           device("callingDevice", "+4930222111") + device("calledDevice", "5000"));
  }
  static std::string device(const std::string& name, const std::string& number) {
    return "<" + name + "><deviceIdentifier>" + number + "</deviceIdentifier></" + name + ">";
  }
  static std::string connection(const std::string& name, const std::string& device, const std::string& call = "C1") {
    return "<" + name + "><callID>" + call + "</callID><deviceID>" + device + "</deviceID></" + name + ">";
  }
  static std::string cause(const std::string& word) { return "<cause>" + word + "</cause>"; }

  Calls calls;
  std::vector<std::string> last;
};

TEST(CstaCalls, ACallThatComesInIsACustomerAndAnAgentsPhone) {
  Told told;
  EXPECT_THAT(told.rings("1001"), ElementsAre(HasSubstr("made C1/+4930222111"), HasSubstr("made C1/1001 1001 station"), HasSubstr("alerting")));
  EXPECT_THAT(told.last[0], HasSubstr("from +4930222111 to 5000"));
  EXPECT_THAT(told.rings("1001"), IsEmpty()) << "another monitor says it again";
  EXPECT_THAT(told.answers("1001"), ElementsAre(HasSubstr("C1/+4930222111"), HasSubstr("C1/1001"), HasSubstr("C1"), HasSubstr("C1")));
  EXPECT_THAT(told.answers("1001"), IsEmpty());
}

TEST(CstaCalls, WhenTheLastWatchedDeviceLeavesTheCallIsOver) {
  Told told;
  told.rings("1001");
  told.answers("1001");
  told("ConnectionClearedEvent",
       Told::connection("droppedConnection", "1001") + Told::device("releasingDevice", "1001") + Told::cause("normalClearing"));
  EXPECT_THAT(told.last, Contains(HasSubstr("gone C1/1001 normal 0 by agent")));
  EXPECT_THAT(told.last, Contains(HasSubstr("gone C1/+4930222111 normal 0 by agent")));
  EXPECT_EQ(told.calls.size(), 0U);
}

TEST(CstaCalls, ACallerWhoGivesUpIsNamedByWhateverNumber) {
  Told told;
  told.rings("1001");
  told("ConnectionClearedEvent", Told::connection("droppedConnection", "T77#3") + Told::cause("callCancelled"));
  EXPECT_THAT(told.last, ElementsAre(HasSubstr("gone C1/+4930222111 caller_cancel")));
}

TEST(CstaCalls, APhoneThatDoesNotAnswerIsDivertedAndMayRingAgain) {
  Told told;
  told.rings("1001");
  told("DivertedEvent", Told::connection("connection", "1001") + Told::device("newDestination", "1002") + Told::cause("callForwardNoAnswer"));
  EXPECT_THAT(told.last, Contains(HasSubstr("gone C1/1001 no_answer")));
  EXPECT_EQ(told.calls.size(), 1U) << "the caller waits for the next";
  EXPECT_THAT(told.rings("1002"), Contains(HasSubstr("made C1/1002")));
  EXPECT_THAT(told.rings("1001"), Contains(HasSubstr("made C1/1001#2"))) << "an ended leg's name does not come again";
}

TEST(CstaCalls, ACallThatIsDivertedToAStrangerIsOutOfSight) {
  Told told;
  told.rings("1001");
  told("DivertedEvent", Told::connection("connection", "1001") + Told::device("newDestination", "1999") + Told::cause("redirected"));
  EXPECT_THAT(told.last, Contains(HasSubstr("gone C1/+4930222111 transferred")));
  EXPECT_EQ(told.calls.size(), 0U);
}

TEST(CstaCalls, ABusyPhoneFailsAndEndsWithThatCause) {
  Told told;
  told.rings("1001");
  told("FailedEvent", Told::connection("failedConnection", "1001") + Told::cause("busy"));
  EXPECT_THAT(told.last, ElementsAre(HasSubstr("failed")));
  told("ConnectionClearedEvent", Told::connection("droppedConnection", "1001") + Told::cause("normalClearing"));
  EXPECT_THAT(told.last, Contains(HasSubstr("gone C1/1001 busy")));
}

TEST(CstaCalls, AQueueOfTheSwitchHasItsCallersUntilTheyAreAnswered) {
  Told told;
  told("QueuedEvent", Told::connection("queuedConnection", "5000") + Told::device("queue", "5000") + Told::device("callingDevice", "+4930222111"));
  ASSERT_EQ(told.last.size(), 2U);
  EXPECT_THAT(told.last[1], HasSubstr("5000"));
  told.rings("1001");
  told.answers("1001");
  EXPECT_THAT(told.last.back(), HasSubstr("answered"));
}

TEST(CstaCalls, ASingleStepTransferMayNameNoOldConnections) {
  Told told;
  told.rings("1001");
  told.answers("1001");
  const auto item = [](const std::string& said) {
    return "<connectionListItem>" + Told::connection("newConnection", said, "C9") + "<endpoint><deviceID>" + said +
           "</deviceID></endpoint></connectionListItem>";
  };
  told("TransferedEvent", Told::connection("primaryOldCall", "1001") + Told::device("transferringDevice", "1001") +
                              Told::device("transferredToDevice", "1002") + "<transferredConnections>" + item("1002") +
                              item("N&lt;+4930222111&gt;;uid=7") + "</transferredConnections>" + Told::cause("singleStepTransfer"));
  EXPECT_THAT(told.last, Contains(HasSubstr("transfer single_step completed of C1/+4930222111 by C1/1001")));
  EXPECT_THAT(told.last, Contains(HasSubstr("gone C1/1001 normal")));
  EXPECT_THAT(told.last, Contains(HasSubstr("made C9/1002")));
  const auto customer = told.calls.connection_of("C1/+4930222111");
  ASSERT_TRUE(customer) << "his leg keeps its name";
  EXPECT_EQ(customer->call, "C9");
  EXPECT_EQ(customer->device.said, "N<+4930222111>;uid=7");
}

TEST(CstaCalls, PhonesThatAreNoAgentsAreNoCustomers) {
  Told told(Settings{.stations = {"1"}});
  EXPECT_THAT(told.rings("1001", "1777"), Contains(HasSubstr("made C1/1777 1777 station")));
}

TEST(CstaCalls, AgentsStatesAndDevicesInServiceAreTold) {
  Told told;
  EXPECT_THAT(told("AgentReadyEvent", Told::device("agentDevice", "1001")), ElementsAre(HasSubstr("ready")));
  EXPECT_THAT(told("AgentNotReadyEvent", Told::device("agentDevice", "1001")), ElementsAre(HasSubstr("paused")));
  EXPECT_THAT(told("AgentReadyEvent", Told::device("agentDevice", "1777")), IsEmpty());
  EXPECT_EQ(told("OutOfServiceEvent", Told::device("device", "1001")).size(), 1U);
}

TEST(CstaCalls, AnEndedCallsLateEventsChangeNothing) {
  Told told;
  told("HeldEvent", Told::connection("heldConnection", "1001"));
  EXPECT_THAT(told.last, IsEmpty());
  told("ConnectionClearedEvent", Told::connection("droppedConnection", "1001"));
  EXPECT_THAT(told.last, IsEmpty());
  told("CallClearedEvent", Told::connection("clearedCall", ""));
  EXPECT_THAT(told.last, IsEmpty());
  told("FailedEvent", Told::connection("failedConnection", "1001"));
  EXPECT_THAT(told.last, IsEmpty());
  EXPECT_EQ(told.calls.size(), 0U);
}

}  // namespace
}  // namespace callwright::cti::csta
