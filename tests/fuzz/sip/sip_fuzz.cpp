// Hostile SIP: whatever comes, nothing may crash, hang, or make us say what we would not read ourselves.
//
// An input is packets with a line `%%` between them. The server that gets them watches a device and has one caller who waits; `%%!N` gives a command,
// `%%+N` lets N seconds pass, `%%a` answers our last request with a 200 that begins the next packet's dialog.
#include <charconv>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "cti/sip/codec.hpp"
#include "cti/sip/codec_bodies.hpp"
#include "cti/sip/framing.hpp"
#include "cti/sip/machine.hpp"

namespace {

using namespace callwright;
using namespace callwright::cti;

void must(bool holds) {
  if (!holds) std::abort();
}

class Server {
 public:
  Server() : machine_(settings(), {SwitchId{"sbc"}, "sbc", 7, 1}) {
    take(machine_.start(now_));
    take(machine_.opened(now_));
    take(machine_.accepting(true, now_));
    take(machine_.know_devices({"1001"}, now_));
    pass(1);
  }

  void packet(std::string_view bytes) {
    take(machine_.packet({sip::Flow::Transport::udp, "10.0.0.1", 5060, 0}, sip::Carrier::datagram, bytes, now_));
  }

  void order(std::string_view word) {
    if (word.starts_with('+')) return pass(number(word.substr(1)));
    if (word.starts_with('a')) return packet(answer());
    model::Command command;
    command.contact = ContactId{5};
    command.epoch = 7;
    switch (number(word.substr(word.empty() ? 0 : 1))) {
      case 0: command.body = model::Park{caller_}; break;
      case 1: command.body = model::Ring{"1001", caller_, "1", "n", OfferId{6}, std::chrono::seconds(5)}; break;
      case 2: command.body = model::End{caller_}; break;
      case 3:
        command.body = model::Play{caller_, {{.what = model::Prompt::What::position, .media = {}, .number = 3, .duration = {}}}, "", false};
        break;
      default: command.body = model::Release{caller_}; break;
    }
    take(machine_.command(command, now_));
  }

 private:
  static sip::Settings settings() {
    sip::Settings settings;
    settings.host = "10.0.0.5";
    settings.domain = "pbx";
    settings.fallback = "sip:10.0.0.9";
    settings.trusted = {"10.0.0.0/8"};
    settings.data_headers = {"Subject"};
    settings.watch_username = settings.watch_password = "a";
    return settings;
  }
  static int number(std::string_view text) {
    int value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value < 0 || value > 4000 ? 0 : value;
  }
  void pass(int seconds) {
    const Instant end = now_ + std::chrono::seconds(seconds);
    for (int turns = 0;; ++turns) {
      const auto next = machine_.next_wake();
      if (!next || *next > end) break;
      must(turns < 100'000);
      now_ = std::max(now_, *next);
      take(machine_.wake(now_));
    }
    now_ = end;
  }
  /// Everything that leaves is a message that we would take.
  void take(const link::Actions& actions) {
    for (const link::Action& action : actions) {
      if (const auto* send = std::get_if<link::Send>(&action)) {
        must(sip::read_flow(send->to).has_value());
        const auto said = sip::read_message(send->bytes, sip::Carrier::stream);
        if (said && said->is_request()) asked_ = *said;
        // What answers a request that could not be read repeats it as it stood.
        must(said || send->bytes.starts_with("SIP/2.0 400") || send->bytes.starts_with("SIP/2.0 5"));
      } else if (const auto* emit = std::get_if<link::Emit>(&action)) {
        if (const auto* asks = std::get_if<model::RouteAsked>(&emit->event.body)) caller_ = asks->native_id;
      }
    }
  }
  std::string answer() const {
    if (asked_.echo.vias.empty()) return {};
    return sip::Writing::response(asked_.echo, 200, "OK", "remote").expires(300).take().value_or("");
  }

  sip::Machine machine_;
  Instant now_{1'795'000'000'000'000};
  std::string caller_ = "nobody";
  sip::Message asked_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  (void)sip::read_dialog_info(input);
  (void)sip::read_presence(input);
  (void)sip::read_uri(input);
  (void)sip::read_address(input);
  if (const auto message = sip::read_message(input, sip::Carrier::datagram); message && message->is_request()) {
    const auto answer = sip::Writing::response(message->echo, 486, "Busy Here", "tag").take();
    must(!answer || sip::read_message(*answer, sip::Carrier::datagram).has_value());
  }
  sip::Framing framing;
  for (const std::string_view part : {input.substr(0, size / 2), input.substr(size / 2)}) {
    framing.add(part);
    while (const auto message = framing.next()) (void)sip::read_message(*message, sip::Carrier::stream);
  }
  Server server;
  for (std::string_view rest = input; !rest.empty();) {
    const std::size_t mark = rest.find("%%");
    if (mark > 0) server.packet(rest.substr(0, mark));
    if (mark == rest.npos) break;
    rest.remove_prefix(mark + 2);
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    if (end > 0) server.order(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return 0;
}
