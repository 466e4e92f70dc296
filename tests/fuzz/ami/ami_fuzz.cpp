// Feeds a whole hostile Asterisk to the machine of its manager interface: whatever it sends, nothing may crash or hang, no leg may begin twice, and
// nothing that leaves may be broken text or a second action.
//
// An input is bytes on the connection. A line that begins with `~` is none of them: `~+` lets a second pass, `~#` cuts the connection and opens it
// again,
// `~N` gives a command. An input that begins with `~~` is heard from the first byte on; before any other the machine is live.
#include <cstdint>
#include <cstdlib>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/utf8.hpp"
#include "cti/asterisk/ami/machine.hpp"
#include "cti/model/event_line.hpp"

namespace {

using namespace callwright;
using namespace callwright::cti;

void demand(bool good) {
  if (!good) std::abort();
}

/// However the bytes are cut, the messages are the same.
std::vector<std::string> messages(std::string_view bytes, std::size_t piece) {
  ami::Reader reader(false);
  std::vector<std::string> all;
  while (!bytes.empty()) {
    reader.push(bytes.substr(0, piece));
    while (const ami::Message* message = reader.next()) {
      std::string line;
      ami::Variable variable;
      for (std::size_t i = 0; i < message->size(); ++i) {
        line.append((*message)[i].key).append("=").append((*message)[i].value).append("\n");
        (void)ami::read_variable((*message)[i], variable);
      }
      all.push_back(std::move(line));
    }
    bytes.remove_prefix(std::min(piece, bytes.size()));
  }
  all.push_back(std::to_string(reader.broken()));
  return all;
}

class Switch {
 public:
  explicit Switch(bool willing) : willing_(willing), machine_({SwitchId{"lab"}, "lab", 3, 1}, {}, settings()) {
    take(machine_.know_devices({"PJSIP/agent1", "PJSIP/agent2"}, now_));
    take(machine_.start(now_));
    open();
  }

  void say(std::string_view bytes) { take(machine_.received(bytes, now_)); }

  void control(std::string_view line) {
    if (line.starts_with("+")) {
      now_ = now_ + std::chrono::seconds(1);
      take(machine_.wake(now_));
    } else if (line.starts_with("#")) {
      take(machine_.closed("cut", now_));
      for (int i = 0; i < 6 && machine_.phase() != link::Machine::Phase::opening; ++i) control("+");
      open();
    } else {
      command(line.empty() ? '0' : line[0]);
    }
  }

 private:
  static ami::Settings settings() {
    ami::Settings settings;
    settings.username = "fuzz";
    settings.station_contexts = {"agents"};
    settings.dial_context = "callwright";
    return settings;
  }

  void open() {
    take(machine_.opened(now_));
    if (willing_) say("Asterisk Call Manager/11.0.0\r\n");
  }

  static std::string answer(std::string_view action) {
    const auto line = [&](std::string_view key) {
      const std::size_t at = action.find(key) + key.size();
      return std::string(action.substr(at, action.find("\r\n", at) - at));
    };
    const std::string name = line("Action: "), id = "ActionID: " + line("ActionID: ") + "\r\n";
    std::string text = "Response: Success\r\n" + id;
    if (name == "Challenge") text += "Challenge: 1\r\n";
    if (name == "CoreStatus") text += "CoreStartupDate: 2026-11-22\r\nCoreStartupTime: 05:00:08\r\n";
    if (name == "ListCommands") text += "CoreShowChannels: x\r\nQueueStatus: x\r\nDeviceStateList: x\r\nFilter: x\r\n";
    for (const char* list : {"CoreShowChannels", "BridgeList", "QueueStatus", "DeviceStateList"})
      if (name == list) text += "EventList: start\r\n\r\nEvent: " + name + "Complete\r\n" + id + "EventList: Complete\r\n";
    return text + "\r\n";
  }

  void take(const link::Actions& actions) {
    std::string answers;
    for (const link::Action& action : actions) {
      if (const auto* send = std::get_if<link::Send>(&action)) {
        demand(send->bytes.find("\r\n\r\n") == send->bytes.size() - 4);
        if (willing_) answers += answer(send->bytes);
      }
      if (const auto* emit = std::get_if<link::Emit>(&action)) told(emit->event.body);
    }
    if (!answers.empty()) say(answers);
  }

  void told(const model::SwitchEventBody& body) {
    const std::string line = model::line(body);
    demand(to_utf8(line, line.size()) == line);
    if (const auto* made = std::get_if<model::LegCreated>(&body)) demand(legs_.insert(made->native_id).second);
    if (const auto* gone = std::get_if<model::LegGone>(&body)) demand(legs_.erase(gone->native_id) == 1);
    if (const auto* snapshot = std::get_if<model::Snapshot>(&body)) {
      legs_.clear();
      for (const model::SnapshotLeg& leg : snapshot->legs) demand(legs_.insert(leg.leg.native_id).second);
    }
  }

  void command(char which) {
    model::Command command;
    command.contact = ContactId{7};
    command.epoch = 3;
    command.id.seq = ++commands_;
    switch (which) {
      case '0': command.body = model::End{"1.1"}; break;
      case '1': command.body = model::Dtmf{"1.1", "12#"}; break;
      case '2': command.body = model::Dial{"PJSIP/{number}@trunk", "+441632960123", "", std::chrono::seconds(20)}; break;
      default: command.body = model::Park{"1.1"}; break;
    }
    take(machine_.command(command, now_));
  }

  const bool willing_;
  ami::Machine machine_;
  Instant now_{1'795'000'000'000'000};
  std::set<std::string> legs_;
  std::int64_t commands_ = 0;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view input(reinterpret_cast<const char*>(data), size);
  demand(messages(input, 7) == messages(input, input.size() + 1));
  Switch hostile(!input.starts_with("~~"));
  if (input.starts_with("~~")) input.remove_prefix(std::min(input.find('\n'), input.size() - 1) + 1);
  while (!input.empty()) {
    const std::size_t end = std::min(input.find('\n'), input.size() - 1) + 1;
    if (input.front() == '~') hostile.control(input.substr(1, end - 1));
    else hostile.say(input.substr(0, end));
    input.remove_prefix(end);
  }
  return 0;
}
