#include "cti/csta/codec.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <optional>

#include "cti/csta/cause.hpp"
#include "cti/csta/error.hpp"

namespace callwright::cti::csta {
namespace {

/// Other people's messages: CALLWRIGHT_CORPUS names where they are.
std::optional<Message> recorded(const std::string& file) {
  const char* folder = std::getenv("CALLWRIGHT_CORPUS");
  std::ifstream in(std::string(folder ? folder : "/nowhere") + "/csta/pyssimist-embedded/" + file, std::ios::binary);
  if (!in) return {};
  auto message = read_message(std::string{std::istreambuf_iterator<char>(in), {}});
  EXPECT_TRUE(message) << file;
  return message ? std::optional(std::move(*message)) : std::nullopt;
}

constexpr std::string_view kDelivered =
    "<?xml version=\"1.0\"?><DeliveredEvent xmlns=\"http://www.ecma-international.org/standards/ecma-323/csta/ed4\">"
    "<monitorCrossRefID>77</monitorCrossRefID><connection><callID>C1</callID><deviceID>1001</deviceID></connection>"
    "<alertingDevice><deviceIdentifier>N&lt;1001&gt;;noa=nk</deviceIdentifier></alertingDevice>"
    "<callingDevice><deviceIdentifier>N&lt;+4930222111&gt;Line7;displayNumber=030222111</deviceIdentifier></callingDevice>"
    "<calledDevice><deviceIdentifier>5000</deviceIdentifier></calledDevice>"
    "<lastRedirectionDevice><numberDialed><deviceIdentifier>5001</deviceIdentifier></numberDialed></lastRedirectionDevice>"
    "<localConnectionInfo>alerting</localConnectionInfo><cause>newCall</cause></DeliveredEvent>";

TEST(CstaCodec, AnEventSaysWhomItIsAbout) {
  const auto event = read_message(kDelivered);
  ASSERT_TRUE(event);
  EXPECT_EQ(event->name, Name::delivered);
  EXPECT_EQ(event->monitor, "77");
  EXPECT_EQ(event->connection, (Connection{"C1", {"1001", "1001"}}));
  EXPECT_EQ(event->subject, (Device{"1001", "N<1001>;noa=nk"}));
  EXPECT_EQ(event->calling.number, "+4930222111");
  EXPECT_EQ(event->called.number, "5000");
  EXPECT_EQ(event->redirecting.number, "5001");
  EXPECT_EQ(event->cause, "newCall");
}

TEST(CstaCodec, EditionsPrefixesAndMissingNamespacesAreTheSame) {
  for (const std::string_view xml :
       {"<SystemStatus><systemStatus>normal</systemStatus></SystemStatus>",
        "<SystemStatus xmlns='http://www.ecma.ch/standards/ecma-323/csta/ed2'><systemStatus> normal\n</systemStatus></SystemStatus>",
        "<ns3:SystemStatus xmlns:ns3='http://www.ecma-international.org/standards/ecma-323/csta/ed3/priv6'>"
        "<ns3:systemStatus>normal</ns3:systemStatus></ns3:SystemStatus>",
        "<SystemStatus><x:extensions><systemStatus>messageLost</systemStatus></x:extensions><systemStatus>normal</systemStatus></SystemStatus>"}) {
    const auto message = read_message(xml);
    ASSERT_TRUE(message) << xml;
    EXPECT_EQ(message->name, Name::system_status) << xml;
    EXPECT_EQ(message->status, "normal") << xml;
  }
}

TEST(CstaCodec, DevicesAreTheSameInWhateverDressTheyCome) {
  EXPECT_EQ(read_device("N<+4930222111>Line00001;displayNumber=00001;noa=nk").number, "+4930222111");
  EXPECT_EQ(read_device("N<+4930222111>;uid=FF0001").number, "+4930222111");
  EXPECT_EQ(read_device("1001:SWITCH:10.0.0.1:0").number, "1001");
  EXPECT_EQ(read_device("tel:+4930222111;phone-context=x").number, "+4930222111");
  EXPECT_EQ(read_device("sip:1001@pbx:5060;user=phone").number, "1001");
  EXPECT_EQ(read_device("1001").number, "1001");
  EXPECT_EQ(read_device("N<").number, "");
  EXPECT_EQ(read_device("1001:SWITCH:10.0.0.1:0").said, "1001:SWITCH:10.0.0.1:0") << "a request says it as the switch did";
}

TEST(CstaCodec, DevicesThatAreNotKnownAreEmpty) {
  const auto event = read_message(
      "<HeldEvent><heldConnection><callID>1</callID><deviceID>2</deviceID></heldConnection>"
      "<holdingDevice><notKnown/></holdingDevice></HeldEvent>");
  ASSERT_TRUE(event);
  EXPECT_EQ(event->subject, Device{});
  EXPECT_EQ(event->connection.device.number, "2");
}

TEST(CstaCodec, ATransferListsWhatBecameOfEachConnection) {
  const auto event = read_message(
      "<TransferedEvent><primaryOldCall><callID>1</callID><deviceID>1001</deviceID></primaryOldCall>"
      "<secondaryOldCall><callID>2</callID><deviceID>1001</deviceID></secondaryOldCall>"
      "<transferringDevice><deviceIdentifier>1001</deviceIdentifier></transferringDevice>"
      "<transferredToDevice><deviceIdentifier>1002</deviceIdentifier></transferredToDevice><transferredConnections>"
      "<connectionListItem><newConnection><callID>3</callID><deviceID>1002</deviceID></newConnection>"
      "<oldConnection><callID>2</callID><deviceID>1002</deviceID></oldConnection><endpoint><deviceID>1002</deviceID></endpoint>"
      "<resultingConnectionInfo>connected</resultingConnectionInfo></connectionListItem></transferredConnections>"
      "<cause>transfer</cause></TransferedEvent>");
  ASSERT_TRUE(event);
  EXPECT_EQ(event->name, Name::transferred);
  EXPECT_EQ(event->other.call, "2");
  EXPECT_EQ(event->to.number, "1002");
  const Device to{"1002", "1002"};
  EXPECT_EQ(event->connections, (std::vector<Listed>{{{"3", to}, {"2", to}, to, ConnectionState::connected}}));
}

TEST(CstaCodec, SnapshotsListConnections) {
  const auto of_device = read_message(
      "<SnapshotDeviceResponse><crossRefIDorSnapshotData><snapshotData><snapshotDeviceResponseInfo><connectionIdentifier><callID>1</callID>"
      "<deviceID>1001</deviceID></connectionIdentifier><localCallState><compoundCallState><localConnectionState>hold</localConnectionState>"
      "</compoundCallState></localCallState></snapshotDeviceResponseInfo><snapshotDeviceResponseInfo><connectionIdentifier><callID>2</callID>"
      "<deviceID>1001</deviceID></connectionIdentifier><localCallState><simpleCallState>callReceived</simpleCallState></localCallState>"
      "</snapshotDeviceResponseInfo></snapshotData></crossRefIDorSnapshotData></SnapshotDeviceResponse>");
  ASSERT_TRUE(of_device);
  ASSERT_EQ(of_device->connections.size(), 2U);
  EXPECT_EQ(of_device->connections[0].state, ConnectionState::held);
  EXPECT_EQ(of_device->connections[1].now.call, "2");
  EXPECT_EQ(of_device->connections[1].state, ConnectionState::alerting);

  const auto of_call = read_message(
      "<SnapshotCallResponse><crossRefIDorSnapshotData><snapshotData><snapshotCallResponseInfo><deviceOnCall><deviceIdentifier>N&lt;77&gt;"
      "</deviceIdentifier></deviceOnCall><callIdentifier><callID>1</callID></callIdentifier><localConnectionInfo>connected</localConnectionInfo>"
      "</snapshotCallResponseInfo></snapshotData></crossRefIDorSnapshotData></SnapshotCallResponse>");
  ASSERT_TRUE(of_call);
  ASSERT_EQ(of_call->connections.size(), 1U);
  EXPECT_EQ(of_call->connections[0].now.device.number, "77");
}

TEST(CstaCodec, ARefusalSaysWhy) {
  const auto failure = read_message("<CSTAErrorCode><operation>invalidDeviceID</operation></CSTAErrorCode>");
  ASSERT_TRUE(failure);
  EXPECT_EQ(failure->name, Name::failure);
  EXPECT_EQ(failure->status, "invalidDeviceID");
  const auto refused = read_message(
      "<StartApplicationSessionNegResponse><errorCode><definedError>invalidApplicationInfo</definedError>"
      "</errorCode></StartApplicationSessionNegResponse>");
  ASSERT_TRUE(refused);
  EXPECT_EQ(refused->name, Name::session_refused);
  EXPECT_EQ(refused->status, "invalidApplicationInfo");
}

TEST(CstaCodec, ASessionsDurationIsBounded) {
  const auto started = [](std::string_view seconds) {
    const auto message = read_message("<StartApplicationSessionPosResponse><sessionID>9</sessionID><actualSessionDuration>" + std::string(seconds) +
                                      "</actualSessionDuration></StartApplicationSessionPosResponse>");
    return message ? message->session_seconds : -1;
  };
  EXPECT_EQ(started("600"), 600);
  EXPECT_EQ(started("999999999999"), 86'400);
  EXPECT_EQ(started("99999999999999999999999999"), 0);
  EXPECT_EQ(started("-5"), 0);
  EXPECT_EQ(started("soon"), 0);
}

TEST(CstaCodec, DeclarationsAndEntitiesAreRefusedOrStayText) {
  const auto dtd = read_message("<!DOCTYPE a [<!ENTITY x \"xxxx\">]><SystemStatus><systemStatus>&x;</systemStatus></SystemStatus>");
  ASSERT_FALSE(dtd);
  EXPECT_EQ(dtd.error().code, errc::malformed);
  const auto entity = read_message("<SystemStatus><systemStatus>&x;</systemStatus></SystemStatus>");
  ASSERT_TRUE(entity);
  EXPECT_EQ(entity->status, "&x;");
}

TEST(CstaCodec, DepthAndListsAreBounded) {
  std::string deep;
  for (int i = 0; i < 5'000; ++i) deep += "<a>";
  for (int i = 0; i < 5'000; ++i) deep += "</a>";
  const auto too_deep = read_message(deep);
  ASSERT_FALSE(too_deep);
  EXPECT_EQ(too_deep.error().code, errc::too_big);

  std::string items;
  for (std::size_t i = 0; i <= kListed; ++i) items += "<connectionListItem/>";
  const auto too_many = read_message("<ConferencedEvent><primaryOldCall><callID>1</callID></primaryOldCall><conferenceConnections>" + items +
                                     "</conferenceConnections></ConferencedEvent>");
  ASSERT_FALSE(too_many);
  EXPECT_EQ(too_many.error().code, errc::too_big);
}

TEST(CstaCodec, WhatIsNoMessageIsMalformed) {
  for (const std::string_view xml : {"", "text", "<a", "<a></b>", "<DeliveredEvent/>", "<MonitorStartResponse/>"}) {
    const auto message = read_message(xml);
    ASSERT_FALSE(message) << xml;
    EXPECT_EQ(message.error().code, errc::malformed) << xml;
  }
}

TEST(CstaCodec, TextIsValidAndBoundedWhateverCame) {
  const auto message = read_message("<SystemStatus><systemStatus>a\xFF\x01&#2;b" + std::string(1'000, 'x') + "</systemStatus></SystemStatus>");
  ASSERT_TRUE(message);
  EXPECT_TRUE(
      message->status.starts_with("a\xEF\xBF\xBD"
                                  "bxxx"));
  EXPECT_LE(message->status.size(), kTextBytes);
}

TEST(CstaCodec, WhatItDoesNotKnowIsOtherAndResponsesAreAnswers) {
  EXPECT_EQ(read_message("<VoiceAttributesChangedEvent/>")->name, Name::other);
  EXPECT_EQ(read_message("<HoldCallResponse/>")->name, Name::answer);
}

TEST(CstaCause, HasTheirWordsForOurs) {
  using journal::Cause;
  EXPECT_EQ(cause_of("normalClearing", model::LegPast::answered), Cause::normal);
  EXPECT_EQ(cause_of("normalClearing", model::LegPast::arriving), Cause::caller_cancel);
  EXPECT_EQ(cause_of("busy", model::LegPast::ringing), Cause::busy);
  EXPECT_EQ(cause_of("callPickup", model::LegPast::ringing), Cause::elsewhere);
  EXPECT_EQ(cause_of("somethingNew", model::LegPast::ringing), Cause::unknown);
  EXPECT_EQ(cause_of("", model::LegPast::answered), Cause::normal);
  EXPECT_EQ(divert_reason_of("callForwardNoAnswer"), journal::DivertReason::no_answer);
}

TEST(CstaRecorded, MessagesOfAnOpenScapeAreRead) {
  const auto delivered = recorded("14-DeliveredEvent.xml");
  if (!delivered) GTEST_SKIP() << "needs CALLWRIGHT_CORPUS";
  EXPECT_EQ(delivered->name, Name::delivered);
  EXPECT_EQ(delivered->calling.number, "7868772298");
  EXPECT_EQ(delivered->connection.device.number, "3021061290002");
  EXPECT_EQ(delivered->redirecting, Device{});
  const auto transferred = recorded("15-TransferedEvent.xml");
  ASSERT_TRUE(transferred);
  EXPECT_EQ(transferred->name, Name::transferred);
  ASSERT_EQ(transferred->connections.size(), 2U);
  EXPECT_EQ(transferred->connections[1].now.device.number, "+17867100000");
  EXPECT_EQ(recorded("01-ServiceInitiatedEvent.xml")->connection.device.number, "302118840100");
  EXPECT_EQ(recorded("02-OriginatedEvent.xml")->called.number, "302118840101");
  EXPECT_EQ(recorded("04-StartApplicationSessionPosResponse.xml")->session_seconds, 600);
  EXPECT_EQ(recorded("07-MonitorStartResponse.xml")->monitor, "1136370025");
  EXPECT_EQ(recorded("09-SystemStatus.xml")->status, "normal");
  EXPECT_EQ(recorded("10-SystemStatus.xml")->name, Name::system_status);
  EXPECT_EQ(recorded("13-CallInformationEvent.xml")->name, Name::call_information);
}

}  // namespace
}  // namespace callwright::cti::csta
