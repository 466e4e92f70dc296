#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "cti/freeswitch/machine.hpp"
#include "tests/unit/cti_freeswitch/recording.hpp"

namespace callwright::cti::freeswitch::test {

/// A machine on the bench, and a FreeSWITCH that says what the test lets it say.
class Bench {
 public:
  explicit Bench(Settings settings = usual()) : machine(std::move(settings)) {}
  static Settings usual();

  /// Each action in words since the last call: "send TEXT", events as `model::line`, "log NAME", "close", ...
  std::vector<std::string> said();
  /// The events among them alone.
  std::vector<std::string> events();
  /// What was sent alone, without the blank line.
  std::vector<std::string> sent();

  void take(const link::Actions& actions);
  void receive(std::string_view bytes) { take(machine.received(bytes, now)); }
  void reply(std::string_view text);
  void answer(std::string_view body);
  void event(const std::string& members);  ///< of a JSON object: `"Event-Name":"DTMF",...`
  void plain_event(const std::string& body);
  void command(model::CommandBody body, std::int64_t contact = 7);
  void pass(Duration time);  ///< waking the machine whenever it asks for it

  /// Opens and signs in: all that a snapshot is made of has been asked for.
  void sign_in();
  /// Answers what was asked for; as the switch does, in order.
  void give_snapshot();
  void live() {
    sign_in();
    give_snapshot();
    said();
  }

  // What the switch shows.
  std::string core = "9411d527-33a7-4ea1-9a15-2001457855bc";
  std::string channels = "{\"row_count\":0}", bridged = "{\"row_count\":0}";
  std::string queues = "-ERR callcenter_config Command not found!\n", agents = queues;
  std::map<std::string, std::string> members, entries;  ///< by queue; by channel

  Machine machine;
  Instant now{1'795'324'500'000'000};
  std::vector<link::Action> actions;
};

std::string frame(const std::string& head, std::string_view body);
/// One row of `show channels as json`.
std::string row(const std::string& uuid, const std::string& name, const std::string& more);
std::string rows(const std::vector<std::string>& all);

}  // namespace callwright::cti::freeswitch::test
