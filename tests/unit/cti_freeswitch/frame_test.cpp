#include "cti/freeswitch/frame.hpp"

#include <gmock/gmock.h>

#include "tests/unit/cti_freeswitch/recording.hpp"

namespace callwright::cti::freeswitch::test {
namespace {

using Kind = Frame::Kind;
using testing::ElementsAre;
using testing::IsEmpty;

std::vector<Kind> kinds_of(std::string_view bytes) {
  std::vector<Kind> kinds;
  for (const OwnFrame& frame : frames_of(bytes)) kinds.push_back(frame.kind);
  return kinds;
}

std::string failure_of(std::string_view bytes) {
  FrameReader reader;
  frames_of({bytes}, reader);
  return std::string(reader.failure());
}

TEST(Frame, AWrongPasswordIsAReplyANoticeAndTheEnd) {
  const auto frames = frames_of(recording("session_commands", "json.badauth"));
  ASSERT_EQ(frames.size(), 3U);
  EXPECT_EQ(frames[0].kind, Kind::auth_request);
  EXPECT_EQ(frames[1].kind, Kind::reply);
  EXPECT_EQ(head_value(frames[1].head, "Reply-Text"), "-ERR invalid");
  EXPECT_EQ(frames[2].kind, Kind::notice);
  EXPECT_EQ(frames[2].body, "Disconnected, goodbye.\nSee you at ClueCon! http://www.cluecon.com/\n");
}

TEST(Frame, EveryRecordingIsCutWithoutARest) {
  int frames = 0;
  for (const std::string& name : all_recordings()) {
    const std::size_t slash = name.find('/');
    const std::string bytes = recording(name.substr(0, slash), name.substr(slash + 1));
    FrameReader reader;
    std::size_t size = 0;
    for (const OwnFrame& frame : frames_of({bytes}, reader)) {
      size += frame.head.size() + 2 + frame.body.size();
      EXPECT_NE(frame.kind, Kind::other) << name;
      ++frames;
    }
    EXPECT_EQ(reader.failure(), "") << name;
    EXPECT_EQ(size, bytes.size()) << name;
  }
  EXPECT_GT(frames, 8000);
}

TEST(Frame, TheOrderOfAHeadsLinesDoesNotMatter) {
  EXPECT_THAT(kinds_of("Content-Length: 2\nContent-Type: text/event-json\n\n{}Content-Type: text/event-json\nContent-Length: 2\n\n{}"),
              ElementsAre(Kind::json_event, Kind::json_event));
}

TEST(Frame, AnAnswerMayBeEmpty) {
  const auto frames = frames_of("Content-Type: api/response\nContent-Length: 0\n\nContent-Type: command/reply\nReply-Text: +OK\n\n");
  ASSERT_EQ(frames.size(), 2U);
  EXPECT_EQ(frames[0].body, "");
  EXPECT_EQ(head_value(frames[1].head, "Reply-Text"), "+OK");
  EXPECT_EQ(head_value(frames[1].head, "Job-UUID"), "");
}

/// goesl#1: a length is bytes, and a name with an umlaut has more of them than characters.
TEST(Frame, ALengthIsBytesAndNotCharacters) {
  const std::string body = "{\"Caller-Caller-ID-Name\":\"M\xC3\xBCller \xE4\xB8\xAD\"}";
  const std::string bytes = "Content-Length: " + std::to_string(body.size()) + "\nContent-Type: text/event-json\n\n" + body;
  const auto frames = frames_of(bytes + bytes);
  ASSERT_EQ(frames.size(), 2U);
  EXPECT_EQ(frames[1].body, body);
}

TEST(Frame, AnySplitOfTheBytesGivesTheSameFrames) {
  const std::string bytes = recording("session_commands", "plain").substr(0, 6000);
  const std::vector<OwnFrame> whole = frames_of(bytes);
  ASSERT_GT(whole.size(), 20U);
  for (std::size_t cut = 0; cut <= bytes.size(); ++cut) {
    FrameReader reader;
    EXPECT_EQ(frames_of({std::string_view(bytes).substr(0, cut), std::string_view(bytes).substr(cut)}, reader), whole) << cut;
  }
  for (const std::size_t step : {1U, 2U, 7U, 64U, 1000U}) {
    std::vector<std::string_view> pieces;
    for (std::size_t at = 0; at < bytes.size(); at += step) pieces.push_back(std::string_view(bytes).substr(at, step));
    FrameReader reader;
    EXPECT_EQ(frames_of(pieces, reader), whole) << step;
  }
}

TEST(Frame, AfterAWrongLengthTheConnectionIsOfNoUse) {
  const std::string good = "Content-Type: api/response\nContent-Length: 4\n\ntrueContent-Type: command/reply\nReply-Text: +OK\n\n";
  EXPECT_EQ(failure_of(good), "");
  for (const char* wrong : {"3", "5", "0", "20"}) {
    std::string bytes = good;
    bytes.replace(bytes.find(": 4") + 2, 1, wrong);
    EXPECT_NE(failure_of(bytes), "") << wrong;
  }
  for (const char* wrong : {"-1", "4x", "", "0x4", "99999999999999999999999"}) {
    std::string bytes = good;
    bytes.replace(bytes.find(": 4") + 2, 1, wrong);
    EXPECT_EQ(failure_of(bytes), "a line that belongs to no head") << wrong;
  }
}

TEST(Frame, WhatIsNoEventSocketIsRefusedAtOnce) {
  EXPECT_EQ(failure_of("SSH-2.0-OpenSSH_9.2\r\n"), "a line that belongs to no head");
  EXPECT_EQ(failure_of("\n"), "a head without a type");
  EXPECT_EQ(failure_of("Reply-Text: +OK\n\n"), "a head without a type");
  FrameReader reader;
  EXPECT_THAT(frames_of({"HTTP/1.1 400 Bad Request\n", "Content-Type: auth/request\n\n"}, reader), IsEmpty()) << "a failure is for good";
}

TEST(Frame, NothingGrowsBeyondItsLimit) {
  EXPECT_EQ(failure_of("Content-Type: text/event-json\nX: " + std::string(FrameReader::kHead, 'x')), "a head over the limit");
  EXPECT_EQ(failure_of("Content-Type: text/event-json\nX: " + std::string(FrameReader::kHead, 'x') + "\n\n"), "a head over the limit");
  const auto of_length = [](const char* type, std::size_t length) {
    return "Content-Type: " + std::string(type) + "\nContent-Length: " + std::to_string(length) + "\n\n";
  };
  EXPECT_EQ(failure_of(of_length("text/event-json", FrameReader::kBody)), "");
  EXPECT_EQ(failure_of(of_length("text/event-json", FrameReader::kBody + 1)), "a body over the limit");
  EXPECT_EQ(failure_of(of_length("api/response", FrameReader::kAnswer)), "");
  EXPECT_EQ(failure_of(of_length("api/response", FrameReader::kAnswer + 1)), "a body over the limit");
}

}  // namespace
}  // namespace callwright::cti::freeswitch::test
