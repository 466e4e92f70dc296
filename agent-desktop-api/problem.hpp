#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "agent-desktop-api/errc.hpp"
#include "base/result.hpp"

namespace callwright::runtime {
class Metrics;
}

namespace callwright::desktop {

/// How one error is told: RFC 9457, the same for HTTP and for `nack` frames.
struct ProblemKind {
  std::string_view code;   ///< what pages translate
  int status = 500;
  std::string_view title;
  bool retryable = false;  ///< the same request may succeed later
};

const ProblemKind& problem_kind(Errc code);

/// The row for any error code that may reach the desk: its own, the core's, the store's. Unknown ones are `internal`.
const ProblemKind& problem_kind(const std::error_code& code);

/// All rows, for the documents' test.
std::vector<ProblemKind> all_problem_kinds();

struct FieldFault {
  std::string field;
  std::string text;
};

/// The problem as JSON text. `internal` never shows the error's context, which may name files or rows.
std::string problem_json(const Error& error, const std::vector<FieldFault>& faults = {});

/// Counts a problem that a peer was told, by its code. Every refusal of HTTP and every `nack` passes here.
void count_problem(runtime::Metrics& metrics, const std::error_code& code);

}  // namespace callwright::desktop
