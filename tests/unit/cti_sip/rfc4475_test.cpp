// The torture messages of RFC 4475, each judged as the RFC says.
#include <gtest/gtest.h>

#include "cti/sip/codec.hpp"
#include "cti/sip/framing.hpp"
#include "cti/sip/inspection.hpp"
#include "tests/unit/cti_sip/corpus.hpp"

namespace callwright::cti::sip::test {
namespace {

/// A server that takes whatever the standard names, so that what it objects to is the message's fault.
Abilities willing() {
  Abilities all;
  all.methods = {"INVITE", "ACK", "BYE", "CANCEL", "OPTIONS", "REGISTER", "MESSAGE"};
  all.schemes = {"sip", "sips"};
  all.content_types = {"application/sdp", "multipart/mixed", "text/plain"};
  all.answers_with = {"application/sdp"};
  all.hands_on = all.methods;
  return all;
}

/// `dropped`, the status of the refusal, or `valid`, and then what a willing server objects to.
std::string judged(std::string_view bytes) {
  const auto message = read_message(bytes, Carrier::datagram);
  if (!message) return message.error().status == 0 ? "dropped" : std::to_string(message.error().status);
  if (!message->is_request()) return is_stray(*message) ? "dropped" : "valid";
  const auto objection = object_to(*message, willing());
  return "valid" + (objection ? ", " + std::to_string(objection->status) : std::string());
}

struct Torture {
  const char* file;
  const char* section;
  const char* verdict;
};

class Rfc4475 : public testing::TestWithParam<Torture> {};

TEST_P(Rfc4475, IsJudgedAsTheRfcSays) {
  const auto bytes = corpus("rfc4475-resiprocate/" + std::string(GetParam().file) + ".dat");
  if (!bytes) GTEST_SKIP() << "needs CALLWRIGHT_CORPUS";
  const auto read = read_message(*bytes, Carrier::datagram);
  EXPECT_EQ(judged(*bytes), GetParam().verdict) << "section " << GetParam().section << (read ? "" : ": " + read.error().why);
}

// Where the RFC lets an element choose, the strict choice is taken (400), but for methods: an unknown one whose CSeq names another is 501, as it
// prefers.
INSTANTIATE_TEST_SUITE_P(All, Rfc4475,
                         testing::Values(Torture{"wsinv", "3.1.1.1", "valid"},         // a short tortuous INVITE
                                         Torture{"intmeth", "3.1.1.2", "valid, 501"},  // wide range of valid characters; its method is nobody's
                                         Torture{"esc01", "3.1.1.3", "valid"},         // valid use of the % escaping mechanism
                                         Torture{"escnull", "3.1.1.4", "valid"},       // escaped nulls in URIs
                                         Torture{"esc02", "3.1.1.5", "valid, 501"},    // use of % when it is not an escape: not REGISTER
                                         Torture{"lwsdisp", "3.1.1.6", "valid"},       // no blank between display name and <
                                         Torture{"longreq", "3.1.1.7", "valid"},       // long values in header fields
                                         Torture{"dblreq", "3.1.1.8", "valid"},        // extra trailing octets in a UDP datagram
                                         Torture{"semiuri", "3.1.1.9", "valid"},       // semicolon-separated parameters in the user part
                                         Torture{"transports", "3.1.1.10", "valid"},   // varied and unknown transport types
                                         Torture{"mpart01", "3.1.1.11", "valid"},      // multipart MIME message
                                         Torture{"unreason", "3.1.1.12", "valid"},     // unusual reason phrase
                                         Torture{"noreason", "3.1.1.13", "valid"},     // empty reason phrase
                                         Torture{"badinv01", "3.1.2.1", "400"},        // extraneous header field separators
                                         Torture{"clerr", "3.1.2.2", "400"},           // content length larger than message
                                         Torture{"ncl", "3.1.2.3", "400"},             // negative Content-Length
                                         Torture{"scalar02", "3.1.2.4", "400"},        // request scalar fields with overlarge values
                                         Torture{"scalarlg", "3.1.2.5", "dropped"},    // response scalar fields with overlarge values
                                         Torture{"quotbal", "3.1.2.6", "400"},         // unterminated quoted string in display name
                                         Torture{"ltgtruri", "3.1.2.7", "400"},        // <> enclosing Request-URI
                                         Torture{"lwsruri", "3.1.2.8", "400"},         // malformed SIP Request-URI (embedded LWS)
                                         Torture{"lwsstart", "3.1.2.9", "400"},        // multiple SP separating Request-Line elements
                                         Torture{"trws", "3.1.2.10", "400"},           // SP characters at end of Request-Line
                                         Torture{"escruri", "3.1.2.11", "400"},        // escaped headers in SIP Request-URI
                                         Torture{"baddate", "3.1.2.12", "400"},        // invalid time zone in Date header field
                                         Torture{"regbadct", "3.1.2.13", "400"},       // failure to enclose name-addr URI in <>
                                         Torture{"badaspec", "3.1.2.14", "400"},       // spaces within addr-spec
                                         Torture{"baddn", "3.1.2.15", "400"},          // non-token characters in display name
                                         Torture{"badvers", "3.1.2.16", "505"},        // unknown protocol version
                                         Torture{"mismatch01", "3.1.2.17", "400"},     // start line and CSeq method mismatch
                                         Torture{"mismatch02", "3.1.2.18", "501"},     // unknown method with CSeq method mismatch
                                         Torture{"bigcode", "3.1.2.19", "dropped"},    // overlarge response code
                                         Torture{"badbranch", "3.2.1", "400"},         // missing transaction identifier
                                         Torture{"insuf", "3.3.1", "400"},             // missing required header fields
                                         Torture{"unkscm", "3.3.2", "valid, 416"},     // Request-URI with unknown scheme
                                         Torture{"novelsc", "3.3.3", "valid, 416"},    // Request-URI with known but atypical scheme
                                         Torture{"unksm2", "3.3.4", "valid"},          // unknown URI schemes in header fields
                                         Torture{"bext01", "3.3.5", "valid, 420"},     // Proxy-Require and Require
                                         Torture{"invut", "3.3.6", "valid, 415"},      // unknown Content-Type
                                         Torture{"regaut01", "3.3.7", "valid"},        // unknown authorization scheme: as if it were not there
                                         Torture{"multi01", "3.3.8", "400"},           // multiple values in single value required fields
                                         Torture{"mcl01", "3.3.9", "400"},             // multiple Content-Length values
                                         Torture{"bcast", "3.3.10", "dropped"},        // 200 OK response with broadcast Via header field value
                                         Torture{"zeromf", "3.3.11", "valid, 483"},    // Max-Forwards of zero
                                         Torture{"cparam01", "3.3.12", "valid"},       // REGISTER with a contact header parameter
                                         Torture{"cparam02", "3.3.13", "valid"},       // REGISTER with a url parameter
                                         Torture{"regescrt", "3.3.14", "valid"},       // REGISTER with a URL escaped header
                                         Torture{"sdp01", "3.3.15", "valid, 406"},     // unacceptable Accept offering
                                         Torture{"inv2543", "3.4.1", "valid"}),        // INVITE with RFC 2543 syntax
                         [](const auto& info) { return std::string(info.param.file); });

Message valid(const std::string& file) {
  const auto bytes = corpus("rfc4475-resiprocate/" + file + ".dat");
  if (!bytes) return {};
  auto message = read_message(*bytes, Carrier::datagram);
  EXPECT_TRUE(message) << file;
  return message ? *message : Message{};
}

#define NEED_CORPUS() \
  if (!corpus("rfc4475-resiprocate/wsinv.dat")) GTEST_SKIP() << "needs CALLWRIGHT_CORPUS"

TEST(Rfc4475Details, TheTortuousInviteIsUnderstoodWhole) {
  NEED_CORPUS();
  const Message m = valid("wsinv");
  EXPECT_EQ(m.method, "INVITE");
  EXPECT_EQ(m.target.user, "vivekg");
  EXPECT_EQ(m.target.parameters, (Parameters{{"unknownparam", ""}}));
  EXPECT_EQ(m.to.tag(), "1918181833n");
  EXPECT_EQ(m.from.display, "J Rosenberg \\\"");
  EXPECT_EQ(m.from.tag(), "98asjd8");
  EXPECT_EQ(m.max_forwards, 68);
  EXPECT_EQ(m.cseq, (CSeq{9, "INVITE"}));
  ASSERT_EQ(m.vias.size(), 3u);
  EXPECT_EQ(m.vias[0], (Via{"UDP", "192.0.2.2", "", {{"branch", "390skdjuw"}}}));
  EXPECT_EQ(m.vias[1], (Via{"TCP", "spindle.example.com", "", {{"branch", "z9hG4bK9ikj8"}}}));
  EXPECT_EQ(m.vias[2], (Via{"UDP", "192.168.255.111", "", {{"branch", "z9hG4bK30239"}}}));
  ASSERT_EQ(m.contacts.size(), 1u);
  EXPECT_EQ(m.contacts[0].display, "Quoted string \"\"");
  EXPECT_EQ(m.contacts[0].parameters, (Parameters{{"newparam", "newvalue"}, {"secondparam", ""}, {"q", "0.33"}}));
  EXPECT_EQ(m.body.size(), 150u);
}

TEST(Rfc4475Details, EscapesStayAsTheyStood) {
  NEED_CORPUS();
  EXPECT_EQ(valid("esc01").target.user, "sips%3Auser%40example.com");
  EXPECT_EQ(user_of(valid("esc01").target), "sips:user@example.com");
  EXPECT_EQ(user_of(valid("esc01").to.uri), "user");
  EXPECT_EQ(valid("esc01").contacts.at(0).uri.parameters, (Parameters{{"%6C%72", ""}, {"n%61me", "v%61lue%25%34%31"}}));
  EXPECT_EQ(valid("escnull").to.uri.user, "null-%00-null");
  EXPECT_EQ(user_of(valid("escnull").to.uri), "") << "nobody who can be named";
  EXPECT_EQ(valid("esc02").method, "RE%47IST%45R");
  EXPECT_EQ(valid("esc02").contacts.size(), 2u) << "C%6Fntact is another header";
  EXPECT_EQ(valid("semiuri").target.user, "user;par=u%40example.net");
}

TEST(Rfc4475Details, WideRangesOfCharactersAreKept) {
  NEED_CORPUS();
  const Message m = valid("intmeth");
  EXPECT_EQ(m.method, "!interesting-Method0123456789_*+`.%indeed'~");
  EXPECT_EQ(m.target.user, "1_unusual.URI~(to-be!sure)&isn't+it$/crazy?,/;;*");
  EXPECT_EQ(m.target.password, "&it+has=1,weird!*pas$wo~d_too.(doesn't-it)");
  EXPECT_EQ(m.to.display, "BEL:  NUL:  DEL: ") << "escaped control characters are blanks";
  EXPECT_EQ(m.from.tag(), "_token~1'+`*%!-.");
  EXPECT_EQ(m.max_forwards, 255);
}

TEST(Rfc4475Details, OldSyntaxHasNoBranchAndNoTag) {
  NEED_CORPUS();
  const Message m = valid("inv2543");
  EXPECT_EQ(m.vias.at(0).branch(), "");
  EXPECT_EQ(m.from.tag(), "");
  EXPECT_EQ(m.to.parameters, (Parameters{{"user", "phone"}})) << "outside brackets parameters are the header's";
}

TEST(Rfc4475Details, OnAStreamTheSecondOfTwoRequestsIsReadToo) {
  NEED_CORPUS();
  Framing framing;
  framing.add(*corpus("rfc4475-resiprocate/dblreq.dat"));
  const auto first = framing.next();
  ASSERT_TRUE(first);
  EXPECT_EQ(read_message(*first, Carrier::stream)->method, "REGISTER");
  const auto second = framing.next();
  ASSERT_TRUE(second);
  EXPECT_EQ(read_message(*second, Carrier::stream)->method, "INVITE");
}

TEST(Rfc4475Details, OnAStreamAMessageThatSaysMoreIsWaitedFor) {
  NEED_CORPUS();
  Framing framing;
  framing.add(*corpus("rfc4475-resiprocate/clerr.dat"));
  EXPECT_FALSE(framing.next());
  EXPECT_FALSE(framing.broken());
}

TEST(Rfc4475Details, OnAStreamALengthThatIsNoneEndsIt) {
  NEED_CORPUS();
  for (const char* file : {"ncl", "mcl01"}) {
    Framing framing;
    framing.add(*corpus("rfc4475-resiprocate/" + std::string(file) + ".dat"));
    const auto head = framing.next();
    ASSERT_TRUE(head) << file;
    EXPECT_EQ(read_message(*head, Carrier::stream).error().status, 400) << file;
    EXPECT_TRUE(framing.broken()) << file;
  }
}

}  // namespace
}  // namespace callwright::cti::sip::test
