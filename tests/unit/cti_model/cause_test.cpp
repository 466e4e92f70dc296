#include "cti/model/cause.hpp"

#include <gtest/gtest.h>

namespace callwright::cti::model {
namespace {

using journal::Cause;

TEST(CauseTable, Q850) {
  const std::pair<int, Cause> rows[] = {
      {16, Cause::normal}, {31, Cause::normal}, {17, Cause::busy}, {18, Cause::no_answer}, {19, Cause::no_answer}, {26, Cause::elsewhere},
      {21, Cause::rejected}, {20, Cause::unreachable}, {27, Cause::unreachable}, {1, Cause::bad_number}, {3, Cause::bad_number}, {22, Cause::bad_number},
      {28, Cause::bad_number}, {34, Cause::congestion}, {38, Cause::congestion}, {41, Cause::congestion}, {42, Cause::congestion}, {44, Cause::congestion},
      {52, Cause::not_allowed}, {54, Cause::not_allowed}, {57, Cause::not_allowed}, {65, Cause::media}, {88, Cause::media}, {102, Cause::timeout},
      {999, Cause::unknown}, {-1, Cause::unknown}};
  for (const auto& [code, cause] : rows) EXPECT_EQ(cause_of_q850(code, LegPast::answered), cause) << code;
}

TEST(CauseTable, CallerWhoGivesUpBeforeTheAnswerCancels) {
  for (int code : {0, 16, 127}) EXPECT_EQ(cause_of_q850(code, LegPast::arriving), Cause::caller_cancel) << code;
  EXPECT_EQ(cause_of_q850(16, LegPast::ringing), Cause::caller_cancel);
  EXPECT_EQ(cause_of_q850(0, LegPast::ringing), Cause::unknown);
  EXPECT_EQ(cause_of_freeswitch("NORMAL_CLEARING", LegPast::arriving), Cause::caller_cancel);
}

TEST(CauseTable, Sip) {
  const std::pair<int, Cause> rows[] = {{0, Cause::normal}, {200, Cause::normal}, {486, Cause::busy}, {600, Cause::busy}, {408, Cause::no_answer},
                                        {480, Cause::no_answer}, {487, Cause::caller_cancel}, {603, Cause::rejected}, {404, Cause::bad_number},
                                        {410, Cause::bad_number}, {484, Cause::bad_number}, {503, Cause::congestion}, {403, Cause::not_allowed},
                                        {488, Cause::media}, {418, Cause::unknown}};
  for (const auto& [status, cause] : rows) EXPECT_EQ(cause_of_sip(status), cause) << status;
}

TEST(CauseTable, ReasonHeaderDecidesWhere480And487AreNotClear) {
  EXPECT_EQ(cause_of_sip(480, 20), Cause::unreachable);
  EXPECT_EQ(cause_of_sip(480, 19), Cause::no_answer);
  EXPECT_EQ(cause_of_sip(487, 26), Cause::elsewhere);
}

TEST(CauseTable, FreeSwitch) {
  const std::pair<const char*, Cause> rows[] = {
      {"NORMAL_CLEARING", Cause::normal}, {"NORMAL_UNSPECIFIED", Cause::normal}, {"MANAGER_REQUEST", Cause::normal}, {"USER_BUSY", Cause::busy},
      {"BUSY_EVERYWHERE", Cause::busy}, {"NO_ANSWER", Cause::no_answer}, {"NO_USER_RESPONSE", Cause::no_answer}, {"PROGRESS_TIMEOUT", Cause::no_answer},
      {"ORIGINATOR_CANCEL", Cause::caller_cancel}, {"LOSE_RACE", Cause::elsewhere}, {"PICKED_OFF", Cause::elsewhere}, {"CALL_REJECTED", Cause::rejected},
      {"DECLINE", Cause::rejected}, {"USER_NOT_REGISTERED", Cause::unreachable}, {"SUBSCRIBER_ABSENT", Cause::unreachable},
      {"DESTINATION_OUT_OF_ORDER", Cause::unreachable}, {"GATEWAY_DOWN", Cause::unreachable}, {"UNALLOCATED_NUMBER", Cause::bad_number},
      {"NO_ROUTE_DESTINATION", Cause::bad_number}, {"INVALID_NUMBER_FORMAT", Cause::bad_number}, {"NORMAL_TEMPORARY_FAILURE", Cause::congestion},
      {"NORMAL_CIRCUIT_CONGESTION", Cause::congestion}, {"OUTGOING_CALL_BARRED", Cause::not_allowed}, {"INCOMPATIBLE_DESTINATION", Cause::media},
      {"MEDIA_TIMEOUT", Cause::media}, {"RECOVERY_ON_TIMER_EXPIRE", Cause::timeout}, {"ALLOTTED_TIMEOUT", Cause::timeout},
      {"BLIND_TRANSFER", Cause::transferred}, {"ATTENDED_TRANSFER", Cause::transferred}, {"SYSTEM_SHUTDOWN", Cause::switch_lost},
      {"CHAN_NOT_IMPLEMENTED", Cause::unknown}, {"NOBODY_KNOWS", Cause::unknown}, {"", Cause::unknown}};
  for (const auto& [name, cause] : rows) EXPECT_EQ(cause_of_freeswitch(name, LegPast::answered), cause) << name;
  EXPECT_EQ(cause_of_freeswitch("MANAGER_REQUEST", LegPast::ringing), Cause::caller_cancel);
  EXPECT_EQ(freeswitch_code("USER_BUSY"), 17);
  EXPECT_EQ(freeswitch_code("SYSTEM_SHUTDOWN"), 701);
  EXPECT_EQ(freeswitch_code("NOBODY_KNOWS"), 0);
}

TEST(CauseTable, WhatWeSayIsUnderstoodAsWeMeanIt) {
  for (Cause cause : {Cause::normal, Cause::busy, Cause::no_answer, Cause::elsewhere, Cause::rejected, Cause::unreachable, Cause::bad_number, Cause::congestion,
                      Cause::not_allowed, Cause::media, Cause::timeout})
    EXPECT_EQ(cause_of_q850(q850_of(cause), LegPast::answered), cause);
  for (Cause cause : {Cause::normal, Cause::busy, Cause::no_answer, Cause::caller_cancel, Cause::elsewhere, Cause::rejected, Cause::unreachable,
                      Cause::bad_number, Cause::congestion, Cause::not_allowed, Cause::media, Cause::timeout})
    EXPECT_EQ(cause_of_freeswitch(freeswitch_name(cause), LegPast::answered), cause);
}

}  // namespace
}  // namespace callwright::cti::model
