#include "agent-desktop-api/rest/api.hpp"

#include <algorithm>
#include <utility>

#include "agent-desktop-api/auth/secret_token.hpp"
#include "agent-desktop-api/json_text.hpp"
#include "agent-desktop-api/problem.hpp"
#include "agent-desktop-api/rest/parameters.hpp"
#include "runtime/metrics.hpp"

namespace callwright::desktop {
namespace {

constexpr std::string_view kProtocol = "cti.v1.json";
constexpr const char* kRoomAgainSeconds = "10";  ///< too many are open, and contacts end all the time

bool is_safe(std::string_view method) { return method == "GET" || method == "HEAD"; }

/// Fits `/a/{id}/b` to a path; what stands for {id}, or nullopt.
std::optional<std::string> match(std::string_view pattern, std::string_view path) {
  const auto brace = pattern.find('{');
  if (brace == std::string_view::npos) return pattern == path ? std::optional<std::string>("") : std::nullopt;
  const std::string_view before = pattern.substr(0, brace);
  const std::string_view after = pattern.substr(pattern.find('}') + 1);
  if (path.size() <= before.size() + after.size() || !path.starts_with(before) || !path.ends_with(after)) return std::nullopt;
  const std::string_view id = path.substr(before.size(), path.size() - before.size() - after.size());
  if (id.find('/') != std::string_view::npos) return std::nullopt;
  return std::string(id);
}

bool offers_protocol(std::string_view list) {
  while (!list.empty()) {
    const auto comma = list.find(',');
    std::string_view one = list.substr(0, comma);
    list = comma == std::string_view::npos ? std::string_view{} : list.substr(comma + 1);
    while (!one.empty() && one.front() == ' ') one.remove_prefix(1);
    while (!one.empty() && one.back() == ' ') one.remove_suffix(1);
    if (one == kProtocol) return true;
  }
  return false;
}

}  // namespace

Api::Api(Parts parts, Options options, StaticPages pages) : parts_(std::move(parts)), options_(std::move(options)), pages_(std::move(pages)) {}

const std::vector<Api::Row>& Api::table() {
  using Op = Operation;
  static const std::vector<Row> rows{
      {{"POST", "/api/v1/session", {}}, &Api::sign_in},
      {{"GET", "/api/v1/session", Op::read_session}, &Api::get_session},
      {{"DELETE", "/api/v1/session", Op::end_session}, &Api::sign_out},
      {{"GET", "/api/v1/agent", Op::open_socket}, &Api::open_socket},
      {{"GET", "/api/v1/centre", Op::read_centre}, &Api::get_centre},
      {{"GET", "/api/v1/customers", Op::read_customers}, &Api::find_customers},
      {{"POST", "/api/v1/customers", Op::edit_customers}, &Api::post_customer},
      {{"GET", "/api/v1/customers/{id}", Op::read_customers}, &Api::get_customer},
      {{"PATCH", "/api/v1/customers/{id}", Op::edit_customers}, &Api::patch_customer},
      {{"GET", "/api/v1/customers/{id}/timeline", Op::read_customers}, &Api::get_timeline},
      {{"GET", "/api/v1/contacts", Op::list_contacts}, &Api::get_contacts},
      {{"POST", "/api/v1/contacts", Op::open_contacts}, &Api::post_contact},
      {{"GET", "/api/v1/contacts/{id}", Op::read_contact}, &Api::get_contact},
      {{"POST", "/api/v1/contacts/{id}/close", Op::open_contacts}, &Api::close_contact},
      {{"GET", "/api/v1/contacts/{id}/decisions", Op::read_decisions}, &Api::get_decisions},
      {{"POST", "/api/v1/contacts/{id}/pull", Op::steer_contacts}, &Api::steer_contact},
      {{"POST", "/api/v1/contacts/{id}/move", Op::steer_contacts}, &Api::steer_contact},
      {{"POST", "/api/v1/contacts/{id}/raise", Op::steer_contacts}, &Api::steer_contact},
      {{"POST", "/api/v1/contacts/{id}/park", Op::steer_contacts}, &Api::steer_contact},
      {{"POST", "/api/v1/contacts/{id}/unpark", Op::steer_contacts}, &Api::steer_contact},
      {{"GET", "/api/v1/queues", Op::read_live}, &Api::get_queues},
      {{"PUT", "/api/v1/queues/{id}/emergency", Op::set_emergency}, &Api::put_emergency},
      {{"GET", "/api/v1/agents", Op::read_live}, &Api::get_agents},
      {{"PUT", "/api/v1/agents/{id}/state", Op::force_state}, &Api::put_agent_state},
      {{"GET", "/api/v1/links", Op::read_live}, &Api::get_links},
      {{"POST", "/api/v1/callbacks", Op::ask_callbacks}, &Api::post_callback},
      {{"GET", "/api/v1/callbacks", Op::read_live}, &Api::get_callbacks},
      {{"DELETE", "/api/v1/callbacks/{id}", Op::ask_callbacks}, &Api::delete_callback},
      {{"GET", "/health", {}}, &Api::get_health},
      {{"GET", "/ready", {}}, &Api::get_ready},
      {{"GET", "/metrics", {}}, &Api::get_metrics},
  };
  return rows;
}

std::vector<Route> Api::routes() {
  std::vector<Route> all;
  for (const Row& row : table()) all.push_back(row.route);
  return all;
}

void Api::handle(HttpRequest request, Respond respond) {
  const bool secure = options_.secure;
  auto hardened = [secure, respond = std::move(respond)](HttpResponse response) {
    harden(response, secure);
    respond(std::move(response));
  };
  auto exchange = std::make_shared<Exchange>(Exchange{parts_.metrics, std::move(request), std::move(hardened), {}, {}});
  const HttpRequest& asked = exchange->request;
  bool known_path = false;
  for (const Row& row : table()) {
    auto id = match(row.route.path, asked.path);
    if (!id) continue;
    known_path = true;
    if (row.route.method != asked.method && !(asked.method == "HEAD" && row.route.method == "GET")) continue;
    exchange->id = std::move(*id);
    return judge(row, exchange);
  }
  if (known_path) return exchange->fail(Errc::method_not_allowed, asked.method.substr(0, 16));
  if (asked.path.starts_with("/api/")) return exchange->fail(Errc::not_found);
  if (!is_safe(asked.method)) return exchange->fail(Errc::method_not_allowed);
  exchange->send(pages_.get(asked));
}

bool Api::is_our_origin(const HttpRequest& request) const {
  const std::string_view origin = request.header("origin");
  return !origin.empty() && std::find(options_.origins.begin(), options_.origins.end(), origin) != options_.origins.end();
}

void Api::judge(const Row& row, const ExchangePtr& exchange) {
  const HttpRequest& request = exchange->request;
  // No browser sends a bearer token by itself; other schemes it does, and they leave the cookie in charge.
  const bool by_token = row.route.operation && !bearer_token(request).empty();
  const bool needs_origin = !by_token && (!is_safe(request.method) || row.route.operation == Operation::open_socket);
  if (needs_origin && !is_our_origin(request)) {
    parts_.metrics.counter("callwright_desk_bad_input_total", "", {{"kind", "origin"}}).add();
    return exchange->fail(Errc::bad_origin, "add the origin of the pages to http.origins if it is ours");
  }
  if (!row.route.operation) return (this->*row.handler)(exchange);
  parts_.sign_ins.authenticate(request, [this, &row, exchange](Result<Principal> who) {
    if (!who) {
      exchange->fail(who.error());
      return;
    }
    exchange->who = std::move(*who);
    permitted(row, exchange);
  });
}

void Api::permitted(const Row& row, const ExchangePtr& exchange) {
  if (!may(exchange->who, *row.route.operation)) return denied(*exchange, *row.route.operation);
  const bool needs_csrf = !is_safe(exchange->request.method) && exchange->who.user;
  if (needs_csrf && !same_secret(exchange->request.header("x-csrf-token"), exchange->who.csrf)) {
    parts_.metrics.counter("callwright_desk_bad_input_total", "", {{"kind", "csrf"}}).add();
    return exchange->fail(Errc::bad_csrf);
  }
  (this->*row.handler)(exchange);
}

void Api::denied(const Exchange& exchange, Operation operation) {
  const std::string name(name_of(operation));
  parts_.metrics.counter("callwright_desk_denied_total", "Requests denied by role.", {{"operation", name}}).add();
  exchange.fail(Errc::not_allowed, name);
}

HttpResponse Api::Exchange::problem(const Error& error, const std::vector<FieldFault>& faults) const {
  count_problem(metrics, error.code);
  return json_response(problem_kind(error.code).status, problem_json(error, faults));
}

void Api::command(const ExchangePtr& exchange, core::RequestBody body, std::function<void(const core::Reply&)> done, const AgentId& agent) {
  const auto id = command_id(exchange->request);
  if (!id) return exchange->fail(Error{Errc::bad_request, "Idempotency-Key"}, {{"Idempotency-Key", std::string(kCommandIdRule)}});
  core::Request request{0, exchange->who.name, id->empty() ? random_id() : *id, agent, std::move(body)};
  parts_.hub.ask(std::move(request), [exchange, done = std::move(done)](const core::Reply& reply) {
    if (reply.result) return done(reply);
    HttpResponse refused = exchange->problem(reply.result.error());
    if (refused.status == 429) refused.headers.emplace_back("Retry-After", kRoomAgainSeconds);
    exchange->send(std::move(refused));
  });
}

void Api::command_for_contact(const ExchangePtr& exchange, core::RequestBody body) {
  command(exchange, std::move(body), [exchange](const core::Reply& reply) {
    JsonText json;
    json.begin_object();
    json.field_id("contact", reply.rests_on.value);
    json.end_object();
    HttpResponse response = json_response(reply.rests_on ? 201 : 200, json.take());
    if (reply.rests_on) response.headers.emplace_back("Location", "/api/v1/contacts/" + std::to_string(reply.rests_on.value));
    exchange->send(std::move(response));
  });
}

void Api::open_socket(const ExchangePtr& exchange) {
  if (!exchange->request.wants_socket) return exchange->fail(Errc::bad_request, "this address is a WebSocket");
  if (!offers_protocol(exchange->request.header("sec-websocket-protocol")))
    return exchange->fail(Errc::bad_request, "the subprotocol must be cti.v1.json");
  HttpResponse response;
  response.headers.emplace_back("Sec-WebSocket-Protocol", kProtocol);
  response.socket = parts_.hub.new_page(exchange->who);
  exchange->send(std::move(response));
}

void Api::get_health(const ExchangePtr& exchange) { exchange->json(200, R"({"status":"ok"})"); }

void Api::get_ready(const ExchangePtr& exchange) {
  if (parts_.hub.is_draining()) return exchange->fail(Errc::draining);
  if (!parts_.hub.is_ready()) return exchange->fail(Errc::recovering);
  if (const auto obstacle = parts_.hub.obstacle()) return exchange->fail(Error{obstacle, {}});
  exchange->json(200, R"({"status":"ready"})");
}

void Api::get_metrics(const ExchangePtr& exchange) {
  const auto send = [this, exchange] {
    HttpResponse response;
    response.content_type = "text/plain; version=0.0.4; charset=utf-8";
    response.body = std::make_shared<const std::string>(parts_.metrics.exposition());
    exchange->send(std::move(response));
  };
  if (options_.metrics_public || exchange->request.from_loopback) return send();
  parts_.sign_ins.authenticate(exchange->request, [this, exchange, send](Result<Principal> who) {
    if (!who) return exchange->fail(who.error());
    if (!may(*who, Operation::read_metrics)) return denied(*exchange, Operation::read_metrics);
    send();
  });
}

}  // namespace callwright::desktop
