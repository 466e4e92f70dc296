#include "base/utf8.hpp"

#include <gtest/gtest.h>

namespace callwright {
namespace {

TEST(Utf8, BrokenBytesAreReplacedAndACutDividesNoCharacter) {
  EXPECT_EQ(to_utf8("ab\xFF", 10), "ab\xEF\xBF\xBD");
  EXPECT_EQ(to_utf8("王小", 5), "王");
  EXPECT_EQ(to_utf8("\xC0\xAF\xED\xA0\x80", 30), "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD");
  EXPECT_EQ(to_utf8("\xF0\x9F\xA6\x8A", 10), "🦊");
  EXPECT_EQ(to_utf8("\xF0\x9F\xA6", 10), "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD");
  EXPECT_EQ(to_utf8(std::string_view("a\0b", 3), 10), std::string("a\0b", 3));
}

TEST(Utf8, EveryCodePointComesBackAndSurrogatesAndLongFormsAreNone) {
  for (std::uint32_t point = 0; point <= 0x10FFFF; ++point) {
    std::string text;
    if (point < 0x80) text = {static_cast<char>(point)};
    else if (point < 0x800) text = {static_cast<char>(0xC0 | point >> 6), static_cast<char>(0x80 | (point & 0x3F))};
    else if (point < 0x10000)
      text = {static_cast<char>(0xE0 | point >> 12), static_cast<char>(0x80 | (point >> 6 & 0x3F)), static_cast<char>(0x80 | (point & 0x3F))};
    else
      text = {static_cast<char>(0xF0 | point >> 18), static_cast<char>(0x80 | (point >> 12 & 0x3F)), static_cast<char>(0x80 | (point >> 6 & 0x3F)),
              static_cast<char>(0x80 | (point & 0x3F))};
    const Utf8Character read = first_character(text + "x");
    const bool surrogate = point >= 0xD800 && point <= 0xDFFF;
    ASSERT_EQ(read.length, surrogate ? 0U : text.size()) << point;
    if (!surrogate) ASSERT_EQ(static_cast<std::uint32_t>(read.point), point);
    if (text.size() > 1) ASSERT_EQ(first_character(text.substr(0, text.size() - 1)).length, 0U) << point;
  }
  EXPECT_EQ(first_character("\xE0\x80\xAF").length, 0U);
  EXPECT_EQ(first_character("\xF0\x80\x80\xAF").length, 0U);
  EXPECT_EQ(first_character("\xF4\x90\x80\x80").length, 0U);
  EXPECT_EQ(first_character("").length, 0U);
}

}  // namespace
}  // namespace callwright
