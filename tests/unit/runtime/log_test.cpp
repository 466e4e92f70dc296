#include "runtime/log.hpp"

#include <gtest/gtest.h>

namespace callwright::runtime::log {
namespace {

TEST(Log, OneEventIsOneLineOfPairs) {
  EXPECT_EQ(format("contact_opened", {{"contact", ContactId{77}}, {"queue", QueueId{"repairs"}}, {"us", Duration{5}}, {"ok", true}}),
            "event=contact_opened contact=77 queue=repairs us=5 ok=true");
}

TEST(Log, ValuesFromOutsideCannotForgeALine) {
  EXPECT_EQ(format("e", {{"v", "a b"}}), "event=e v=\"a b\"");
  EXPECT_EQ(format("e", {{"v", "x\nlevel=error \"y\" \\ \x01"}}), "event=e v=\"x\\nlevel=error \\\"y\\\" \\\\ \\x01\"");
  EXPECT_EQ(format("e", {{"v", ""}}), "event=e v=\"\"");
  EXPECT_EQ(format("e", {{"v", "a=b"}}), "event=e v=\"a=b\"");
}

TEST(Log, LongValuesAreCut) {
  EXPECT_EQ(format("e", {{"v", std::string(512, 'x')}}).size(), std::string("event=e v=").size() + 512);
  EXPECT_EQ(format("e", {{"v", std::string(513, 'x')}}), "event=e v=\"" + std::string(512, 'x') + "...\"");
}

}  // namespace
}  // namespace callwright::runtime::log
