#pragma once
#include <filesystem>
#include <optional>
#include <string>

#include "contacts/toml_table.hpp"
#include "sim/what_if/distribution.hpp"

namespace callwright::sim::what_if {

/// Reads distributions as docs/simulate.md has them: `{ kind = "gamma", mean = "3m", cv = 0.8 }`, or a length alone, which is constant.
/// Faults are told, and then there is no value. Files are looked for in `folder`.
class DistributionReader {
 public:
  DistributionReader(std::filesystem::path folder, contacts::Faults& faults) : folder_(std::move(folder)), faults_(faults) {}

  std::optional<Distribution> read(const toml::node& node, const std::string& where, bool mixture = true);

 private:
  struct Keys;
  std::optional<Distribution> parts(Keys& keys);
  std::optional<Distribution> empirical(Keys& keys);

  std::filesystem::path folder_;
  contacts::Faults& faults_;
};

/// "3m" or a number of seconds.
std::optional<double> seconds_of(const toml::node& node);

}  // namespace callwright::sim::what_if
