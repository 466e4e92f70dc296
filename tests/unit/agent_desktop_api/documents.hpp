#pragma once
#include <map>
#include <string>
#include <vector>

#include "tests/unit/agent_desktop_api/wire_client.hpp"

/// What the documents promise, read from their YAML. They are written in a narrow form: an address at two blanks, its method at
/// four, a status at eight, `headers:`, schemas and examples on one line each.
namespace callwright::desktop::tests {

struct PromisedAnswer {
  std::string schema;                ///< empty: no JSON body
  std::vector<std::string> headers;  ///< in lower case
};
struct PromisedRoute {
  std::string method, path;
  std::map<std::string, PromisedAnswer> answers;  ///< by status, or "default"
  std::string body;                               ///< the schema of what is sent; empty: nothing is
  std::string example;                            ///< of it, JSON; may be empty
};
const std::vector<PromisedRoute>& openapi();

/// In what an answer breaks openapi.yaml. Addresses and methods that the document lacks promise nothing.
std::vector<std::string> breaches(const std::string& method, const std::string& target, const Answer& answer);

/// Names of the frame schemas that asyncapi.yaml gives to an operation (`serverSends`, `pageSends`, `command`).
std::vector<std::string> asyncapi_frames(const std::string& operation);

}  // namespace callwright::desktop::tests
