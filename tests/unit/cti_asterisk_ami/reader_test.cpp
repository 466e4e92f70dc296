#include "cti/asterisk/ami/reader.hpp"

#include <gmock/gmock.h>

#include <random>

#include "cti/asterisk/ami/event.hpp"
#include "tests/unit/cti_asterisk_ami/recordings.hpp"

namespace callwright::cti::ami {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

/// A message in one line.
std::string line(const Message& message) {
  std::string text = message.kind() == Message::Kind::banner ? "banner " + std::string(message.name()) : "";
  for (std::size_t i = 0; i < message.size(); ++i) text += (i ? "|" : "") + std::string(message[i].key) + "=" + std::string(message[i].value);
  return text;
}

void read(Reader& reader, std::string_view bytes, std::vector<std::string>& into) {
  reader.push(bytes);
  while (const Message* message = reader.next()) into.push_back(line(*message));
}

struct AmiReader : testing::Test {
  std::vector<std::string> read(std::string_view bytes) {
    std::vector<std::string> lines;
    ami::read(reader, bytes, lines);
    return lines;
  }
  Reader reader{false};
};

TEST_F(AmiReader, TheFirstLineIsTheBannerWithoutAnEmptyLine) {
  reader = Reader(true);
  EXPECT_THAT(read("Asterisk Call Manager/11.0.0\r\n"), ElementsAre("banner Asterisk Call Manager/11.0.0"));
  EXPECT_THAT(read("Response: Success\r\n\r\n"), ElementsAre("Response=Success"));
}

TEST_F(AmiReader, AMessageEndsWithAnEmptyLineHoweverTheBytesAreCut) {
  const std::string bytes = "Event: Hangup\r\nUniqueid: 1.5\r\nCause: 16\r\n\r\nEvent: Hold\r\n\r\n";
  for (std::size_t cut = 0; cut <= bytes.size(); ++cut) {
    reader = Reader(false);
    std::vector<std::string> lines = read(bytes.substr(0, cut));
    for (const std::string& more : read(bytes.substr(cut))) lines.push_back(more);
    EXPECT_THAT(lines, ElementsAre("Event=Hangup|Uniqueid=1.5|Cause=16", "Event=Hold")) << cut;
  }
}

TEST_F(AmiReader, AtMostOneBlankIsStripped) {
  EXPECT_THAT(read("Event: X\r\nAccountCode:\r\nName:  two\r\nLast: \r\nTight:v\r\n\r\n"),
              ElementsAre("Event=X|AccountCode=|Name= two|Last=|Tight=v"));
}

TEST_F(AmiReader, BareLineFeedsEndLinesToo) { EXPECT_THAT(read("Event: X\nA: 1\n\n"), ElementsAre("Event=X|A=1")); }

TEST_F(AmiReader, EmptyLinesBetweenMessagesSayNothing) {
  EXPECT_THAT(read("\r\n\r\nEvent: X\r\n\r\n\r\n\r\nEvent: Y\r\n\r\n"), ElementsAre("Event=X", "Event=Y"));
  EXPECT_EQ(reader.broken(), 0U);
}

TEST_F(AmiReader, TheFirstKeySaysWhatAMessageIs) {
  reader.push("Event: OriginateResponse\r\nResponse: Failure\r\n\r\nresponse: Success\r\n\r\n");
  const Message* message = reader.next();
  ASSERT_TRUE(message);
  EXPECT_EQ(message->kind(), Message::Kind::event);
  EXPECT_EQ(message->name(), "OriginateResponse");
  EXPECT_EQ(message->value("RESPONSE"), "Failure");
  message = reader.next();
  ASSERT_TRUE(message);
  EXPECT_EQ(message->kind(), Message::Kind::response);
  EXPECT_EQ(message->name(), "Success");
  EXPECT_EQ(reader.next(), nullptr);
}

TEST_F(AmiReader, AKeyThatComesTwiceKeepsBothValuesInTheirOrder) {
  EXPECT_THAT(read("Response: Success\r\nOutput: one\r\nOutput:  two\r\nOutput: \r\n\r\n"),
              ElementsAre("Response=Success|Output=one|Output= two|Output="));
}

TEST_F(AmiReader, VariablesOfChannelsAreReadInEachForm) {
  reader.push(
      "Event: X\r\nChanVariable: a=b=c\r\nDestChanVariable: d=\r\nChanVariable(PJSIP/x-1;2): e=f\r\nChanVariable: nothing\r\nChannel: g=h\r\n"
      "ChanVariable(: i=j\r\nTransfererChanVariable(Local/1@x-2;1): k=l\r\n\r\n");
  const Message* message = reader.next();
  ASSERT_TRUE(message);
  std::vector<std::string> all;
  Variable variable;
  for (std::size_t i = 0; i < message->size(); ++i)
    if (read_variable((*message)[i], variable))
      all.push_back(std::string(variable.role) + "," + std::string(variable.channel) + "," + std::string(variable.name) + "," +
                    std::string(variable.value));
  EXPECT_THAT(all, ElementsAre(",,a,b=c", "Dest,,d,", ",PJSIP/x-1;2,e,f", "Transferer,Local/1@x-2;1,k,l"));
}

// --- what is broken ------------------------------------------------------------------------------------------------------

TEST_F(AmiReader, ALineWithoutAKeyCostsItsMessageAndNoOther) {
  EXPECT_THAT(read("Event: A\r\nno key\r\nB: 1\r\n\r\nEvent: C\r\n\r\n"), ElementsAre("Event=C"));
  EXPECT_THAT(read("Event: A\r\n: no key either\r\n\r\nEvent: D\r\n\r\n"), ElementsAre("Event=D"));
  EXPECT_EQ(reader.broken(), 2U);
}

TEST_F(AmiReader, AMessageThatBeginsWithAnotherKeyIsNone) {
  EXPECT_THAT(read("Channel: A\r\nEvent: B\r\n\r\nEvent: C\r\n\r\n"), ElementsAre("Event=C"));
  EXPECT_EQ(reader.broken(), 1U);
}

TEST_F(AmiReader, ALineOf64KiBIsReadAndALongerOneCostsItsMessage) {
  const std::string most(Reader::kLineLimit - 3, 'x');
  EXPECT_THAT(read("Event: A\r\nK: " + most + "\r\n\r\n"), ElementsAre("Event=A|K=" + most));
  for (const std::size_t piece : {std::size_t{1} << 20, std::size_t{1} << 14, std::size_t{1'001}}) {
    reader = Reader(false);
    const std::string bytes = "Event: A\r\nK: " + most + "yz\r\nL: 1\r\n\r\nEvent: B\r\n\r\n";
    std::vector<std::string> lines;
    for (std::size_t at = 0; at < bytes.size(); at += piece) ami::read(reader, std::string_view(bytes).substr(at, piece), lines);
    EXPECT_THAT(lines, ElementsAre("Event=B")) << piece;
    EXPECT_EQ(reader.broken(), 1U) << piece;
  }
}

TEST_F(AmiReader, AMessageHasAtMost4096LinesAndOneMiB) {
  std::string most = "Event: A\r\n", longest = "Event: A\r\n";
  for (std::size_t i = 1; i < Reader::kLines; ++i) most += "k: v\r\n";
  EXPECT_EQ(read(most + "\r\n").size(), 1U);
  EXPECT_THAT(read(most + "k: v\r\n\r\nEvent: B\r\n\r\n"), ElementsAre("Event=B"));
  const std::string value(60'000, 'v');
  for (int i = 0; i < 17; ++i) longest += "k: " + value + "\r\n";
  EXPECT_EQ(read(longest + "\r\n").size(), 1U);
  EXPECT_THAT(read(longest + "k: " + value + "\r\n\r\nEvent: C\r\n\r\n"), ElementsAre("Event=C"));
  EXPECT_EQ(reader.broken(), 2U);
}

/// Complaint 11: events that are cut into one another.
TEST_F(AmiReader, AnEventCutIntoAnotherAtALineCostsOneErrorAndIsRead) {
  EXPECT_THAT(read("Event: A\r\nPrivilege: call,all\r\nEvent: B\r\nPrivilege: call,all\r\nk: 1\r\n\r\nChannel: of A\r\n\r\nEvent: C\r\n\r\n"),
              ElementsAre("Event=B|Privilege=call,all|k=1", "Event=C"));
  EXPECT_EQ(reader.broken(), 1U);
  EXPECT_THAT(read("Channel: of nobody\r\n\r\n"), IsEmpty());
  EXPECT_EQ(reader.broken(), 2U) << "the next one is an error of its own";
}

TEST_F(AmiReader, AnEventCutIntoALineOfAnotherCostsOneErrorAndBoth) {
  EXPECT_THAT(read("Event: A\r\nPrivilege: call,all\r\nChannel: PJSIEvent: B\r\nPrivilege: call,all\r\nk: 1\r\n\r\nP/trunk: x\r\nk: 2\r\n\r\nEvent: "
                   "C\r\n\r\n"),
              ElementsAre("Event=C"));
  EXPECT_EQ(reader.broken(), 1U);
}

TEST_F(AmiReader, EveryCutOfOneEventIntoAnotherCostsAtMostOneErrorAndLeavesTheNextAlone) {
  const std::string outer = "Event: Hangup\r\nPrivilege: call,all\r\nChannel: PJSIP/trunk-1\r\nUniqueid: 1.5\r\nCause: 16\r\n\r\n";
  const std::string inner = "Event: Hold\r\nPrivilege: call,all\r\nUniqueid: 1.7\r\n\r\n";
  for (std::size_t cut = 1; cut < outer.size(); ++cut) {
    reader = Reader(false);
    const auto lines = read(outer.substr(0, cut) + inner + outer.substr(cut) + "Event: Next\r\n\r\n");
    ASSERT_FALSE(lines.empty()) << cut;
    EXPECT_EQ(lines.back(), "Event=Next") << cut;
    EXPECT_LE(reader.broken(), 1U) << cut;
  }
}

TEST_F(AmiReader, BytesOfNoCharacterStayAsTheyCame) {
  EXPECT_THAT(read("Event: A\r\nName: \xFF\xC3\r\n\r\n"), ElementsAre("Event=A|Name=\xFF\xC3"));
  EXPECT_EQ(reader.broken(), 0U);
}

// --- recordings ----------------------------------------------------------------------------------------------------------

std::vector<std::string> whole(const std::string& bytes) {
  Reader reader;
  std::vector<std::string> lines;
  read(reader, bytes, lines);
  EXPECT_EQ(reader.broken(), 0U);
  return lines;
}

TEST(AmiRecordings, AnySplitGivesTheSameMessages) {
  std::mt19937 random(5038);
  for (const std::string& name : test::scenarios()) {
    const test::Recording recording = test::recording(name);
    const std::vector<std::string> all = whole(recording.bytes);
    EXPECT_GT(all.size(), 60U) << name;
    for (const std::size_t most : {std::size_t{1}, std::size_t{7}, std::size_t{100}, std::size_t{5'000}}) {
      Reader reader;
      std::vector<std::string> lines;
      for (std::size_t at = 0; at < recording.bytes.size();) {
        const std::size_t size = 1 + random() % most;
        read(reader, std::string_view(recording.bytes).substr(at, size), lines);
        at += size;
      }
      EXPECT_EQ(lines, all) << name << " " << most;
    }
    Reader reader;
    std::vector<std::string> lines;
    std::size_t at = 0;
    for (const std::size_t size : recording.chunks) {
      read(reader, std::string_view(recording.bytes).substr(at, size), lines);
      at += size;
    }
    EXPECT_EQ(lines, all) << name;
  }
}

// --- typed ---------------------------------------------------------------------------------------------------------------

TEST(AmiEvent, KeysAndNamesAreFoundInWhateverCase) {
  EXPECT_EQ(name_of("Newchannel"), Name::newchannel);
  EXPECT_EQ(name_of("NEWCHANNEL"), Name::newchannel);
  EXPECT_EQ(name_of("Newchannels"), Name::other);
  EXPECT_EQ(name_of(""), Name::other);
  EXPECT_EQ(key_of("uniqueid"), Key::uniqueid);
  EXPECT_EQ(key_of("DestUniqueId"), Key::dest_uniqueid) << "LocalOptimizationBegin writes it so";
  EXPECT_EQ(key_of("Uniqueid "), Key::none);
  for (int i = 1; i < static_cast<int>(Name::count_); ++i) {
    const Name name = static_cast<Name>(i);
    EXPECT_EQ(name_of(word_of(name)), name) << i;
  }
}

TEST(AmiEvent, OfAKeyThatComesTwiceTheFirstCounts) {
  Reader reader(false);
  reader.push("Event: Newstate\r\nUniqueid: 1.5\r\nContext:\r\nUniqueid: 1.6\r\nContext: x\r\nTimestamp: 1795324075.42\r\n\r\n");
  Event event;
  event.read(*reader.next());
  EXPECT_EQ(event.name(), Name::newstate);
  EXPECT_EQ(event[Key::uniqueid], "1.5");
  EXPECT_EQ(event[Key::context], "");
  EXPECT_EQ(event[Key::exten], "");
  EXPECT_EQ(event.at().us, 1'795'324'075'420'000);
}

TEST(AmiEvent, AStampThatIsNoneIsZero) {
  for (const char* stamp : {"", "now", "-5", "99999999999999999999", "1.x5"}) {
    Reader reader(false);
    reader.push("Event: Newstate\r\nTimestamp: " + std::string(stamp) + "\r\n\r\n");
    Event event;
    event.read(*reader.next());
    EXPECT_EQ(event.at().us, std::string(stamp) == "1.x5" ? 1'000'000 : 0) << stamp;
  }
}

}  // namespace
}  // namespace callwright::cti::ami
