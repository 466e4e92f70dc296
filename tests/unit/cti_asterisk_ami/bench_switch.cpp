#include "tests/unit/cti_asterisk_ami/bench_switch.hpp"

#include <stdexcept>
#include <utility>

namespace callwright::cti::ami::test {
namespace {

Sent read_action(const std::string& bytes) {
  Reader reader(false);
  Sent sent;
  sent.lines = bytes;
  // An action begins with a key of its own; the rest is a message like every other.
  if (!bytes.starts_with("Action: ")) throw std::runtime_error("not an action: " + bytes);
  reader.push("Event: " + bytes.substr(8));
  const Message* message = reader.next();
  if (!message) throw std::runtime_error("not an action: " + bytes);
  sent.action = message->name();
  sent.id = message->value("ActionID");
  if (reader.next()) throw std::runtime_error("more than one action: " + bytes);
  return sent;
}

std::string replaced(std::string text, const std::string& id) {
  for (std::size_t at = text.find('%'); at != text.npos; at = text.find('%', at + id.size())) text.replace(at, 1, id);
  return text;
}

}  // namespace

Settings Bench::usual() {
  Settings settings;
  settings.username = "callwright";
  settings.secret = "secret";
  settings.station_contexts = {"agents"};
  return settings;
}

Bench::Bench(Settings settings, link::Patience patience) : machine({SwitchId{"lab"}, "lab", 3, 1}, patience, std::move(settings)) {
  take(machine.know_devices({"PJSIP/agent1", "PJSIP/agent2", "PJSIP/agent3"}, now));
}

std::string Bench::list(const Sent& action, const std::vector<std::string>& items) const {
  std::string text = "Response: Success\r\nActionID: " + action.id + "\r\nEventList: start\r\nMessage: will follow\r\n\r\n";
  for (const std::string& item : items) text += item + "\r\nActionID: " + action.id + "\r\n\r\n";
  return text + "Event: " + action.action + "Complete\r\nActionID: " + action.id +
         "\r\nEventList: Complete\r\nListItems: " + std::to_string(items.size()) + "\r\n\r\n";
}

std::string Bench::answer(const Sent& action) const {
  if (const auto own = answers.find(action.action); own != answers.end()) return replaced(own->second, action.id);
  if (action.action == "Challenge") return "Response: Success\r\nActionID: " + action.id + "\r\nChallenge: 840415273\r\n\r\n";
  if (action.action == "ListCommands")
    return "Response: Success\r\nActionID: " + action.id +
           "\r\nCoreShowChannels: List currently active channels. (Priv: system,reporting,all)\r\nQueueStatus: Show queue status. (Priv: <none>)\r\n"
           "DeviceStateList: List the current known device states. (Priv: call,reporting,all)\r\nHangup: Hangup channel. (Priv: "
           "system,call,all)\r\n\r\n";
  if (action.action == "CoreStatus")
    return "Response: Success\r\nActionID: " + action.id +
           "\r\nCoreStartupDate: 2026-11-22\r\nCoreStartupTime: 05:00:08\r\nCoreCurrentCalls: 0\r\n\r\n";
  if (action.action == "CoreShowChannels") return list(action, channels);
  if (action.action == "BridgeList") return list(action, bridges);
  if (action.action == "QueueStatus") return list(action, queues);
  if (action.action == "DeviceStateList") return list(action, device_states);
  if (action.action == "BridgeInfo") {
    for (const auto& [bridge, items] : infos)
      if (action.lines.find("BridgeUniqueid: " + bridge + "\r\n") != action.lines.npos) return list(action, items);
    return "Response: Error\r\nActionID: " + action.id + "\r\nMessage: Specified BridgeUniqueid not found\r\n\r\n";
  }
  if (action.action == "Ping") return "Response: Success\r\nActionID: " + action.id + "\r\nPing: Pong\r\nTimestamp: 1795324075.222\r\n\r\n";
  return "Response: Success\r\nActionID: " + action.id + "\r\nMessage: Done\r\n\r\n";
}

void Bench::take(const link::Actions& actions) {
  std::vector<std::string> replies;
  for (const link::Action& action : actions) {
    if (const auto* send = std::get_if<link::Send>(&action)) {
      sent.push_back(read_action(send->bytes));
      replies.push_back(answer(sent.back()));
    } else if (const auto* emit = std::get_if<link::Emit>(&action)) {
      events.push_back(model::line(emit->event.body));
      told.push_back(emit->event);
    } else if (const auto* line = std::get_if<link::Log>(&action)) {
      log.push_back(line->event + ": " + line->detail);
    } else if (std::holds_alternative<link::Open>(action)) {
      ++opened;
    } else if (std::holds_alternative<link::Close>(action)) {
      ++closed;
    }
  }
  for (const std::string& reply : replies)
    if (!reply.empty()) say(reply);
}

void Bench::start() { take(machine.start(now)); }

void Bench::live() {
  if (machine.phase() == link::Machine::Phase::stopped) start();
  take(machine.opened(now));
  say("Asterisk Call Manager/11.0.0\r\n");
}

void Bench::say(std::string_view bytes) { take(machine.received(bytes, now)); }

void Bench::command(model::CommandBody body, std::int64_t seq) {
  model::Command command;
  command.id = {1, seq, 0};
  command.switch_id = SwitchId{"lab"};
  command.contact = ContactId{7};
  command.epoch = 3;
  command.body = std::move(body);
  take(machine.command(command, now));
}

/// Time passes, and the machine is woken whenever it wants.
void Bench::pass(Duration duration) {
  const Instant until = now + duration;
  for (auto next = machine.next_wake(); next && *next <= until; next = machine.next_wake()) {
    if (*next > now) now = *next;
    take(machine.wake(now));
  }
  now = until;
}

void Bench::forget() {
  events.clear();
  told.clear();
  sent.clear();
  log.clear();
}

std::size_t prepare(Bench& bench, const Recording& recording) {
  Reader reader;
  reader.push(recording.bytes);
  bench.channels.clear();
  bench.bridges.clear();
  bench.queues.clear();
  bench.device_states.clear();
  while (const Message* message = reader.next()) {
    const std::string_view id = message->value("ActionID");
    if (message->kind() != Message::Kind::event || id.empty()) continue;
    if (message->name() == "DeviceStateListComplete") return recording.bytes.find(message->raw()) + message->raw().size();
    std::string lines;
    for (std::size_t i = 0; i < message->size(); ++i) {
      const Message::Field field = (*message)[i];
      if (field.key != "ActionID") lines += (lines.empty() ? "" : "\r\n") + std::string(field.key) + ": " + std::string(field.value);
    }
    switch (name_of(message->name())) {
      case Name::core_show_channel: bench.channels.push_back(lines); break;
      case Name::bridge_list_item: bench.bridges.push_back(lines); break;
      case Name::queue_member:
      case Name::queue_entry:
      case Name::queue_params: bench.queues.push_back(lines); break;
      case Name::device_state_change: bench.device_states.push_back(lines); break;
      default: break;
    }
  }
  throw std::runtime_error(recording.scenario + " has no lists");
}

void say(Bench& bench, std::string_view bytes, const Sizes& next) {
  while (!bytes.empty()) {
    const std::size_t size = std::min(next(), bytes.size());
    bench.say(bytes.substr(0, size));
    bytes.remove_prefix(size);
  }
}

Sizes as_they_came(const Recording& recording, std::size_t place) {
  return [chunks = recording.chunks, chunk = std::size_t{0}, end = std::size_t{0}, place]() mutable {
    while (end <= place) end += chunks.at(chunk++);
    return end - std::exchange(place, end);
  };
}

void restart(Bench& bench) {
  bench.answers["CoreStatus"] = "Response: Success\r\nActionID: %\r\nCoreStartupDate: 2026-11-22\r\nCoreStartupTime: 05:23:19\r\n\r\n";
  bench.take(bench.machine.closed("closed by the switch", bench.now));
  bench.pass(std::chrono::seconds(1));
}

void replay(Bench& bench, const std::string& scenario, const Sizes& sizes) {
  for (int connection = 1; connection <= (scenario == "restart-midcall" ? 2 : 1); ++connection) {
    if (connection == 2) restart(bench);
    const Recording all = recording(scenario, connection);
    const std::size_t place = prepare(bench, all);
    bench.live();
    say(bench, std::string_view(all.bytes).substr(place), sizes ? sizes : as_they_came(all, place));
  }
}

}  // namespace callwright::cti::ami::test
