#include "cti/sip/writing.hpp"

#include <gtest/gtest.h>

#include "cti/sip/codec.hpp"
#include "tests/unit/cti_sip/sample.hpp"

namespace callwright::cti::sip::test {
namespace {

Address address(const std::string& text) { return read_address(text).value(); }

TEST(SipWriting, AResponseRepeatsWhatItMust) {
  const auto request = read_message(message(invite_lines(), invite_body()), Carrier::datagram);
  ASSERT_TRUE(request);
  EXPECT_EQ(*Writing::response(request->echo, 182, "Queued", "cw-1").contact(address("<sip:10.0.0.5>")).take(),
            message({"SIP/2.0 182 Queued", "Via: SIP/2.0/UDP 10.0.0.1:5060;rport;branch=z9hG4bKPj2d5e3f0a-77",
                     "Via: SIP/2.0/TCP 192.0.2.55:5061;received=198.51.100.4;branch=z9hG4bK776asdhds",
                     "From: \"Alice Example\" <sip:+493011122@carrier.example.com;user=phone>;tag=1928301774",
                     "To: <sip:4000@10.0.0.5;user=phone>;tag=cw-1", "Call-ID: a84b4c76e66710@pc33.example.com", "CSeq: 314159 INVITE",
                     "Record-Route: <sip:10.0.0.1;lr;ftag=1928301774>", "Contact: <sip:10.0.0.5>", "Content-Length: 0"}));
  EXPECT_EQ(Writing::response(request->echo, 100, "Trying", "cw-1").take()->find("cw-1"), std::string::npos) << "100 has no tag of ours";
  EXPECT_EQ(Writing::response(request->echo, 486, "Busy Here", "cw-1").take()->find("Record-Route"), std::string::npos);
}

TEST(SipWriting, WhatIsWrittenReadsAsWhatWasMeant) {
  Uri uri{"sip", "100", "", "2001:db8::1", "5070", {{"transport", "tcp"}}, {{"X-Leg", "cw-1"}}, ""};
  Address to{"Zoë \"Z\" \\", uri, {{"tag", "a"}}};
  to.uri.headers.clear();
  const auto text = Writing::request("SUBSCRIBE", "sip:100@pbx")
                        .via({"TCP", "2001:db8::2", "5060", {{"branch", "z9hG4bK1"}, {"rport", ""}}})
                        .max_forwards(70)
                        .from(address("<sip:cw@pbx>;tag=x"))
                        .to(to)
                        .call_id("id@host")
                        .cseq(7, "SUBSCRIBE")
                        .contact({"", uri, {{"q", "0.5"}}})
                        .event({"dialog", {}})
                        .expires(300)
                        .take("text/plain", "hello");
  ASSERT_TRUE(text) << text.error().text();
  const auto read = read_message(*text, Carrier::stream);
  ASSERT_TRUE(read) << read.error().why;
  EXPECT_EQ(read->to, to);
  EXPECT_EQ(read->contacts.at(0).uri, uri);
  EXPECT_EQ(read->vias.at(0).host, "2001:db8::2");
  EXPECT_EQ(read->expires, 300u);
  EXPECT_EQ(read->body, "hello");
}

TEST(SipWriting, NothingLeavesThatSipWouldReadAsSomethingElse) {
  const auto refused = [](Writing writing) {
    const auto text = writing.take();
    return text ? std::string("fine") : text.error().context;
  };
  const auto contact = [&](const std::string& user) {
    return refused(Writing::request("OPTIONS", "sip:a@b").contact({"", {"sip", user, "", "h", "", {}, {}, ""}, {}}));
  };
  EXPECT_EQ(contact("100"), "fine");
  EXPECT_EQ(contact("1\r\nRoute: <sip:evil>"), "Contact");
  EXPECT_EQ(contact("1>"), "Contact");
  EXPECT_EQ(contact("1@2"), "Contact");
  EXPECT_EQ(contact("1 2"), "Contact");
  EXPECT_EQ(refused(Writing::request("OPTIONS", "sip:a@b").contact({"a\r\nb", {"sip", "1", "", "h", "", {}, {}, ""}, {}})), "fine")
      << "names are reduced";
  EXPECT_EQ(refused(Writing::request("OPTIONS", "sip:a@b").contact({"", {"sip", "1", "", "h\r\n", "", {}, {}, ""}, {}})), "Contact");
  EXPECT_EQ(refused(Writing::request("OPTIONS", "sip:a@b").contact({"", {"sip", "1", "", "h", "", {{"x", "y;z"}}, {}, ""}, {}})), "fine")
      << "two parameters";
  EXPECT_EQ(refused(Writing::request("OPTIONS", "sip:a@b").contact({"", {"sip", "1", "", "h", "", {}, {}, ""}, {{"x", "y,z"}}})), "Contact");
  EXPECT_EQ(refused(Writing::request("OPTIONS", "sip:a@b?x=y")), "Request-URI");
  EXPECT_EQ(refused(Writing::request("OPT IONS", "sip:a@b")), "method");
  EXPECT_EQ(refused(Writing::request("OPTIONS", "sip:a@b").call_id("a\r\nb")), "Call-ID");
  EXPECT_EQ(refused(Writing::request("OPTIONS", "sip:a@b").event({"a b", {}})), "Event");
  EXPECT_EQ(refused(Writing::response({}, 302, "Moved\r\nX: y", "t")), "status");
  EXPECT_EQ(refused(Writing::response({.vias = {}, .to = "<sip:a@b>"}, 302, "Moved", "t;x")), "To");
}

TEST(SipWriting, AShownNameEndsWithAWholeCharacter) {
  std::string name(127, 'a');
  EXPECT_EQ(shown(name + "é"), name);
  EXPECT_EQ(shown("a\x01\r\n"
                  "b\x7F"),
            "ab");
}

}  // namespace
}  // namespace callwright::cti::sip::test
