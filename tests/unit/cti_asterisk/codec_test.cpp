#include "cti/asterisk/codec.hpp"

#include <gmock/gmock.h>

#include "cti/asterisk/error.hpp"
#include "cti/asterisk/names.hpp"
#include "cti/asterisk/text.hpp"
#include "tests/unit/cti_asterisk/bench_switch.hpp"

namespace callwright::cti::asterisk::test {
namespace {

std::error_code code_of(std::string_view text) {
  const Result<Event> event = read_event(text);
  return event ? std::error_code() : event.error().code;
}

TEST(Codec, ReadsEveryRecordedEvent) {
  std::size_t known = 0;
  for (const char* name : {"ari-agent-hangs-up", "ari-transfer-refer-in-stasis", "ari-dtmf", "restart-midcall"})
    for (const std::string& text : recording(name)) {
      const Result<Event> event = read_event(text);
      ASSERT_TRUE(event) << event.error().text() << "\n" << text;
      EXPECT_NE(event->at.us, 0);
      known += std::holds_alternative<UnknownEvent>(event->body) ? 0 : 1;
    }
  EXPECT_GT(known, 100U);
}

TEST(Codec, RefusesWhatIsNoEvent) {
  EXPECT_EQ(code_of(""), errc::malformed);
  EXPECT_EQ(code_of("{"), errc::malformed);
  EXPECT_EQ(code_of("[]"), errc::malformed);
  EXPECT_EQ(code_of(R"({"type":7})"), errc::malformed);
  EXPECT_EQ(code_of(R"({"type":""})"), errc::malformed);
  EXPECT_EQ(code_of(R"({"type":"StasisStart"})"), errc::malformed);
  EXPECT_EQ(code_of(R"({"type":"StasisStart","channel":{"id":"","name":"x"}})"), errc::malformed);
  EXPECT_EQ(code_of(R"({"type":"StasisStart","channel":{"id":"a","name":"x"},"args":"no list"})"), errc::malformed);
  EXPECT_EQ(code_of(R"({"type":"ChannelDestroyed","channel":{"id":"a","name":"x"},"cause":99999999999})"), errc::malformed);
  EXPECT_EQ(code_of(R"({"type":"ChannelDestroyed","channel":{"id":"a","name":"x"},"cause":"16"})"), errc::malformed);
}

TEST(Codec, RefusesWhatIsTooBigOrTooDeep) {
  EXPECT_EQ(code_of(std::string(kEventLimit + 1, ' ')), errc::too_big);
  EXPECT_EQ(code_of(R"({"type":"x","a":)" + std::string(1'000, '[') + std::string(1'000, ']') + "}"), errc::too_big);
}

TEST(Codec, IgnoresUnknownEventsAndFields) {
  const Result<Event> other = read_event(R"({"type":"CallClaimed","new":{"a":[1,2]},"timestamp":null})");
  ASSERT_TRUE(other);
  EXPECT_EQ(std::get<UnknownEvent>(other->body).type, "CallClaimed");
}

TEST(Codec, NamesOfCallersArriveAsTextWhateverTheyHold) {
  const std::string name = R"(<b>\r\n\u0000\ud83d\ude00)";
  const Result<Event> event = read_event(R"({"type":"ChannelCreated","channel":{"id":"a","name":"PJSIP/t-1","caller":{"name":")" + name + "\xFF" + R"(","number":"1"}}})");
  ASSERT_TRUE(event) << event.error().text();
  EXPECT_EQ(std::get<ChannelSeen>(event->body).channel.caller_name, std::string("<b>\r\n\0\xF0\x9F\x98\x80\xEF\xBF\xBD", 13));
  const Result<Event> long_one =
      read_event(R"({"type":"ChannelCreated","channel":{"id":"a","name":"PJSIP/t-1","caller":{"name":")" + std::string(100'000, 'x') + R"("}}})");
  ASSERT_TRUE(long_one);
  EXPECT_EQ(std::get<ChannelSeen>(long_one->body).channel.caller_name.size(), kTextLimit);
}

TEST(Codec, ReadsStamps) {
  EXPECT_EQ(read_stamp("2026-11-22T05:15:05.602+0000").us, 1'795'324'505'602'000);
  EXPECT_EQ(read_stamp("2026-11-22T07:15:05.602+0200").us, 1'795'324'505'602'000);
  EXPECT_EQ(read_stamp("2026-11-22T05:15:05.602Z").us, 1'795'324'505'602'000);
  EXPECT_EQ(read_stamp("2026-11-21T23:45:05.602-05:30").us, 1'795'324'505'602'000);
  for (const char* wrong : {"", "2026", "2026-13-22T05:15:05.602+0000", "2026-02-30T05:15:05.602+0000", "2026-11-22T25:15:05.602+0000",
                            "2026-11-22T05:15:05.602", "2026-11-22T05:15:05.602+00", "2026-11-22T05:15:05.602+0000x", "not a stamp at all, but long"})
    EXPECT_EQ(read_stamp(wrong).us, 0) << wrong;
  EXPECT_EQ(read_http_date("Sun, 22 Nov 2026 05:15:05 GMT"), 1'795'324'505);
  EXPECT_EQ(read_http_date("Sun, 22 Nov 2026 05:15:05 UTC"), 0);
}

TEST(Codec, ReadsWhyARequestFailed) {
  EXPECT_EQ(read_reason(R"({"message":"Channel not found"})"), "Channel not found");
  EXPECT_EQ(read_reason(R"({"error":"Allocation failed"})"), "Allocation failed");
  EXPECT_EQ(read_reason("<html>\r\nmore"), "<html>");
  EXPECT_EQ(read_reason(std::string(1'000, 'x')).size(), 200U);
}

TEST(Text, KeepsOnlyWhatATelephoneMayShow) {
  EXPECT_EQ(shown_name("Ann \"x\" <1>\r\n,|  B", 80), "Ann x 1 B");
  EXPECT_EQ(shown_name("\xE2\x80\xAE evil ${EVAL(x)}", 80), "evil EVAL x");
  EXPECT_EQ(shown_name("王小明 <b>", 80), "王小明 b");
  EXPECT_EQ(shown_name("王小明", 7), "王小");
  EXPECT_EQ(shown_number("+44 (20) 7946-0000;x=1", 40), "+44207946-0000x1");
}

TEST(Names, SayWhoseAChannelIs) {
  const model::Tokens tokens{ContactId{123}, OfferId{456}, 7};
  EXPECT_EQ(link::leg_name(tokens), "cw-123-456-7");
  EXPECT_EQ(link::tokens_of_leg("cw-123-456-7"), tokens);
  EXPECT_EQ(link::tokens_of_arguments("agent,123,456,7"), tokens);
  for (const char* wrong : {"", "cw-", "cw-1-2", "cw-1-2-3-4", "cw-0-2-3", "cw-01-2-3", "cw--1-2-3", "cw-1-2-99999999999999999999", "cw-1-2-3 ", "CW-1-2-3"})
    EXPECT_FALSE(link::tokens_of_leg(wrong)) << wrong;
  EXPECT_EQ(talk_bridge(ContactId{5}, 2, 9), "cw-5-t2-9");
  EXPECT_NE(talk_bridge(ContactId{5}, 3, 9), talk_bridge(ContactId{5}, 2, 9)) << "SEQ begins again when a kill has lost facts";
  EXPECT_TRUE(own_bridge(talk_bridge(ContactId{5}, 2, 9))->talk);
  EXPECT_FALSE(own_bridge(wait_bridge(ContactId{5}, 2, 9))->talk);
  EXPECT_FALSE(own_bridge(wait_bridge(ContactId{5}, 2, 9))->hold);
  EXPECT_TRUE(own_bridge(hold_bridge(ContactId{5}, 2, 9))->hold);
  EXPECT_TRUE(own_bridge("cw-5-t9")->talk) << "as earlier versions named them";
  EXPECT_EQ(other_half("Local/1@a-00000001;1"), "Local/1@a-00000001;2");
  EXPECT_EQ(other_half("PJSIP/a;1"), "");
  for (const char* wrong : {"cw-5", "cw-5-w", "cw-5-x1", "cw-5-t1x", "cw-5-t1-", "cw-5-t-1", "cw-5-w1-2x", "mix-1"}) EXPECT_FALSE(own_bridge(wrong)) << wrong;
  EXPECT_EQ(device_of_channel("PJSIP/my-phone-0000003e"), "PJSIP/my-phone");
}

}  // namespace
}  // namespace callwright::cti::asterisk::test
