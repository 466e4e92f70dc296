// Arbitrary text as a scenario: what is taken makes a plan; what is refused says why.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "sim/what_if/scenario.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace callwright::sim::what_if;
  const auto scenario = parse_scenario({reinterpret_cast<const char*>(data), size}, "/nowhere");
  if (!scenario) {
    if (scenario.error().context.empty()) std::abort();
    return 0;
  }
  const Plan plan = plan_of(*scenario);
  if (plan.bounds.size() < 2 || plan.group_of.size() != plan.centre.agents.size()) std::abort();
  (void)closed_form(*scenario);
  return 0;
}
