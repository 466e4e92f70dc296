#include "cti/asterisk/link_check.hpp"

#include <gmock/gmock.h>

#include <map>

#include "tests/unit/cti_asterisk/fake_ari.hpp"

namespace callwright::cti::asterisk::test {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::Not;

/// One line a finding: its level, what, and what to paste.
std::vector<std::string> lines(const CheckReport& report) {
  std::vector<std::string> all;
  for (const Finding& finding : report.findings)
    all.push_back(std::string(finding.level == Finding::Level::good      ? "ok "
                              : finding.level == Finding::Level::warning ? "warning "
                                                                         : "WRONG ") +
                  finding.what + " | " + finding.paste);
  return all;
}

/// The check of a switch on which the requests that `differs` names are answered otherwise.
std::vector<std::string> checked(std::map<std::string, FakeAri::Answer> differs, FakeAri::Socket socket = {}) {
  FakeAri ari(
      [differs = std::move(differs)](const std::string& line) {
        for (const auto& [part, answer] : differs)
          if (line.find(part) != line.npos) return answer;
        return willing(line);
      },
      std::move(socket));
  return lines(check(ari.settings(), std::vector<CheckedAgent>{{AgentId{"ann"}, "PJSIP/agent1"}}));
}

TEST(LinkCheck, ASwitchThatLacksNothingHasNoFault) {
  const auto found = checked({});
  EXPECT_THAT(found, Not(Contains(HasSubstr("WRONG"))));
  EXPECT_THAT(found, Not(Contains(HasSubstr("warning"))));
  EXPECT_THAT(found, Contains(HasSubstr("ok the WebSocket opens, and takes requests: they go over it")));
  EXPECT_THAT(found, Contains(HasSubstr("ok agent ann: PJSIP/agent1 is online")));
}

TEST(LinkCheck, EachFaultIsSaidWithTheLineToPaste) {
  struct Case {
    const char* request;
    FakeAri::Answer answer;
    const char* what;
    const char* paste;
  };
  const Case cases[] = {
      {"/asterisk/info", {401, R"({"message":"Authentication required"})"}, "WRONG the account callwright was refused", "ari mkpasswd"},
      {"/asterisk/info", {404, "<html>"}, "WRONG there is no ARI at /ari", "module load res_ari.so"},
      {"/asterisk/info", {503, ""}, "WRONG Asterisk is still starting", "try again"},
      {"/asterisk/info", {200, "hello"}, "WRONG this does not answer as ARI does", "check the url"},
      {"/asterisk/info",
       {200, R"({"system":{"version":"16.2.1"},"status":{"startup_time":"2026-11-22T05:00:00.000+0000"}})"},
       "WRONG Asterisk 16.2.1 is too old",
       "install Asterisk 20"},
      {"CALLWRIGHT_CHECK", {403, R"({"message":"Authorization required"})"}, "WRONG the account may not write", "read_only = no"},
      {"/asterisk/ping",
       {200, R"({"ping":"pong","timestamp":"2020-01-01T00:00:00.000+0000"})"},
       "ms behind ours: the dialplan would send every caller",
       "set-ntp true"},
      {"/asterisk/ping",
       {200, R"({"ping":"pong","timestamp":"2090-01-01T00:00:00.000+0000"})"},
       "ms ahead of ours: the dialplan would send every caller",
       "set-ntp true"},
      {"/asterisk/ping", {500, ""}, "warning its clock cannot be read", "update Asterisk"},
      {"modules/bridge_holding.so", {404, R"({"message":"Module could not be found"})"}, "WRONG modules are not running", "load = bridge_holding.so"},
      {"modules/app_stasis.so", {200, R"({"name":"app_stasis.so","status":"Not Running"})"}, "WRONG modules are not running", "load = app_stasis.so"},
      {"deviceStates/Local%2Fs%40fallback",
       {200, R"({"name":"Local/s@fallback","state":"INVALID"})"},
       "WRONG context fallback has no extension s",
       "#include extensions-callwright.conf"},
      {"deviceStates/Local%2F0%40callwright-enter",
       {200, R"({"name":"x","state":"INVALID"})"},
       "warning there is no context callwright-enter",
       "Goto(callwright-enter"},
      {"endpoints/PJSIP/agent1", {404, R"({"message":"Endpoint not found"})"}, "WRONG agent ann: PJSIP/agent1 does not exist", "type = endpoint"},
      {"endpoints/PJSIP/agent1",
       {200, R"({"technology":"PJSIP","resource":"agent1","state":"offline","channel_ids":[]})"},
       "no phone is registered",
       "contact = sip:agent1@"},
  };
  for (const Case& each : cases)
    EXPECT_THAT(checked({{each.request, each.answer}}), Contains(AllOf(HasSubstr(each.what), HasSubstr(each.paste))))
        << each.request << " " << each.answer.status;
}

TEST(LinkCheck, AWebSocketThatDoesNotOpenIsSaidWithTheModuleToLoad) {
  EXPECT_THAT(checked({{"/ari/events", {404, ""}}}, {.opens = false}),
              Contains(AllOf(HasSubstr("WRONG the WebSocket does not open"), HasSubstr("load = res_http_websocket.so"))));
}

TEST(LinkCheck, AWebSocketThatIgnoresRequestsIsGood) {
  EXPECT_THAT(checked({}, {.takes_requests = false}), Contains(HasSubstr("ok the WebSocket opens; requests go over HTTP")));
}

TEST(LinkCheck, AServerThatRunsKeepsItsApplication) {
  FakeAri ari([](const std::string& line) { return line.find("/applications/callwright") != line.npos ? FakeAri::Answer{200, "{}"} : willing(line); },
              {});
  EXPECT_THAT(lines(check(ari.settings(), {})), Contains(HasSubstr("ok application callwright is connected")));
  EXPECT_THAT(ari.asked(), Not(Contains(HasSubstr("app=callwright&"))));
}

TEST(LinkCheck, NobodyThereIsSaidWithTheLinesOfHttpConf) {
  Settings settings = FakeAri(willing, {}).settings();  // gone by now
  EXPECT_THAT(lines(check(settings, {})), Contains(AllOf(HasSubstr("WRONG cannot connect to 127.0.0.1:"), HasSubstr("bindport = "))));
}

}  // namespace
}  // namespace callwright::cti::asterisk::test
