#include "cti/sip/codec.hpp"

#include <gmock/gmock.h>

#include "cti/sip/framing.hpp"
#include "cti/sip/head.hpp"
#include "tests/unit/cti_sip/sample.hpp"

namespace callwright::cti::sip::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::expected<Message, Refusal> read(const std::vector<std::string>& lines, std::string_view body = {}) {
  return read_message(message(lines, body), Carrier::datagram);
}

/// What becomes of the sample with one line changed: `fine`, or why not.
std::string verdict(std::string_view name, const std::string& by) {
  const auto made = read(with(invite_lines(), name, by), invite_body());
  return made ? "fine" : std::to_string(made.error().status) + " " + made.error().why;
}

TEST(SipCodec, ReadsWhatACarrierSends) {
  const auto m = read(invite_lines(), invite_body());
  ASSERT_TRUE(m) << m.error().why;
  EXPECT_EQ(m->method, "INVITE");
  EXPECT_EQ(m->target.user, "4000");
  EXPECT_EQ(m->target.port, "5060");
  EXPECT_EQ(m->vias.at(0), (Via{"UDP", "10.0.0.1", "5060", {{"rport", ""}, {"branch", "z9hG4bKPj2d5e3f0a-77"}}}));
  EXPECT_EQ(m->vias.at(1).host, "192.0.2.55");
  EXPECT_EQ(m->from.display, "Alice Example");
  EXPECT_EQ(m->from.uri.user, "+493011122");
  EXPECT_EQ(m->from.tag(), "1928301774");
  EXPECT_EQ(m->to.tag(), "");
  EXPECT_EQ(m->call_id, "a84b4c76e66710@pc33.example.com");
  EXPECT_EQ(m->cseq, (CSeq{314159, "INVITE"}));
  EXPECT_EQ(m->max_forwards, 69);
  EXPECT_EQ(m->contacts.at(0).uri.parameters, (Parameters{{"transport", "tcp"}}));
  EXPECT_THAT(m->echo.record_routes, ElementsAre("<sip:10.0.0.1;lr;ftag=1928301774>"));
  EXPECT_EQ(m->asserted.at(0).uri.user, "+493011122");
  EXPECT_EQ(m->diversions.at(0).uri.user, "+4930999");
  EXPECT_EQ(m->diversions.at(0).parameters, (Parameters{{"reason", "unconditional"}, {"counter", "1"}}));
  EXPECT_THAT(m->supported, ElementsAre("timer", "100rel", "histinfo"));
  EXPECT_EQ(m->content_type.word, "application/sdp");
  EXPECT_EQ(m->body, invite_body().substr(0, 129));
  EXPECT_THAT(m->others, ElementsAre(Header{"Allow", "INVITE, ACK, CANCEL, BYE, OPTIONS, UPDATE, PRACK"}, Header{"User-Agent", "Carrier SBC 9.1"}));
  EXPECT_EQ(m->echo.vias.size(), 2u);
  EXPECT_EQ(m->echo.to, "<sip:4000@10.0.0.5;user=phone>");
  EXPECT_FALSE(m->echo.to_has_tag);
}

TEST(SipCodec, ReadsANotifyInCompactForm) {
  const auto m = read(
      {"NOTIFY sip:cw@10.0.0.5 SIP/2.0", "v: SIP/2.0/UDP [2001:db8::9:1]:5060;branch=z9hG4bKa", "f: <sip:100@pbx>;tag=a", "t: <sip:cw@pbx>;tag=b",
       "i: x1", "CSeq: 2 NOTIFY", "o: dialog;id=7", "Subscription-State: active;expires=300", "c: application/dialog-info+xml", "l: 4"},
      "<x/>");
  ASSERT_TRUE(m) << m.error().why;
  EXPECT_EQ(m->vias.at(0).host, "2001:db8::9:1");
  EXPECT_EQ(m->event, (Word{"dialog", {{"id", "7"}}}));
  EXPECT_EQ(m->subscription_state, (Word{"active", {{"expires", "300"}}}));
  EXPECT_EQ(m->content_type.word, "application/dialog-info+xml");
  EXPECT_EQ(m->body, "<x/>");
  EXPECT_TRUE(m->echo.to_has_tag);
}

