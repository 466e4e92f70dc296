#pragma once
#include <filesystem>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "sim/switch/switch_model.hpp"

namespace callwright::sim {

/// Who calls: one a line, `number` or `number,name`, exactly as the trunk would deliver them. Blank lines and lines that begin
/// with # are skipped.
std::vector<Caller> parse_callers(std::string_view text);

/// Errors: the file cannot be read.
Result<std::vector<Caller>> read_callers(const std::filesystem::path& file);

}  // namespace callwright::sim
