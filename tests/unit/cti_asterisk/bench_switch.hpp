#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "cti/asterisk/machine.hpp"
#include "cti/model/event_line.hpp"

/// A machine on the bench: answers its requests as a willing Asterisk would, unless told otherwise, and keeps what it says.
namespace callwright::cti::asterisk::test {

/// The events of a recording below tests/data/asterisk22, one text each. Names that the recording's own controller gave
/// (`ag-1`, `mix-1`, `hold-1`) are turned into ours.
std::vector<std::string> recording(const std::string& name);

using model::line;
std::string line(const Request& request);

std::string channel_json(const std::string& id, const std::string& name, const std::string& state, const std::string& app_data = {},
                         const std::string& number = "4930111");
std::string bridge_json(const std::string& id, const std::string& type, const std::vector<std::string>& channels);
std::string event_json(const std::string& type, const std::string& members);

struct Bench {
  explicit Bench(Settings settings = usual());
  static Settings usual();

  Machine machine;
  Instant now{1'795'000'000'000'000};
  std::string channels = "[]", bridges = "[]", endpoints = "[]";
  std::string startup = "2026-11-22T05:00:00.000+0000";

  std::vector<std::string> events;    ///< of every Emit since `forget`
  std::vector<std::string> requests;  ///< of every Rest
  std::vector<std::string> logs, log_details;
  std::vector<model::SwitchEvent> emitted;
  std::vector<Rest> waiting;          ///< requests without an answer, while `answering` is false
  std::vector<std::string> sent;      ///< texts on the socket
  static constexpr std::int32_t kSocket = -1;  ///< "lane" of a request that came over the socket
  bool takes_requests = true;         ///< on the socket; otherwise texts there are ignored, as older ones do
  bool answering = true;
  model::Capabilities capabilities;   ///< declared last
  int declared = 0, disconnected = 0, opened = 0;

  void take(const Actions& actions);
  void live();                         ///< start until live
  void answer(const Rest& request);    ///< as a willing Asterisk
  void answer(const Rest& request, int status, std::string body = {});
  void fail(const Rest& request, const Reply& reply);
  void answer_all();
  void text(const std::string& text) { take(machine.text(text, now)); }
  void command(model::CommandBody body, std::int64_t contact = 7);
  void pass(Duration time);            ///< lets time pass and wakes the machine whenever it asks for it
  void forget();
};

}  // namespace callwright::cti::asterisk::test
