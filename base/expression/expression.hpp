#pragma once
#include <compare>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/expression/fault.hpp"

/// Conditions on the attributes of a contact, as an administrator writes them: `lang == "zh" && tier >= 3`. docs/expressions.md is the page for him.
///
///     condition  = both { "||" both }
///     both       = single { "&&" single }
///     single     = "!" negatable | name comparison | negatable
///     negatable  = "(" condition ")" | "has" name | "true" | "false" | "!" negatable
///     comparison = ("==" | "!=" | "<" | "<=" | ">" | ">=") value | "in" "[" value { "," value } "]" | "starts_with" text
///     value      = text | number
///     text       = '"' { any character but a control character | \" | \\ | \n | \t } '"'
///     number     = [ "-" ] digit { digit }                                a whole number that fits 64 bits
///     name       = a-z { a-z | 0-9 | _ | . }                              but no word of the language, and none of and, or, not
///
/// White space (space, tab, line ends) may stand between any two of these. What a condition says of a contact:
/// - An attribute is a text, perhaps an empty one, or it is absent. With an absent one every comparison is false, `!=` too; only `has` and `!` tell.
/// - A comparison with a number asks for an attribute that is a number by the rule above as a whole (no space, no `+`; leading zeros do no harm).
///   With any other attribute it is false, `!=` too.
/// - A comparison with a text is one of bytes, which for `<` is the order of Unicode's code points; no letter equals another one.
/// - `in` is `==` with any of its values, which may be texts and numbers side by side.
/// So each condition has a value for each contact, and the same one on every machine.
namespace callwright::expression {

constexpr std::size_t kMaxBytes = 4096;  ///< of the text as written, and of the canonical one
constexpr std::size_t kMaxNesting = 32;  ///< open parentheses and `!` at one place
constexpr std::size_t kMaxParts = 256;   ///< a comparison, `has`, constant, value, `!`, or a whole chain of `&&` or of `||` is one part each

/// One condition, compiled: a value that is copied, compared and asked. Made by `parse`.
class Expression {
 public:
  /// `true`: holds for every contact.
  Expression() : parts_(1, Part{.kind = Kind::constant, .number = 1}) {}

  /// Does the contact fulfil the condition? `attribute(std::string_view name)` returns the attribute's text as std::optional<std::string_view>; it
  /// may be asked several times for one name, or never. Allocates nothing and does not throw, if `attribute` does neither.
  template <class Attribute>
  bool holds(const Attribute& attribute) const {
    return holds_at(0, {&attribute, [](const void* self, std::string_view name) {
                          return std::optional<std::string_view>((*static_cast<const Attribute*>(self))(name));
                        }});
  }

  /// The attributes that it mentions, in byte order, each once.
  const std::vector<std::string>& names() const { return names_; }
  /// The canonical text: `parse(e.text()) == e`. Two conditions are equal exactly if their texts are.
  std::string text() const;
  std::size_t parts() const { return parts_.size(); }

  bool operator==(const Expression&) const = default;

 private:
  friend class Parser;

  enum class Kind : std::uint8_t {
    constant,
    has,
    equal,
    not_equal,
    less,
    at_most,
    greater,
    at_least,
    one_of,
    starts_with,
    number,
    text,
    negation,
    all,
    any
  };

  /// The tree in prefix order: a part's operands or values follow it.
  struct Part {
    Kind kind = Kind::constant;
    std::uint16_t size = 1;   ///< parts of this sub-tree, itself among them
    std::uint16_t name = 0;   ///< in names_, of has and comparisons
    std::uint16_t begin = 0;  ///< in texts_, of text
    std::uint16_t length = 0;
    std::int64_t number = 0;  ///< of number; of a constant 1 or 0
    bool operator==(const Part&) const = default;
  };

  struct Attributes {
    const void* self;
    std::optional<std::string_view> (*find)(const void* self, std::string_view name);
  };

  bool holds_at(std::size_t at, const Attributes& attributes) const;
  bool compare(std::size_t at, std::string_view attribute) const;
  std::optional<std::strong_ordering> order(std::string_view attribute, const Part& value) const;
  std::string_view text_of(const Part& part) const { return std::string_view(texts_).substr(part.begin, part.length); }
  void print(std::size_t at, std::string& out) const;
  void print_operands(std::size_t at, std::string_view between, std::string& out) const;
  void print_value(const Part& part, std::string& out) const;
  static bool is_comparison(Kind kind) { return kind >= Kind::equal && kind <= Kind::starts_with; }

  std::vector<Part> parts_;
  std::vector<std::string> names_;
  std::string texts_;  ///< the texts of the values, one behind the other
};

/// Reads a condition. The first fault is told.
std::expected<Expression, Fault> parse(std::string_view text);

/// The same, and each name must be one of `names`; an entry that ends in '.' stands for all names that begin with it. An unknown name is a fault that
/// tells the nearest known one.
std::expected<Expression, Fault> parse(std::string_view text, const std::vector<std::string>& names);

}  // namespace callwright::expression
