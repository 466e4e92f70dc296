#include "tests/unit/cti_asterisk/bench_switch.hpp"

#include <boost/json.hpp>
#include <stdexcept>

#include "tests/data/unzip.hpp"

namespace callwright::cti::asterisk::test {
namespace {

void replace_all(std::string& text, std::string_view from, std::string_view to) {
  for (std::size_t at = text.find(from); at != text.npos; at = text.find(from, at + to.size())) text.replace(at, from.size(), to);
}

}  // namespace

std::vector<std::string> recording(const std::string& name) {
  std::string text = callwright::test::unzip(std::string(CALLWRIGHT_SOURCE_DIR) + "/tests/data/asterisk22/" + name + "/ari.ws.jsonl.gz");
  replace_all(text, "\"ag-1\"", "\"cw-7-8-1\"");
  replace_all(text, "\"ag-2\"", "\"cw-7-9-1\"");
  replace_all(text, "\"mix-1\"", "\"cw-7-t1\"");
  replace_all(text, "\"hold-1\"", "\"cw-7-w1\"");
  replace_all(text, "\"bridge:mix-1\"", "\"bridge:cw-7-t1\"");
  std::vector<std::string> lines;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    if (end > at) lines.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return lines;
}

/// A request as it stands on the socket.
Rest read_request(const std::string& text) {
  const boost::json::object message = boost::json::parse(text).as_object();
  const auto member = [&](const char* name) { return message.contains(name) ? std::string(message.at(name).as_string().c_str()) : std::string(); };
  if (member("type") != "RESTRequest") throw std::runtime_error("not a request: " + text);
  Rest rest;
  rest.id = std::stoll(member("request_id"));
  rest.lane = Bench::kSocket;
  using Method = Request::Method;
  for (const Method method : {Method::get, Method::post, Method::put, Method::del})
    if (word_of(method) == member("method")) rest.request.method = method;
  rest.request.target = "/" + member("uri");
  rest.request.body = member("message_body");
  return rest;
}

std::string line(const Request& request) { return std::string(word_of(request.method)) + " " + request.target; }

std::string channel_json(const std::string& id, const std::string& name, const std::string& state, const std::string& app_data, const std::string& number) {
  const std::string app = app_data.empty() ? "" : "Stasis";
  return R"({"id":")" + id + R"(","name":")" + name + R"(","state":")" + state + R"(","caller":{"name":"Customer","number":")" + number +
         R"("},"dialplan":{"context":"inbound","exten":"4000","priority":1,"app_name":")" + app + R"(","app_data":")" + app_data + R"("}})";
}

std::string bridge_json(const std::string& id, const std::string& type, const std::vector<std::string>& channels) {
  std::string list;
  for (const std::string& channel : channels) list += (list.empty() ? "\"" : ",\"") + channel + "\"";
  return R"({"id":")" + id + R"(","bridge_type":")" + type + R"(","channels":[)" + list + "]}";
}

std::string event_json(const std::string& type, const std::string& members) {
  return R"({"type":")" + type + R"(","application":"callwright","timestamp":"2026-11-22T05:15:05.602+0000")" + (members.empty() ? "" : "," + members) + "}";
}

Settings Bench::usual() {
  Settings settings;
  settings.switch_id = SwitchId{"lab"};
  settings.username = "callwright";
  settings.epoch = 3;
  settings.lanes = 1;
  settings.devices = {"PJSIP/agent1", "PJSIP/agent2"};
  return settings;
}

Bench::Bench(Settings settings) : machine(std::move(settings)) {}

void Bench::take(const Actions& actions) {
  for (const Action& action : actions) {
    if (const auto* emit = std::get_if<Emit>(&action)) {
      events.push_back(line(emit->event.body));
      emitted.push_back(emit->event);
    } else if (const auto* rest = std::get_if<Rest>(&action)) {
      requests.push_back(line(rest->request));
      waiting.push_back(*rest);
    } else if (const auto* send = std::get_if<Send>(&action)) {
      sent.push_back(send->text);
      const Rest asked = read_request(send->text);
      requests.push_back(line(asked.request));
      if (takes_requests) waiting.push_back(asked);
    } else if (const auto* log = std::get_if<Log>(&action)) {
      logs.push_back(log->event);
      log_details.push_back(log->detail);
    } else if (const auto* declare = std::get_if<Declare>(&action)) {
      ++declared;
      capabilities = declare->capabilities;
    } else if (std::holds_alternative<OpenSocket>(action)) {
      ++opened;
    } else {
      ++disconnected;
      waiting.clear();
    }
  }
  if (answering) answer_all();
}

void Bench::answer_all() {
  while (!waiting.empty()) {
    const Rest next = waiting.front();
    waiting.erase(waiting.begin());
    answer(next);
  }
}

void Bench::answer(const Rest& request) {
  const std::string& target = request.request.target;
  if (target == "/asterisk/info")
    return answer(request, 200, R"({"system":{"version":"22.10.1"},"status":{"startup_time":")" + startup + R"("}})");
  if (target == "/asterisk/ping") return answer(request, 200, R"({"ping":"pong","timestamp":"2026-11-22T05:00:00.000+0000"})");
  if (target == "/channels") return answer(request, 200, channels);
  if (target == "/bridges") return answer(request, 200, bridges);
  if (target == "/endpoints") return answer(request, 200, endpoints);
  if (target.starts_with("/deviceStates/")) return answer(request, 200, R"({"name":"PJSIP/agent1","state":"NOT_INUSE"})");
  if (request.request.method == Request::Method::get) return answer(request, 404, R"({"message":"Channel not found"})");
  answer(request, 204);
}

void Bench::answer(const Rest& request, int status, std::string body) {
  if (request.lane != kSocket) return take(machine.reply(request.id, {status, std::move(body)}, now));
  boost::json::object answer{{"type", "RESTResponse"}, {"transaction_id", ""}, {"request_id", std::to_string(request.id)}, {"status_code", status}};
  if (!body.empty()) answer["message_body"] = body;
  text(boost::json::serialize(answer));
}

void Bench::fail(const Rest& request, const Reply& reply) {
  if (reply.status != 0) answer(request, reply.status, reply.body);
  else if (request.lane != kSocket) take(machine.reply(request.id, reply, now));
}

void Bench::live() {
  take(machine.start(now));
  take(machine.socket_opened(now));
  if (!takes_requests) pass(Settings{}.trial_limit);
}

void Bench::command(model::CommandBody body, std::int64_t contact) {
  model::Command command;
  command.switch_id = SwitchId{"lab"};
  command.contact = ContactId{contact};
  command.epoch = 3;
  command.deadline = now + std::chrono::seconds(5);
  command.body = std::move(body);
  take(machine.command(command, now));
}

void Bench::pass(Duration time) {
  const Instant until = now + time;
  for (auto next = machine.next_wake(); next && *next <= until; next = machine.next_wake()) {
    now = std::max(now, *next);
    take(machine.wake(now));
  }
  now = until;
}

void Bench::forget() {
  events.clear();
  requests.clear();
  sent.clear();
  logs.clear();
  log_details.clear();
  emitted.clear();
}

}  // namespace callwright::cti::asterisk::test
