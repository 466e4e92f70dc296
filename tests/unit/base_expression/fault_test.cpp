#include <gtest/gtest.h>

#include "base/expression/expression.hpp"

namespace callwright::expression {
namespace {

std::string fault_of(std::string_view text) {
  const auto read = parse(text);
  return read ? "accepted" : read.error().text();
}

std::string fault_of(std::string_view text, const std::vector<std::string>& names) {
  const auto read = parse(text, names);
  return read ? "accepted" : read.error().text();
}

std::string repeated(std::string_view text, std::size_t times) {
  std::string out;
  for (std::size_t i = 0; i < times; ++i) out += text;
  return out;
}

TEST(Fault, SaysWhatIsMissingAndBehindWhat) {
  EXPECT_EQ(fault_of("lang == "), "line 1, column 9: expected a value after '=='");
  EXPECT_EQ(fault_of(""), "line 1, column 1: expected a condition");
  EXPECT_EQ(fault_of(" \n"), "line 2, column 1: expected a condition");
  EXPECT_EQ(fault_of("a == 1 &&"), "line 1, column 10: expected a condition after '&&'");
  EXPECT_EQ(fault_of("a == 1 || && b == 2"), "line 1, column 11: expected a condition after '||'");
  EXPECT_EQ(fault_of("()"), "line 1, column 2: expected a condition after '('");
  EXPECT_EQ(fault_of("has 3"), "line 1, column 5: expected the name of an attribute after 'has'");
  EXPECT_EQ(fault_of("tier"), "line 1, column 5: expected a comparison after 'tier'; whether it is there asks 'has tier'");
  EXPECT_EQ(fault_of("tier && x"), "line 1, column 6: expected a comparison after 'tier'; whether it is there asks 'has tier'");
  EXPECT_EQ(fault_of("a == 1 b == 2"), "line 1, column 8: expected '&&', '||' or the end after '1'");
  EXPECT_EQ(fault_of("(a == 1 b == 2)"), "line 1, column 9: expected '&&', '||' or ')' after '1'");
  EXPECT_EQ(fault_of("a in 3"), "line 1, column 6: expected '[' after 'in': the values stand in brackets, as [\"a\", \"b\"]");
  EXPECT_EQ(fault_of("a in []"), "line 1, column 7: expected a value after '['");
  EXPECT_EQ(fault_of("a in [1 2]"), "line 1, column 9: expected ',' or ']' after '1'");
  EXPECT_EQ(fault_of("a in [1,]"), "line 1, column 9: expected a value after ','");
  EXPECT_EQ(fault_of("phone starts_with 44"), "line 1, column 19: expected a text in quotes after 'starts_with'");
}

TEST(Fault, StandsAtTheLineAndTheCharacter) {
  EXPECT_EQ(fault_of("a == 1 &&\n  b = 2"), "line 2, column 5: '=' is written '=='");
  EXPECT_EQ(fault_of("city == \"北京\" and true"), "line 1, column 14: 'and' is written '&&'");
  EXPECT_EQ(fault_of("a == \"\xFF\""), "line 1, column 7: the text is no valid UTF-8 here");
  EXPECT_EQ(fault_of("\r\n\xFF"), "line 2, column 1: this is no valid UTF-8");
}

TEST(Fault, WhatOtherLanguagesWriteHasAHint) {
  EXPECT_EQ(fault_of("lang = \"zh\""), "line 1, column 6: '=' is written '=='");
  EXPECT_EQ(fault_of("a === 1"), "line 1, column 3: '===' is written '=='");
  EXPECT_EQ(fault_of("a <> 1"), "line 1, column 3: '<>' is written '!='");
  EXPECT_EQ(fault_of("a => 1"), "line 1, column 3: '=>' is written '>='");
  EXPECT_EQ(fault_of("a =< 1"), "line 1, column 3: '=<' is written '<='");
  EXPECT_EQ(fault_of("a == 1 & b == 2"), "line 1, column 8: '&' is written '&&'");
  EXPECT_EQ(fault_of("a == 1 | b == 2"), "line 1, column 8: '|' is written '||'");
  EXPECT_EQ(fault_of("a == 1 OR b == 2"), "line 1, column 8: 'OR' is written '||'");
  EXPECT_EQ(fault_of("not has a"), "line 1, column 1: 'not' is written '!'");
  EXPECT_EQ(fault_of("a == 1 && True"), "line 1, column 11: 'True' is written 'true'");
  EXPECT_EQ(fault_of("Tier == 1"), "line 1, column 1: 'Tier' is no name, names are small: 'tier'");
  EXPECT_EQ(fault_of("_x == 1"), "line 1, column 1: '_x' is no name: a name begins with a letter");
  EXPECT_EQ(fault_of("lang == 'zh'"), "line 1, column 9: ''' is no quote here: a text stands in straight double ones, as \"zh\"");
  EXPECT_EQ(fault_of("lang == “zh”"), "line 1, column 9: '“' is no quote here: a text stands in straight double ones, as \"zh\"");
  EXPECT_EQ(fault_of("（a == 1）"), "line 1, column 1: '（' is a wide character, write '('");
  EXPECT_EQ(fault_of("a　== 1"), "line 1, column 2: this space is not a plain one");
  EXPECT_EQ(fault_of("lang == zh"), "line 1, column 9: expected a value after '=='; a text stands in quotes: \"zh\"");
  EXPECT_EQ(fault_of("a == true"), "line 1, column 6: expected a value after '=='; a text stands in quotes: \"true\"");
  EXPECT_EQ(fault_of("city == 北京"), "line 1, column 9: '北' cannot stand here; a text stands in quotes");
  EXPECT_EQ(fault_of("\"zh\" == lang"),
            "line 1, column 1: expected a condition: a comparison begins with the name, the value stands behind the sign");
  EXPECT_EQ(fault_of("!lang == \"zh\""), "line 1, column 2: what '!' negates stands in parentheses, as !(lang == 1)");
  EXPECT_EQ(fault_of("tier >= \"3\""), "line 1, column 9: a number is compared without quotes: 3");
}

TEST(Fault, WhatWasOpenedIsToldWhereItWasOpened) {
  EXPECT_EQ(fault_of("a == \"zh"), "line 1, column 6: this text is not closed: its second '\"' is missing");
  EXPECT_EQ(fault_of("a == \"zh\nb\""), "line 1, column 6: this text is not closed: its second '\"' is missing");
  EXPECT_EQ(fault_of("(a == 1 || (b == 2)"), "line 1, column 1: this '(' is not closed");
  EXPECT_EQ(fault_of("a in [1, 2"), "line 1, column 6: this '[' is not closed");
  EXPECT_EQ(fault_of("a == 1)"), "line 1, column 7: this ')' was never opened");
}

TEST(Fault, NumbersAreWholeAndFitTheirRange) {
  EXPECT_EQ(fault_of("a == 9223372036854775807 && a == -9223372036854775808"), "accepted");
  EXPECT_EQ(fault_of("a == 9223372036854775808"),
            "line 1, column 6: '9223372036854775808' is out of range: numbers go from -9223372036854775808 to 9223372036854775807");
  EXPECT_EQ(fault_of("a == -9223372036854775809").substr(0, 50), "line 1, column 6: '-9223372036854775809' is out of");
  EXPECT_EQ(fault_of("a == " + repeated("9", 60)),
            "line 1, column 6: '" + repeated("9", 32) + "...' is out of range: numbers go from -9223372036854775808 to 9223372036854775807");
  EXPECT_EQ(fault_of("a == 3.5"), "line 1, column 6: '3.5' is no whole number; a text stands in quotes");
  EXPECT_EQ(fault_of("a == -12h"), "line 1, column 6: '-12h' is no whole number; a text stands in quotes");
  EXPECT_EQ(fault_of("phone == +44"), "line 1, column 10: '+' cannot stand here: a number is written without it, a phone number in quotes");
}

TEST(Fault, ATextHasFourEscapesAndNoControlCharacters) {
  EXPECT_EQ(fault_of(R"(a == "\d")"), R"(line 1, column 7: after '\' in a text comes one of " \ n t)");
  EXPECT_EQ(fault_of("a == \"\\"), R"(line 1, column 7: after '\' in a text comes one of " \ n t)");
  EXPECT_EQ(fault_of("a == \"\t\""), "line 1, column 7: a control character cannot stand in a text");
  EXPECT_EQ(fault_of(std::string_view("a \0 1", 5)), "line 1, column 3: a control character cannot stand here");
}

TEST(Fault, AnUnknownNameTellsTheNearestKnown) {
  const std::vector<std::string> names = {"lang", "tier", "attr."};
  EXPECT_EQ(fault_of("tier > 1 && has attr.colour && lang == \"a\" && has attr.", names), "accepted");
  EXPECT_EQ(fault_of("lang == \"zh\" && tire > 1", names), "line 1, column 17: there is no attribute 'tire', did you mean 'tier'?");
  EXPECT_EQ(fault_of("has something_else", names), "line 1, column 5: there is no attribute 'something_else'");
  EXPECT_EQ(fault_of("has attr", names), "line 1, column 5: there is no attribute 'attr', names begin with 'attr.'");
  EXPECT_EQ(fault_of("has x", {}), "line 1, column 5: there is no attribute 'x'");
}

TEST(Limits, FourKibibytesOfTextAsWrittenAndAsPrinted) {
  const std::string whole = "a == \"" + repeated("x", kMaxBytes - 7) + "\"";
  ASSERT_EQ(whole.size(), kMaxBytes);
  EXPECT_EQ(fault_of(whole), "accepted");
  EXPECT_EQ(fault_of(whole + " "), "line 1, column 1: the condition is longer than 4096 bytes");
  EXPECT_EQ(fault_of("a==\"" + repeated("x", kMaxBytes - 7) + "\""), "accepted");
  EXPECT_EQ(fault_of("a==\"" + repeated("x", kMaxBytes - 6) + "\""),
            "line 1, column 1: the condition is longer than 4096 bytes once its spaces are written");
}

TEST(Limits, ThirtyTwoParenthesesAndNegationsDeep) {
  const std::string open = repeated("(", 32), close = repeated(")", 32);
  EXPECT_EQ(fault_of(open + "a == 1" + close), "accepted");
  EXPECT_EQ(fault_of("(" + open + "a == 1" + close + ")"), "line 1, column 33: parentheses and '!' stand more than 32 deep");
  EXPECT_EQ(fault_of(repeated("!", 32) + "has a"), "accepted");
  EXPECT_EQ(fault_of(repeated("!(", 16) + "!has a"), "line 1, column 33: parentheses and '!' stand more than 32 deep");
  EXPECT_EQ(fault_of(open + "a == 1" + close + " && " + open + "a == 1" + close), "accepted");
}

TEST(Limits, TwoHundredAndFiftySixParts) {
  EXPECT_EQ(fault_of("a in [" + repeated("1,", 254) + "1]"), "accepted");
  EXPECT_EQ(fault_of("a in [" + repeated("1,", 255) + "1]"), "line 1, column 517: the condition has more than 256 parts");
  EXPECT_EQ(fault_of(repeated("has a||", 254) + "has a"), "accepted");
  EXPECT_EQ(fault_of(repeated("has a||", 255) + "has a"), "line 1, column 1786: the condition has more than 256 parts");
}

}  // namespace
}  // namespace callwright::expression
