#include "tests/unit/cti_asterisk_ami/recordings.hpp"

#include <algorithm>
#include <filesystem>
#include <stdexcept>

#include "tests/data/unzip.hpp"

namespace callwright::cti::ami::test {

std::string data_folder(const std::string& scenario) { return std::string(CALLWRIGHT_SOURCE_DIR) + "/tests/data/asterisk22/" + scenario + "/"; }

Recording recording(const std::string& scenario, int connection) {
  const std::string stem = data_folder(scenario) + (connection == 1 ? "ami" : "ami." + std::to_string(connection));
  Recording all{scenario, callwright::test::unzip(stem + ".raw.gz"), {}};
  const std::string chunks = callwright::test::unzip(stem + ".chunks.jsonl.gz");
  std::size_t sum = 0;
  for (std::size_t at = chunks.find("\"n\":"); at != chunks.npos; at = chunks.find("\"n\":", at + 1)) {
    all.chunks.push_back(std::stoul(chunks.substr(at + 4)));
    sum += all.chunks.back();
  }
  if (sum != all.bytes.size()) throw std::runtime_error(scenario + ": the chunks are not the recording");
  return all;
}

const std::vector<std::string>& scenarios() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> all;
    for (const auto& entry : std::filesystem::directory_iterator(data_folder("")))
      if (std::filesystem::exists(entry.path() / "ami.raw.gz")) all.push_back(entry.path().filename());
    std::ranges::sort(all);
    return all;
  }();
  return names;
}

}  // namespace callwright::cti::ami::test
