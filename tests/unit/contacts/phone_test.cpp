#include "contacts/phone.hpp"

#include <gmock/gmock.h>

#include <boost/json.hpp>

#include <fstream>
#include <sstream>

namespace callwright::contacts {
namespace {

journal::TrunkRule rule_for(const std::string& region) {
  journal::TrunkRule rule;
  rule.default_region = region;
  return rule;
}

TEST(Phone, EveryVectorIsRead) {
  std::ifstream file(CALLWRIGHT_SOURCE_DIR "/tests/data/crm/phone_e164.json");
  std::stringstream text;
  text << file.rdbuf();
  const auto vectors = boost::json::parse(text.str()).as_array();
  ASSERT_EQ(vectors.size(), 27u);
  for (const auto& vector : vectors) {
    const std::string input(vector.at("input").as_string()), region(vector.at("default_region").as_string()), e164(vector.at("e164").as_string());
    const Phone phone = normalise(input, rule_for(region));
    if (input == "anonymous") {
      EXPECT_EQ(phone.kind, Phone::Kind::withheld);
    } else if (input == "201") {
      EXPECT_EQ(phone.kind, Phone::Kind::internal);
    } else if (input == "10086" || input == "95588") {
      EXPECT_EQ(phone.kind, Phone::Kind::short_code) << input;
    } else {
      EXPECT_EQ(phone.kind, Phone::Kind::e164) << input;
      EXPECT_EQ(phone.text, e164) << input;
      EXPECT_EQ(e164_text(phone.e164), e164);
      EXPECT_EQ(phone.extension, std::string(vector.at("ext").as_string()));
    }
  }
}

TEST(Phone, TheTrunkSaysWhetherDigitsAreInternational) {
  journal::TrunkRule rule = rule_for("DE");
  EXPECT_EQ(normalise("49123456789", rule).text, "+4949123456789");
  rule.digits_are_international = true;
  EXPECT_EQ(normalise("49711234567", rule).text, "+49711234567");
  EXPECT_EQ(normalise("0711 234567", rule).text, "+49711234567");
}

TEST(Phone, OwnNumbersAndShortCodesAreNoCustomers) {
  journal::TrunkRule rule = rule_for("GB");
  rule.own_numbers = {"+441632960000"};
  rule.short_codes = {"5050", "61999"};
  EXPECT_EQ(normalise("01632 960000", rule).kind, Phone::Kind::own_number);
  EXPECT_EQ(normalise("61999", rule).kind, Phone::Kind::short_code);
  EXPECT_EQ(normalise("50 50", rule).kind, Phone::Kind::short_code);
  EXPECT_EQ(normalise("01632 960001", rule).kind, Phone::Kind::e164);
}

TEST(Phone, WhatIsNoNumberIsUnusable) {
  const journal::TrunkRule rule = rule_for("GB");
  for (const std::string text : {"", "   ", "<script>", "+", "++44", "\xFF\xFE"}) EXPECT_EQ(normalise(text, rule).kind, Phone::Kind::unusable) << text;
  EXPECT_EQ(normalise(std::string(10'000, '4'), rule).kind, Phone::Kind::unusable);
  EXPECT_EQ(normalise(std::string("0\0001632", 6), rule).e164, 0);
  EXPECT_EQ(normalise("Anonymous", rule).kind, Phone::Kind::withheld);
  EXPECT_EQ(normalise("1001", rule).kind, Phone::Kind::internal);
}

TEST(Phone, AUriCarriesItsNumber) {
  EXPECT_EQ(normalise("sip:+441632960123@10.0.0.1;user=phone", rule_for("CN")).text, "+441632960123");
  EXPECT_EQ(normalise("tel:+44-1632-960123", rule_for("CN")).text, "+441632960123");
}

TEST(Phone, TheTrunksRuleComesBeforeTheSwitchsAndTheDefault) {
  journal::Centre centre;
  journal::Switch main;
  main.id = SwitchId{"main"};
  main.trunks = {rule_for("DE"), rule_for("FR")};
  main.trunks[0].trunk = "*";
  main.trunks[1].trunk = "paris";
  centre.switches = {main};
  EXPECT_EQ(trunk_rule(centre, SwitchId{"main"}, "paris").default_region, "FR");
  EXPECT_EQ(trunk_rule(centre, SwitchId{"main"}, "rome").default_region, "DE");
  EXPECT_EQ(trunk_rule(centre, SwitchId{"other"}, "rome").default_region, "GB");
  EXPECT_EQ(trunk_rule(centre, SwitchId{}, "").default_region, "DE") << "a written contact came by none: the first rule's region";
  EXPECT_EQ(trunk_rule({}, SwitchId{}, "").default_region, "GB");
}

TEST(E164, TextAndNumberAreOneToOne) {
  EXPECT_EQ(e164_number("+441632960123"), 441632960123);
  for (const char* text : {"", "441632960123", "+0441632960123", "+4416329601234567", "+44 1632", "+12", "-441632960123", "+44163296012x"}) EXPECT_EQ(e164_number(text), 0) << text;
}

}  // namespace
}  // namespace callwright::contacts
