#include "cti/sip/codec_bodies.hpp"

#include <gmock/gmock.h>

#include "cti/sip/codec.hpp"
#include "tests/unit/cti_sip/corpus.hpp"

namespace callwright::cti::sip::test {
namespace {

using testing::HasSubstr;
using State = Dialog::State;
using Direction = Dialog::Direction;

#define NEED_DIALOG_INFO() \
  if (!corpus("dialog-info-resiprocate/01.sip")) GTEST_SKIP() << "needs CALLWRIGHT_CORPUS"

TEST(DialogInfoBody, AnExampleOfTheRfcIsRead) {
  NEED_DIALOG_INFO();
  const auto info = read_dialog_info(*corpus("dialog-info-resiprocate/02.xml"));
  ASSERT_TRUE(info) << info.error().text();
  EXPECT_EQ(info->version, 0u);
  EXPECT_TRUE(info->full);
  ASSERT_EQ(info->dialogs.size(), 1u);
  EXPECT_EQ(info->dialogs[0], (Dialog{"as7d900as8", "a84b4c76e66710", Direction::initiator, State::trying, "", 0, "", "", false}));
}

TEST(DialogInfoBody, ATransferWithTargetsAndIdentitiesIsRead) {
  NEED_DIALOG_INFO();
  const auto info = read_dialog_info(*corpus("dialog-info-resiprocate/03.xml"));
  ASSERT_TRUE(info) << info.error().text();
  EXPECT_EQ(info->version, 5u);
  EXPECT_FALSE(info->full);
  ASSERT_EQ(info->dialogs.size(), 2u);
  EXPECT_EQ(info->dialogs[0].state, State::terminated);
  EXPECT_EQ(info->dialogs[0].event, "replaced");
  const Dialog& second = info->dialogs[1];
  EXPECT_EQ(second.state, State::confirmed);
  EXPECT_EQ(second.direction, Direction::recipient);
  EXPECT_EQ(second.call_id, "o34oii1");
  EXPECT_EQ(second.remote, "sip:cjones@example.net");
  EXPECT_EQ(second.targets, "sip:alice@pc33.example.com\nsip:line3@host3.example.net\n");
  EXPECT_FALSE(second.held);
}

TEST(DialogInfoBody, ANotifyWhoseBodyIsShorterThanItSaysIsRefused) {
  NEED_DIALOG_INFO();
  const auto head = corpus("dialog-info-resiprocate/01.sip");
  const auto read = read_message(*head, Carrier::datagram);
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().status, 400);
}

TEST(DialogInfoBody, ServersVary) {
  // Asterisk: one id for all, and neither call-id nor direction nor who is at the other end; idle is a dialog that is terminated.
  const auto asterisk = read_dialog_info(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<dialog-info xmlns=\"urn:ietf:params:xml:ns:dialog-info\" version=\"12\" state=\"full\" "
      "entity=\"sip:1001@10.0.0.2\">\n <dialog id=\"1001\">\n  <state>early</state>\n </dialog>\n</dialog-info>\n");
  ASSERT_TRUE(asterisk);
  EXPECT_EQ(asterisk->version, 12u);
  EXPECT_EQ(asterisk->dialogs.at(0), (Dialog{"1001", "", Direction::unknown, State::early, "", 0, "", "", false}));
  // FreeSWITCH and others: idle is an empty document.
  const auto idle = read_dialog_info("<dialog-info xmlns='urn:ietf:params:xml:ns:dialog-info' version='3' state='full' entity='sip:a@b'/>");
  ASSERT_TRUE(idle);
  EXPECT_TRUE(idle->dialogs.empty());
  // With prefixes, a code, and a hold.
  const auto prefixed = read_dialog_info(
      "<d:dialog-info xmlns:d=\"urn:ietf:params:xml:ns:dialog-info\" version=\"1\" state=\"partial\" entity=\"sip:a@b\"><d:dialog id=\"x\" "
      "call-id=\"c\" "
      "direction=\"recipient\"><d:state event=\"rejected\" code=\"486\">terminated</d:state></d:dialog><d:dialog id=\"y\"><d:state> confirmed "
      "</d:state><d:local>"
      "<d:target uri=\"sip:1001@h;cw-leg=cw-5-6-7\"><d:param pname=\"+sip.rendering\" pval=\"no\"/></d:target></d:local></d:dialog></d:dialog-info>");
  ASSERT_TRUE(prefixed);
  EXPECT_EQ(prefixed->dialogs.at(0), (Dialog{"x", "c", Direction::recipient, State::terminated, "rejected", 486, "", "", false}));
  EXPECT_EQ(prefixed->dialogs.at(1), (Dialog{"y", "", Direction::unknown, State::confirmed, "", 0, "", "sip:1001@h;cw-leg=cw-5-6-7\n", true}));
}

std::string why_not(std::string_view xml) {
  const auto info = read_dialog_info(xml);
  return info ? "fine" : info.error().text();
}

TEST(DialogInfoBody, WhatIsHostileOrNoneIsRefused) {
  EXPECT_EQ(why_not("<dialog-info version='0'/>"), "fine");
  EXPECT_EQ(why_not("<!DOCTYPE x [<!ENTITY a 'b'>]><dialog-info version='0'/>"), "malformed: a document type declaration");
  EXPECT_THAT(why_not("<dialog-info version='0'>"), HasSubstr("malformed: "));
  EXPECT_EQ(why_not("<dialog-info version='-1'/>"), "malformed: version");
  EXPECT_EQ(why_not("<dialog-info/>"), "malformed: version");
  EXPECT_EQ(why_not("<presence/>"), "malformed: no dialog-info");
  EXPECT_THAT(why_not(""), HasSubstr("malformed: "));
  EXPECT_THAT(why_not(std::string_view("\0\0\0", 3)), HasSubstr("malformed: "));
  const auto nested = [](int levels) {
    std::string xml = "<dialog-info version='0'>";
    for (int i = 0; i < levels; ++i) xml += "<a>";
    for (int i = 0; i < levels; ++i) xml += "</a>";
    return xml + "</dialog-info>";
  };
  EXPECT_EQ(why_not(nested(10)), "fine");
  EXPECT_EQ(why_not(nested(20)), "over the limit: levels");
  EXPECT_EQ(why_not(nested(5000)), "over the limit: levels");
  EXPECT_EQ(why_not("<dialog-info version='0'>" + std::string(64 << 10, ' ') + "</dialog-info>"), "over the limit: body");
  const auto dialogs = [](int count) {
    std::string xml = "<dialog-info version='0'>";
    for (int i = 0; i < count; ++i) xml += "<dialog id='" + std::to_string(i) + "'><state>early</state></dialog>";
    return xml + "</dialog-info>";
  };
  EXPECT_EQ(why_not(dialogs(256)), "fine");
  EXPECT_EQ(why_not(dialogs(257)), "over the limit: dialogs");
}

TEST(DialogInfoBody, WhatNobodyKnowsIsLeftOut) {
  const auto info = read_dialog_info(
      "<dialog-info version='0'><dialog id='a'><state>dancing</state></dialog><dialog><state>early</state></dialog><dialog id='b'/><x/>"
      "<dialog id='c'><state>early</state><duration>5</duration></dialog></dialog-info>");
  ASSERT_TRUE(info);
  ASSERT_EQ(info->dialogs.size(), 1u);
  EXPECT_EQ(info->dialogs[0].id, "c");
  const auto long_text =
      read_dialog_info("<dialog-info version='0'><dialog id='a' call-id='" + std::string(257, 'c') + "'><state>early</state></dialog></dialog-info>");
  EXPECT_EQ(long_text->dialogs.at(0).call_id, "");
}

TEST(PresenceBody, SaysWhetherADeviceCanBeReachedAndIsInUse) {
  const auto read = [](const std::string& inside) {
    return *read_presence("<presence xmlns='urn:ietf:params:xml:ns:pidf' entity='sip:a@b'>" + inside + "</presence>");
  };
  EXPECT_EQ(read("<tuple id='t'><status><basic>open</basic></status></tuple>"), (Presence{true, false}));
  EXPECT_EQ(read("<tuple id='t'><status><basic>closed</basic></status></tuple>"), (Presence{false, false}));
  EXPECT_EQ(read("<tuple id='s'><status><basic>closed</basic></status></tuple><tuple id='t'><status><basic>open</basic></status></tuple>"),
            (Presence{true, false}));
  EXPECT_EQ(read(""), (Presence{std::nullopt, false}));
  EXPECT_EQ(read("<note>On the phone</note><tuple id='t'><status><basic>open</basic></status></tuple><pp:person xmlns:pp='p'><status><ep:activities "
                 "xmlns:ep='e'><ep:busy/>"
                 "</ep:activities></status></pp:person>"),
            (Presence{true, true}));
  EXPECT_FALSE(read_presence("<dialog-info/>"));
  EXPECT_FALSE(read_presence("<!DOCTYPE presence><presence/>"));
}

}  // namespace
}  // namespace callwright::cti::sip::test
