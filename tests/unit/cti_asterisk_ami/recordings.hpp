#pragma once
#include <string>
#include <vector>

namespace callwright::cti::ami::test {

/// What one connection of a recording received (tests/data/asterisk22).
struct Recording {
  std::string scenario;
  std::string bytes;
  std::vector<std::size_t> chunks;  ///< the sizes of the reads in which it came
};

/// `connection` 2: the one after the restart of the switch.
Recording recording(const std::string& scenario, int connection = 1);

/// The folders that hold one.
const std::vector<std::string>& scenarios();

std::string data_folder(const std::string& scenario);

}  // namespace callwright::cti::ami::test
