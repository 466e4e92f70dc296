#include "tests/unit/cti_freeswitch/recording.hpp"

#include <algorithm>
#include <filesystem>
#include <regex>
#include <utility>

#include "tests/data/unzip.hpp"

namespace callwright::cti::freeswitch::test {
namespace {

const std::string kFolder = std::string(CALLWRIGHT_SOURCE_DIR) + "/tests/data/freeswitch/";

}  // namespace

std::string recording(const std::string& scenario, const std::string& part) {
  return callwright::test::unzip(kFolder + scenario + "/" + part + ".gz", 2 << 20);
}

std::vector<std::string> all_recordings() {
  std::vector<std::string> all;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(kFolder)) {
    const std::string name = entry.path().lexically_relative(kFolder).string();
    if (name.ends_with(".gz") && !name.ends_with(".tx.gz")) all.push_back(name.substr(0, name.size() - 3));
  }
  std::ranges::sort(all);
  return all;
}

std::vector<OwnFrame> frames_of(const std::vector<std::string_view>& pieces, FrameReader& reader) {
  std::vector<OwnFrame> frames;
  for (const std::string_view piece : pieces) {
    const std::string alone(piece);  // so that a view into an earlier piece is found out
    reader.push(alone);
    while (const auto frame = reader.next()) frames.push_back({frame->kind, std::string(frame->head), std::string(frame->body)});
  }
  return frames;
}

std::vector<OwnFrame> frames_of(std::string_view bytes) {
  FrameReader reader;
  return frames_of({bytes}, reader);
}

std::vector<std::string> event_frames(const std::string& scenario, const std::string& part) {
  std::vector<std::string> all;
  for (const OwnFrame& frame : frames_of(recording(scenario, part)))
    if (frame.kind == Frame::Kind::json_event || frame.kind == Frame::Kind::plain_event) all.push_back(frame.head + "\n\n" + frame.body);
  return all;
}

std::string core_of(const std::string& scenario, const std::string& part) {
  Event event;
  for (const OwnFrame& frame : frames_of(recording(scenario, part)))
    if ((frame.kind == Frame::Kind::json_event || frame.kind == Frame::Kind::plain_event) && event.read({frame.kind, frame.head, frame.body}))
      return std::string(event[Field::CoreUuid]);
  return {};
}

std::string Letters::operator()(std::string line) {
  static const std::regex id("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}");
  for (std::smatch match; std::regex_search(line, match, id);) {
    auto known = std::ranges::find(known_, match.str());
    if (known == known_.end()) known = known_.insert(known_.end(), match.str());
    line = match.prefix().str() + static_cast<char>('A' + (known - known_.begin())) + match.suffix().str();
  }
  // The name of a connected set begins with the smaller id, which is another one in each run.
  static const std::regex set("([A-Z])\\+([A-Z])");
  for (std::sregex_iterator match(line.begin(), line.end(), set), end; match != end; ++match)
    if ((*match)[2] < (*match)[1]) std::swap(line[static_cast<std::size_t>(match->position(1))], line[static_cast<std::size_t>(match->position(2))]);
  return line;
}

}  // namespace callwright::cti::freeswitch::test
