#include "cti/freeswitch/event.hpp"

#include <gmock/gmock.h>

#include <boost/json.hpp>
#include <map>

#include "tests/unit/cti_freeswitch/recording.hpp"

namespace callwright::cti::freeswitch::test {
namespace {

using testing::ElementsAre;

TEST(Event, ReadsWhatAnotherReaderOfJsonReads) {
  const std::map<std::string, Field> looked_at = {{"Event-Name", Field::EventName},
                                                  {"Unique-ID", Field::UniqueId},
                                                  {"Channel-Name", Field::ChannelName},
                                                  {"Caller-Caller-ID-Name", Field::CallerName},
                                                  {"Hangup-Cause", Field::HangupCause},
                                                  {"Core-UUID", Field::CoreUuid},
                                                  {"Event-Date-Timestamp", Field::Timestamp},
                                                  {"variable_transfer_history", Field::TransferHistory},
                                                  {"_body", Field::Body}};
  int events = 0, lists = 0;
  Event event;
  for (const std::string& name : all_recordings()) {
    const std::size_t slash = name.find('/');
    for (const OwnFrame& frame : frames_of(recording(name.substr(0, slash), name.substr(slash + 1)))) {
      if (frame.kind != Frame::Kind::json_event) continue;
      ASSERT_TRUE(event.read_json(frame.body)) << name;
      ++events;
      const boost::json::object other = boost::json::parse(frame.body).as_object();
      for (const auto& [header, field] : looked_at) {
        const boost::json::value* value = other.if_contains(header);
        std::string text;
        if (value && value->is_string()) text = value->as_string();
        if (value && value->is_array()) {
          ++lists;
          for (const auto& one : value->as_array()) text += (text.empty() ? "ARRAY::" : "|:") + std::string(one.as_string());
        }
        EXPECT_EQ(event[field], text) << name << " " << header;
      }
    }
  }
  EXPECT_GT(events, 3000);
  EXPECT_GT(lists, 0);
}

/// The two runs of a scenario are two calls, so the events are alike in kind and number, not in their ids.
TEST(Event, BothFormatsTellTheSameStory) {
  const auto story = [](const std::string& scenario, const char* format) {
    std::map<std::string, int> story;
    Event event;
    for (const OwnFrame& frame : frames_of(recording(scenario, format))) {
      if (frame.kind != Frame::Kind::json_event && frame.kind != Frame::Kind::plain_event) continue;
      EXPECT_TRUE(event.read({frame.kind, frame.head, frame.body}));
      EXPECT_NE(event.at().us, 0);
      if (event.kind() == EventKind::heartbeat || event.kind() == EventKind::other) continue;
      const std::string channel(event[Field::ChannelName]);
      ++story[std::string(event[Field::EventName]) + " " + channel + " " + std::string(event[Field::HangupCause]) +
              std::string(event[Field::CallerName]) + std::string(event[Field::CcAction]) + std::string(event[Field::Digit]) +
              std::string(event[Field::Destination])];
    }
    return story;
  };
  for (const char* scenario : {"bridged_call_caller_hangup", "busy", "hold_unhold", "callcenter_answered", "dtmf", "acd_agent_no_answer"}) {
    const auto told = story(scenario, "json");
    EXPECT_GE(told.size(), 8U) << scenario;
    EXPECT_EQ(story(scenario, "plain"), told) << scenario;
  }
}

TEST(Event, OfANameThatComesTwiceTheLastValueCounts) {
  Event event;
  ASSERT_TRUE(event.read_json(R"({"Event-Name":"COMMAND","Hangup-Cause":"A","Event-Name":"CHANNEL_HANGUP","Hangup-Cause":"B"})"));
  EXPECT_EQ(event.kind(), EventKind::channel_hangup);
  EXPECT_EQ(event[Field::HangupCause], "B");
  ASSERT_TRUE(event.read_plain("Event-Name: COMMAND\nHangup-Cause: A\nEvent-Name: CHANNEL_HANGUP\nHangup-Cause: B\n\n"));
  EXPECT_EQ(event.kind(), EventKind::channel_hangup);
  EXPECT_EQ(event[Field::HangupCause], "B");
  ASSERT_TRUE(event.read_json(R"({"Hangup-Cause":"A","Hangup-Cause":{"no":"text"}})"));
  EXPECT_EQ(event[Field::HangupCause], "");
}

TEST(Event, AVariableOfTheSameNameIsAnotherThing) {
  Event event;
  ASSERT_TRUE(event.read_json(R"({"Event-Name":"CHANNEL_ANSWER","variable_Event-Name":"REQUEST_PARAMS","variable_Unique-ID":"x","Unique-ID":"y"})"));
  EXPECT_EQ(event.kind(), EventKind::channel_answer);
  EXPECT_EQ(event[Field::UniqueId], "y");
}

TEST(Event, TheOrderOfHeadersDoesNotMatter) {
  Event event;
  ASSERT_TRUE(event.read_json(R"({"Event-Subclass":"callcenter::info","CC-Action":"agent-offering","Event-Name":"CUSTOM"})"));
  EXPECT_EQ(event.kind(), EventKind::callcenter);
  ASSERT_TRUE(event.read_json(R"({"Event-Name":"CUSTOM","Event-Subclass":"sofia::register"})"));
  EXPECT_EQ(event.kind(), EventKind::other);
}

TEST(Event, ListsAreToldAlikeInBothFormats) {
  Event event;
  ASSERT_TRUE(event.read_json(R"({"variable_transfer_history":["1:a:bl_xfer:1002","2:b:\u00e4"],"Event-Name":"CHANNEL_UNBRIDGE"})"));
  EXPECT_EQ(event[Field::TransferHistory], "ARRAY::1:a:bl_xfer:1002|:2:b:\xC3\xA4");
  EXPECT_THAT(parts_of(event[Field::TransferHistory]), ElementsAre("1:a:bl_xfer:1002", "2:b:\xC3\xA4"));
  ASSERT_TRUE(event.read_plain("variable_transfer_history: ARRAY%3A%3A1%3Aa%3Abl_xfer%3A1002|%3A2%3Ab%3A%C3%A4\n\n"));
  EXPECT_THAT(parts_of(event[Field::TransferHistory]), ElementsAre("1:a:bl_xfer:1002", "2:b:\xC3\xA4"));
  ASSERT_TRUE(event.read_json(R"({"variable_transfer_history":[],"Event-Name":"X"})"));
  EXPECT_THAT(parts_of(event[Field::TransferHistory]), ElementsAre(""));
  EXPECT_THAT(parts_of("1:a:bl_xfer:1002"), ElementsAre("1:a:bl_xfer:1002"));
}

TEST(Event, ABodyStandsBehindItsOwnLength) {
  Event event;
  ASSERT_TRUE(event.read_plain("Event-Name: BACKGROUND_JOB\nJob-UUID: j\nContent-Length: 8\n\n+OK u-1\n"));
  EXPECT_EQ(event[Field::Body], "+OK u-1\n");
  ASSERT_TRUE(event.read_plain("Event-Name: CUSTOM\nContent-Length: 11\nEvent-Sequence: 9\nContent-Length: 11\n\nhello\nworld"));
  EXPECT_EQ(event[Field::Body], "hello\nworld") << "told twice by sendevent";
  EXPECT_FALSE(event.read_plain("Event-Name: BACKGROUND_JOB\nContent-Length: 9\n\n+OK u-1\n")) << "longer than what is there";
  ASSERT_TRUE(event.read_plain("Event-Name: CHANNEL_ANSWER\nUnique-ID: u\n\n"));
  EXPECT_EQ(event[Field::Body], "");
  ASSERT_TRUE(event.read_json(R"({"Event-Name":"BACKGROUND_JOB","Content-Length":"8","_body":"+OK u-1\n"})"));
  EXPECT_EQ(event[Field::Body], "+OK u-1\n");
}

TEST(Event, PlainValuesAreDecodedAndWhatIsNoEscapeStays) {
  EXPECT_EQ(url_decoded("Bob%20%26%20Co%2E, (x)"), "Bob & Co., (x)");
  EXPECT_EQ(url_decoded("100%"), "100%");
  EXPECT_EQ(url_decoded("100%2"), "100%2");
  EXPECT_EQ(url_decoded("%zz%41"), "%zzA");
  EXPECT_EQ(url_decoded("%C3%BC%e4%b8%ad"), "\xC3\xBC\xE4\xB8\xAD");
  Event event;
  ASSERT_TRUE(event.read_plain("Caller-Caller-ID-Name: M%C3%BCller%20%22Q%22\nvariable_odd:name: x\n\n"));
  EXPECT_EQ(event[Field::CallerName], "M\xC3\xBCller \"Q\"");
}

TEST(Event, JsonKeepsWhatPlainLoses) {
  const auto stands = [](const std::string& bytes, const std::string& before, const char* after) {
    const std::size_t from = bytes.find(before) + before.size();
    return bytes.substr(from, bytes.find(after, from) - from);
  };
  EXPECT_EQ(stands(recording("special_characters", "json"), "\"variable_sip_from_display\":\"", "\",\""),
            "M\xC3\xBCller \\\\\\\"Q\\\\\\\" %41; %0A & x");
  EXPECT_EQ(url_decoded(stands(recording("special_characters", "plain"), "\nvariable_sip_from_display: ", "\n")),
            "M\xC3\xBCller \\\"Q\\\" A; \n & x");
}

TEST(Event, JsonEscapesAreRead) {
  Event event;
  ASSERT_TRUE(event.read_json("{ \"Caller-Caller-ID-Name\" : \"a\\n\\\"b\\\\\" , \"Unique-ID\":\"\\u4e2d\\ud83d\\ude00\\ud800x\\/\\u12\" }"));
  EXPECT_EQ(event[Field::CallerName], "a\n\"b\\");
  EXPECT_EQ(event[Field::UniqueId], "\xE4\xB8\xAD\xF0\x9F\x98\x80\xEF\xBF\xBDx/\\u12");
}

TEST(Event, WhatIsNoObjectIsMalformed) {
  Event event;
  for (const char* text : {"", "{", "}", "[]", "{\"a\"}", "{\"a\":}", "{\"a\":\"b\"", "{\"a\":\"b\"}x", "{\"a\":\"b\",}", "{\"a\":\"b\\\"}",
                           "{\"a\":[\"b\"}", "{\"Unique-ID\":[\"b\"}", "{\"Unique-ID\":[1]}", "{\"a\":\"b\" \"c\":\"d\"}", "{\"a\":{\"b\":[1,2}"})
    EXPECT_FALSE(event.read_json(text)) << text;
  for (const char* text : {"{}", " { } ", "{\"a\":1,\"b\":[1,{\"c\":null}],\"d\":true}", "{\"Unique-ID\":7}"})
    EXPECT_TRUE(event.read_json(text)) << text;
  EXPECT_FALSE(event.read_json("{\"a\":" + std::string(1000, '[') + std::string(1000, ']') + "}")) << "deep";
  EXPECT_FALSE(event.read_plain("no colon\n\n"));
  EXPECT_FALSE(event.read_plain("Event-Name: DTMF\nnone\n"));
  EXPECT_EQ(event.kind(), EventKind::other);
  EXPECT_EQ(event[Field::EventName], "");
}

TEST(Event, AnEventSaysWhenItHappened) {
  Event event;
  ASSERT_TRUE(event.read_json(R"({"Event-Date-Timestamp":"1795324524729881"})"));
  EXPECT_EQ(event.at().us, 1'795'324'524'729'881);
  for (const char* wrong : {"", "-5", "12x", "99999999999999999999"}) {
    const std::string told = "{\"Event-Date-Timestamp\":\"" + std::string(wrong) + "\"}";  // read in place
    ASSERT_TRUE(event.read_json(told));
    EXPECT_EQ(event.at().us, 0) << wrong;
  }
}

TEST(Event, TheHeadOfAnOutboundSessionIsAnEvent) {
  const auto frames = frames_of(recording("outbound_async_full_linger", "plain.outbound"));
  ASSERT_EQ(frames.front().kind, Frame::Kind::reply);
  EXPECT_EQ(head_value(frames.front().head, "Reply-Text"), "%2BOK%0A");
  Event event;
  ASSERT_TRUE(event.read_plain(frames.front().head));
  EXPECT_EQ(event.kind(), EventKind::channel_data);
  EXPECT_EQ(event[Field::UniqueId], "257f9c71-dad2-4d7a-ae0e-e61f099af455");
  EXPECT_EQ(event[Field::ChannelName], "sofia/internal/2001@127.0.0.1");
  EXPECT_EQ(event[Field::Destination], "8500");
}

}  // namespace
}  // namespace callwright::cti::freeswitch::test
