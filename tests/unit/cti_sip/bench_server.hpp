#pragma once
#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "cti/model/event_line.hpp"
#include "cti/sip/machine.hpp"

namespace callwright::cti::sip::test {

using Lines = std::vector<std::string>;

inline constexpr Instant kNoon{1'795'000'000'000'000};

inline Settings usual_settings() {
  Settings settings;
  settings.host = "10.0.0.5";
  settings.domain = "pbx.example.com";
  settings.fallback = "sip:10.0.0.9";
  settings.trusted = {"10.0.0.0/8"};
  settings.blind = true;
  settings.watch = false;
  settings.tell_position = true;
  return settings;
}

/// A machine that is live and takes contacts, and everything that it wants done, in words: `302 Moved Temporarily to udp 10.0.0.1 5060`, or the
/// model's line of an event. What is sent is kept whole.
class BenchServer {
 public:
  explicit BenchServer(Settings settings = usual_settings()) : machine(std::move(settings), {SwitchId{"sbc"}, "sbc", 7, 1}) {
    said(machine.start(now));
    opened = said(machine.opened(now));
    said(machine.accepting(true, now));
  }

  Lines packet(const std::string& bytes, Carrier carrier = Carrier::datagram) { return said(machine.packet(peer, carrier, bytes, now)); }
  Lines command(model::CommandBody body, std::int64_t seq = 50) {
    model::Command command;
    command.id = {1, seq, 0};
    command.switch_id = SwitchId{"sbc"};
    command.contact = ContactId{5};
    command.epoch = 7;
    command.body = std::move(body);
    return said(machine.command(command, now));
  }
  Lines ring(const std::string& device, std::int64_t offer = 6) {
    return command(model::Ring{device, caller, "+4930", "A", OfferId{offer}, std::chrono::seconds(20)});
  }
  /// Up to and with this many seconds from noon, waking when it wants to be woken.
  Lines until(double seconds) {
    Lines all;
    const Instant end = kNoon + Duration(static_cast<std::int64_t>(seconds * 1e6));
    for (auto next = machine.next_wake(); next && *next <= end; next = machine.next_wake()) {
      now = *next;
      for (std::string& line : said(machine.wake(now))) all.push_back(std::move(line));
    }
    now = end;
    return all;
  }
  /// Without what only a log says.
  Lines said(const link::Actions& actions);
  /// The last that was sent.
  const std::string& last() const { return sent.back(); }
  Message last_message() const { return read_message(last(), Carrier::datagram).value(); }

  Machine machine;
  Flow peer{Flow::Transport::udp, "10.0.0.1", 5060, 0};
  Instant now = kNoon;
  Lines opened, sent, logs;
  std::string caller;  ///< whom `LegCreated` named last
};

/// The sample INVITE with its body; `cseq` and `branch` make it another one, `user` another number.
std::string invite(const std::string& branch = "z9hG4bK1", int cseq = 1, const std::string& user = "4000");
/// ACK, CANCEL or BYE for it. `to_tag` empty: none.
std::string about_invite(const std::string& method, const std::string& to_tag = "", const std::string& branch = "z9hG4bK1", int cseq = 1);

}  // namespace callwright::cti::sip::test