TEST(SipCodec, ReadsAResponse) {
  const auto m =
      read({"SIP/2.0 401 Unauthorized", "Via: SIP/2.0/TCP 10.0.0.5;branch=z9hG4bKa", "From: <sip:cw@pbx>;tag=b", "To: <sip:100@pbx>;tag=z",
            "Call-ID: x1", "CSeq: 1 SUBSCRIBE", "WWW-Authenticate: Digest realm=\"a, b\", qop=\"auth,auth-int\", nonce=\"n\", algorithm=SHA-256",
            "Min-Expires: 60", "Retry-After: 120 (maintenance)", "Reason: Q.850;cause=16;text=\"x;y\", SIP;cause=200",
            "Record-Route: <sip:p1;lr>, <sip:p2;lr>", "Content-Length: 0"});
  ASSERT_TRUE(m) << m.error().why;
  EXPECT_FALSE(m->is_request());
  EXPECT_EQ(m->status, 401);
  EXPECT_EQ(m->phrase, "Unauthorized");
  EXPECT_EQ(m->challenges.at(0).word, "Digest");
  EXPECT_EQ(*find(m->challenges.at(0).parameters, "Realm"), "\"a, b\"");
  EXPECT_EQ(*find(m->challenges.at(0).parameters, "qop"), "\"auth,auth-int\"");
  EXPECT_EQ(m->min_expires, 60u);
  EXPECT_EQ(m->retry_after, 120u);
  ASSERT_EQ(m->reasons.size(), 2u);
  EXPECT_EQ(m->reasons[0].word, "Q.850");
  EXPECT_EQ(*find(m->reasons[0].parameters, "text"), "\"x;y\"");
}

TEST(SipCodec, ATelephoneNumberIsATarget) {
  const auto m = read(with(invite_lines(), "INVITE", "INVITE tel:+4930123;phone-context=x SIP/2.0"), invite_body());
  ASSERT_TRUE(m) << m.error().why;
  EXPECT_EQ(m->target.scheme, "tel");
  EXPECT_EQ(user_of(m->target), "+4930123");
}

// --- what osip lets pass ---------------------------------------------------------------------------------------------------

TEST(SipCodec, RefusesWhatThePaserWouldReadLeniently) {
  EXPECT_EQ(verdict("Max", "Max-Forwards: 69"), "fine");
  EXPECT_EQ(verdict("Max", "Max-Forwards: 256"), "400 no Max-Forwards");
  EXPECT_EQ(verdict("Max", "Max-Forwards: 7x"), "400 no Max-Forwards");
  EXPECT_EQ(verdict("CSeq", "CSeq: 2147483648 INVITE"), "400 no CSeq");
  EXPECT_EQ(verdict("CSeq", "CSeq: 1x INVITE"), "400 no CSeq");
  EXPECT_EQ(verdict("CSeq", "CSeq: 1 INVITE x"), "400 no CSeq");
  EXPECT_EQ(verdict("CSeq", "CSeq: 1 ACK"), "400 CSeq of another method");
  EXPECT_EQ(verdict("INVITE", "INVITE sip:4000@10.0.0.5:99999 SIP/2.0"), "400 no URI in the start line");
  EXPECT_EQ(verdict("INVITE", "INVITE sip:4000@10.0.0.5:12x SIP/2.0"), "400 no URI in the start line");
  EXPECT_EQ(verdict("INVITE", "INVITE sip:@10.0.0.5 SIP/2.0"), "400 no URI in the start line");
  EXPECT_EQ(verdict("INVITE", "INVITE sip:40%0@10.0.0.5 SIP/2.0"), "400 no URI in the start line");
  EXPECT_EQ(verdict("INVITE", "INVITE sip:4000@10.0.0.500 SIP/2.0"), "400 no URI in the start line");
  EXPECT_EQ(verdict("INVITE", "INVITE sip:4000@10.0.0.5;;x SIP/2.0"), "400 no URI in the start line");
  EXPECT_EQ(verdict("INVITE", "INVITE sip:4000@10.0.0.5;=x SIP/2.0"), "400 no URI in the start line");
  EXPECT_EQ(verdict("INVITE", "INVITE sip:4000@10.0.0.5 HTTP/1.1"), "400 not SIP/2.0");
  EXPECT_EQ(verdict("INVITE", "IN\"VITE sip:4000@10.0.0.5 SIP/2.0"), "0 no method");
  EXPECT_EQ(verdict("To", "To: <sip:4000@10.0.0.5>junk"), "400 no address in From or To");
  EXPECT_EQ(verdict("To", "To: <sip:4000@10.0.0.5>;;tag=x"), "400 no address in From or To");
  EXPECT_EQ(verdict("To", "To: <sip:4000@10.0.0.5>;tag=\"x"), "400 no address in From or To");
  EXPECT_EQ(verdict("To", "To: \"a\" \"b\" <sip:4000@10.0.0.5>"), "400 no address in From or To");
  EXPECT_EQ(verdict("To", "To: \"a\" b <sip:4000@10.0.0.5>"), "400 no address in From or To");
  EXPECT_EQ(verdict("Contact", "Contact: <sip:a@b>,,<sip:c@d>"), "400 no address where one must be");
  EXPECT_EQ(verdict("Diversion", "Diversion: nobody"), "400 no address where one must be");
  EXPECT_EQ(verdict("Call-ID", "Call-ID: a b"), "400 no Call-ID");
  EXPECT_EQ(verdict("Content-Length", "Content-Length: 12x"), "400 no Content-Length");
  EXPECT_EQ(verdict("Content-Length", "Content-Length: 130000"), "400 the body is shorter than it says");
  EXPECT_EQ(verdict("User-Agent", "User-Agent: a\x01"), "400 a control character");
  EXPECT_EQ(verdict("User-Agent", "User-Agent: a\nb"), "400 a control character");
  EXPECT_EQ(verdict("User-Agent", std::string("User-Agent: a\0b", 15)), "400 a control character");
  EXPECT_EQ(verdict("User-Agent", "User Agent: a"), "400 a line that is no header");
  EXPECT_EQ(verdict("User-Agent", "CSeq: 314159 INVITE"), "400 a header that comes twice");
  EXPECT_EQ(verdict("Supported", "Supported: a b"), "400 no option tag where one must be");
}

