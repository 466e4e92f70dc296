// Watched devices as scripts: subscriptions to their dialogs and presence, and the caller who was sent there.
#include "cti/sip/watch.hpp"

#include <gmock/gmock.h>

#include "tests/unit/cti_sip/bench_server.hpp"
#include "tests/unit/cti_sip/sample.hpp"

namespace callwright::cti::sip::test {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

Settings watching() {
  Settings settings = usual_settings();
  settings.watch = true;
  settings.blind = false;
  settings.watch_through = "sip:10.0.0.2";
  return settings;
}

const std::string kSubscribe = "SUBSCRIBE sip:1001@pbx.example.com to udp 10.0.0.2 5060";

/// A server that knows the device 1001, and the machine that watches it. Time moves on by what each step needs.
struct Watched : BenchServer {
  explicit Watched(Settings settings = watching(), bool accept = true) : BenchServer(std::move(settings)) {
    peer.host = "10.0.0.2";
    begun = said(machine.know_devices({"1001"}, now));
    for (std::string& line : until(0.02)) begun.push_back(std::move(line));
    for (const std::string& bytes : sent) {
      const auto request = read_message(bytes, Carrier::datagram);
      if (request && request->method == "SUBSCRIBE") (request->event.word == "dialog" ? dialog : presence) = *request;
    }
    if (!accept) return;
    answer(dialog, 200, {"Expires: 3600"});
    answer(presence, 489);
  }
  Lines answer(const Message& to, int status, std::vector<std::string> more = {}) {
    std::vector<std::string> lines{"SIP/2.0 " + std::to_string(status) + " x",
                                   "Via: " + to.echo.vias.front(),
                                   "From: " + to.echo.from,
                                   "To: " + to.echo.to + (to.echo.to_has_tag ? "" : ";tag=remote"),
                                   "Call-ID: " + to.call_id,
                                   "CSeq: " + to.echo.cseq,
                                   "Contact: <sip:1001@10.0.0.2:5062>",
                                   "Record-Route: <sip:10.0.0.2;lr>"};
    for (std::string& line : more) lines.push_back(std::move(line));
    return packet(message(lines));
  }
  Lines notify(const Message& of, const std::string& body, const std::string& state = "active;expires=3600", int status = 200) {
    ++n;
    const std::string type = of.event.word == "dialog" ? "application/dialog-info+xml" : "application/pidf+xml";
    std::vector<std::string> lines{"NOTIFY sip:callwright@10.0.0.5 SIP/2.0",
                                   "Via: SIP/2.0/UDP 10.0.0.2;branch=z9hG4bKn" + std::to_string(++branches),
                                   "Max-Forwards: 70",
                                   "From: <sip:1001@pbx.example.com>;tag=remote",
                                   "To: " + of.echo.from,
                                   "Call-ID: " + of.call_id,
                                   "CSeq: " + std::to_string(n) + " NOTIFY",
                                   "Contact: <sip:1001@10.0.0.2:5062>",
                                   "Event: " + of.event.word,
                                   "Subscription-State: " + state};
    if (!body.empty()) lines.push_back("Content-Type: " + type);
    lines.push_back("Content-Length: " + std::to_string(body.size()));
    Lines got = packet(message(lines, body));
    EXPECT_THAT(got.front(), testing::StartsWith(std::to_string(status) + " "));
    got.erase(got.begin());
    return got;
  }
  /// The dialogs of 1001: the whole of them, in the next version.
  Lines dialogs(const std::string& inside, bool full = true) { return numbered(++version, inside, full); }
  Lines numbered(int number, const std::string& inside, bool full = true) {
    return notify(dialog, "<dialog-info xmlns='urn:ietf:params:xml:ns:dialog-info' version='" + std::to_string(number) + "' state='" +
                              (full ? "full" : "partial") + "' entity='sip:1001@pbx.example.com'>" + inside + "</dialog-info>");
  }
  /// What was sent last, as a message, if it is a SUBSCRIBE; it is the one to be answered from now on.
  Message asked() {
    dialog = last_message();
    EXPECT_EQ(dialog.method, "SUBSCRIBE");
    return dialog;
  }

