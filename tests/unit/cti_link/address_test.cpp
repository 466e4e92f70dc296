#include "cti/link/address.hpp"

#include <gtest/gtest.h>

namespace callwright::cti::link {
namespace {

constexpr Scheme kAmi{"ami", 5038, "amis", 5039};
constexpr Scheme kEsl{"esl", 8021, {}, 0};

TEST(LinkAddress, HasItsProtocolsPortUnlessItSaysOne) {
  EXPECT_EQ(read_address("ami://pbx.example", kAmi), (Address{"pbx.example", 5038, false}));
  EXPECT_EQ(read_address("amis://pbx.example/", kAmi), (Address{"pbx.example", 5039, true}));
  EXPECT_EQ(read_address("esl://[::1]:18021", kEsl), (Address{"::1", 18021, false}));
}

TEST(LinkAddress, WhatIsNoneIsRefusedWithAnExample) {
  for (const char* wrong : {"", "pbx", "pbx:5038", "http://pbx", "esl://pbx", "ami://", "ami://pbx:0", "ami://pbx:99999", "ami://me:secret@pbx",
                            "ami://pbx/x", "ami://pbx?x=1"})
    EXPECT_FALSE(read_address(wrong, kAmi)) << wrong;
  EXPECT_EQ(read_address("http://pbx", kAmi).error().context, "url 'http://pbx' must look like ami://127.0.0.1:5038");
  EXPECT_FALSE(read_address("esls://pbx", kEsl)) << "the event socket has no TLS";
}

}  // namespace
}  // namespace callwright::cti::link
