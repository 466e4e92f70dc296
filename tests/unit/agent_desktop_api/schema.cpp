#include "tests/unit/agent_desktop_api/schema.hpp"

#include <algorithm>
#include <fstream>
#include <map>
#include <regex>
#include <sstream>
#include <stdexcept>

namespace callwright::desktop::tests {
namespace {

namespace bj = boost::json;
using Faults = std::vector<std::string>;

std::size_t characters(const bj::string& text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

bool is_type(const bj::value& value, std::string_view type) {
  if (type == "null") return value.is_null();
  if (type == "boolean") return value.is_bool();
  if (type == "integer") return value.is_int64() || value.is_uint64();
  if (type == "string") return value.is_string();
  if (type == "array") return value.is_array();
  if (type == "object") return value.is_object();
  throw std::runtime_error("unknown type in a schema: " + std::string(type));
}

void check(const bj::value& value, const bj::object& schema, const std::string& at, Faults& faults);

bool fits(const bj::value& value, const bj::value& schema) {
  Faults faults;
  check(value, schema.as_object(), "", faults);
  return faults.empty();
}

void check_object(const bj::value& value, const bj::object& schema, const std::string& at, Faults& faults) {
  const bj::object* object = value.if_object();
  if (!object) return;
  const bj::value* known = schema.if_contains("properties");
  if (const bj::value* required = schema.if_contains("required"))
    for (const auto& name : required->as_array())
      if (!object->contains(name.as_string())) faults.push_back(at + ": lacks " + std::string(name.as_string()));
  const bj::value* additional = schema.if_contains("additionalProperties");
  const bool closed = additional && additional->is_bool() && !additional->as_bool();
  for (const auto& member : *object) {
    const bj::value* inner = known ? known->as_object().if_contains(member.key()) : nullptr;
    const std::string place = at + "/" + std::string(member.key());
    if (inner)
      check(member.value(), inner->as_object(), place, faults);
    else if (closed)
      faults.push_back(place + ": not in the schema");
  }
}

void check_choice(const bj::value& value, const bj::array& choices, bool only_one, const std::string& at, Faults& faults) {
  const auto count = std::count_if(choices.begin(), choices.end(), [&](const bj::value& choice) { return fits(value, choice); });
  if (count == 0 || (only_one && count != 1)) faults.push_back(at + ": fits " + std::to_string(count) + " of the choices: " + bj::serialize(value).substr(0, 300));
}

void check(const bj::value& value, const bj::object& schema, const std::string& at, Faults& faults) {
  for (const auto& keyword : schema) {
    const std::string_view name(keyword.key().data(), keyword.key().size());
    const bj::value& wanted = keyword.value();
    if (name == "$schema" || name == "$id" || name == "title" || name == "description" || name == "properties" || name == "required" ||
        name == "additionalProperties")
      continue;
    if (name == "$ref") {
      std::string file(wanted.as_string());
      check(value, load_schema(file.substr(0, file.rfind(".json"))).as_object(), at, faults);
    } else if (name == "type") {
      const bool good = wanted.is_array() ? std::any_of(wanted.as_array().begin(), wanted.as_array().end(),
                                                        [&](const bj::value& type) { return is_type(value, type.as_string()); })
                                          : is_type(value, wanted.as_string());
      if (!good) faults.push_back(at + ": is no " + bj::serialize(wanted));
    } else if (name == "enum") {
      const auto& all = wanted.as_array();
      if (std::find(all.begin(), all.end(), value) == all.end()) faults.push_back(at + ": " + bj::serialize(value) + " is not in the list");
    } else if (name == "const") {
      if (value != wanted) faults.push_back(at + ": is not " + bj::serialize(wanted));
    } else if (name == "items") {
      if (const auto* array = value.if_array())
        for (std::size_t i = 0; i < array->size(); ++i) check((*array)[i], wanted.as_object(), at + "/" + std::to_string(i), faults);
    } else if (name == "pattern") {
      if (value.is_string() && !std::regex_search(std::string(value.as_string()), std::regex(std::string(wanted.as_string()))))
        faults.push_back(at + ": does not fit " + std::string(wanted.as_string()));
    } else if (name == "minimum") {
      if (value.is_int64() && value.as_int64() < wanted.as_int64()) faults.push_back(at + ": too small");
    } else if (name == "maximum") {
      if (value.is_int64() && value.as_int64() > wanted.as_int64()) faults.push_back(at + ": too large");
    } else if (name == "minLength") {
      if (value.is_string() && characters(value.as_string()) < wanted.to_number<std::size_t>()) faults.push_back(at + ": too short");
    } else if (name == "maxLength") {
      if (value.is_string() && characters(value.as_string()) > wanted.to_number<std::size_t>()) faults.push_back(at + ": too long");
    } else if (name == "maxItems") {
      if (value.is_array() && value.as_array().size() > wanted.to_number<std::size_t>()) faults.push_back(at + ": too many");
    } else if (name == "oneOf" || name == "anyOf") {
      check_choice(value, wanted.as_array(), name == "oneOf", at, faults);
    } else {
      faults.push_back("the validator does not know the keyword " + std::string(name));
    }
  }
  check_object(value, schema, at, faults);
}

}  // namespace

bj::value load_schema(const std::string& name) {
  static std::map<std::string, bj::value> loaded;
  if (const auto found = loaded.find(name); found != loaded.end()) return found->second;
  std::ifstream file(std::string(CALLWRIGHT_SOURCE_DIR) + "/agent-desktop-api/schemas/" + name + ".json");
  if (!file) throw std::runtime_error("no schema " + name);
  std::ostringstream text;
  text << file.rdbuf();
  return loaded[name] = bj::parse(text.str());
}

Faults faults_of(const bj::value& value, const std::string& schema) {
  Faults faults;
  check(value, load_schema(schema).as_object(), "", faults);
  return faults;
}

Faults faults_of_text(const std::string& json, const std::string& schema) {
  bj::error_code error;
  const bj::value value = bj::parse(json, error);
  if (error) return {"not JSON: " + error.message()};
  return faults_of(value, schema);
}

}  // namespace callwright::desktop::tests
