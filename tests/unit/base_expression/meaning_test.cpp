#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <new>

#include "attributes.hpp"

// ThreadSanitizer brings operators of its own and takes no others beside them.
#if !__has_feature(thread_sanitizer)
#define COUNTS_ALLOCATIONS
namespace {
std::size_t allocations = 0;  // of this program, for the rule that asking makes none
}  // namespace

void* operator new(std::size_t size) {
  ++allocations;
  if (void* memory = std::malloc(size)) return memory;
  throw std::bad_alloc();
}
void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
  ++allocations;
  return std::malloc(size);
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
#endif

namespace callwright::expression {
namespace {

/// Whether a condition holds for a contact; a text that is none fails the test.
bool holds(std::string_view text, const Attributes& attributes = {}) {
  const auto read = parse(text);
  EXPECT_TRUE(read) << text << ": " << read.error().text();
  return read && read->holds(look_up(attributes));
}

TEST(Meaning, TextsAreEqualByteForByte) {
  const Attributes contact = {{"lang", "zh"}, {"city", "北京"}};
  EXPECT_TRUE(holds(R"(lang == "zh")", contact));
  EXPECT_FALSE(holds(R"(lang == "ZH")", contact));
  EXPECT_FALSE(holds(R"(lang == "zh ")", contact));
  EXPECT_TRUE(holds(R"(lang != "en")", contact));
  EXPECT_TRUE(holds(R"(city == "北京")", contact));
  EXPECT_TRUE(holds(R"(city starts_with "北")", contact));
}

TEST(Meaning, TextsAreOrderedByTheirCodePoints) {
  const Attributes contact = {{"due", "2026-12-24"}, {"name", "Ö"}};
  EXPECT_TRUE(holds(R"(due < "2026-12-25" && due <= "2026-12-24" && due >= "2026-12-24" && due > "2026-12-23")", contact));
  EXPECT_FALSE(holds(R"(due < "2026-12-24" || due > "2026-12-24")", contact));
  EXPECT_TRUE(holds(R"(name > "Z")", contact)) << "bytes above 127 come behind the letters";
}

TEST(Meaning, NumbersAreComparedAsNumbers) {
  const Attributes contact = {{"tier", "10"}};
  EXPECT_TRUE(holds("tier > 9 && tier >= 10 && tier == 10 && tier != 9 && tier <= 10 && tier < 11", contact));
  EXPECT_FALSE(holds("tier > 10 || tier < 10 || tier != 10", contact));
  EXPECT_TRUE(holds("tier > -11", contact));
}

TEST(Meaning, AnAttributeIsANumberOnlyAsAWhole) {
  for (const char* number : {"7", "007", "0000000000000000000000000007"}) EXPECT_TRUE(holds("n == 7", {{"n", number}})) << number;
  EXPECT_TRUE(holds("n == 0", {{"n", "-0"}}));
  EXPECT_TRUE(holds("n == -9223372036854775808", {{"n", "-9223372036854775808"}}));
  for (const char* text : {"", " 7", "7 ", "+7", "7.0", "7a", "seven", "-", "--7", "0x7", "9223372036854775808", "７"}) {
    for (const char* sign : {"==", "!=", "<", "<=", ">", ">="}) EXPECT_FALSE(holds("n " + std::string(sign) + " 7", {{"n", text}})) << text << sign;
    EXPECT_FALSE(holds("n in [7, 8]", {{"n", text}})) << text;
  }
}

TEST(Meaning, WithAnAbsentAttributeEveryComparisonIsFalse) {
  for (const char* comparison : {"x == 1", "x != 1", "x < 1", "x <= 1", "x > 1", "x >= 1", R"(x == "")", R"(x != "")", R"(x < "b")", R"(x >= "")",
                                 R"(x in ["", 0])", R"(x starts_with "")", "has x"}) {
    EXPECT_FALSE(holds(comparison)) << comparison;
    EXPECT_TRUE(holds("!(" + std::string(comparison) + ")")) << comparison;
  }
}

TEST(Meaning, AnEmptyTextIsThere) { EXPECT_TRUE(holds(R"(has x && x == "" && x starts_with "" && x != "a" && x < "a")", {{"x", ""}})); }

TEST(Meaning, InIsEqualToAnyOfTextsAndNumbers) {
  const std::string condition = R"(flag in ["vip", 7, "new"])";
  for (const char* flag : {"vip", "new", "7", "07"}) EXPECT_TRUE(holds(condition, {{"flag", flag}})) << flag;
  for (const char* flag : {"", "vi", "vipp", "8"}) EXPECT_FALSE(holds(condition, {{"flag", flag}})) << flag;
}

TEST(Meaning, AndBindsCloserThanOrAndNotClosest) {
  const Attributes a = {{"a", ""}};
  EXPECT_TRUE(holds("has a || has b && has c", a));
  EXPECT_FALSE(holds("(has a || has b) && has c", a));
  EXPECT_FALSE(holds("!has a && has b || false", a));
  EXPECT_TRUE(holds("!has b && !!has a && !(has a && has b) && !false", a));
}

TEST(Meaning, NamesHoldDotsDigitsAndUnderscores) {
  EXPECT_TRUE(holds("order.line_2.x == 1", {{"order.line_2.x", "1"}}));
  EXPECT_TRUE(holds("has_x == 1 && int == 2 && truely == 3 && order == 4", {{"has_x", "1"}, {"int", "2"}, {"truely", "3"}, {"order", "4"}}));
}

TEST(Meaning, WhiteSpaceAndLineEndsSeparate) {
  EXPECT_TRUE(holds("\r\n a==1\t&&(b==2||false)\n", {{"a", "1"}, {"b", "2"}}));
  EXPECT_TRUE(holds(R"(a in["x","y"]&&a starts_with"x")", {{"a", "x"}}));
}

TEST(Meaning, EscapesStandForTheirCharacters) { EXPECT_TRUE(holds(R"(a == "q\" b\\ n\n t\t.")", {{"a", "q\" b\\ n\n t\t."}})); }