TEST(SipCodec, TakesWhatIsUnusualAndMeansOneThing) {
  EXPECT_EQ(verdict("To", "To: \"a, b; <c>\" <sip:4000@10.0.0.5>"), "fine");
  EXPECT_EQ(verdict("To", "To: 中心 <sip:4000@10.0.0.5>"), "fine");
  EXPECT_EQ(verdict("To", "To: sip:*21#4000@10.0.0.5;tag=as/1+2=="), "fine");
  EXPECT_EQ(verdict("Supported", "Supported:"), "fine");
  EXPECT_EQ(verdict("Contact", "Contact: *"), "fine");
  EXPECT_EQ(verdict("Contact", "m: <sip:a@b;x=%41>;q=0.5, \"c, d\" <sip:%41c@d?Subject=x>"), "fine");
  EXPECT_EQ(verdict("Max", ""), "fine");
  EXPECT_EQ(verdict("Content-Length", ""), "fine");
  EXPECT_EQ(verdict("User-Agent", "User-Agent: \"never closed"), "fine");
}

TEST(SipCodec, WhoSentABadRequestIsKnownAsFarAsItCanBeRead) {
  const auto m = read(with(invite_lines(), "To:", "To: <sip:40 00@10.0.0.5>"), invite_body());
  ASSERT_FALSE(m);
  EXPECT_EQ(m.error().status, 400);
  EXPECT_EQ(m.error().echo.vias.size(), 2u);
  EXPECT_EQ(m.error().echo.call_id, "a84b4c76e66710@pc33.example.com");
  EXPECT_EQ(m.error().echo.cseq, "314159 INVITE");
  EXPECT_FALSE(m.error().is_ack);
}

TEST(SipCodec, NothingIsAnsweredToWhatNamesNobody) {
  EXPECT_EQ(read(with(invite_lines(), "Via", ""), invite_body()).error().status, 0);
  EXPECT_EQ(read_message("\r\n\r\n", Carrier::datagram).error(), Refusal{});
  EXPECT_EQ(read_message("hello", Carrier::datagram).error().status, 0);
  EXPECT_EQ(read(with(with(invite_lines(), "INVITE", "SIP/2.0 099 x"), "Max", ""), invite_body()).error().status, 0);
}

