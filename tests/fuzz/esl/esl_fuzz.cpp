// A whole hostile FreeSWITCH against the frames, events, lists and the machine of the event socket: whatever it sends, nothing may crash or hang, frames may
// not depend on how the bytes are cut, no leg may begin twice, and nothing that leaves may hold more than one command.
//
// An input is bytes on the connection. A line that begins with `~` is none of them: `~+` lets a second pass, `~#` cuts the connection and opens it again,
// `~N` gives a command. An input that begins with `~~` is heard from the first byte on; before any other the machine is live.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "cti/freeswitch/machine.hpp"
#include "cti/freeswitch/outbound.hpp"

namespace {

using namespace callwright;
using namespace callwright::cti;
using namespace callwright::cti::freeswitch;

void demand(bool good) {
  if (!good) std::abort();
}

/// What a reader finds, however the bytes are cut.
std::vector<std::string> frames(std::string_view bytes, std::size_t piece) {
  FrameReader reader;
  Event event;
  std::vector<std::string> all;
  while (!bytes.empty()) {
    const std::string alone(bytes.substr(0, piece));
    reader.push(alone);
    while (const auto frame = reader.next()) {
      all.push_back(std::string(frame->head) + "\n\n" + std::string(frame->body));
      if (event.read(*frame)) all.back() += std::string(event[Field::UniqueId]) + std::string(event[Field::Body]);
    }
    bytes.remove_prefix(std::min(piece, bytes.size()));
  }
  all.emplace_back(reader.failure());
  return all;
}

class Switch {
 public:
  explicit Switch(bool willing) : willing_(willing), machine_(settings()) {
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
      now_ = now_ + std::chrono::seconds(10);
      take(machine_.wake(now_));
      legs_.clear();
      open();
    } else {
      command(line.empty() ? '0' : line.front());
    }
  }

 private:
  static Settings settings() {
    Settings settings;
    settings.identity = {SwitchId{"lab"}, "lab", 3, 1};
    settings.password = "lab";
    settings.dial = "sofia/gateway/carrier/{number}";
    settings.devices = {"user/1001@127.0.0.1", "user/1002"};
    return settings;
  }
  static std::string answer(std::string_view body) {
    return "Content-Type: api/response\nContent-Length: " + std::to_string(body.size()) + "\n\n" + std::string(body);
  }

  void open() {
    take(machine_.opened(now_));
    if (!willing_) return;
    say("Content-Type: auth/request\n\n");
    say("Content-Type: command/reply\nReply-Text: +OK accepted\n\nContent-Type: command/reply\nReply-Text: +OK\n\n");
    say(answer("9411d527-33a7-4ea1-9a15-2001457855bc") + answer("1795324500") + answer("UP") + answer("-ERR") + answer("-ERR"));
    say(answer("{\"row_count\":0}") + answer("{\"row_count\":0}"));
  }

  void take(const link::Actions& actions) {
    for (const link::Action& action : actions) {
      if (const auto* send = std::get_if<link::Send>(&action)) {
        const std::size_t end = send->bytes.find("\n\n");
        demand(end + 2 == send->bytes.size());  // one command, whole
      }
      const auto* emit = std::get_if<link::Emit>(&action);
      if (!emit) continue;
      if (const auto* made = std::get_if<model::LegCreated>(&emit->event.body)) demand(legs_.insert(made->native_id).second);
      if (const auto* gone = std::get_if<model::LegGone>(&emit->event.body)) legs_.erase(gone->native_id);
      if (const auto* snapshot = std::get_if<model::Snapshot>(&emit->event.body)) {
        legs_.clear();
        for (const model::SnapshotLeg& leg : snapshot->legs) demand(legs_.insert(leg.leg.native_id).second);
      }
    }
  }

  void command(char which) {
    model::Command command;
    command.id = {1, ++seq_, 0};
    command.contact = ContactId{7};
    command.epoch = 3;
    const std::string agent = "cw-7-8-3";
    switch (which) {
      case '0': command.body = model::Park{"a"}; break;
      case '1': command.body = model::Ring{"user/1001@127.0.0.1", "a", "1", "n", OfferId{8}, std::chrono::seconds(5)}; break;
      case '2': command.body = model::Bridge{"a", agent}; break;
      case '3': command.body = model::Hold{"a", agent}; break;
      case '4': command.body = model::Retrieve{"a", agent}; break;
      case '5': command.body = model::End{agent}; break;
      case '6': command.body = model::Dial{"sofia/gateway/carrier/{number}", "+441632960123", "", std::chrono::seconds(5)}; break;
      case '7': command.body = model::End{"a"}; break;
      default: command.body = model::Release{"a"}; break;
    }
    take(machine_.command(command, now_));
  }

  bool willing_;
  Machine machine_;
  Instant now_{1'795'324'500'000'000};
  std::int64_t seq_ = 0;
  std::set<std::string> legs_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view input(reinterpret_cast<const char*>(data), size);
  const auto whole = frames(input, input.size() + 1);
  for (const std::size_t piece : {1U, 7U}) demand(frames(input, piece) == whole);
  Event event;
  (void)event.read_json(input);
  (void)event.read_plain(input);
  (void)read_channels(input);
  (void)read_bridged(input);
  const Table table(input);
  for (std::size_t row = 0; row < table.size(); ++row) (void)table.at(row, "name");
  (void)parts_of(input);

  Outbound session({.devices = {"user/1001@127.0.0.1"}});
  (void)session.opened();
  (void)session.received(input, Instant{1});

  Switch hostile(!input.starts_with("~~"));
  if (input.starts_with("~~")) input.remove_prefix(2);
  while (!input.empty()) {
    const std::size_t begin = input.starts_with('~') ? 0 : input.find("\n~");
    if (begin != 0) {
      const std::size_t bytes = begin == input.npos ? input.size() : begin + 1;
      hostile.say(input.substr(0, bytes));
      input.remove_prefix(bytes);
      continue;
    }
    const std::size_t end = std::min(input.find('\n'), input.size());
    hostile.control(input.substr(1, end - 1));
    input.remove_prefix(std::min(end + 1, input.size()));
  }
  return 0;
}
