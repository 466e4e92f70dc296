// The server as scripts: what callers' switches say and the core commands, and the whole of what follows.
#include "cti/sip/machine.hpp"

#include <gmock/gmock.h>

#include "tests/unit/cti_sip/bench_server.hpp"
#include "tests/unit/cti_sip/sample.hpp"

namespace callwright::cti::sip::test {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;

const std::string kPeer = " to udp 10.0.0.1 5060";

/// A caller who has been told 182.
struct Waiting : BenchServer {
  explicit Waiting(Settings settings = usual_settings()) : BenchServer(std::move(settings)) {
    packet(invite());
    command(model::Park{caller});
  }
};

std::string header(const std::string& bytes, const std::string& name) {
  const std::size_t at = bytes.find("\r\n" + name + ": ");
  if (at == bytes.npos) return "none";
  const std::size_t from = at + name.size() + 4;
  return bytes.substr(from, bytes.find("\r\n", from) - from);
}

// --- a connection ----------------------------------------------------------------------------------------------------------

TEST(SipMachine, IsLiveAsSoonAsItsSocketsAreThere) {
  BenchServer bench;
  EXPECT_THAT(bench.opened, ElementsAre("declare", "opened 1", "snapshot"));
}

TEST(SipMachine, BehindAGapTheSnapshotShowsWhoWaits) {
  Waiting bench;
  EXPECT_THAT(bench.said(bench.machine.overflowed(bench.now)), ElementsAre("close", "lost: inbound limit reached"));
  EXPECT_THAT(bench.until(5), ElementsAre("open"));
  EXPECT_THAT(
      bench.said(bench.machine.opened(bench.now)),
      ElementsAre("declare", "opened 1", "snapshot [CALLER sip:10.0.0.1 trunk from +493011122 to 4000 redirected by +4930999 queued asks 4000]"));
  EXPECT_THAT(bench.ring("1001"), ElementsAre("302 Moved Temporarily" + kPeer, "made cw-5-6-7 1001 station contact 5 offer 6",
                                              "gone cw-5-6-7 transferred 302 by us", "gone CALLER transferred 302 by us"));
}

// --- from INVITE to the agent ----------------------------------------------------------------------------------------------

TEST(SipMachine, ACallerWaitsIsToldSoEachMinuteAndIsSentToHisAgent) {
  BenchServer bench;
  EXPECT_THAT(
      bench.packet(invite()),
      ElementsAre("100 Trying" + kPeer, "made CALLER sip:10.0.0.1 trunk from +493011122 to 4000 redirected by +4930999", "route CALLER 4000"));
  EXPECT_THAT(bench.packet(invite()), ElementsAre("100 Trying" + kPeer)) << "a repetition";
  EXPECT_THAT(bench.command(model::Park{bench.caller}), ElementsAre("queued CALLER", "182 Queued" + kPeer));
  EXPECT_EQ(header(bench.last(), "Contact"), "<sip:4000@10.0.0.5>");
  EXPECT_EQ(header(bench.last(), "To"), "<sip:4000@10.0.0.5;user=phone>;tag=" + bench.caller);
  EXPECT_EQ(header(bench.last(), "Record-Route"), "<sip:10.0.0.1;lr;ftag=1928301774>");
  EXPECT_THAT(bench.until(130), ElementsAre("182 Queued" + kPeer, "182 Queued" + kPeer));
  EXPECT_THAT(bench.ring("1001"), ElementsAre("302 Moved Temporarily" + kPeer, "made cw-5-6-7 1001 station contact 5 offer 6",
                                              "gone cw-5-6-7 transferred 302 by us", "gone CALLER transferred 302 by us"));
  EXPECT_EQ(header(bench.last(), "Contact"), "<sip:1001@pbx.example.com;cw-leg=cw-5-6-7>");
  EXPECT_THAT(bench.packet(about_invite("ACK", bench.caller)), IsEmpty());
  EXPECT_THAT(bench.until(1000), IsEmpty());
  EXPECT_EQ(bench.machine.callers(), 0u);
  EXPECT_EQ(bench.machine.counts().redirected, 1u);
}

TEST(SipMachine, ThePhraseSaysWhatTheQueueAnnounces) {
  Waiting bench;
  const model::Prompt position{.what = model::Prompt::What::position, .media = {}, .number = 3, .duration = {}};
  const model::Prompt wait{.what = model::Prompt::What::wait, .media = {}, .number = 0, .duration = std::chrono::minutes(5)};
  const model::Prompt music{.what = model::Prompt::What::media, .media = "hello", .number = 0, .duration = {}};
  EXPECT_THAT(bench.command(model::Play{bench.caller, {position, wait}, "", false}, 9),
              ElementsAre("182 Queued, position 3, about 5 min" + kPeer, "played CALLER 9-0 of 7"));
  EXPECT_THAT(bench.until(60), ElementsAre("182 Queued, position 3, about 5 min" + kPeer));
  EXPECT_THAT(bench.command(model::Play{bench.caller, {music}, "", false}, 10), ElementsAre("not played CALLER 10-0 of 7")) << "nobody hears it";
}

TEST(SipMachine, WhoCancelsIsGone) {
  Waiting bench;
  EXPECT_THAT(bench.packet(about_invite("CANCEL")),
              ElementsAre("200 OK" + kPeer, "487 Request Terminated" + kPeer, "gone CALLER caller_cancel 487 by customer"));
  EXPECT_THAT(bench.packet(about_invite("ACK", bench.caller)), IsEmpty());
  EXPECT_THAT(bench.ring("1001"), IsEmpty()) << "a command that crosses it";
  EXPECT_THAT(bench.until(100), IsEmpty());
}

TEST(SipMachine, ACallThatWasTakenElsewhereIsNotAbandoned) {
  Waiting bench;
  std::string cancel = about_invite("CANCEL");
  cancel.insert(cancel.find("Content-Length"), "Reason: SIP;cause=200;text=\"Call completed elsewhere\"\r\n");
  EXPECT_THAT(bench.packet(cancel), Contains(std::string("gone CALLER elsewhere 487 by customer")));
}

TEST(SipMachine, AByeBeforeTheAnswerEndsTheCallToo) {
  Waiting bench;
  EXPECT_THAT(bench.packet(about_invite("BYE", bench.caller, "z9hG4bK2", 2)),
              ElementsAre("200 OK" + kPeer, "487 Request Terminated" + kPeer, "gone CALLER caller_cancel 487 by customer"));
  EXPECT_THAT(bench.packet(about_invite("BYE", bench.caller, "z9hG4bK3", 3)), ElementsAre("481 Call/Transaction Does Not Exist" + kPeer));
}

TEST(SipMachine, AnInviteThatExpiresIsOver) {
  BenchServer bench;
  std::string bytes = invite();
  bytes.insert(bytes.find("Content-Length"), "Expires: 30\r\n");
  bench.packet(bytes);
  bench.command(model::Park{bench.caller});
  EXPECT_THAT(bench.until(31), ElementsAre("487 Request Terminated" + kPeer, "gone CALLER timeout 487 by network", "487 Request Terminated" + kPeer));
}

TEST(SipMachine, WhomWeRefuseHearsWhy) {
  const auto refused = [](journal::Cause cause) {
    Waiting bench;
    const Lines lines = bench.command(model::End{bench.caller, cause});
    return lines.at(0) + " | " + header(bench.last(), "Reason") + " | " + header(bench.last(), "Retry-After") + " | " + lines.at(1);
  };
  EXPECT_EQ(refused(journal::Cause::busy), "486 Busy Here" + kPeer + " | Q.850;cause=17 | none | gone CALLER busy 486 by us");
  EXPECT_EQ(refused(journal::Cause::rejected), "603 Decline" + kPeer + " | Q.850;cause=21 | none | gone CALLER rejected 603 by us");
  EXPECT_EQ(refused(journal::Cause::normal), "480 Temporarily Unavailable" + kPeer + " | Q.850;cause=16 | none | gone CALLER normal 480 by us");
  EXPECT_EQ(refused(journal::Cause::congestion), "503 Service Unavailable" + kPeer + " | Q.850;cause=42 | 10 | gone CALLER congestion 503 by us");
}

TEST(SipMachine, WhomWeDoNotTakeGoesToTheFallbackUnderTheNumberHeDialled) {
  Waiting bench;
  EXPECT_THAT(bench.command(model::Release{bench.caller}), ElementsAre("302 Moved Temporarily" + kPeer, "gone CALLER transferred 302 by us"));
  EXPECT_EQ(header(bench.last(), "Contact"), "<sip:4000@10.0.0.9>");

  Settings settings = usual_settings();
  settings.fallback = "sip:night@10.0.0.9:5070;transport=tcp";
  Waiting named(settings);
  named.command(model::Release{named.caller});
  EXPECT_EQ(header(named.last(), "Contact"), "<sip:night@10.0.0.9:5070;transport=tcp>");

  settings.fallback.clear();
  Waiting none(settings);
  EXPECT_THAT(none.command(model::Release{none.caller}), ElementsAre("480 Temporarily Unavailable" + kPeer, "gone CALLER congestion 480 by us"));
}

TEST(SipMachine, WhileNoContactsAreTakenCallersGoToTheFallbackAtOnce) {
  BenchServer bench;
  bench.said(bench.machine.accepting(false, bench.now));
  EXPECT_THAT(bench.packet(invite()), ElementsAre("302 Moved Temporarily" + kPeer));
  EXPECT_EQ(bench.machine.callers(), 0u);
}

TEST(SipMachine, WhenEverybodyIsReleasedNobodyIsForgotten) {
  BenchServer bench;
  bench.packet(invite("z9hG4bK1", 1));
  bench.packet(invite("z9hG4bK2", 2));
  EXPECT_THAT(bench.said(bench.machine.release_all(bench.now)), testing::SizeIs(4));
  EXPECT_EQ(bench.machine.callers(), 0u);
}

TEST(SipMachine, OneCallerIsSentToOneAgent) {
  Waiting bench;
  bench.ring("1001", 6);
  EXPECT_THAT(bench.ring("1002", 8), IsEmpty()) << "his contact has ended with the first";
}

TEST(SipMachine, WithoutLeaveToBeBlindNobodyIsSentToAnUnwatchedDevice) {
  Settings settings = usual_settings();
  settings.blind = false;
  Waiting bench(settings);
  EXPECT_THAT(bench.ring("1001"), ElementsAre("made cw-5-6-7 1001 station contact 5 offer 6", "gone cw-5-6-7 unreachable 0 by network"));
  EXPECT_EQ(bench.machine.callers(), 1u) << "he waits on";
}

TEST(SipMachine, ADeviceThatSipWouldReadOtherwiseIsRefused) {
  for (const char* device : {"10 01", "1001>", "1001\r\nX: y", "1@2", "mailto:x@y", "sip:1001@pbx?Route=x", ""}) {
    Waiting bench;
    EXPECT_THAT(bench.ring(device), Contains(std::string("gone cw-5-6-7 bad_number 0 by network"))) << device;
    EXPECT_EQ(bench.machine.callers(), 1u);
    EXPECT_EQ(bench.machine.counters().commands_refused, 1u);
  }
  Waiting bench;
  bench.ring("sip:1001@10.1.1.1:5062;transport=udp");
  EXPECT_EQ(header(bench.last(), "Contact"), "<sip:1001@10.1.1.1:5062;transport=udp;cw-leg=cw-5-6-7>");
}

TEST(SipMachine, WhatItCannotDoItSays) {
  Waiting bench;
  bench.command(model::Hold{"a", "b"});
  bench.command(model::Dtmf{"a", "1"});
  EXPECT_THAT(bench.command(model::Ring{"1001", "", "", "", OfferId{6}, {}}), Contains(std::string("gone cw-5-6-7 not_allowed 0 by network")));
  EXPECT_EQ(bench.machine.counters().commands_unsupported, 3u);
}

// --- who calls -------------------------------------------------------------------------------------------------------------

std::string made(const std::string& name, const std::string& by, const Settings& settings = usual_settings()) {
  BenchServer bench(settings);
  std::string bytes = message(with(with(invite_lines(), "Diversion", ""), name, by), invite_body());
  for (const std::string& line : bench.packet(bytes))
    if (line.starts_with("made ")) return line.substr(std::string("made CALLER sip:10.0.0.1 trunk").size());
  return "nobody";
}

TEST(SipMachine, WhoCallsIsWhatATrustedNetworkAssertsElseFrom) {
  EXPECT_EQ(made("P-Asserted-Identity", "P-Asserted-Identity: \"Zoe\" <tel:+44123>"), " from +44123 to 4000");
  EXPECT_EQ(made("P-Asserted-Identity", ""), " from +493011122 to 4000");
  EXPECT_EQ(made("From", "From: Anonymous <sip:anonymous@anonymous.invalid>;tag=1"), " from +493011122 to 4000") << "asserted";
  EXPECT_EQ(made("INVITE", "INVITE tel:+49304000 SIP/2.0"), " from +493011122 to +49304000");
}

TEST(SipMachine, WhoHidesHasNoNumber) {
  BenchServer bench;
  const auto lines = with(with(invite_lines(), "P-Asserted", ""), "From", "From: \"Anonymous\" <sip:anonymous@anonymous.invalid>;tag=1");
  EXPECT_THAT(bench.packet(message(with(lines, "Diversion", ""), invite_body())), Contains(std::string("made CALLER sip:10.0.0.1 trunk to 4000")));
}

TEST(SipMachine, HeadersThatSettingsNameAreAttached) {
  Settings settings = usual_settings();
  settings.data_headers = {"user-to-user", "X-Case"};
  BenchServer bench(settings);
  std::string bytes = invite();
  bytes.insert(bytes.find("Content-Length"), "User-to-User: 56a390f3d2b7310023;encoding=hex\r\n");
  EXPECT_THAT(bench.packet(bytes), testing::AllOf(Contains(std::string("data CALLER")), testing::SizeIs(4)));
}

// --- what is not served ----------------------------------------------------------------------------------------------------

TEST(SipMachine, OptionsAreAnsweredWithoutAPassword) {
  BenchServer bench;
  bench.peer.host = "192.0.2.7";
  std::string bytes = about_invite("OPTIONS");
  bytes.replace(bytes.find("Max-Forwards: 70"), 16, "Max-Forwards: 0");
  EXPECT_THAT(bench.packet(bytes), ElementsAre("200 OK to udp 192.0.2.7 5060"));
  EXPECT_EQ(header(bench.last(), "Allow"), "INVITE, ACK, CANCEL, BYE, OPTIONS");
  EXPECT_EQ(header(bench.last(), "Accept"), "application/sdp, multipart/mixed");
}

TEST(SipMachine, WhatItDoesNotServeItSaysAsTheRfcDoes) {
  BenchServer bench;
  int n = 10;
  const auto said = [&](const std::string& name, const std::string& by, const std::string& which) {
    ++n;
    auto lines = with(with(invite_lines(), "CSeq", "CSeq: " + std::to_string(n) + " INVITE"), "Via: SIP/2.0/UDP",
                      "Via: SIP/2.0/UDP 10.0.0.1;branch=z9hG4bK" + std::to_string(n));
    const Lines got = bench.packet(message(with(lines, name, by), invite_body()));
    return got.at(0).substr(0, 3) + " " + header(bench.last(), which);
  };
  EXPECT_EQ(said("Supported", "Require: 100rel, timer", "Unsupported"), "420 100rel, timer");
  EXPECT_EQ(said("Content-Type", "Content-Type: application/unknown", "Accept"), "415 application/sdp, multipart/mixed");
  EXPECT_EQ(said("Max-Forwards", "Max-Forwards: 0", "Via").substr(0, 3), "483");
  EXPECT_EQ(said("INVITE", "INVITE sips:4000@10.0.0.5 SIP/2.0", "Via").substr(0, 3), "416");
  EXPECT_EQ(said("INVITE", "INVITE sip:10.0.0.5 SIP/2.0", "Via").substr(0, 3), "404");
  EXPECT_EQ(said("INVITE", "INVITE sip:4000@10.0.0.5 SIP/3.0", "Via").substr(0, 3), "505");
  EXPECT_EQ(said("To", "To: <sip:4000@10.0.0.5>;tag=other", "Via").substr(0, 3), "481");
  EXPECT_THAT(bench.packet(about_invite("REGISTER", "", "z9hG4bKr")), ElementsAre("405 Method Not Allowed" + kPeer));
  EXPECT_EQ(header(bench.last(), "Allow"), "INVITE, ACK, CANCEL, BYE, OPTIONS");
  EXPECT_THAT(bench.packet(about_invite("DANCE", "", "z9hG4bKd")), ElementsAre("501 Not Implemented" + kPeer));
  EXPECT_EQ(bench.machine.callers(), 0u);
  EXPECT_EQ(bench.machine.counts().refused, 8u);
  EXPECT_EQ(bench.machine.counters().malformed, 1u);
}

TEST(SipMachine, WhenTooManyWaitTheNextIsToldToComeAgain) {
  Settings settings = usual_settings();
  settings.callers = 2;
  BenchServer bench(settings);
  bench.packet(invite("z9hG4bK1", 1));
  bench.packet(invite("z9hG4bK2", 2));
  EXPECT_THAT(bench.packet(invite("z9hG4bK3", 3)), ElementsAre("503 Service Unavailable" + kPeer));
  EXPECT_EQ(header(bench.last(), "Retry-After"), "10");
  EXPECT_EQ(bench.machine.counts().overload, 1u);
  bench.packet(about_invite("CANCEL", "", "z9hG4bK1", 1));
  EXPECT_THAT(bench.packet(invite("z9hG4bK4", 4)), Contains(std::string("100 Trying" + kPeer)));
}

TEST(SipMachine, NoiseIsNotAnswered) {
  BenchServer bench;
  for (const char* noise : {"\r\n\r\n", "hello", "\r\n", "SIP/2.0 200 OK\r\n\r\n", "INVITE"}) EXPECT_THAT(bench.packet(noise), IsEmpty()) << noise;
}

// --- settings --------------------------------------------------------------------------------------------------------------

TEST(SipSettings, ThatCannotBeUsedAreNamed) {
  const auto wrong = [](auto change) {
    Settings settings = usual_settings();
    change(settings);
    const auto checked = check(settings);
    return checked ? std::string("fine") : checked.error().context;
  };
  EXPECT_EQ(wrong([](Settings&) {}), "fine");
  EXPECT_EQ(wrong([](Settings& s) { s.fallback = "10.0.0.1"; }), "'10.0.0.1' is no URI such as sip:10.0.0.1");
  EXPECT_EQ(wrong([](Settings& s) { s.trusted = {"10.0.0.0/33"}; }), "'10.0.0.0/33' is no network such as 10.0.0.0/8");
  EXPECT_EQ(wrong([](Settings& s) { s.trusted = {"pbx"}; }), "'pbx' is no network such as 10.0.0.0/8");
  EXPECT_EQ(wrong([](Settings& s) { s.host = "a b"; }), "'a b' is no host");
  EXPECT_EQ(wrong([](Settings& s) { s.port = 0; }), "port 0 is none that an answer could name");
  EXPECT_EQ(wrong([](Settings& s) { s.accounts = {{"a", "b"}}; }), "the secret of nonces has less than 16 bytes");
}

TEST(SipNetworks, HoldTheirAddresses) {
  const std::vector<std::string> texts{"10.0.0.0/8", "192.0.2.1", "2001:db8::/33", "::ffff:203.0.113.0/120"};
  const auto networks = Networks::read(texts);
  ASSERT_TRUE(networks);
  for (const char* in : {"10.255.1.2", "192.0.2.1", "2001:db8:7fff::1", "::ffff:10.1.1.1", "203.0.113.9"}) EXPECT_TRUE(networks->hold(in)) << in;
  for (const char* out : {"11.0.0.1", "192.0.2.2", "2001:db8:8000::1", "pbx", "", "203.0.114.9"}) EXPECT_FALSE(networks->hold(out)) << out;
  EXPECT_TRUE(Networks::read(std::vector<std::string>{"0.0.0.0/0"})->hold("8.8.8.8"));
}

}  // namespace
}  // namespace callwright::cti::sip::test