TEST(SipCodec, EachByteThatIsMissingIsNoticed) {
  const std::string whole = message(invite_lines(), invite_body());
  for (std::size_t size = 0; size < whole.size(); ++size) EXPECT_FALSE(read_message(whole.substr(0, size), Carrier::datagram)) << size;
}

// --- limits ----------------------------------------------------------------------------------------------------------------

TEST(SipCodec, TakesExactlyAsMuchAsItsLimitsSay) {
  auto lines = invite_lines();
  const auto status = [&] {
    const auto made = read(lines, invite_body());
    return made ? 0 : made.error().status;
  };
  const std::string start = "Subject: ";
  lines.push_back(start + std::string(Head::kLineBytes - start.size(), 'a'));
  EXPECT_EQ(status(), 0);
  lines.back() += 'a';
  EXPECT_EQ(status(), 513);
  lines.back() = "Subject: a\r\n " + std::string(Head::kLineBytes, 'a');
  EXPECT_EQ(status(), 513) << "a folded line is one";
  lines = invite_lines();
  while (lines.size() < Head::kHeaders + 1) lines.push_back("X: y");  // and the start line
  EXPECT_EQ(status(), 0);
  lines.push_back("X: y");
  EXPECT_EQ(status(), 513);
}

TEST(SipCodec, AHeadOver64KiBIsRefused) {
  auto lines = invite_lines();
  for (int i = 0; i < 9; ++i) lines.push_back("Subject: " + std::string(8000, 'a'));
  EXPECT_EQ(read(lines, invite_body()).error().status, 513);
}

// --- streams ---------------------------------------------------------------------------------------------------------------

TEST(SipFraming, AnySplitGivesTheSameMessages) {
  const std::string one = message(invite_lines(), invite_body().substr(0, 129));
  const std::string two = message({"OPTIONS sip:a@b SIP/2.0", "Content-Length: 0"});
  const std::string folded = message({"OPTIONS sip:a@b SIP/2.0", "l", " :", "  3"}, "abc");
  const std::string all = "\r\n\r\n" + one + "\r\n" + two + two + "\r\n\r\n\r\n" + one;
  for (std::size_t split = 0; split <= all.size(); ++split) {
    Framing framing;
    std::vector<std::string> got;
    for (std::string_view part : {std::string_view(all).substr(0, split), std::string_view(all).substr(split)}) {
      framing.add(part);
      while (const auto message = framing.next()) got.emplace_back(*message);
    }
    ASSERT_THAT(got, ElementsAre(one, two, two, one)) << split;
    ASSERT_FALSE(framing.broken());
    ASSERT_EQ(framing.waiting(), 0u);
  }
  Framing bytewise;
  int messages = 0;
  for (char c : all) {
    bytewise.add(std::string_view(&c, 1));
    while (bytewise.next()) ++messages;
  }
  EXPECT_EQ(messages, 4);
}

TEST(SipFraming, AFoldedLengthCounts) {
  const std::string folded = message({"OPTIONS sip:a@b SIP/2.0", "Content-Length:", "  3"}, "abc");
  Framing framing;
  framing.add(folded + "OPT");
  EXPECT_EQ(framing.next(), folded);
}

TEST(SipFraming, WithoutALengthNobodyKnowsWhereTheNextMessageBegins) {
  Framing framing;
  framing.add(message({"OPTIONS sip:a@b SIP/2.0"}) + message({"OPTIONS sip:a@b SIP/2.0", "l: 0"}));
  EXPECT_TRUE(framing.next());
  EXPECT_TRUE(framing.broken());
  EXPECT_FALSE(framing.next());
}

TEST(SipFraming, IsBounded) {
  Framing endless;
  endless.add(std::string(Head::kMessageBytes, 'a'));
  EXPECT_FALSE(endless.next());
  EXPECT_FALSE(endless.broken());
  endless.add("a");
  EXPECT_FALSE(endless.next());
  EXPECT_TRUE(endless.broken());

  Framing long_body;
  const std::string head = message({"OPTIONS sip:a@b SIP/2.0", "l: 65536"});
  long_body.add(head);
  EXPECT_EQ(long_body.next(), head);
  EXPECT_TRUE(long_body.broken());
}

}  // namespace
}  // namespace callwright::cti::sip::test
