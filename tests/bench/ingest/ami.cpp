#include <algorithm>
#include <cstring>
#include <filesystem>
#include <memory>
#include <stdexcept>

#include "cti/asterisk/ami/event.hpp"
#include "tests/bench/ingest/ingest.hpp"
#include "tests/data/unzip.hpp"

namespace callwright::bench {
namespace {

namespace ami = cti::ami;

constexpr std::size_t kPiece = 64 << 10;  // what the driver reads at once

/// Every recording of the lab, without the banners.
std::string recordings() {
  std::vector<std::filesystem::path> files;
  for (const auto& folder : std::filesystem::directory_iterator(std::string(CALLWRIGHT_SOURCE_DIR) + "/tests/data/asterisk22"))
    if (std::filesystem::exists(folder.path() / "ami.raw.gz")) files.push_back(folder.path() / "ami.raw.gz");
  std::ranges::sort(files);
  std::string all;
  for (const auto& file : files) {
    const std::string one = test::unzip(file);
    all += one.substr(one.find('\n') + 1);
  }
  if (all.empty()) throw std::runtime_error("no recordings");
  return all;
}

}  // namespace

Subject ami() {
  const auto bytes = std::make_shared<const std::string>(recordings());
  const auto reader = std::make_shared<ami::Reader>(false);
  Subject subject{"ami", bytes->size(), 0, {}, {}};
  subject.read = [bytes, reader] {
    std::uint64_t sum = 0;
    ami::Event event;
    for (std::size_t at = 0; at < bytes->size(); at += kPiece) {
      reader->push(std::string_view(*bytes).substr(at, kPiece));
      while (const ami::Message* message = reader->next()) {
        event.read(*message);
        sum += static_cast<std::uint64_t>(event.name()) + event[ami::Key::uniqueid].size();
      }
    }
    return sum;
  };
  subject.baseline = [bytes] {
    std::uint64_t lines = 0;
    const char* at = bytes->data();
    const char* const end = at + bytes->size();
    while (const void* found = std::memchr(at, '\n', static_cast<std::size_t>(end - at))) {
      ++lines;
      at = static_cast<const char*>(found) + 1;
    }
    return lines;
  };
  ami::Reader counter(false);
  counter.push(*bytes);
  while (counter.next()) ++subject.messages;
  return subject;
}

}  // namespace callwright::bench
