#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "cti/freeswitch/event.hpp"
#include "cti/freeswitch/frame.hpp"

/// What a real FreeSWITCH 1.10.12 said (tests/data/freeswitch).
namespace callwright::cti::freeswitch::test {

/// The bytes that FreeSWITCH sent in one run: `part` is `json` or `plain`, or one of these with the name of another connection (`json.second`).
std::string recording(const std::string& scenario, const std::string& part = "json");

/// Every recording below tests/data/freeswitch as `scenario/part`.
std::vector<std::string> all_recordings();

struct OwnFrame {
  Frame::Kind kind;
  std::string head, body;
  bool operator==(const OwnFrame&) const = default;
};
/// Everything that a reader finds in these pieces.
std::vector<OwnFrame> frames_of(const std::vector<std::string_view>& pieces, FrameReader& reader);
std::vector<OwnFrame> frames_of(std::string_view bytes);

/// The events among a recording's frames alone, one frame each, ready to be received.
std::vector<std::string> event_frames(const std::string& scenario, const std::string& part = "json");
/// The core that the recording's events are of.
std::string core_of(const std::string& scenario, const std::string& part = "json");

/// Ids are long: each channel is called by a letter, in the order in which it is first told of.
class Letters {
 public:
  std::string operator()(std::string line);

 private:
  std::vector<std::string> known_;
};

}  // namespace callwright::cti::freeswitch::test
