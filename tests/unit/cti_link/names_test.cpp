#include "cti/link/names.hpp"

#include <gtest/gtest.h>

namespace callwright::cti::link {
namespace {

TEST(LegNames, SayWhoseALegIsAndNothingElseIsRead) {
  const model::Tokens agent{ContactId{123}, OfferId{456}, 7};
  EXPECT_EQ(leg_name(agent), "cw-123-456-7");
  EXPECT_EQ(tokens_of_leg("cw-123-456-7"), agent);
  EXPECT_EQ(tokens_of_leg(customer_leg_name(ContactId{123}, 7, 40)), (model::Tokens{ContactId{123}, {}, 7}));
  for (const char* wrong : {"", "cw-", "cw-1", "cw-1-2", "cw-1-2-", "cw-1-2-3x", "cw-0-2-3", "cw--1-2-3", "cw-1-2-99999999999999999999", "xcw-1-2-3",
                            "cw-1-c", "cw-1-c2", "cw-1-c2-", "cw-1-c2-x"})
    EXPECT_FALSE(tokens_of_leg(wrong)) << wrong;
}

TEST(LegNames, TheSameAsArguments) {
  EXPECT_EQ(tokens_of_arguments("agent,1,2,3"), (model::Tokens{ContactId{1}, OfferId{2}, 3}));
  EXPECT_EQ(tokens_of_arguments("customer,1,3"), (model::Tokens{ContactId{1}, {}, 3}));
  for (const char* wrong : {"agent,1,2", "agent,1,2,3,4", "customer,1", "customer,1,2,3", "1,2,3", ""})
    EXPECT_FALSE(tokens_of_arguments(wrong)) << wrong;
}

}  // namespace
}  // namespace callwright::cti::link