  /// Seconds to the next SUBSCRIBE, which is to be answered then.
  std::int64_t pause() {
    const Instant from = now;
    for (const std::size_t before = sent.size(); sent.size() == before;) said(machine.wake(now = *machine.next_wake()));
    asked();
    return (now - from) / std::chrono::seconds(1);
  }

  Lines begun;
  Message dialog, presence;
  int n = 0, branches = 0, version = -1;
};

std::string dialog_in(const std::string& state, const std::string& attributes = "call-id='a84b4c76e66710@pc33.example.com' direction='recipient'",
                      const std::string& inside = "", const std::string& id = "d1") {
  return "<dialog id='" + id + "' " + attributes + ">" + (state.starts_with('<') ? state : "<state>" + state + "</state>") + inside + "</dialog>";
}

/// A caller in a watched server, sent to 1001.
struct Sent : Watched {
  explicit Sent(Settings settings = watching()) : Watched(std::move(settings)) {
    dialogs("");
    peer.host = "10.0.0.1";
    packet(invite());
    command(model::Park{caller});
    redirected = ring("1001");
    packet(about_invite("ACK", caller));
    peer.host = "10.0.0.2";
  }
  Lines redirected;
};

// --- subscriptions ---------------------------------------------------------------------------------------------------------

TEST(SipWatch, SubscribesToDialogsAndPresenceOfEachDevice) {
  Watched bench(watching(), false);
  EXPECT_THAT(bench.begun, ElementsAre("device 1001 free unreachable", kSubscribe, kSubscribe));
  EXPECT_EQ(bench.dialog.event.word, "dialog");
  EXPECT_THAT(bench.dialog.accept, ElementsAre("application/dialog-info+xml"));
  EXPECT_EQ(bench.dialog.expires, 3600u);
  EXPECT_EQ(bench.dialog.from.uri.user, "callwright");
  EXPECT_EQ(bench.dialog.contacts.at(0).uri.host, "10.0.0.5");
  EXPECT_EQ(bench.presence.event.word, "presence");
  EXPECT_NE(bench.dialog.call_id, bench.presence.call_id);
}

TEST(SipWatch, ADeviceIsReachableWithItsFirstNotice) {
  Watched bench;
  EXPECT_FALSE(bench.machine.watch().find("1001")->watched);
  EXPECT_THAT(bench.dialogs(""), ElementsAre("device 1001 free"));
  EXPECT_THAT(bench.dialogs(dialog_in("terminated", "")), IsEmpty()) << "another way to say idle";
  EXPECT_THAT(bench.dialogs(dialog_in("early", "")), ElementsAre("device 1001 busy"));
  EXPECT_THAT(bench.dialogs(dialog_in("confirmed", "")), IsEmpty());
  EXPECT_THAT(bench.dialogs("", true), ElementsAre("device 1001 free"));
}

TEST(SipWatch, PresenceSaysWhatDialogsCannot) {
  Watched bench(watching(), false);
  bench.answer(bench.dialog, 200, {"Expires: 3600"});
  bench.answer(bench.presence, 200, {"Expires: 3600"});
  bench.dialogs("");
  const auto pidf = [](const std::string& basic) {
    return "<presence><tuple id='t'><status><basic>" + basic + "</basic></status></tuple></presence>";
  };
  EXPECT_THAT(bench.notify(bench.presence, pidf("open")), IsEmpty());
  EXPECT_THAT(bench.notify(bench.presence, pidf("closed")), ElementsAre("device 1001 free unreachable"));
  EXPECT_THAT(bench.notify(bench.presence, pidf("open")), ElementsAre("device 1001 free"));
  EXPECT_THAT(bench.notify(bench.presence, "<presence><activities><on-the-phone/></activities></presence>"), ElementsAre("device 1001 busy"));
  EXPECT_THAT(bench.notify(bench.presence, "<presence"), IsEmpty()) << "what cannot be read says nothing";
  EXPECT_THAT(bench.notify(bench.presence, "", "terminated;reason=noresource"), ElementsAre("device 1001 free")) << "nor does what is over";
}

TEST(SipWatch, IsRefreshedInTheSameDialogAndInGoodTime) {
  Watched bench;
  bench.dialogs("");
  EXPECT_THAT(bench.until(3568), IsEmpty());
  EXPECT_THAT(bench.until(3568.1), ElementsAre("SUBSCRIBE sip:1001@10.0.0.2:5062 to udp 10.0.0.2 5060"));
  const Message first = bench.dialog, again = bench.asked();
  EXPECT_EQ(again.call_id, first.call_id);
  EXPECT_EQ(again.cseq.number, first.cseq.number + 1);
  EXPECT_EQ(again.to.tag(), "remote");
  EXPECT_EQ(again.from.tag(), first.from.tag());
  EXPECT_EQ(again.routes.at(0).uri.host, "10.0.0.2");
  EXPECT_THAT(bench.answer(again, 200, {"Expires: 3600"}), IsEmpty());
  EXPECT_THAT(bench.dialogs(""), IsEmpty());
}

TEST(SipWatch, AnIntervalTooBriefIsAskedForAsLongAsTheServerWants) {
  Watched bench(watching(), false);
  EXPECT_THAT(bench.answer(bench.dialog, 423, {"Min-Expires: 7200"}), ElementsAre(kSubscribe));
  EXPECT_EQ(bench.asked().expires, 7200u);
}

TEST(SipWatch, ASubscriptionThatTheServerHasForgottenBeginsAnewAtOnce) {
  Watched bench;
  bench.dialogs("");
  bench.until(3568.1);
  const Message refresh = bench.asked();
  bench.now = bench.now + std::chrono::milliseconds(1);
  EXPECT_THAT(bench.answer(refresh, 481), ElementsAre("device 1001 free unreachable"));
  EXPECT_THAT(bench.until(3568.2), ElementsAre(kSubscribe));
  EXPECT_NE(bench.asked().call_id, refresh.call_id);
  EXPECT_EQ(bench.dialog.to.tag(), "");
}

TEST(SipWatch, WhatFailsIsTriedAgainAfterPausesThatGrow) {
  Watched bench(watching(), false);
  bench.answer(bench.presence, 489);
  std::vector<std::int64_t> pauses;
  for (int i = 0; i < 9; ++i) {
    bench.answer(bench.dialog, 404);
    pauses.push_back(bench.pause());
  }
  EXPECT_THAT(pauses, ElementsAre(5, 10, 20, 40, 80, 160, 320, 600, 600));
  EXPECT_THAT(bench.logs, Contains(std::string("sip_device_not_watched: 1001: 404 x")));
}

TEST(SipWatch, AServerThatAsksForPatienceGetsIt) {
  Watched bench(watching(), false);
  bench.answer(bench.presence, 489);
  bench.answer(bench.dialog, 503, {"Retry-After: 120"});
  EXPECT_EQ(bench.pause(), 120);
}

TEST(SipWatch, WithoutAnAnswerOrWithoutANoticeItHasFailed) {
  Watched silent(watching(), false);
  silent.answer(silent.presence, 489);
  silent.until(33);
  EXPECT_THAT(silent.logs, Contains(std::string("sip_device_not_watched: 1001: no answer")));
  Watched mute;
  mute.until(33);
  EXPECT_THAT(mute.logs, Contains(std::string("sip_device_not_watched: 1001: no NOTIFY")));
}

TEST(SipWatch, WhatTheServerEndsIsTakenUpAgain) {
  Watched bench;
  bench.dialogs("");
  EXPECT_THAT(bench.notify(bench.dialog, "", "terminated;reason=deactivated"), ElementsAre("device 1001 free unreachable"));
  EXPECT_THAT(bench.until(0.03), ElementsAre(kSubscribe));
}

TEST(SipWatch, APasswordIsGivenOnce) {
  Settings settings = watching();
  settings.watch_username = "callwright";
  settings.watch_password = "secret";
  Watched bench(settings, false);
  const std::string challenge = "WWW-Authenticate: Digest realm=\"pbx\", nonce=\"n1\", qop=\"auth\", algorithm=SHA-256";
  EXPECT_THAT(bench.answer(bench.dialog, 401, {challenge}), ElementsAre(kSubscribe));
  const Message again = bench.asked();
  EXPECT_EQ(*find(again.authorizations.at(0).parameters, "username"), "\"callwright\"");
  EXPECT_EQ(*find(again.authorizations.at(0).parameters, "uri"), "\"sip:1001@pbx.example.com\"");
  EXPECT_THAT(bench.answer(again, 401, {challenge}), ElementsAre(kSubscribe)) << "the nonce may have been too old";
  EXPECT_THAT(bench.answer(bench.asked(), 401, {challenge}), IsEmpty()) << "it is wrong";
  Watched none(watching(), false);
  EXPECT_THAT(none.answer(none.dialog, 407, {"Proxy-Authenticate: Digest realm=\"pbx\", nonce=\"n1\""}), IsEmpty());
}

TEST(SipWatch, ANoticeOfNobodyIs481AndOneOfAnotherPackage489) {
  Watched bench;
  Message stranger = bench.dialog;
  stranger.call_id = "other";
  EXPECT_THAT(bench.notify(stranger, "", "active", 481), IsEmpty());
  stranger = bench.dialog;
  stranger.echo.from = "<sip:callwright@pbx.example.com>;tag=other";
  EXPECT_THAT(bench.notify(stranger, "", "active", 481), IsEmpty());
  stranger = bench.dialog;
  stranger.event.word = "presence";
  EXPECT_THAT(bench.notify(stranger, "", "active", 489), IsEmpty());
  bench.dialogs("");
  bench.n -= 2;
  EXPECT_THAT(bench.notify(bench.dialog, "", "active", 500), IsEmpty()) << "an older one";
}

TEST(SipWatch, ANoticeMayOvertakeTheAnswer) {
  Watched bench(watching(), false);
  EXPECT_THAT(bench.dialogs(""), ElementsAre("device 1001 free"));
  EXPECT_THAT(bench.answer(bench.dialog, 200, {"Expires: 3600"}), IsEmpty());
  EXPECT_TRUE(bench.machine.watch().find("1001")->watched);
}

TEST(SipWatch, BehindAGapTheWholeStateIsAskedFor) {
  Watched bench;
  bench.numbered(0, "");
  EXPECT_THAT(bench.numbered(1, dialog_in("early", ""), false), ElementsAre("device 1001 busy"));
  EXPECT_THAT(bench.numbered(3, dialog_in("early", "", "", "d2"), false), ElementsAre("SUBSCRIBE sip:1001@10.0.0.2:5062 to udp 10.0.0.2 5060"));
  bench.answer(bench.asked(), 200, {"Expires: 3600"});
  EXPECT_THAT(bench.numbered(2, "", true), IsEmpty()) << "an older version";
  EXPECT_THAT(bench.numbered(4, "", true), ElementsAre("device 1001 free"));
  EXPECT_THAT(bench.numbered(0, dialog_in("early", ""), true), ElementsAre("device 1001 busy")) << "a server that has begun anew";
}

TEST(SipWatch, DevicesThatAreNoMoreAreLeft) {
  Watched bench;
  bench.dialogs("");
  EXPECT_THAT(bench.said(bench.machine.know_devices({"1002", "no body"}, bench.now)),
              ElementsAre("SUBSCRIBE sip:1001@10.0.0.2:5062 to udp 10.0.0.2 5060", "device 1002 free unreachable"));
  EXPECT_EQ(bench.last_message().expires, 0u);
  EXPECT_THAT(bench.logs, Contains(std::string("device_refused: no body is no number or sip URI")));
  EXPECT_EQ(bench.machine.watch().devices().size(), 1u);
  EXPECT_THAT(bench.answer(bench.last_message(), 200), IsEmpty());
}

TEST(SipWatch, AServerOverTcpIsAskedOverTcp) {
  Settings settings = watching();
  settings.watch_through = "sip:10.0.0.2:5070;transport=tcp";
  Watched bench(settings, false);
  EXPECT_THAT(bench.begun, Contains(std::string("SUBSCRIBE sip:1001@pbx.example.com to tcp 10.0.0.2 5070")));
  EXPECT_EQ(bench.dialog.vias.at(0).transport, "TCP");
  EXPECT_THAT(bench.until(31), IsEmpty()) << "a stream repeats by itself";
}

// --- the caller at the device ----------------------------------------------------------------------------------------------

TEST(SipWatched, TheCallersDialogIsTheAgentsLeg) {
  Sent bench;
  EXPECT_THAT(bench.redirected, ElementsAre("302 Moved Temporarily to udp 10.0.0.1 5060"));
  EXPECT_THAT(bench.dialogs(dialog_in("early")), ElementsAre("made cw-5-6-7 1001 station contact 5 offer 6", "alerting cw-5-6-7"));
  EXPECT_THAT(bench.dialogs(dialog_in("early")), IsEmpty());
  EXPECT_THAT(bench.dialogs(dialog_in("confirmed")),
              ElementsAre("connected cw-5-6-7", "connected CALLER", "joins CALLER sip-cw-5-6-7", "joins cw-5-6-7 sip-cw-5-6-7"));
  EXPECT_THAT(bench.command(model::Bridge{bench.caller, "cw-5-6-7"}), IsEmpty());
  EXPECT_THAT(bench.dialogs(dialog_in("<state event='remote-bye'>terminated</state>")),
              ElementsAre("gone CALLER normal 0 by customer", "gone cw-5-6-7 normal 0 by customer"));
  EXPECT_EQ(bench.machine.callers(), 0u);
  EXPECT_THAT(bench.until(1000), IsEmpty());
}

TEST(SipWatched, WhatEndsItSaysWho) {
  const auto ended = [](const std::string& state, bool talked) {
    Sent bench;
    bench.dialogs(dialog_in("early"));
    if (talked) bench.dialogs(dialog_in("confirmed"));
    std::string all;
    for (const std::string& line : bench.dialogs(state.empty() ? "" : dialog_in(state))) all += (all.empty() ? "" : ", ") + line;
    return all;
  };
  EXPECT_EQ(ended("<state event='local-bye'>terminated</state>", true), "gone cw-5-6-7 normal 0 by agent, gone CALLER normal 0 by agent");
  EXPECT_EQ(ended("<state event='cancelled'>terminated</state>", false),
            "gone CALLER caller_cancel 0 by customer, gone cw-5-6-7 caller_cancel 0 by customer");
  EXPECT_EQ(ended("<state event='rejected' code='486'>terminated</state>", false), "gone cw-5-6-7 busy 486 by agent, gone CALLER busy 486 by agent");
  EXPECT_EQ(ended("<state event='rejected' code='603'>terminated</state>", false),
            "gone cw-5-6-7 rejected 603 by agent, gone CALLER rejected 603 by agent");
  EXPECT_EQ(ended("<state event='timeout'>terminated</state>", false), "gone cw-5-6-7 no_answer 0 by network, gone CALLER no_answer 0 by network");
  EXPECT_EQ(ended("", true), "gone cw-5-6-7 normal 0 by unknown, gone CALLER normal 0 by unknown") << "a server that does not say";
  EXPECT_EQ(ended("", false), "gone CALLER caller_cancel 0 by unknown, gone cw-5-6-7 caller_cancel 0 by unknown");
}

TEST(SipWatched, AHoldIsShown) {
  Sent bench;
  const std::string held = "<local><target uri='sip:1001@h'><param pname='+sip.rendering' pval='no'/></target></local>";
  bench.dialogs(dialog_in("confirmed"));
  EXPECT_THAT(bench.dialogs(dialog_in("confirmed", "call-id='x'", held)), ElementsAre("held cw-5-6-7"));
  EXPECT_THAT(bench.dialogs(dialog_in("confirmed", "call-id='x'")), ElementsAre("connected cw-5-6-7"));
}

std::string found(const std::string& attributes, const std::string& inside) {
  Sent bench;
  const Lines lines = bench.dialogs(dialog_in("early", attributes, inside));
  return lines.empty() ? "nothing" : lines.front();
}

TEST(SipWatched, HisDialogIsKnownByTokenCallIdIdentityOrByBeginningNow) {
  const std::string ours = "made cw-5-6-7 1001 station contact 5 offer 6", foreign = "device 1001 busy";
  EXPECT_EQ(found("call-id='other'", "<local><target uri='sip:1001@pbx.example.com;cw-leg=cw-5-6-7'/></local>"), ours);
  EXPECT_EQ(found("call-id='other'", "<local><target uri='sip:1001@pbx.example.com;cw-leg=cw-5-6-77'/></local>"), foreign) << "another one's token";
  EXPECT_EQ(found("call-id='a84b4c76e66710@pc33.example.com'", ""), ours);
  EXPECT_EQ(found("call-id='b2b'", "<remote><identity>sip:+493011122@pbx.example.com</identity></remote>"), ours);
  EXPECT_EQ(found("call-id='b2b'", "<remote><identity>sip:+49309@pbx.example.com</identity></remote>"), foreign);
  EXPECT_EQ(found("call-id='b2b'", ""), foreign);
  EXPECT_EQ(found("", ""), ours) << "it names nobody, and nobody else is expected";
  EXPECT_EQ(found("direction='initiator'", ""), foreign) << "the agent calls out";
}

TEST(SipWatched, ADialogThatWasThereBeforeIsNotHis) {
  Watched bench;
  bench.dialogs(dialog_in("confirmed", ""));
  bench.peer.host = "10.0.0.1";
  bench.packet(invite());
  bench.now = bench.now + std::chrono::seconds(1);
  bench.ring("1001");
  bench.peer.host = "10.0.0.2";
  EXPECT_THAT(bench.dialogs(dialog_in("confirmed", "")), IsEmpty());
}

TEST(SipWatched, NothingToBeSeenWithinTheRingMeansThatHeIsOutOfOurHands) {
  Sent bench;
  EXPECT_THAT(bench.until(21), ElementsAre("gone CALLER transferred 302 by us"));
  EXPECT_THAT(bench.dialogs(dialog_in("early")), ElementsAre("device 1001 busy"));
}

TEST(SipWatched, WhoNeverConfirmsWhereHeWasSentIsLost) {
  Watched bench;
  bench.dialogs("");
  bench.peer.host = "10.0.0.1";
  bench.packet(invite());
  bench.command(model::Ring{"1001", bench.caller, "", "", OfferId{6}, std::chrono::seconds(60)});
  EXPECT_THAT(bench.until(33), Contains(std::string("gone CALLER lost 408 by network")));
}

TEST(SipWatched, OfAnOfferGroupTheFirstHasHim) {
  Sent bench;
  EXPECT_THAT(bench.ring("1002", 8), ElementsAre("made cw-5-8-7 1002 station contact 5 offer 8", "gone cw-5-8-7 elsewhere 0 by network"));
}

TEST(SipWatched, WhoIsOfferedAgainLaterCannotBeCalledBack) {
  Sent bench;
  bench.dialogs(dialog_in("early"));
  bench.until(25);
  EXPECT_THAT(bench.command(model::End{"cw-5-6-7", journal::Cause::normal}), IsEmpty());
  EXPECT_THAT(bench.ring("1002", 8), ElementsAre("gone CALLER transferred 302 by us", "gone cw-5-6-7 elsewhere 0 by network"));
  EXPECT_THAT(bench.dialogs(dialog_in("confirmed")), ElementsAre("device 1001 busy"));
}

TEST(SipWatched, BehindAGapTheSnapshotShowsBothWhoTalk) {
  Sent bench;
  bench.dialogs(dialog_in("confirmed"));
  bench.said(bench.machine.overflowed(bench.now));
  bench.until(6);
  EXPECT_THAT(bench.said(bench.machine.opened(bench.now)), ElementsAre("declare", "opened 1",
                                                                       "snapshot [CALLER sip:10.0.0.1 trunk from +493011122 to 4000 redirected by "
                                                                       "+4930999 connected in sip-cw-5-6-7] [cw-5-6-7 1001 station contact 5 offer 6 "
                                                                       "connected in sip-cw-5-6-7]",
                                                                       "device 1001 free"));
}

TEST(SipWatched, ADeviceThatNobodyWatchesIsBlindIfItMay) {
  Settings settings = watching();
  settings.blind = true;
  Watched bench(settings, false);
  EXPECT_THAT(bench.begun, Contains(std::string("device 1001 free")));
  bench.peer.host = "10.0.0.1";
  bench.packet(invite());
  EXPECT_THAT(bench.ring("1001"), ElementsAre("302 Moved Temporarily to udp 10.0.0.1 5060", "made cw-5-6-7 1001 station contact 5 offer 6",
                                              "gone cw-5-6-7 transferred 302 by us", "gone CALLER transferred 302 by us"));
}

}  // namespace
}  // namespace callwright::cti::sip::test
