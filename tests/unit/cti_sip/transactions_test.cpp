// RFC 3261, 17, as tables: what comes and goes on a way with and without repetition, second by second.
#include "cti/sip/transactions.hpp"

#include <gmock/gmock.h>

#include "cti/sip/codec.hpp"
#include "tests/unit/cti_sip/sample.hpp"

namespace callwright::cti::sip::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using Lines = std::vector<std::string>;

constexpr Instant kStart{1'795'000'000'000'000};

/// Requests of one peer, and each thing that happens with its second.
class Table {
 public:
  explicit Table(Flow::Transport transport, std::size_t limit = Transactions::kLimit)
      : table({}, "cw7", 1, limit), from{transport, "10.0.0.1", 5060, transport == Flow::Transport::tcp ? 3U : 0U} {}

  Lines say(const std::string& bytes) {
    const auto message = read_message(bytes, Carrier::datagram);
    Transactions::Effects effects;
    if (message) table.received(*message, from, now, effects);
    else table.received(message.error(), from, effects);
    return take(effects);
  }
  Lines reply(Transactions::Id id, std::int32_t status) {
    Transactions::Effects effects;
    if (!table.reply(id, status, table.answer(id, status, "x").take().value_or(""), now, effects)) return {"refused"};
    return take(effects);
  }
  Lines ask(const std::string& branch) {
    Transactions::Effects effects;
    table.ask(branch, "SUBSCRIBE", "SUBSCRIBE sip:100@pbx SIP/2.0\r\nX: " + branch + "\r\n\r\n", from, now, effects);
    return take(effects);
  }
  /// Up to and with this second, waking when it wants to be woken.
  Lines until(double seconds) {
    Lines all;
    const Instant end = kStart + Duration(static_cast<std::int64_t>(seconds * 1e6));
    for (auto next = table.next_wake(); next && *next <= end; next = table.next_wake()) {
      now = *next;
      Transactions::Effects effects;
      table.wake(now, effects);
      for (std::string& line : take(effects)) all.push_back(std::move(line));
    }
    now = end;
    return all;
  }

  Transactions table;
  Flow from;
  Instant now = kStart;
  std::vector<Transactions::Packet> sent;

 private:
  Lines take(const Transactions::Effects& effects) {
    struct Words {
      std::string operator()(const Transactions::Asked& e) { return "asked " + std::to_string(e.id); }
      std::string operator()(const Transactions::Cancelled& e) { return "cancelled " + std::to_string(e.id); }
      std::string operator()(const Transactions::Acknowledged& e) { return "acknowledged " + std::to_string(e.id); }
      std::string operator()(const Transactions::Unacknowledged& e) { return "unacknowledged " + std::to_string(e.id); }
      std::string operator()(const Transactions::Answered& e) { return "answered " + std::to_string(e.id) + " " + std::to_string(e.response.status); }
      std::string operator()(const Transactions::Unanswered& e) { return "unanswered " + std::to_string(e.id); }
    };
    Lines lines;
    const std::int64_t tenths = (now.us - kStart.us) / 100'000;
    const std::string at = std::to_string(tenths / 10) + "." + std::to_string(tenths % 10) + " ";
    for (const auto& packet : effects.packets) {
      std::string start = packet.bytes.substr(0, packet.bytes.find("\r\n"));
      if (start.starts_with("SIP/2.0 ")) start = start.substr(8, 3);
      else start = start.substr(0, start.find(' '));
      lines.push_back(at + "> " + start);
      sent.push_back(packet);
    }
    for (const auto& event : effects.events) lines.push_back(at + std::visit(Words{}, event));
    return lines;
  }
};

std::string request(const std::string& method, const std::string& branch, const std::string& cseq = "1", const std::string& to_tag = "") {
  return message({method + " sip:4000@10.0.0.5 SIP/2.0", "Via: SIP/2.0/UDP 10.0.0.1:5060;branch=" + branch, "From: <sip:a@b>;tag=f1",
                  "To: <sip:4000@10.0.0.5>" + (to_tag.empty() ? "" : ";tag=" + to_tag), "Call-ID: c1", "CSeq: " + cseq + " " + method,
                  "Content-Length: 0"});
}
std::string response(int status, const std::string& branch, const std::string& method = "SUBSCRIBE", const std::string& more_via = "") {
  Lines lines{"SIP/2.0 " + std::to_string(status) + " x", "Via: SIP/2.0/UDP 10.0.0.5;branch=" + branch};
  if (!more_via.empty()) lines.push_back(more_via);
  for (const char* line : {"From: <sip:cw@b>;tag=x", "To: <sip:100@pbx>;tag=y", "Call-ID: c2"}) lines.push_back(line);
  lines.push_back("CSeq: 1 " + method);
  return message(lines);
}

// --- INVITE server ---------------------------------------------------------------------------------------------------------

TEST(InviteServer, OverUdpAFinalAnswerIsRepeatedUntilItIsAcknowledged) {
  Table t(Flow::Transport::udp);
  EXPECT_THAT(t.say(request("INVITE", "z9hG4bK1")), ElementsAre("0.0 asked 1"));
  EXPECT_THAT(t.say(request("INVITE", "z9hG4bK1")), IsEmpty()) << "nothing was answered yet";
  EXPECT_THAT(t.reply(1, 100), ElementsAre("0.0 > 100"));
  EXPECT_THAT(t.reply(1, 182), ElementsAre("0.0 > 182"));
  EXPECT_THAT(t.say(request("INVITE", "z9hG4bK1")), ElementsAre("0.0 > 182"));
  EXPECT_THAT(t.until(200), IsEmpty()) << "no timer runs while it proceeds";
  EXPECT_THAT(t.reply(1, 302), ElementsAre("200.0 > 302"));
  EXPECT_THAT(t.until(208), ElementsAre("200.5 > 302", "201.5 > 302", "203.5 > 302", "207.5 > 302")) << "timer G: T1, 2 T1, ... T2";
  EXPECT_THAT(t.say(request("INVITE", "z9hG4bK1")), ElementsAre("208.0 > 302"));
  EXPECT_THAT(t.say(request("ACK", "z9hG4bK1")), ElementsAre("208.0 acknowledged 1"));
  EXPECT_THAT(t.say(request("ACK", "z9hG4bK1")), IsEmpty()) << "timer I absorbs it";
  EXPECT_THAT(t.say(request("INVITE", "z9hG4bK1")), IsEmpty());
  EXPECT_THAT(t.until(212.9), IsEmpty());
  EXPECT_EQ(t.table.size(), 1u);
  EXPECT_THAT(t.until(213), IsEmpty()) << "T4 after the ACK";
  EXPECT_EQ(t.table.size(), 0u);
}

TEST(InviteServer, OverUdpTimerHGivesUpOnTheAck) {
  Table t(Flow::Transport::udp);
  t.say(request("INVITE", "z9hG4bK1"));
  t.reply(1, 486);
  EXPECT_THAT(t.until(31.9), ElementsAre("0.5 > 486", "1.5 > 486", "3.5 > 486", "7.5 > 486", "11.5 > 486", "15.5 > 486", "19.5 > 486", "23.5 > 486",
                                         "27.5 > 486", "31.5 > 486"));
  EXPECT_THAT(t.until(40), ElementsAre("32.0 unacknowledged 1")) << "64 T1";
  EXPECT_EQ(t.table.size(), 0u);
  EXPECT_EQ(t.table.counters().timeouts, 1u);
}

TEST(InviteServer, OverTcpNothingIsRepeatedAndTheAckEndsItAtOnce) {
  Table t(Flow::Transport::tcp);
  t.say(request("INVITE", "z9hG4bK1"));
  EXPECT_THAT(t.reply(1, 302), ElementsAre("0.0 > 302"));
  EXPECT_THAT(t.until(10), IsEmpty());
  EXPECT_THAT(t.say(request("ACK", "z9hG4bK1")), ElementsAre("10.0 acknowledged 1"));
  EXPECT_EQ(t.table.size(), 0u) << "timer I is 0";
  EXPECT_EQ(t.table.next_wake(), std::nullopt);
}

TEST(InviteServer, OverTcpTimerHGivesUpToo) {
  Table t(Flow::Transport::tcp);
  t.say(request("INVITE", "z9hG4bK1"));
  t.reply(1, 302);
  EXPECT_THAT(t.until(100), ElementsAre("32.0 unacknowledged 1"));
}

TEST(InviteServer, HasOneFinalAnswerAndNever2xx) {
  Table t(Flow::Transport::udp);
  t.say(request("INVITE", "z9hG4bK1"));
  EXPECT_THAT(t.reply(1, 200), ElementsAre("refused"));
  t.reply(1, 302);
  EXPECT_THAT(t.reply(1, 486), ElementsAre("refused"));
  EXPECT_THAT(t.reply(1, 182), ElementsAre("refused"));
  EXPECT_THAT(t.reply(9, 486), ElementsAre("refused"));
}

TEST(InviteServer, AnAckOfNobodyIsNoAnswer) {
  Table t(Flow::Transport::udp);
  EXPECT_THAT(t.say(request("ACK", "z9hG4bK1")), IsEmpty());
  EXPECT_EQ(t.table.counters().strays, 1u);
}

TEST(InviteServer, WithoutABranchOfTheNewKindTheOldRuleMatches) {
  Table t(Flow::Transport::udp);
  EXPECT_THAT(t.say(request("INVITE", "1")), ElementsAre("0.0 asked 1"));
  t.reply(1, 302);
  EXPECT_THAT(t.say(request("INVITE", "1")), ElementsAre("0.0 > 302"));
  EXPECT_THAT(t.say(request("ACK", "1", "1", "cw7-1")), ElementsAre("0.0 acknowledged 1"));
  EXPECT_THAT(t.say(request("ACK", "2", "2")), IsEmpty());
  EXPECT_EQ(t.table.counters().strays, 1u);
}

TEST(InviteServer, TwoSendersMayChooseTheSameBranch) {
  Table t(Flow::Transport::udp);
  t.say(request("INVITE", "z9hG4bK1"));
  std::string other = request("INVITE", "z9hG4bK1", "2");
  other.replace(other.find("10.0.0.1:5060"), 13, "10.0.0.9:5060");
  EXPECT_THAT(t.say(other), ElementsAre("0.0 asked 2"));
}

// --- CANCEL and merged requests --------------------------------------------------------------------------------------------

TEST(Cancel, IsAnsweredAndTellsOfItsInviteOnce) {
  Table t(Flow::Transport::udp);
  t.say(request("INVITE", "z9hG4bK1"));
  t.reply(1, 182);
  EXPECT_THAT(t.say(request("CANCEL", "z9hG4bK1")), ElementsAre("0.0 > 200", "0.0 cancelled 1"));
  EXPECT_THAT(t.say(request("CANCEL", "z9hG4bK1")), ElementsAre("0.0 > 200")) << "repeated";
  EXPECT_THAT(t.reply(1, 487), ElementsAre("0.0 > 487"));
  const auto tag_in = [](const std::string& bytes) { return std::string(read_message(bytes, Carrier::datagram)->to.tag()); };
  EXPECT_EQ(tag_in(t.sent[1].bytes), tag_in(t.sent[3].bytes)) << "both carry the same tag";
  EXPECT_EQ(tag_in(t.sent[1].bytes), t.table.tag(1));
}

TEST(Cancel, OfNothingIs481) {
  Table t(Flow::Transport::udp);
  EXPECT_THAT(t.say(request("CANCEL", "z9hG4bK1")), ElementsAre("0.0 > 481"));
  EXPECT_THAT(t.until(31.9), IsEmpty());
  EXPECT_EQ(t.table.size(), 1u) << "timer J absorbs what repeats it";
  t.until(32);
  EXPECT_EQ(t.table.size(), 0u);
}

TEST(Cancel, BehindAFinalAnswerChangesNothing) {
  Table t(Flow::Transport::udp);
  t.say(request("INVITE", "z9hG4bK1"));
  t.reply(1, 302);
  EXPECT_THAT(t.say(request("CANCEL", "z9hG4bK1")), ElementsAre("0.0 > 200"));
}

TEST(Merged, TheSameRequestByAnotherWayIs482) {
  Table t(Flow::Transport::udp);
  t.say(request("INVITE", "z9hG4bK1"));
  EXPECT_THAT(t.say(request("INVITE", "z9hG4bK2")), ElementsAre("0.0 > 482"));
  EXPECT_THAT(t.say(request("ACK", "z9hG4bK2")), ElementsAre("0.0 acknowledged 2"));
  EXPECT_EQ(t.table.counters().merged, 1u);
  EXPECT_THAT(t.say(request("INVITE", "z9hG4bK3", "2")), ElementsAre("0.0 asked 3")) << "another CSeq is another request";
  EXPECT_THAT(t.say(request("NOTIFY", "z9hG4bK4", "1", "x")), ElementsAre("0.0 asked 4")) << "in a dialog it cannot be merged";
  EXPECT_THAT(t.say(request("NOTIFY", "z9hG4bK5", "1", "x")), ElementsAre("0.0 asked 5"));
}

TEST(Merged, WhoWasSentElsewhereMayBeSentBack) {
  Table t(Flow::Transport::udp);
  t.say(request("INVITE", "z9hG4bK1"));
  t.reply(1, 302);
  EXPECT_THAT(t.say(request("INVITE", "z9hG4bK2")), ElementsAre("0.0 asked 2")) << "by a proxy that tries the next contact with the same CSeq";
}

// --- other servers ---------------------------------------------------------------------------------------------------------

TEST(Server, OverUdpTimerJKeepsTheAnswerForRepetitions) {
  Table t(Flow::Transport::udp);
  EXPECT_THAT(t.say(request("OPTIONS", "z9hG4bK1")), ElementsAre("0.0 asked 1"));
  EXPECT_THAT(t.say(request("OPTIONS", "z9hG4bK1")), IsEmpty());
  EXPECT_THAT(t.reply(1, 200), ElementsAre("0.0 > 200"));
  EXPECT_THAT(t.until(31.9), IsEmpty());
  EXPECT_THAT(t.say(request("OPTIONS", "z9hG4bK1")), ElementsAre("31.9 > 200"));
  EXPECT_THAT(t.until(32), IsEmpty());
  EXPECT_EQ(t.table.size(), 0u);
  EXPECT_THAT(t.say(request("OPTIONS", "z9hG4bK1")), ElementsAre("32.0 asked 2"));
}

TEST(Server, OverTcpItEndsWithItsAnswer) {
  Table t(Flow::Transport::tcp);
  t.say(request("OPTIONS", "z9hG4bK1"));
  EXPECT_THAT(t.reply(1, 200), ElementsAre("0.0 > 200"));
  EXPECT_EQ(t.table.size(), 0u);
}

TEST(Server, AProvisionalAnswerIsRepeatedToo) {
  Table t(Flow::Transport::udp);
  t.say(request("NOTIFY", "z9hG4bK1", "1", "x"));
  t.reply(1, 100);
  EXPECT_THAT(t.say(request("NOTIFY", "z9hG4bK1", "1", "x")), ElementsAre("0.0 > 100"));
}

// --- client ----------------------------------------------------------------------------------------------------------------

TEST(Client, OverUdpTimerERepeatsAndTimerFGivesUp) {
  Table t(Flow::Transport::udp);
  EXPECT_THAT(t.ask("z9hG4bKa"), ElementsAre("0.0 > SUBSCRIBE"));
  EXPECT_THAT(t.until(40),
              ElementsAre("0.5 > SUBSCRIBE", "1.5 > SUBSCRIBE", "3.5 > SUBSCRIBE", "7.5 > SUBSCRIBE", "11.5 > SUBSCRIBE", "15.5 > SUBSCRIBE",
                          "19.5 > SUBSCRIBE", "23.5 > SUBSCRIBE", "27.5 > SUBSCRIBE", "31.5 > SUBSCRIBE", "32.0 unanswered 1"));
  EXPECT_EQ(t.table.size(), 0u);
}

TEST(Client, OverUdpAfterAProvisionalAnswerItRepeatsEveryT2) {
  Table t(Flow::Transport::udp);
  t.ask("z9hG4bKa");
  EXPECT_THAT(t.say(response(100, "z9hG4bKa")), ElementsAre("0.0 answered 1 100"));
  EXPECT_THAT(t.until(10), ElementsAre("0.5 > SUBSCRIBE", "4.5 > SUBSCRIBE", "8.5 > SUBSCRIBE"));
  EXPECT_THAT(t.say(response(200, "z9hG4bKa")), ElementsAre("10.0 answered 1 200"));
  EXPECT_THAT(t.say(response(200, "z9hG4bKa")), IsEmpty()) << "timer K absorbs it";
  EXPECT_THAT(t.until(15), IsEmpty());
  EXPECT_EQ(t.table.size(), 0u) << "T4";
}

TEST(Client, OverTcpNothingIsRepeatedAndTheAnswerEndsIt) {
  Table t(Flow::Transport::tcp);
  t.ask("z9hG4bKa");
  EXPECT_THAT(t.until(31.9), IsEmpty());
  EXPECT_THAT(t.say(response(481, "z9hG4bKa")), ElementsAre("31.9 answered 1 481"));
  EXPECT_EQ(t.table.size(), 0u) << "timer K is 0";
  t.ask("z9hG4bKb");
  EXPECT_THAT(t.until(100), ElementsAre("63.9 unanswered 2"));
}

TEST(Client, OnlyItsOwnAnswersCount) {
  Table t(Flow::Transport::udp);
  t.ask("z9hG4bKa");
  EXPECT_THAT(t.say(response(200, "z9hG4bKb")), IsEmpty());
  EXPECT_THAT(t.say(response(200, "z9hG4bKa", "NOTIFY")), IsEmpty()) << "the method of CSeq decides too";
  EXPECT_THAT(t.say(response(200, "z9hG4bKa", "SUBSCRIBE", "Via: SIP/2.0/UDP 10.0.0.9;branch=z9hG4bKx")), IsEmpty())
      << "two Vias: meant for somebody else";
  EXPECT_EQ(t.table.counters().strays, 3u);
}

TEST(Client, IsToldWhenThereIsNoWay) {
  Table t(Flow::Transport::udp);
  t.ask("z9hG4bKa");
  t.ask("z9hG4bKb");
  Transactions::Effects effects;
  t.table.unreachable(t.from, effects);
  EXPECT_EQ(effects.events.size(), 2u);
  EXPECT_EQ(t.table.size(), 0u);
  EXPECT_THAT(t.until(100), IsEmpty());
}

TEST(Client, WhatIsAbandonedSaysNothingMore) {
  Table t(Flow::Transport::udp);
  t.ask("z9hG4bKa");
  t.table.abandon(1);
  EXPECT_THAT(t.until(100), IsEmpty());
  EXPECT_THAT(t.say(response(200, "z9hG4bKa")), IsEmpty());
}

// --- ways back and limits --------------------------------------------------------------------------------------------------

TEST(AnswersGo, WhereTheTopmostViaSaysAndTheSourceIsNoted) {
  const auto sent_to = [](const std::string& via, Flow from) {
    Table t(from.transport);
    t.from = from;
    std::string bytes = request("OPTIONS", "z9hG4bK1");
    bytes.replace(bytes.find("SIP/2.0/UDP 10.0.0.1:5060;"), 26, via + ";");
    t.say(bytes);
    t.reply(1, 200);
    const std::string& text = t.sent.at(0).bytes;
    const std::size_t at = text.find("Via: ") + 5;
    return text_of(t.sent[0].to) + " | " + text.substr(at, text.find("\r\n", at) - at);
  };
  const Flow udp{Flow::Transport::udp, "198.51.100.4", 40'000, 0};
  EXPECT_EQ(sent_to("SIP/2.0/UDP 198.51.100.4", udp), "udp 198.51.100.4 5060 | SIP/2.0/UDP 198.51.100.4;branch=z9hG4bK1");
  EXPECT_EQ(sent_to("SIP/2.0/UDP 10.0.0.1:5070", udp), "udp 198.51.100.4 5070 | SIP/2.0/UDP 10.0.0.1:5070;branch=z9hG4bK1;received=198.51.100.4");
  EXPECT_EQ(sent_to("SIP/2.0/UDP 10.0.0.1:5070;rport", udp),
            "udp 198.51.100.4 40000 | SIP/2.0/UDP 10.0.0.1:5070;rport=40000;branch=z9hG4bK1;received=198.51.100.4");
  EXPECT_EQ(sent_to("SIP/2.0/UDP 10.0.0.1;received=1.2.3.4", udp),
            "udp 198.51.100.4 5060 | SIP/2.0/UDP 10.0.0.1;branch=z9hG4bK1;received=198.51.100.4")
      << "whom it names is not asked to take our answers";
  EXPECT_EQ(sent_to("SIP/2.0/TCP 10.0.0.1:5070", {Flow::Transport::tcp, "198.51.100.4", 40'000, 17}),
            "tcp 198.51.100.4 5070 17 | SIP/2.0/TCP 10.0.0.1:5070;branch=z9hG4bK1;received=198.51.100.4");
}

TEST(Limits, BeyondThemARequestIsToldToComeAgainAndNothingIsKept) {
  Table t(Flow::Transport::udp, 2);
  t.say(request("INVITE", "z9hG4bK1", "1"));
  t.say(request("INVITE", "z9hG4bK2", "2"));
  EXPECT_THAT(t.say(request("INVITE", "z9hG4bK3", "3")), ElementsAre("0.0 > 503"));
  EXPECT_THAT(t.sent.back().bytes, HasSubstr("Retry-After: 5\r\n"));
  const std::string once = t.sent.back().bytes;
  t.say(request("INVITE", "z9hG4bK3", "3"));
  EXPECT_EQ(t.sent.back().bytes, once) << "the same tag each time";
  EXPECT_THAT(t.say(request("ACK", "z9hG4bK3", "3")), IsEmpty());
  EXPECT_EQ(t.table.size(), 2u);
  EXPECT_EQ(t.table.counters().over_limit, 2u);
  EXPECT_THAT(t.ask("z9hG4bKa"), IsEmpty());
  EXPECT_THAT(t.say(request("CANCEL", "z9hG4bK1", "1")), ElementsAre("0.0 > 200", "0.0 cancelled 1")) << "who gives up makes room";
}

TEST(Limits, ABadRequestIsAnsweredAndNothingIsKept) {
  Table t(Flow::Transport::udp);
  std::string bytes = request("INVITE", "z9hG4bK1");
  bytes.replace(bytes.find("CSeq: 1 "), 8, "CSeq: x ");
  EXPECT_THAT(t.say(bytes), ElementsAre("0.0 > 400"));
  EXPECT_EQ(t.table.size(), 0u);
  bytes.replace(0, 6, "ACK   ");
  EXPECT_THAT(t.say(bytes), IsEmpty()) << "an ACK is never answered";
}

TEST(Limits, AHalfWayFullTableForgetsAllOfIt) {
  Table t(Flow::Transport::udp);
  for (int i = 0; i < 500; ++i) t.say(request("OPTIONS", "z9hG4bK" + std::to_string(i), std::to_string(i)));
  for (Transactions::Id id = 1; id <= 500; ++id) t.reply(id, 200);
  EXPECT_EQ(t.table.size(), 500u);
  t.until(32);
  EXPECT_EQ(t.table.size(), 0u);
}

TEST(Flows, AreWrittenAndReadBack) {
  for (const Flow& flow : {Flow{Flow::Transport::udp, "192.0.2.1", 5060, 0}, Flow{Flow::Transport::tcp, "2001:db8::1", 5070, 17},
                           Flow{Flow::Transport::tcp, "pbx", 1, 0}})
    EXPECT_EQ(read_flow(text_of(flow)), flow);
  for (const char* none : {"", "udp", "udp  5060", "sctp a 1", "udp a x", "udp a 70000", "tcp a 1 x", "tcp a 1 2 3"})
    EXPECT_FALSE(read_flow(none)) << none;
}

}  // namespace
}  // namespace callwright::cti::sip::test
