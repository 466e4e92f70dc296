#include <gmock/gmock.h>

#include "switchboard.hpp"

namespace callwright::cti::model {
namespace {

using journal::DivertReason, journal::Kind, journal::LegState, journal::RecordingState;
using testing::ElementsAre;
using testing::IsEmpty;

TEST(Attached, WhoSentTheCallerOnIsKnownFromTheArrival) {
  Switchboard board;
  board.on(LinkOpened{1});
  LegCreated made = caller("c");
  made.redirecting = "+442079460000";
  EXPECT_THAT(kinds(board.on(made)), ElementsAre(Kind::contact_opened, Kind::call_started, Kind::leg_started, Kind::data_attached));
  EXPECT_EQ(board.model.contact(board.contact_of("c"))->data.at("redirecting"), "+442079460000");
  EXPECT_THAT(board.on(PartyChanged{"c", "", "", "", "+442079460000"}), IsEmpty());
  board.on(PartyChanged{"c", "", "", "801", "+442079460001"});
  EXPECT_EQ(board.model.contact(board.contact_of("c"))->data.at("redirecting"), "+442079460001");
  EXPECT_EQ(board.model.contact(board.contact_of("c"))->data.at("dnis"), "801");
}

TEST(Attached, EachDiversionOfALegIsToldOnce) {
  Switchboard board;
  const ContactId contact = ring(board);
  const LegId leg = board.leg("a").id;
  const CallDiverted first{"a", "1001", "1002", DivertReason::busy, "user-busy"}, second{"a", "1002", "1003", DivertReason::no_answer, ""};
  EXPECT_THAT(board.on(first), ElementsAre(journal::Body(journal::CallDiverted{leg, DivertReason::busy, "user-busy", "1001", "1002"})));
  EXPECT_THAT(kinds(board.on(second)), ElementsAre(Kind::call_diverted));
  EXPECT_THAT(board.on(first), IsEmpty()) << "however late it is repeated";
  EXPECT_EQ(board.leg("a").state, LegState::initiated);
  EXPECT_FALSE(board.model.contact(contact)->answered);
  EXPECT_THAT(board.on(CallDiverted{"nobody", "1", "2", DivertReason::busy, ""}), IsEmpty());
}

TEST(Attached, DiversionsOfAContactAreBounded) {
  Switchboard board;
  ring(board);
  for (std::size_t i = 0; i < Model::kDiversionLimit; ++i)
    ASSERT_EQ(board.on(CallDiverted{"a", "1001", std::to_string(i), DivertReason::unknown, ""}).size(), 1u);
  const auto ignored = board.model.ignored();
  EXPECT_THAT(board.on(CallDiverted{"a", "1001", "one more", DivertReason::unknown, ""}), IsEmpty());
  EXPECT_EQ(board.model.ignored(), ignored + 1);
}

TEST(Attached, ARecordingOfABridgeIsTheContactsAndStopsWhereverItsLegsAreThen) {
  Switchboard board;
  const ContactId contact = talk(board);
  const RecordingChanged began{"", "b", "rec-1", RecordingState::recording, ""};
  EXPECT_THAT(board.on(began), ElementsAre(journal::Body(journal::RecordingChanged{{}, RecordingState::recording, "", "rec-1"})));
  EXPECT_THAT(board.on(began), IsEmpty());
  EXPECT_THAT(kinds(board.on(RecordingChanged{"", "b", "rec-1", RecordingState::paused, ""})), ElementsAre(Kind::recording_changed));
  EXPECT_THAT(kinds(board.on(began)), ElementsAre(Kind::recording_changed)) << "goes on";
  board.on(LegLeftBridge{"a", "b"});
  board.on(LegLeftBridge{"c", "b"});
  EXPECT_THAT(kinds(board.on(RecordingChanged{"", "b", "rec-1", RecordingState::stopped, ""})), ElementsAre(Kind::recording_changed));
  EXPECT_TRUE(board.model.contact(contact)->recordings.empty());
  EXPECT_THAT(board.on(RecordingChanged{"", "b", "rec-1", RecordingState::stopped, ""}), IsEmpty());
}

TEST(Attached, ARecordingOfALegNamesTheLegAndAFailureKeepsItsReason) {
  Switchboard board;
  ring(board);
  const LegId leg = board.leg("c").id;
  board.on(RecordingChanged{"c", "", "rec-1", RecordingState::recording, ""});
  EXPECT_THAT(board.on(RecordingChanged{"c", "", "rec-1", RecordingState::failed, "disk full"}),
              ElementsAre(journal::Body(journal::RecordingChanged{leg, RecordingState::failed, "disk full", "rec-1"})));
  EXPECT_THAT(board.on(RecordingChanged{"nobody", "", "rec-2", RecordingState::recording, ""}), IsEmpty());
}

TEST(Attached, RecordingsThatRunAtOnceAreBounded) {
  Switchboard board;
  ring(board);
  for (std::size_t i = 0; i < Model::kRecordingLimit; ++i) board.on(RecordingChanged{"c", "", std::to_string(i), RecordingState::recording, ""});
  EXPECT_THAT(board.on(RecordingChanged{"c", "", "one more", RecordingState::recording, ""}), IsEmpty());
  board.on(RecordingChanged{"c", "", "0", RecordingState::stopped, ""});
  EXPECT_EQ(board.on(RecordingChanged{"c", "", "one more", RecordingState::recording, ""}).size(), 1u);
}

TEST(Attached, AFailedLegIsStillThereAndMayConnectButGoesNowhereElse) {
  Switchboard board;
  ring(board);
  board.on(LegStateSeen{"a", LegState::alerting});
  EXPECT_THAT(kinds(board.on(LegStateSeen{"a", LegState::failed})), ElementsAre(Kind::leg_state_changed));
  EXPECT_THAT(board.on(LegStateSeen{"a", LegState::failed}), IsEmpty());
  EXPECT_THAT(board.on(LegStateSeen{"a", LegState::alerting}), IsEmpty()) << "a late repetition";
  EXPECT_THAT(kinds(board.on(LegStateSeen{"a", LegState::connected})), ElementsAre(Kind::leg_state_changed)) << "only ended is terminal";
  EXPECT_THAT(board.on(LegStateSeen{"a", LegState::failed}), IsEmpty()) << "what was answered does not fail, it ends";
}

}  // namespace
}  // namespace callwright::cti::model
