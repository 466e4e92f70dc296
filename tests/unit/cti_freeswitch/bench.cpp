#include "tests/unit/cti_freeswitch/bench.hpp"

#include <utility>

#include "cti/model/event_line.hpp"

namespace callwright::cti::freeswitch::test {
namespace {

struct Spoken {
  std::string operator()(const link::Open&) const { return "open"; }
  std::string operator()(const link::Send& send) const {
    std::string text = "send " + send.bytes.substr(0, send.bytes.size() - 2);
    for (char& c : text)
      if (c == '\n') c = '|';
    return text;
  }
  std::string operator()(const link::Close&) const { return "close"; }
  std::string operator()(const link::Emit& emit) const { return model::line(emit.event.body); }
  std::string operator()(const link::Declare& declare) const { return declare.capabilities.dial ? "declare dial" : "declare"; }
  std::string operator()(const link::Log& log) const { return "log " + log.event; }
};

}  // namespace

Settings Bench::usual() {
  Settings settings;
  settings.identity = {SwitchId{"lab"}, "lab", 3, 1};
  settings.password = "lab";
  settings.devices = {"user/1001@127.0.0.1", "user/1002@127.0.0.1", "user/1003@127.0.0.1", "user/1004@127.0.0.1"};
  return settings;
}

void Bench::take(const link::Actions& more) { actions.insert(actions.end(), more.begin(), more.end()); }

std::vector<std::string> Bench::said() {
  std::vector<std::string> all;
  for (const link::Action& action : std::exchange(actions, {})) all.push_back(std::visit(Spoken{}, action));
  return all;
}

std::vector<std::string> Bench::events() {
  std::vector<std::string> all;
  for (const link::Action& action : std::exchange(actions, {}))
    if (std::holds_alternative<link::Emit>(action)) all.push_back(Spoken{}(std::get<link::Emit>(action)));
  return all;
}

std::vector<std::string> Bench::sent() {
  std::vector<std::string> all;
  for (const link::Action& action : std::exchange(actions, {}))
    if (std::holds_alternative<link::Send>(action)) all.push_back(Spoken{}(std::get<link::Send>(action)).substr(5));
  return all;
}

std::string frame(const std::string& head, std::string_view body) {
  return head + "\nContent-Length: " + std::to_string(body.size()) + "\n\n" + std::string(body);
}

void Bench::reply(std::string_view text) { receive("Content-Type: command/reply\nReply-Text: " + std::string(text) + "\n\n"); }
void Bench::answer(std::string_view body) { receive(frame("Content-Type: api/response", body)); }
void Bench::event(const std::string& members) { receive(frame("Content-Type: text/event-json", "{" + members + "}")); }
void Bench::plain_event(const std::string& body) { receive(frame("Content-Type: text/event-plain", body)); }

void Bench::command(model::CommandBody body, std::int64_t contact) {
  model::Command command;
  command.id = {1, 40, 0};
  command.contact = ContactId{contact};
  command.epoch = 1;
  command.body = std::move(body);
  take(machine.command(command, now));
}

void Bench::pass(Duration time) {
  const Instant until = now + time;
  while (machine.next_wake() && *machine.next_wake() <= until) {
    now = std::max(now, *machine.next_wake());
    take(machine.wake(now));
  }
  now = until;
}

void Bench::sign_in() {
  if (machine.phase() == Machine::Phase::stopped) take(machine.start(now));
  take(machine.opened(now));
  receive("Content-Type: auth/request\n\n");
  reply("+OK accepted");
}

void Bench::give_snapshot() {
  while (machine.phase() == Machine::Phase::snapshot) {
    std::vector<std::string> asked;
    for (const link::Action& action : actions)
      if (const auto* send = std::get_if<link::Send>(&action)) asked.push_back(send->bytes.substr(0, send->bytes.size() - 2));
    std::erase_if(actions, [](const link::Action& action) { return std::holds_alternative<link::Send>(action); });
    if (asked.empty()) return;
    for (const std::string& text : asked) {
      const std::string last = text.substr(text.rfind(' ') + 1);
      if (text.starts_with("event ")) reply("+OK event listener enabled json");
      else if (text == "api global_getvar core_uuid") answer(core);
      else if (text == "api strepoch") answer(std::to_string(now.us / 1'000'000));
      else if (text == "api status")
        answer("UP 0 years, 0 days, 0 hours, 22 minutes, 19 seconds, 961 milliseconds, 327 microseconds\nFreeSWITCH (Version 1.10.12)\n");
      else if (text == "api callcenter_config queue list") answer(queues);
      else if (text == "api callcenter_config agent list") answer(agents);
      else if (text.starts_with("api callcenter_config queue list members")) answer(members[last]);
      else if (text == "api show bridged_calls as json") answer(bridged);
      else if (text == "api show channels as json") answer(channels);
      else if (text.starts_with("api uuid_getvar")) {
        const std::string uuid = text.substr(16, text.rfind(' ') - 16);
        answer(entries.contains(uuid) ? entries[uuid] : "_undef_");
      } else if (text.starts_with("auth")) continue;
      else return;
    }
  }
}

std::string row(const std::string& uuid, const std::string& name, const std::string& more) {
  return "{\"uuid\":\"" + uuid + "\",\"name\":\"" + name + "\"" + (more.empty() ? "" : "," + more) + "}";
}

std::string rows(const std::vector<std::string>& all) {
  std::string text = "{\"row_count\":" + std::to_string(all.size()) + ",\"rows\":[";
  for (std::size_t i = 0; i < all.size(); ++i) text += (i > 0 ? "," : "") + all[i];
  return text + "]}";
}

}  // namespace callwright::cti::freeswitch::test
