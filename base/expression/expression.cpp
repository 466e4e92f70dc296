#include "base/expression/expression.hpp"

#include "base/expression/number.hpp"

namespace callwright::expression {
bool Expression::holds_at(std::size_t at, const Attributes& attributes) const {
  const Part& part = parts_[at];
  switch (part.kind) {
    case Kind::constant: return part.number != 0;
    case Kind::has: return attributes.find(attributes.self, names_[part.name]).has_value();
    case Kind::negation: return !holds_at(at + 1, attributes);
    case Kind::all:
    case Kind::any: {
      const bool settles = part.kind == Kind::any;
      for (std::size_t each = at + 1; each < at + part.size; each += parts_[each].size)
        if (holds_at(each, attributes) == settles) return settles;
      return !settles;
    }
    default: {
      const auto attribute = attributes.find(attributes.self, names_[part.name]);
      return attribute && compare(at, *attribute);
    }
  }
}

bool Expression::compare(std::size_t at, std::string_view attribute) const {
  const Part& part = parts_[at];
  if (part.kind == Kind::starts_with) return attribute.starts_with(text_of(parts_[at + 1]));
  if (part.kind == Kind::one_of) {
    for (std::size_t value = at + 1; value < at + part.size; ++value)
      if (order(attribute, parts_[value]) == std::strong_ordering::equal) return true;
    return false;
  }
  const auto ordered = order(attribute, parts_[at + 1]);
  if (!ordered) return false;
  switch (part.kind) {
    case Kind::equal: return *ordered == 0;
    case Kind::not_equal: return *ordered != 0;
    case Kind::less: return *ordered < 0;
    case Kind::at_most: return *ordered <= 0;
    case Kind::greater: return *ordered > 0;
    default: return *ordered >= 0;
  }
}

/// None: the value is a number and the attribute is not.
std::optional<std::strong_ordering> Expression::order(std::string_view attribute, const Part& value) const {
  if (value.kind == Kind::text) return attribute <=> text_of(value);
  const auto number = number_of(attribute);
  if (!number) return std::nullopt;
  return *number <=> value.number;
}

std::string Expression::text() const {
  std::string out;
  print(0, out);
  return out;
}

void Expression::print(std::size_t at, std::string& out) const {
  const Part& part = parts_[at];
  const auto comparison = [&](std::string_view sign) {
    out.append(names_[part.name]).append(" ").append(sign).append(" ");
    print_value(parts_[at + 1], out);
  };
  switch (part.kind) {
    case Kind::constant: out += part.number != 0 ? "true" : "false"; return;
    case Kind::has: out.append("has ").append(names_[part.name]); return;
    case Kind::equal: return comparison("==");
    case Kind::not_equal: return comparison("!=");
    case Kind::less: return comparison("<");
    case Kind::at_most: return comparison("<=");
    case Kind::greater: return comparison(">");
    case Kind::at_least: return comparison(">=");
    case Kind::starts_with: return comparison("starts_with");
    case Kind::one_of:
      out.append(names_[part.name]).append(" in [");
      print_operands(at, ", ", out);
      out += ']';
      return;
    case Kind::number:
    case Kind::text: return print_value(part, out);
    case Kind::negation: {
      const Kind operand = parts_[at + 1].kind;
      const bool open = operand == Kind::all || operand == Kind::any || is_comparison(operand);
      out += open ? "!(" : "!";
      print(at + 1, out);
      if (open) out += ')';
      return;
    }
    case Kind::all: return print_operands(at, " && ", out);
    case Kind::any: return print_operands(at, " || ", out);
  }
}

void Expression::print_operands(std::size_t at, std::string_view between, std::string& out) const {
  const std::size_t end = at + parts_[at].size;
  for (std::size_t each = at + 1; each < end; each += parts_[each].size) {
    if (each != at + 1) out += between;
    const bool open = parts_[at].kind == Kind::all && parts_[each].kind == Kind::any;
    if (open) out += '(';
    print(each, out);
    if (open) out += ')';
  }
}

void Expression::print_value(const Part& part, std::string& out) const {
  if (part.kind == Kind::number) {
    out += std::to_string(part.number);
    return;
  }
  out += '"';
  for (const char c : text_of(part)) {
    switch (c) {
      case '"': out += "\\\""; break;
      case '\\': out += "\\\\"; break;
      case '\n': out += "\\n"; break;
      case '\t': out += "\\t"; break;
      default: out += c;
    }
  }
  out += '"';
}

}  // namespace callwright::expression
