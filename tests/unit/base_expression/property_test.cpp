// Random conditions, written with random spaces and parentheses, against a second evaluator that walks the tree they were written from.
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <set>
#include <variant>

#include "attributes.hpp"

namespace callwright::expression {
namespace {

using Value = std::variant<std::int64_t, std::string>;

struct Tree {
  enum class Kind { constant, has, compare, in, starts_with, negation, all, any } kind = Kind::constant;
  bool constant = false;
  std::string name;
  std::string sign;
  std::vector<Value> values;
  std::vector<Tree> operands;
};

const std::vector<std::string> kNames = {"a", "b", "lang", "order.id", "x_9"};
const std::vector<std::string> kTexts = {"", "a", "ab", "zh", "Z", "7", "-3", "007", "维修", "q\"\\\n\t", " ", "9223372036854775808", "+1"};
const std::vector<std::int64_t> kNumbers = {0, 1, -3, 7, INT64_MAX, INT64_MIN};

class Grower {
 public:
  explicit Grower(unsigned seed) : random_(seed) {}

  bool chance(int percent) { return below(100) < percent; }
  int below(int limit) { return static_cast<int>(random_() % static_cast<std::uint64_t>(limit)); }
  template <class T>
  const T& one_of(const std::vector<T>& all) {
    return all[static_cast<std::size_t>(below(static_cast<int>(all.size())))];
  }

  Tree tree(int depth) {
    Tree tree;
    tree.name = one_of(kNames);
    const int kind = below(depth > 0 ? 10 : 6);
    if (kind == 0) {
      tree.constant = chance(50);
    } else if (kind == 1) {
      tree.kind = Tree::Kind::has;
    } else if (kind <= 3) {
      tree.kind = Tree::Kind::compare;
      tree.sign = one_of(std::vector<std::string>{"==", "!=", "<", "<=", ">", ">="});
      tree.values = {value()};
      // Texts that look like numbers are refused where they would be ordered.
      const bool ordered = tree.sign != "==" && tree.sign != "!=";
      while (ordered && std::holds_alternative<std::string>(tree.values[0]) && number(std::get<std::string>(tree.values[0]))) tree.values = {value()};
    } else if (kind == 4) {
      tree.kind = Tree::Kind::in;
      for (int i = 0; i <= below(4); ++i) tree.values.push_back(value());
    } else if (kind == 5) {
      tree.kind = Tree::Kind::starts_with;
      tree.values = {one_of(kTexts)};
    } else if (kind == 6) {
      tree.kind = Tree::Kind::negation;
      tree.operands.push_back(this->tree(depth - 1));
    } else {
      tree.kind = chance(50) ? Tree::Kind::all : Tree::Kind::any;
      for (int i = 0; i < 2 + below(3); ++i) tree.operands.push_back(this->tree(depth - 1));
    }
    return tree;
  }

  Attributes attributes() {
    Attributes all;
    for (const std::string& name : kNames)
      if (chance(70)) all[name] = chance(50) ? one_of(kTexts) : std::to_string(one_of(kNumbers));
    return all;
  }

  /// `binds`: how tightly what it stands in binds; what binds less wants parentheses.
  std::string write(const Tree& tree, int binds = 0) {
    std::string out;
    const int own = tree.kind == Tree::Kind::any ? 0 : tree.kind == Tree::Kind::all ? 1 : is_comparison(tree) ? 2 : 3;
    const bool open = own < binds || chance(15);
    if (open) out += "(" + space();
    switch (tree.kind) {
      case Tree::Kind::constant: out += tree.constant ? "true" : "false"; break;
      case Tree::Kind::has: out += "has " + space() + tree.name; break;
      case Tree::Kind::compare: out += tree.name + space() + tree.sign + space() + text(tree.values[0]); break;
      case Tree::Kind::starts_with: out += tree.name + " starts_with" + space() + text(tree.values[0]); break;
      case Tree::Kind::in:
        out += tree.name + " in" + space() + "[";
        for (std::size_t i = 0; i < tree.values.size(); ++i) out += (i > 0 ? "," : "") + space() + text(tree.values[i]) + space();
        out += "]";
        break;
      case Tree::Kind::negation: out += "!" + space() + write(tree.operands[0], 3); break;
      case Tree::Kind::all:
      case Tree::Kind::any:
        for (std::size_t i = 0; i < tree.operands.size(); ++i)
          out += (i == 0 ? "" : tree.kind == Tree::Kind::all ? "&&" : "||") + space() + write(tree.operands[i], own + (chance(50) ? 1 : 0)) + space();
    }
    if (open) out += space() + ")";
    return out;
  }

  static std::optional<std::int64_t> number(const std::string& text) {
    if (text.empty() || text == "-" || text.find_first_not_of("0123456789", text[0] == '-' ? 1 : 0) != std::string::npos) return std::nullopt;
    try {
      return std::stoll(text);
    } catch (const std::out_of_range&) {
      return std::nullopt;
    }
  }

