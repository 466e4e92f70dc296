#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/expression/fault.hpp"

namespace callwright::expression {

/// One word or sign of a condition.
struct Token {
  enum class Kind : std::uint8_t { end, name, word, number, text, sign };
  Kind kind = Kind::end;
  std::size_t begin = 0;     ///< byte offset
  std::string_view written;  ///< as it stands there; empty at the end
  std::int64_t number = 0;   ///< of `number`
  std::string value;         ///< of `text`, without its escapes

  /// A word of the language (`has`, `in`, `starts_with`, `true`, `false`) or a sign.
  bool is(std::string_view what) const { return (kind == Kind::word || kind == Kind::sign) && written == what; }
};

/// What somebody wrote, as an error repeats it: cut where it gets long.
std::string excerpt(std::string_view written);

/// Cuts a text into tokens and says what cannot be one. After a fault there is only the end.
class Tokens {
 public:
  explicit Tokens(std::string_view text) : text_(text) {}

  Token next();
  const std::optional<Fault>& fault() const { return fault_; }
  /// A fault at a byte offset.
  Fault fault_at(std::size_t offset, std::string message) const;

 private:
  Token word();
  Token number();
  Token text();
  Token sign();
  Token stray();
  Token end() const;
  Token taken(Token::Kind kind, std::size_t length);
  Token refuse(std::size_t offset, std::string message);
  std::string_view rest() const { return text_.substr(at_); }

  std::string_view text_;
  std::size_t at_ = 0;
  std::optional<Fault> fault_;
};

}  // namespace callwright::expression
