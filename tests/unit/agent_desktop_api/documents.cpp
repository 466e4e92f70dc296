#include "tests/unit/agent_desktop_api/documents.hpp"

#include <algorithm>
#include <cctype>
#include <fstream>

#include "tests/unit/agent_desktop_api/schema.hpp"

namespace callwright::desktop::tests {
namespace {

std::ifstream document(const std::string& name) { return std::ifstream(std::string(CALLWRIGHT_SOURCE_DIR) + "/agent-desktop-api/" + name); }

std::size_t indent(const std::string& line) { return std::min(line.find_first_not_of(' '), line.size()); }

/// "X" of "...schemas/X.json..."; "problem" of a reference to the response Problem; otherwise empty.
std::string schema_in(const std::string& line) {
  if (line.find("components/responses/Problem") != std::string::npos) return "problem";
  const auto at = line.find("schemas/");
  return at == std::string::npos ? "" : line.substr(at + 8, line.find(".json", at) - at - 8);
}

/// The names at the first level of `headers: {A: {...}, B: {...}}`, in lower case.
std::vector<std::string> names_in(const std::string& line) {
  std::vector<std::string> names;
  std::string name;
  int depth = 0;
  for (char c : line.substr(line.find('{'))) {
    if (c == '{') ++depth;
    if (c == '}') --depth;
    if (depth != 1) continue;
    if (c == ':') names.push_back(name);
    if (c == ',' || c == '{') name.clear();
    else if (c != ' ') name += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  return names;
}

/// What stands behind `example:` in `{schema: ..., example: {...}}`.
std::string example_in(const std::string& line) {
  constexpr std::string_view kWord = "example: ";
  const auto at = line.find(kWord);
  return at == std::string::npos ? "" : line.substr(at + kWord.size(), line.rfind('}') - at - kWord.size());
}

bool fits(const std::string& pattern, const std::string& path) {
  const auto brace = pattern.find('{');
  if (brace == std::string::npos) return pattern == path;
  const std::string before = pattern.substr(0, brace), after = pattern.substr(pattern.find('}') + 1);
  return path.size() > before.size() + after.size() && path.starts_with(before) && path.ends_with(after) &&
         path.find('/', before.size()) >= path.size() - after.size();
}

std::vector<PromisedRoute> read_openapi() {
  std::vector<PromisedRoute> routes;
  auto file = document("openapi.yaml");
  std::string path, status;
  bool in_responses = false, in_body = false;
  for (std::string line; std::getline(file, line);) {
    const std::string text = line.substr(indent(line));
    if (indent(line) == 2 && text.starts_with("/")) path = text.substr(0, text.size() - 1);
    if (indent(line) == 4 && !path.empty()) {
      std::string method = text.substr(0, text.find(':'));
      for (char& c : method) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
      routes.push_back({method, path, {}, {}, {}});
    }
    if (indent(line) == 6) {
      in_responses = text == "responses:";
      in_body = text == "requestBody:";
    }
    if (in_body && !routes.empty() && !schema_in(line).empty()) {
      routes.back().body = schema_in(line);
      routes.back().example = example_in(line);
    }
    if (!in_responses || routes.empty()) continue;
    auto& answers = routes.back().answers;
    if (indent(line) == 8) {
      status = text.substr(0, text.find(':'));
      std::erase(status, '"');
      answers[status].schema = schema_in(text);
    }
    if (indent(line) == 10 && text.starts_with("headers:")) answers[status].headers = names_in(text);
    if (indent(line) == 12 && text.starts_with("application/json:")) answers[status].schema = schema_in(text);
  }
  return routes;
}

}  // namespace

const std::vector<PromisedRoute>& openapi() {
  static const std::vector<PromisedRoute> routes = read_openapi();
  return routes;
}

std::vector<std::string> breaches(const std::string& method, const std::string& target, const Answer& answer) {
  const std::string path = target.substr(0, target.find('?'));
  const auto route = std::ranges::find_if(openapi(), [&](const PromisedRoute& one) { return one.method == method && fits(one.path, path); });
  if (route == openapi().end() || answer.status == 0) return {};
  const auto listed = route->answers.find(std::to_string(answer.status));
  if (listed == route->answers.end() && answer.status < 400) return {"status " + std::to_string(answer.status) + " is not in openapi.yaml"};
  const PromisedAnswer& promised = listed == route->answers.end() ? route->answers.at("default") : listed->second;
  std::vector<std::string> faults;
  if (!promised.schema.empty()) faults = faults_of_text(answer.body, promised.schema);
  const bool problem = promised.schema == "problem";
  if (problem != (answer.header("content-type") == "application/problem+json")) faults.push_back("content type " + answer.header("content-type"));
  for (const std::string& header : promised.headers)
    if (answer.header(header).empty()) faults.push_back("lacks the header " + header);
  return faults;
}

std::vector<std::string> asyncapi_frames(const std::string& operation) {
  std::map<std::string, std::string> messages;  // name to schema
  std::vector<std::string> frames;
  auto file = document("asyncapi.yaml");
  std::string section;
  for (std::string line; std::getline(file, line);) {
    const std::string text = line.substr(indent(line));
    if (indent(line) == 2) section = text.substr(0, text.find(':'));
    if (section == "agent" && text.find("{payload:") != std::string::npos) messages[text.substr(0, text.find(':'))] = schema_in(text);
    const auto at = text.find("/messages/");
    if (section == operation && indent(line) == 6 && at != std::string::npos)
      frames.push_back(messages[text.substr(at + 10, text.find('"', at) - at - 10)]);
  }
  return frames;
}

}  // namespace callwright::desktop::tests
