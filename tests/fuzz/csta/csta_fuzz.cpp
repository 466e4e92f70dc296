// Feeds a whole hostile CSTA switch to the link's machine: whatever it sends, nothing may crash or hang, no leg may begin twice or end without having
// begun, and what leaves is whole frames.
//
// An input is lines. One that begins with `~` is a step: `~+` lets two seconds pass, `~#` cuts the connection and opens it again, `~N` gives a
// command;
// `~=` says the bytes behind it as they are, without a frame. Any other line is the XML of one message, an event of a monitor if it names one, else
// the answer to what was asked last. Before it the machine is live; an input that begins with `~~` is heard from the first byte on.
#include <cstdint>
#include <cstdlib>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/utf8.hpp"
#include "cti/csta/machine.hpp"
#include "cti/model/event_line.hpp"
#include "sim/csta/peer.hpp"

namespace {

using namespace callwright;
using namespace callwright::cti;

void demand(bool good) {
  if (!good) std::abort();
}

/// However the bytes are cut, the frames are the same.
std::vector<std::string> frames(std::string_view bytes, std::size_t piece) {
  csta::FrameReader reader;
  std::vector<std::string> all;
  for (; !bytes.empty(); bytes.remove_prefix(std::min(piece, bytes.size()))) {
    reader.push(bytes.substr(0, piece));
    while (const auto frame = reader.next()) all.push_back(std::to_string(frame->invoke_id) + std::string(frame->xml));
  }
  all.emplace_back(reader.broken());
  return all;
}

class Switch {
 public:
  explicit Switch(bool willing) : willing_(willing), machine_({SwitchId{"lab"}, "lab", 3, 1}, {}, {}) {
    take(machine_.know_devices({"1001", "1002"}, now_));
    take(machine_.start(now_));
    open();
  }

  void line(std::string_view text) {
    if (text.starts_with("~=")) return say(text.substr(2));
    if (text.starts_with("~")) return control(text.substr(1));
    const bool event = text.find("monitorCrossRefID") != text.npos;
    if (const auto bytes = csta::framed(event ? csta::kEventInvokeId : last_asked_, text)) say(*bytes);
  }

 private:
  void say(std::string_view bytes) { take(machine_.received(bytes, now_)); }

  void control(std::string_view step) {
    if (step.starts_with("+")) {
      now_ = now_ + std::chrono::seconds(2);
      take(machine_.wake(now_));
    } else if (step.starts_with("#")) {
      take(machine_.closed("cut", now_));
      for (int i = 0; i < 6 && machine_.phase() != link::Machine::Phase::opening; ++i) control("+");
      open();
    } else {
      command(step.empty() ? '0' : step[0]);
    }
  }

  void open() {
    peer_.cut();
    take(machine_.opened(now_));
  }

  void take(const link::Actions& actions) {
    for (const link::Action& action : actions) {
      if (const auto* send = std::get_if<link::Send>(&action)) {
        csta::FrameReader reader;
        reader.push(send->bytes);
        const auto frame = reader.next();
        demand(frame && csta::read_message(frame->xml) && !reader.next() && frame->invoke_id < csta::kEventInvokeId + 1);
        last_asked_ = frame->invoke_id;
        peer_.received(send->bytes);
      }
      if (const auto* emit = std::get_if<link::Emit>(&action)) told(emit->event.body);
    }
    if (const std::string answers = peer_.take(); willing_ && !answers.empty()) say(answers);
  }

  void told(const model::SwitchEventBody& body) {
    const std::string line = model::line(body);
    demand(to_utf8(line, line.size()) == line);
    if (const auto* made = std::get_if<model::LegCreated>(&body)) demand(legs_.insert(made->native_id).second);
    if (const auto* gone = std::get_if<model::LegGone>(&body)) demand(legs_.erase(gone->native_id) == 1);
    if (const auto* seen = std::get_if<model::LegStateSeen>(&body)) demand(legs_.contains(seen->native_id));
    if (const auto* entered = std::get_if<model::LegEnteredBridge>(&body)) demand(legs_.contains(entered->native_id));
    if (const auto* snapshot = std::get_if<model::Snapshot>(&body)) {
      legs_.clear();
      for (const model::SnapshotLeg& leg : snapshot->legs) demand(legs_.insert(leg.leg.native_id).second);
    }
  }

  void command(char which) {
    const std::string leg = legs_.empty() ? "none" : *legs_.begin();
    model::Command command;
    command.contact = ContactId{7};
    command.epoch = 3;
    switch (which) {
      case '0': command.body = model::End{leg}; break;
      case '1': command.body = model::Answer{leg}; break;
      case '2': command.body = model::Hold{leg, leg}; break;
      case '3': command.body = model::Retrieve{leg, leg}; break;
      default: command.body = model::Park{leg}; break;
    }
    take(machine_.command(command, now_));
  }

  const bool willing_;
  csta::Machine machine_;
  sim::csta::Peer peer_;
  Instant now_{1'795'000'000'000'000};
  std::set<std::string> legs_;
  std::int32_t last_asked_ = 0;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view input(reinterpret_cast<const char*>(data), size);
  demand(frames(input, 7) == frames(input, input.size() + 1));
  (void)csta::read_message(input);
  Switch hostile(!input.starts_with("~~"));
  if (input.starts_with("~~")) input.remove_prefix(2);
  while (!input.empty()) {
    const std::size_t end = std::min(input.find('\n'), input.size());
    hostile.line(input.substr(0, end));
    input.remove_prefix(std::min(end + 1, input.size()));
  }
  return 0;
}