TEST(Meaning, WhatNeedNotBeAskedIsNotAsked) {
  const auto asked_by = [](std::string_view text) {
    std::string asked;
    (void)parse(text)->holds([&](std::string_view name) {
      asked += name;
      return std::optional<std::string_view>("1");
    });
    return asked;
  };
  EXPECT_EQ(asked_by("a == 2 && b == 1"), "a");
  EXPECT_EQ(asked_by("a == 1 || b == 1 || c == 1"), "a");
  EXPECT_EQ(asked_by("(a == 2 || b == 2) && c == 1 || d == 1"), "abd");
}

#ifdef COUNTS_ALLOCATIONS
TEST(Meaning, AskingAllocatesNothing) {
  const auto read = parse(R"(!(a == "x" && b in [1, 2]) || c starts_with "+44" && has d)");
  ASSERT_TRUE(read);
  const auto find = [](std::string_view name) {
    return name == "d" ? std::nullopt : std::optional<std::string_view>("a text that is longer than 22");
  };
  const std::size_t before = allocations;
  const bool held = read->holds(find);
  EXPECT_EQ(allocations, before);
  EXPECT_TRUE(held);
}
#endif

TEST(Expression, OneThatWasNotReadHoldsAlways) {
  EXPECT_TRUE(Expression().holds(look_up({})));
  EXPECT_EQ(Expression(), *parse("true"));
  EXPECT_EQ(Expression().text(), "true");
}

TEST(Expression, TellsItsNamesOnceInOrder) {
  EXPECT_EQ(parse(R"(tier > 3 && (lang == "zh" || tier < 1) && has attr.x)")->names(), (std::vector<std::string>{"attr.x", "lang", "tier"}));
  EXPECT_TRUE(parse("true")->names().empty());
}

TEST(Expression, EqualMeansThatTheCanonicalTextsAreEqual) {
  EXPECT_EQ(*parse("b==1&&((a == 02))"), *parse("b == 1 && a == 2"));
  EXPECT_EQ(*parse("a == 1 && (b == 2 && (c == 3))"), *parse("(a == 1 && b == 2) && c == 3"));
  EXPECT_NE(*parse("a == 1 && b == 2"), *parse("b == 2 && a == 1"));
  EXPECT_NE(*parse("a == 1"), *parse(R"(a == "1")"));
  EXPECT_NE(*parse("a == 1"), *parse("b == 1"));
  EXPECT_NE(*parse(R"(a in ["xy"])"), *parse(R"(a in ["x", "y"])"));
  EXPECT_NE(*parse(R"(a in ["x", "yz"])"), *parse(R"(a in ["xy", "z"])"));
}

TEST(Expression, PrintsOnlyTheParenthesesThatItNeeds) {
  const auto canonical = [](std::string_view text) { return parse(text)->text(); };
  EXPECT_EQ(canonical("((a==1))&&(((b!=2)||c<3)&&(d in[1,\"x\"]))"), R"(a == 1 && (b != 2 || c < 3) && d in [1, "x"])");
  EXPECT_EQ(canonical("(a<=1&&b>2)||(c>=3)"), "a <= 1 && b > 2 || c >= 3");
  EXPECT_EQ(canonical("!(has a)||!(a==1)||!(!(true))||!(has a&&false)"), "!has a || !(a == 1) || !!true || !(has a && false)");
  EXPECT_EQ(canonical("a starts_with\"\\\"\\\\\\n\\t维\""), "a starts_with \"\\\"\\\\\\n\\t维\"");
}

/// docs/expressions.md: in each row of its table of conditions the first cell is one.
TEST(Expression, TheDocumentedExamplesAreConditions) {
  std::ifstream file(CALLWRIGHT_SOURCE_DIR "/docs/expressions.md");
  std::size_t examples = 0;
  bool conditions = false;
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("| Condition |")) conditions = true;
    if (line.empty()) conditions = false;
    if (!conditions || !line.starts_with("| `")) continue;
    std::string text = line.substr(3, line.find("` |", 3) - 3);
    for (std::size_t at; (at = text.find("\\|")) != std::string::npos;) text.erase(at, 1);
    EXPECT_TRUE(parse(text)) << text << ": " << parse(text).error().text();
    ++examples;
  }
  EXPECT_GT(examples, 10U);
}

}  // namespace
}  // namespace callwright::expression
