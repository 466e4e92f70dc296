// FreeSWITCH calls us for one caller: what it said in the recordings, and what it may say besides.
#include "cti/freeswitch/outbound.hpp"

#include <gmock/gmock.h>

#include "cti/model/event_line.hpp"
#include "tests/unit/cti_freeswitch/bench.hpp"

namespace callwright::cti::freeswitch::test {
namespace {

using namespace std::chrono_literals;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::vector<std::string> words(const link::Actions& actions) {
  std::vector<std::string> all;
  Letters letters;
  for (const link::Action& action : actions) {
    if (const auto* send = std::get_if<link::Send>(&action)) all.push_back("send " + send->bytes.substr(0, send->bytes.size() - 2));
    if (const auto* emit = std::get_if<link::Emit>(&action)) all.push_back(letters(model::line(emit->event.body)));
    if (std::holds_alternative<link::Close>(action)) all.push_back("close");
    if (const auto* log = std::get_if<link::Log>(&action)) all.push_back("log " + log->event);
  }
  return all;
}

constexpr Instant kNow{1'795'325'500'000'000};

/// The reply to `connect` alone, as FreeSWITCH gave it.
std::string dump() { return frames_of(recording("outbound_park_uuid_bridge", "json.outbound")).front().head + "\n\n"; }

struct Session {
  Session() : outbound(Bench::usual()) { outbound.opened(); }
  Outbound outbound;
};

TEST(Outbound, SaysConnectAndTheReplyIsACallerWhoIsParkedAlready) {
  Outbound session(Bench::usual());
  EXPECT_THAT(words(session.opened()), ElementsAre("send connect"));
  EXPECT_THAT(words(session.received(dump(), kNow)), ElementsAre("made A sofia/internal trunk from 2001 to 8500", "route A 8500", "send linger 5", "send myevents json"));
  EXPECT_EQ(session.phase(), Outbound::Phase::serving);
}

TEST(Outbound, TheEntryIsThatOfTheDialplanIfItGivesOne) {
  Session session;
  EXPECT_THAT(words(session.outbound.received("variable_callwright_entry: sales\n" + dump(), kNow)), Contains("route A sales"));
}

TEST(Outbound, ALingeringSessionHearsTheEnd) {
  for (const char* part : {"json.outbound", "plain.outbound"}) {
    Session session;
    const auto said = words(session.outbound.received(recording("outbound_async_full_linger", part), kNow));
    EXPECT_THAT(said, Contains("gone A normal 16 by customer")) << part;
    EXPECT_THAT(said, Contains("close")) << part;
    EXPECT_EQ(said.back(), "log session_ended") << part;
    EXPECT_EQ(session.outbound.malformed(), 0U) << part;
    EXPECT_EQ(session.outbound.phase(), Outbound::Phase::ended);
  }
}

TEST(Outbound, ALingerNoticeIsNoEnd) {
  Session session;
  session.outbound.received(dump(), kNow);
  EXPECT_THAT(words(session.outbound.received(
                  frame("Content-Type: text/disconnect-notice\nControlled-Session-UUID: x\nContent-Disposition: linger\nLinger-Time: 5", ""), kNow)),
              IsEmpty());
  EXPECT_EQ(session.outbound.phase(), Outbound::Phase::lingering);
  EXPECT_THAT(words(session.outbound.received(frame("Content-Type: text/disconnect-notice\nContent-Disposition: disconnect", "Disconnected, goodbye.\n"), kNow)),
              ElementsAre("gone A transferred 0 by unknown", "close", "log session_ended"))
      << "nobody said that he hung up: he has left our hands";
}

TEST(Outbound, WithoutLingeringTheEndMayComeFirst) {
  for (const char* part : {"json.outbound", "plain.outbound"}) {
    Session session;
    const auto said = words(session.outbound.received(recording("outbound_async_full_no_linger", part), kNow));
    EXPECT_EQ(std::ranges::count_if(said, [](const std::string& line) { return line.starts_with("gone A"); }), 1) << part;
    EXPECT_EQ(session.outbound.phase(), Outbound::Phase::ended);
  }
}

TEST(Outbound, AnySplitOfTheBytesTellsTheSame) {
  const std::string bytes = recording("outbound_park_uuid_bridge", "json.outbound");
  Session whole;
  const auto told = words(whole.outbound.received(bytes, kNow));
  for (const std::size_t piece : {std::size_t{7}, std::size_t{1000}}) {
    Session session;
    link::Actions all;
    for (std::size_t at = 0; at < bytes.size(); at += piece)
      for (const link::Action& action : session.outbound.received(std::string_view(bytes).substr(at, piece), kNow)) all.push_back(action);
    EXPECT_EQ(words(all), told) << piece;
  }
}

TEST(Outbound, CommandsGoTheSameWayAsOnALink) {
  Session session;
  session.outbound.received(dump(), kNow);
  model::Command command;
  command.contact = ContactId{7};
  command.epoch = 1;
  command.body = model::Park{session.outbound.channel()};
  EXPECT_THAT(words(session.outbound.command(command, kNow)), ElementsAre(HasSubstr("api uuid_answer"), HasSubstr("api uuid_broadcast")));
  command.body = model::Release{session.outbound.channel()};
  EXPECT_THAT(words(session.outbound.command(command, kNow)), ElementsAre(HasSubstr("api uuid_setvar"), HasSubstr("api uuid_transfer")));
  const auto ok = [&] { return words(session.outbound.received("Content-Type: api/response\nContent-Length: 4\n\n+OK\n", kNow)); };
  for (int i = 0; i < 5; ++i) EXPECT_THAT(ok(), IsEmpty()) << i;  // linger, myevents, Park's two, the variable
  EXPECT_THAT(ok(), ElementsAre("gone A transferred 0 by us"));
  EXPECT_EQ(session.outbound.failed(), 0U);
}

TEST(Outbound, WithoutFullControlNothingCanBeAskedOfIt) {
  Session session;
  std::string single = dump();
  single.replace(single.find("Control: full"), 13, "Control: single-channel");
  session.outbound.received(single, kNow);
  model::Command command;
  command.contact = ContactId{7};
  command.body = model::Park{session.outbound.channel()};
  EXPECT_THAT(words(session.outbound.command(command, kNow)), ElementsAre("log command_not_sent"));
  EXPECT_EQ(session.outbound.unsupported(), 1U);
}

TEST(Outbound, AReplyThatIsNoChannelEndsTheSession) {
  for (const char* bytes : {"Content-Type: command/reply\nReply-Text: -ERR\n\n", "Content-Type: api/response\nContent-Length: 2\n\nxx",
                            "Event-Name: CHANNEL_DATA\nContent-Type: command/reply\n\n", "HTTP/1.1 200 OK\r\n\r\n"}) {
    Session session;
    EXPECT_THAT(words(session.outbound.received(bytes, kNow)), ElementsAre("close", "log session_ended")) << bytes;
    EXPECT_EQ(session.outbound.malformed(), 1U) << bytes;
    EXPECT_THAT(words(session.outbound.received(dump(), kNow)), IsEmpty());
  }
}

}  // namespace
}  // namespace callwright::cti::freeswitch::test
