#include "cti/asterisk/request.hpp"

#include <gtest/gtest.h>

#include "cti/asterisk/error.hpp"
#include "cti/asterisk/settings.hpp"
#include "tests/unit/cti_asterisk/bench_switch.hpp"

namespace callwright::cti::asterisk::test {
namespace {

/// Everything that means something to a dialplan, to HTTP or to a terminal.
const std::vector<std::string> kHostile = {"",      "a b",    "a\nb",     "a\r\nX: y", std::string("a\0b", 3), "a,b",  "a|b",   "a(b)",  "${EVIL}", "$[1+1]", "a&b", "a\"b",
                                           "a'b",   "a\\b",   "a`b",      "a?b",       "a%41",                 "a<b>", "a=b",   "a*",    "a!",      "a^b",    "a{b", "\x7F",
                                           "\xC3\xA4", "../../x y", std::string(151, 'a')};

Originate usual() {
  Originate originate;
  originate.channel_id = "cw-7-8-3";
  originate.endpoint = "PJSIP/agent1";
  originate.app = "callwright";
  originate.originator = "lab-1.2";
  originate.shown_number = "4930111";
  originate.shown_name = "Customer";
  originate.contact = ContactId{7};
  originate.offer = OfferId{8};
  originate.epoch = 3;
  originate.timeout = std::chrono::milliseconds(19'500);
  return originate;
}

TEST(Request, OriginateCarriesTheTokensTwice) {
  const Result<Request> request = request::originate(usual());
  ASSERT_TRUE(request);
  EXPECT_EQ(line(*request),
            "POST /channels/cw-7-8-3?endpoint=PJSIP%2Fagent1&app=callwright&appArgs=agent%2C7%2C8%2C3&callerId=%22Customer%22%20%3C4930111%3E&timeout=20&"
            "originator=lab-1.2");
  EXPECT_EQ(request->body, R"({"variables":{"CALLWRIGHT_CONTACT":"7","CALLWRIGHT_OFFER":"8","CALLWRIGHT_EPOCH":"3"}})");
}

TEST(Request, HostileValuesAreRefusedWhereverTheyGo) {
  for (const std::string& hostile : kHostile) {
    const auto refused = [&](const auto& request) { return !request && request.error().code == errc::refused_value; };
    EXPECT_TRUE(refused(request::answer(hostile))) << hostile;
    EXPECT_TRUE(refused(request::hang_up(hostile, 16))) << hostile;
    EXPECT_TRUE(refused(request::channel(hostile))) << hostile;
    EXPECT_TRUE(refused(request::continue_at("a", hostile, "s"))) << hostile;
    EXPECT_TRUE(refused(request::continue_at("a", "fallback", hostile))) << hostile;
    EXPECT_TRUE(refused(request::create_holding(hostile))) << hostile;
    EXPECT_TRUE(refused(request::add_channels("b", std::vector<std::string>{"a", hostile}))) << hostile;
    EXPECT_TRUE(refused(request::application(hostile))) << hostile;
    EXPECT_TRUE(refused(request::events_target(hostile))) << hostile;
    EXPECT_TRUE(refused(request::device_state("PJSIP/" + hostile))) << hostile;
    EXPECT_TRUE(refused(request::subscribe_devices("callwright", std::vector<std::string>{"PJSIP/" + hostile}))) << hostile;
    EXPECT_TRUE(refused(request::dtmf("a", hostile))) << hostile;
    EXPECT_TRUE(refused(request::set_global(hostile, 1))) << hostile;
    Originate originate = usual();
    originate.endpoint = "PJSIP/" + hostile;
    EXPECT_TRUE(refused(request::originate(originate))) << hostile;
  }
}

TEST(Request, WhatTheCallerCallsHimselfCannotStopAPhoneFromRinging) {
  for (const std::string& hostile : kHostile) {
    Originate originate = usual();
    originate.shown_name = hostile;
    originate.shown_number = hostile;
    const Result<Request> request = request::originate(originate);
    ASSERT_TRUE(request) << hostile;
    for (const char* sign : {"%0A", "%0D", "%00", "%24", "%7C", "%5C", "%28", "%7B"}) EXPECT_EQ(request->target.find(sign), std::string::npos) << request->target;
  }
}

TEST(Request, DevicesAreTechnologyAndResource) {
  EXPECT_TRUE(is_device("PJSIP/agent1"));
  EXPECT_TRUE(is_device("PJSIP/4930111@trunk"));
  for (const char* wrong : {"agent1", "/agent1", "PJSIP/", "PJSIP/a,b", "PJSIP/a&PJSIP/b"}) EXPECT_FALSE(is_device(wrong)) << wrong;
}

journal::Switch description() {
  journal::Switch one;
  one.id = SwitchId{"lab"};
  one.kind = "asterisk";
  one.url = "http://127.0.0.1:8088";
  one.username = "callwright";
  return one;
}

TEST(Settings, AreReadFromTheCentreDocument) {
  const Result<Settings> settings = settings_of(description(), "secret", {"PJSIP/agent1"}, 3);
  ASSERT_TRUE(settings) << settings.error().text();
  EXPECT_EQ(settings->host, "127.0.0.1");
  EXPECT_EQ(settings->port, 8088);
  EXPECT_EQ(settings->base_path, "/ari");
  EXPECT_FALSE(settings->tls);
  journal::Switch far = description();
  far.url = "https://pbx.example.com/one/ari/";
  const Result<Settings> secure = settings_of(far, "secret", {}, 3);
  ASSERT_TRUE(secure);
  EXPECT_TRUE(secure->tls);
  EXPECT_EQ(secure->port, 8089);
  EXPECT_EQ(secure->base_path, "/one/ari");
}

TEST(Settings, WrongOnesSayWhatIsWrong) {
  const auto refused = [](auto change, std::vector<std::string> devices = {}) {
    journal::Switch one = description();
    change(one);
    const Result<Settings> settings = settings_of(one, "secret", std::move(devices), 3);
    return !settings && settings.error().code == errc::bad_settings && !settings.error().context.empty();
  };
  EXPECT_TRUE(refused([](auto& one) { one.url = ""; }));
  EXPECT_TRUE(refused([](auto& one) { one.url = "ftp://127.0.0.1"; }));
  EXPECT_TRUE(refused([](auto& one) { one.url = "http://user:password@127.0.0.1:8088"; }));
  EXPECT_TRUE(refused([](auto& one) { one.username = ""; }));
  EXPECT_TRUE(refused([](auto& one) { one.username = "a:b"; }));
  EXPECT_TRUE(refused([](auto&) {}, {"Local/1001@agents"})) << "such a leg is hidden and would never be bridged";
  EXPECT_TRUE(refused([](auto& one) { one.app = "a,b"; }));
  EXPECT_TRUE(refused([](auto& one) { one.fallback_context = "a(b)"; }));
  EXPECT_TRUE(refused([](auto&) {}, {"agent1"}));
}

}  // namespace
}  // namespace callwright::cti::asterisk::test
