#include "sim/switch/callers_file.hpp"

#include <fstream>
#include <sstream>
#include <string>

namespace callwright::sim {

std::vector<Caller> parse_callers(std::string_view text) {
  std::vector<Caller> callers;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    std::string_view line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.empty() || line.starts_with('#')) continue;
    const std::size_t comma = line.find(',');
    const std::string_view name = comma == std::string_view::npos ? std::string_view{} : line.substr(comma + 1);
    callers.push_back({std::string(line.substr(0, comma)), std::string(name)});
  }
  return callers;
}

Result<std::vector<Caller>> read_callers(const std::filesystem::path& file) {
  std::ifstream in(file);
  std::ostringstream text;
  if (in) text << in.rdbuf();
  if (!in) return fail(std::make_error_code(std::errc::no_such_file_or_directory), file.string());
  return parse_callers(text.str());
}

}  // namespace callwright::sim
