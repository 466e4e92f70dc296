#include <algorithm>
#include <utility>

#include "base/expression/expression.hpp"
#include "base/expression/number.hpp"
#include "base/expression/tokens.hpp"
#include "base/nearest_word.hpp"

namespace callwright::expression {

/// Recursive descent over one token of look-ahead. Each function appends what it read to the parts, or leaves a fault and says false.
class Parser {
 public:
  Parser(std::string_view text, const std::vector<std::string>* vocabulary) : vocabulary_(vocabulary), tokens_(text) {}

  std::expected<Expression, Fault> parse() {
    parts().clear();
    advance();
    if (!condition() || !whole()) return std::unexpected(fault());
    sort_names();
    if (out_.text().size() > kMaxBytes)
      return std::unexpected(tokens_.fault_at(0, "the condition is longer than " + std::to_string(kMaxBytes) + " bytes once its spaces are written"));
    return std::move(out_);
  }

 private:
  using Kind = Expression::Kind;
  using Part = Expression::Part;
  std::vector<Part>& parts() { return out_.parts_; }

  Fault fault() const { return tokens_.fault().value_or(fault_.value_or(Fault{})); }
  bool refuse(std::size_t offset, std::string message) {
    if (!fault_) fault_ = tokens_.fault_at(offset, std::move(message));
    return false;
  }
  /// "expected WHAT after 'THE LAST TOKEN'", where the next one stands.
  bool expected(const std::string& what, const std::string& hint = {}) {
    return refuse(next_.begin, "expected " + what + (last_.empty() ? "" : " after '" + last_ + "'") + hint);
  }

  void advance() {
    last_ = excerpt(next_.written);
    next_ = tokens_.next();
  }
  bool take(std::string_view what) {
    if (!next_.is(what)) return false;
    advance();
    return true;
  }
  bool add(Part part, std::size_t offset) {
    if (parts().size() >= kMaxParts) return refuse(offset, "the condition has more than " + std::to_string(kMaxParts) + " parts");
    parts().push_back(part);
    return true;
  }

  bool condition() {
    return chain(Kind::any, "||", [this] { return chain(Kind::all, "&&", [this] { return single(); }); });
  }

  /// Operands of one kind of operator. A single one stays what it is; a chain within a chain of the same kind is dissolved in it.
  template <class Operand>
  bool chain(Kind kind, std::string_view sign, Operand operand) {
    const std::size_t begin = parts().size();
    if (!operand()) return false;
    while (next_.is(sign)) {
      const std::size_t offset = next_.begin;
      advance();
      if (parts()[begin].kind != kind) {
        if (!add({.kind = kind}, offset)) return false;
        std::rotate(parts().begin() + static_cast<std::ptrdiff_t>(begin), parts().end() - 1, parts().end());
      }
      const std::size_t added = parts().size();
      if (!operand()) return false;
      if (parts()[added].kind == kind) parts().erase(parts().begin() + static_cast<std::ptrdiff_t>(added));
      close(begin);
    }
    return true;
  }
  void close(std::size_t begin) { parts()[begin].size = static_cast<std::uint16_t>(parts().size() - begin); }

  bool single() {
    if (next_.kind == Token::Kind::name) return comparison();
    return negatable();
  }

  bool negatable() {
    const std::size_t offset = next_.begin, begin = parts().size();
    if (take("true")) return add({.kind = Kind::constant, .number = 1}, offset);
    if (take("false")) return add({.kind = Kind::constant, .number = 0}, offset);
    if (take("has")) return name("the name of an attribute") && add({.kind = Kind::has, .name = last_name_}, offset);
    if (take("(")) return deeper(offset, [&] { return condition() && closed("this '(' is not closed", offset, ")"); });
    if (take("!")) return deeper(offset, [&] { return add({.kind = Kind::negation}, offset) && negated() && (close(begin), true); });
    if (next_.kind == Token::Kind::text || next_.kind == Token::Kind::number)
      return expected("a condition", ": a comparison begins with the name, the value stands behind the sign");
    return expected("a condition");
  }
  bool negated() {
    if (next_.kind != Token::Kind::name) return negatable();
    return refuse(next_.begin, "what '!' negates stands in parentheses, as !(" + excerpt(next_.written) + " == 1)");
  }
  template <class Inner>
  bool deeper(std::size_t offset, Inner inner) {
    if (nesting_ == kMaxNesting) return refuse(offset, "parentheses and '!' stand more than " + std::to_string(kMaxNesting) + " deep");
    ++nesting_;
    const bool good = inner();
    --nesting_;
    return good;
  }
  bool closed(const char* open, std::size_t offset, std::string_view sign) {
    if (take(sign)) return true;
    if (next_.kind == Token::Kind::end) return refuse(offset, open);
    return expected("'&&', '||' or ')'");
  }

