#include "cti/freeswitch/answers.hpp"

#include <gmock/gmock.h>

namespace callwright::cti::freeswitch::test {
namespace {

TEST(EslAnswers, AnEmptyListHasNoRows) {
  EXPECT_EQ(read_channels("{\"row_count\":0}")->size(), 0U);
  EXPECT_EQ(read_channels("{\"row_count\":0}\n")->size(), 0U);
  EXPECT_EQ(read_bridged("{\"row_count\":0,\"rows\":[]}")->size(), 0U);
}

TEST(EslAnswers, WhatIsNoListIsMalformed) {
  for (const char* text : {"", "x", "[]", "{\"rows\":{}}", "{\"rows\":[1]}", "{\"rows\":[{\"uuid\":1}]}", "{\"rows\":[{}]}", "{\"rows\":[[[[[]]]]]}",
                           "-ERR no reply\n"})
    EXPECT_FALSE(read_channels(text)) << text;
}

TEST(EslAnswers, OneCallersNameCostsNobodyTheSnapshot) {
  const auto rows = read_channels("{\"rows\":[{\"uuid\":\"a\",\"cid_name\":\"M\xFCller\",\"application_data\":\"" + std::string(5000, 'x') + "\"}]}");
  ASSERT_TRUE(rows);
  EXPECT_EQ(rows->front().caller_name, "M\xEF\xBF\xBDller");
  EXPECT_EQ(rows->front().application_data.size(), 1024U);
}

TEST(EslAnswers, ATableFindsItsFieldsByName) {
  const Table table("name|contact|status\n1001@default|[leg_timeout=5]user/1001@127.0.0.1|Available\n1002@default|\n+OK\n");
  ASSERT_EQ(table.size(), 2U);
  EXPECT_EQ(table.at(0, "status"), "Available");
  EXPECT_EQ(table.at(0, "nosuch"), "");
  EXPECT_EQ(table.at(1, "status"), "") << "a short row";
  EXPECT_EQ(table.at(2, "name"), "");
  EXPECT_EQ(Table("-ERR callcenter_config Command not found!\n").size(), 0U);
  EXPECT_EQ(Table("").size(), 0U);
}

TEST(EslAnswers, AFailureSaysWhy) {
  EXPECT_EQ(failure_of("+OK\n"), "");
  EXPECT_EQ(failure_of("true"), "");
  EXPECT_EQ(failure_of("-ERR No such channel!\n"), "-ERR No such channel!");
  EXPECT_EQ(failure_of("-USAGE: <uuid> <other_uuid>\n"), "-USAGE: <uuid> <other_uuid>");
  EXPECT_EQ(cause_in("-ERR NO_ANSWER\n"), "NO_ANSWER");
  EXPECT_EQ(cause_in("-ERR x Command not found!\n"), "x");
  EXPECT_EQ(cause_in("-USAGE: x"), "");
}

}  // namespace
}  // namespace callwright::cti::freeswitch::test