 private:
  static bool is_comparison(const Tree& tree) {
    return tree.kind == Tree::Kind::compare || tree.kind == Tree::Kind::in || tree.kind == Tree::Kind::starts_with;
  }
  std::string space() { return chance(60) ? "" : one_of(std::vector<std::string>{" ", "  ", "\t", "\n", "\r\n"}); }
  Value value() {
    if (chance(50)) return one_of(kNumbers);
    return one_of(kTexts);
  }
  static std::string text(const Value& value) {
    if (const auto* number = std::get_if<std::int64_t>(&value)) return std::to_string(*number);
    std::string out = "\"";
    for (const char c : std::get<std::string>(value)) {
      if (c == '\n') out += "\\n";
      else if (c == '\t') out += "\\t";
      else out += (c == '"' || c == '\\' ? "\\" : "") + std::string(1, c);
    }
    return out + "\"";
  }

  std::mt19937_64 random_;
};

bool compared(const std::string& attribute, const std::string& sign, const Value& value) {
  const auto by = [&](const auto& a, const auto& b) {
    if (sign == "==") return a == b;
    if (sign == "!=") return a != b;
    if (sign == "<") return a < b;
    if (sign == "<=") return a <= b;
    if (sign == ">") return a > b;
    return a >= b;
  };
  if (const auto* text = std::get_if<std::string>(&value)) return by(attribute, *text);
  const auto number = Grower::number(attribute);
  return number && by(*number, std::get<std::int64_t>(value));
}

bool holds_plainly(const Tree& tree, const Attributes& attributes) {
  const auto found = attributes.find(tree.name);
  const bool there = found != attributes.end();
  bool all = true, any = false;
  for (const Tree& operand : tree.operands) {
    const bool holds = holds_plainly(operand, attributes);
    all = all && holds;
    any = any || holds;
  }
  switch (tree.kind) {
    case Tree::Kind::constant: return tree.constant;
    case Tree::Kind::has: return there;
    case Tree::Kind::compare: return there && compared(found->second, tree.sign, tree.values[0]);
    case Tree::Kind::starts_with: return there && found->second.starts_with(std::get<std::string>(tree.values[0]));
    case Tree::Kind::in: return there && std::ranges::any_of(tree.values, [&](const Value& value) { return compared(found->second, "==", value); });
    case Tree::Kind::negation: return !all;
    case Tree::Kind::all: return all;
    case Tree::Kind::any: return any;
  }
  return false;
}

void gather(const Tree& tree, std::set<std::string>& names) {
  const bool connects = tree.kind == Tree::Kind::constant || !tree.operands.empty();
  if (!connects) names.insert(tree.name);
  for (const Tree& operand : tree.operands) gather(operand, names);
}

TEST(Property, ARandomConditionMeansWhatItsTreeMeansAndPrintsAsItself) {
  int held = 0, asked = 0, too_long = 0;
  for (unsigned seed = 0; seed < 3000; ++seed) {
    Grower grower(seed);
    const Tree tree = grower.tree(4);
    const std::string text = grower.write(tree);
    const auto read = parse(text);
    if (!read) {
      ASSERT_TRUE(read.error().message.starts_with("the condition ")) << text << "\n" << read.error().text();
      ++too_long;
      continue;
    }
    const std::string printed = read->text();
    const auto again = parse(printed, read->names());
    ASSERT_TRUE(again) << printed << "\n" << again.error().text();
    ASSERT_EQ(*again, *read) << text << "\n" << printed;
    ASSERT_EQ(again->text(), printed);
    std::set<std::string> names;
    gather(tree, names);
    ASSERT_EQ(read->names(), std::vector<std::string>(names.begin(), names.end())) << text;
    for (int i = 0; i < 20; ++i) {
      const Attributes attributes = grower.attributes();
      const bool holds = read->holds(look_up(attributes));
      ASSERT_EQ(holds, holds_plainly(tree, attributes)) << "seed " << seed << ": " << text;
      held += holds ? 1 : 0;
      ++asked;
    }
  }
  EXPECT_GT(held, asked / 5) << "the trees are worth asking";
  EXPECT_LT(held, asked * 4 / 5);
  EXPECT_LT(too_long, 300);
}

TEST(Property, ATextCutOrChangedAnywhereIsAConditionOrHasAFaultWithinIt) {
  for (unsigned seed = 0; seed < 300; ++seed) {
    Grower grower(seed);
    std::string text = grower.write(grower.tree(2));
    for (int i = 0; i < 20; ++i) {
      std::string broken = text.substr(0, static_cast<std::size_t>(grower.below(static_cast<int>(text.size()) + 1)));
      if (!broken.empty() && grower.chance(50))
        broken[static_cast<std::size_t>(grower.below(static_cast<int>(broken.size())))] = static_cast<char>(grower.below(256));
      const auto read = parse(broken);
      if (read) {
        ASSERT_EQ(*parse(read->text()), *read) << broken;
        continue;
      }
      std::size_t begin = 0;
      for (std::uint32_t line = 1; line < read.error().line; ++line) {
        begin = broken.find('\n', begin);
        ASSERT_NE(begin, std::string::npos) << broken;
        ++begin;
      }
      ASSERT_LE(read.error().column, std::min(broken.find('\n', begin), broken.size()) - begin + 1) << broken;
      ASSERT_FALSE(read.error().message.empty());
    }
  }
}

}  // namespace
}  // namespace callwright::expression
