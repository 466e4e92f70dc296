#pragma once
#include <boost/json.hpp>
#include <string>
#include <vector>

namespace callwright::desktop::tests {

/// Checks a value against a file of agent-desktop-api/schemas. Knows the part of JSON Schema that those files use; a keyword that it
/// does not know is itself a fault. Empty: the value fits.
std::vector<std::string> faults_of(const boost::json::value& value, const std::string& schema);

/// The same for JSON text.
std::vector<std::string> faults_of_text(const std::string& json, const std::string& schema);

boost::json::value load_schema(const std::string& name);

}  // namespace callwright::desktop::tests
