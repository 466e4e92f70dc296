// Feeds a whole hostile Asterisk to the ARI machine: whatever it sends, nothing may crash, hang or leave a leg twice.
//
// An input is lines. `<STATUS BODY` answers the oldest open request on the way it went, `+` lets a second pass, `#` opens or closes the socket,
// `!N` gives a command; every other line is a text on the WebSocket.
#include <boost/json.hpp>
#include <cstdint>
#include <cstdlib>
#include <deque>
#include <string>
#include <string_view>

#include "cti/asterisk/codec.hpp"
#include "cti/asterisk/machine.hpp"

namespace {

using namespace callwright;
using namespace callwright::cti;

class Switch {
 public:
  Switch() : machine_(settings()) {
    take(machine_.start(now_));
    answer(200, R"({"system":{"version":"22"},"status":{"startup_time":"2026-11-22T05:00:00.000+0000"}})");
    take(machine_.socket_opened(now_));
    while (!waiting_.empty()) answer(200, "[]");
  }

  void line(std::string_view text) {
    if (text.starts_with('<')) return answer(std::atoi(std::string(text.substr(1, 3)).c_str()), std::string(text.size() > 5 ? text.substr(5) : ""));
    if (text.starts_with('!')) return command(text.size() > 1 ? text[1] : '0');
    if (text == "#") return take(machine_.phase() == asterisk::Machine::Phase::opening ? machine_.socket_opened(now_) : machine_.socket_closed("cut", now_));
    if (text == "+") {
      now_ = now_ + std::chrono::seconds(1);
      return take(machine_.wake(now_));
    }
    take(machine_.text(text, now_));
  }

 private:
  static asterisk::Settings settings() {
    asterisk::Settings settings;
    settings.switch_id = SwitchId{"lab"};
    settings.epoch = 3;
    settings.devices = {"PJSIP/agent1"};
    return settings;
  }

  void take(const asterisk::Actions& actions) {
    for (const asterisk::Action& action : actions) {
      if (const auto* rest = std::get_if<asterisk::Rest>(&action)) waiting_.push_back({rest->id, false});
      if (const auto* send = std::get_if<asterisk::Send>(&action))
        waiting_.push_back({std::stoll(boost::json::parse(send->text).at("request_id").as_string().c_str()), true});
      if (std::holds_alternative<asterisk::Disconnect>(action)) waiting_.clear();
    }
  }

  void answer(int status, std::string body) {
    if (waiting_.empty()) return;
    const Asked asked = waiting_.front();
    waiting_.pop_front();
    if (asked.over_socket) {
      const boost::json::object answer{{"type", "RESTResponse"}, {"request_id", std::to_string(asked.id)}, {"status_code", status}, {"message_body", body}};
      return take(machine_.text(boost::json::serialize(answer), now_));
    }
    asterisk::Reply reply{status, std::move(body), {}};
    if (status == 0) reply.failure = asterisk::Reply::Failure::broken;
    take(machine_.reply(asked.id, reply, now_));
  }

  void command(char which) {
    cti::model::Command command;
    command.contact = ContactId{7};
    command.epoch = 3;
    switch (which) {
      case '0': command.body = cti::model::Park{"a"}; break;
      case '1': command.body = cti::model::Ring{"PJSIP/agent1", "a", "1", "n", OfferId{8}, std::chrono::seconds(5)}; break;
      case '2': command.body = cti::model::Bridge{"a", "cw-7-8-3"}; break;
      case '3': command.body = cti::model::Hold{"a", "cw-7-8-3"}; break;
      case '4': command.body = cti::model::Retrieve{"a", "cw-7-8-3"}; break;
      case '5': command.body = cti::model::End{"cw-7-8-3"}; break;
      default: command.body = cti::model::Release{"a"}; break;
    }
    take(machine_.command(command, now_));
  }

  asterisk::Machine machine_;
  Instant now_{1'795'000'000'000'000};
  struct Asked {
    std::int64_t id = 0;
    bool over_socket = false;
  };
  std::deque<Asked> waiting_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view input(reinterpret_cast<const char*>(data), size);
  (void)asterisk::read_channels(input);
  (void)asterisk::read_bridges(input);
  (void)asterisk::read_endpoints(input);
  (void)asterisk::read_info(input);
  (void)asterisk::read_reason(input);
  Switch hostile;
  while (!input.empty()) {
    const std::size_t end = input.find('\n');
    hostile.line(input.substr(0, end));
    if (end == input.npos) break;
    input.remove_prefix(end + 1);
  }
  return 0;
}
