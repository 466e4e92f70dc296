#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/id.hpp"
#include "base/instant.hpp"

namespace callwright::contacts {

enum class CustomerKind : std::uint8_t { person = 1, org };
/// Where the relationship stands (reference: docs/identity.md); `none` until somebody or the analysis says so.
enum class Stage : std::uint8_t { none = 0, exploration, formation, stable, decline };
enum class Confidence : std::uint8_t { known = 1, maybe };

/// A telephone number of a customer. Several customers may share one.
struct Number {
  std::string e164;   ///< "+441632960123"
  std::string label;  ///< "mobile", "home", free text
  std::string raw;    ///< as it was typed or delivered
  std::string source = "agent";  ///< who said so: agent, import, contact
  Confidence confidence = Confidence::known;
  bool operator==(const Number&) const = default;
};

/// What the two-question survey said: expected (a) and perceived (b) value, 1..5.
struct Satisfaction {
  int a = 0;
  int b = 0;
  bool operator==(const Satisfaction&) const = default;
};

/// A person or organisation, as the store keeps it. Text is UTF-8 and at most 200 bytes a field; `attrs` is a JSON object of
/// at most 16 KiB.
struct Customer {
  CustomerId id;
  std::int64_t version = 0;
  CustomerKind kind = CustomerKind::person;
  std::string name;
  std::string name_alt;  ///< the other script: pinyin, or the Chinese name
  std::string lang = "en";
  std::string tier;
  Stage stage = Stage::none;
  Instant stage_since;
  std::vector<std::string> flags;
  std::string account;      ///< account number, unique
  std::string external_id;  ///< the key in another system, unique
  Instant since;
  std::int64_t household = 0;  ///< customers with the same number belong together; 0: none
  bool household_head = false;
  std::optional<std::int64_t> value_12m_minor;
  std::string currency;
  std::optional<Satisfaction> satisfaction;
  std::string attrs = "{}";
  std::vector<Number> numbers;  ///< by rank
  std::vector<std::string> emails;
  bool operator==(const Customer&) const = default;
};

/// What an edit changes; absent: stays. `numbers` and `emails` replace the whole list.
struct CustomerPatch {
  std::optional<CustomerKind> kind;
  std::optional<std::string> name, name_alt, lang, tier, account, external_id, currency, attrs;
  std::optional<Stage> stage;
  std::optional<std::vector<std::string>> flags;
  std::optional<std::optional<std::int64_t>> value_12m_minor;
  std::optional<std::optional<Satisfaction>> satisfaction;
  std::optional<std::vector<Number>> numbers;
  std::optional<std::vector<std::string>> emails;
};

}  // namespace callwright::contacts