  bool name(const std::string& what) {
    if (next_.kind != Token::Kind::name) return expected(what);
    const std::string_view written = next_.written;
    if (!known(written)) return false;
    const auto at = std::ranges::find(out_.names_, written);
    last_name_ = static_cast<std::uint16_t>(at - out_.names_.begin());
    if (at == out_.names_.end()) out_.names_.emplace_back(written);
    advance();
    return true;
  }
  bool known(std::string_view written) {
    if (!vocabulary_) return true;
    const auto fits = [&](const std::string& entry) { return entry.ends_with('.') ? written.starts_with(entry) : written == entry; };
    if (std::ranges::any_of(*vocabulary_, fits)) return true;
    std::string message = "there is no attribute '" + excerpt(written) + "'";
    if (const std::string near = nearest_word(written, *vocabulary_); !near.empty())
      message += near.ends_with('.') ? ", names begin with '" + near + "'" : ", did you mean '" + near + "'?";
    return refuse(next_.begin, std::move(message));
  }

  bool comparison() {
    const std::size_t offset = next_.begin, begin = parts().size();
    const std::string written = excerpt(next_.written);
    if (!name("a name")) return false;
    static constexpr std::pair<std::string_view, Kind> signs[] = {{"==", Kind::equal},   {"!=", Kind::not_equal}, {"<", Kind::less},
                                                                  {"<=", Kind::at_most}, {">", Kind::greater},    {">=", Kind::at_least}};
    const auto sign = std::ranges::find_if(signs, [&](const auto& one) { return next_.is(one.first); });
    if (sign != std::end(signs)) {
      advance();
      return add({.kind = sign->second, .name = last_name_}, offset) && ordered(sign->second) && (close(begin), true);
    }
    if (take("in")) return add({.kind = Kind::one_of, .name = last_name_}, offset) && list() && (close(begin), true);
    if (take("starts_with")) {
      if (next_.kind != Token::Kind::text) return expected("a text in quotes");
      return add({.kind = Kind::starts_with, .name = last_name_}, offset) && value() && (close(begin), true);
    }
    return expected("a comparison", "; whether it is there asks 'has " + written + "'");
  }

  /// "10" < "9" as texts, which nobody means.
  bool ordered(Kind kind) {
    if (kind != Kind::equal && kind != Kind::not_equal && next_.kind == Token::Kind::text && number_of(next_.value))
      return refuse(next_.begin, "a number is compared without quotes: " + next_.value);
    return value();
  }

  bool value() {
    if (next_.kind == Token::Kind::number) {
      if (!add({.kind = Kind::number, .number = next_.number}, next_.begin)) return false;
    } else if (next_.kind == Token::Kind::text) {
      const auto begin = static_cast<std::uint16_t>(out_.texts_.size());
      if (!add({.kind = Kind::text, .begin = begin, .length = static_cast<std::uint16_t>(next_.value.size())}, next_.begin)) return false;
      out_.texts_ += next_.value;
    } else {
      const bool word = next_.kind == Token::Kind::name || next_.kind == Token::Kind::word;
      return expected("a value", word ? "; a text stands in quotes: \"" + excerpt(next_.written) + "\"" : "");
    }
    advance();
    return true;
  }

  bool list() {
    const std::size_t offset = next_.begin;
    if (!take("[")) return expected("'['", ": the values stand in brackets, as [\"a\", \"b\"]");
    do {
      if (!value()) return false;
    } while (take(","));
    if (take("]")) return true;
    if (next_.kind == Token::Kind::end) return refuse(offset, "this '[' is not closed");
    return expected("',' or ']'");
  }

  bool whole() {
    if (next_.kind == Token::Kind::end && !tokens_.fault()) return true;
    if (next_.is(")")) return refuse(next_.begin, "this ')' was never opened");
    return expected("'&&', '||' or the end");
  }

  /// Names in byte order, so that equal conditions have equal parts.
  void sort_names() {
    const std::vector<std::string> read = out_.names_;
    std::ranges::sort(out_.names_);
    for (Part& part : parts())
      if (part.kind == Kind::has || Expression::is_comparison(part.kind))
        part.name = static_cast<std::uint16_t>(std::ranges::lower_bound(out_.names_, read[part.name]) - out_.names_.begin());
  }

  const std::vector<std::string>* vocabulary_;
  Tokens tokens_;
  Token next_;
  std::string last_;  ///< what was taken last, as errors repeat it
  std::size_t nesting_ = 0;
  std::uint16_t last_name_ = 0;
  Expression out_;
  std::optional<Fault> fault_;
};

namespace {

std::expected<Expression, Fault> read(std::string_view text, const std::vector<std::string>* names) {
  if (text.size() > kMaxBytes)
    return std::unexpected(Fault{.line = 1, .column = 1, .message = "the condition is longer than " + std::to_string(kMaxBytes) + " bytes"});
  return Parser(text, names).parse();
}

}  // namespace

std::expected<Expression, Fault> parse(std::string_view text) { return read(text, nullptr); }
std::expected<Expression, Fault> parse(std::string_view text, const std::vector<std::string>& names) { return read(text, &names); }

}  // namespace callwright::expression
