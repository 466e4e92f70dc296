#pragma once
#include <gtest/gtest.h>

#include <chrono>
#include <condition_variable>
#include <filesystem>
#include <functional>
#include <future>
#include <memory>
#include <mutex>
#include <string>
#include <variant>
#include <vector>

#include "agent-desktop-api/auth/password.hpp"
#include "agent-desktop-api/auth/secret_token.hpp"
#include "agent-desktop-api/desk.hpp"
#include "runtime/clock.hpp"
#include "runtime/event_loop.hpp"
#include "runtime/metrics.hpp"
#include "tests/unit/agent_desktop_api/documents.hpp"
#include "tests/unit/agent_desktop_api/fake_store.hpp"
#include "tests/unit/agent_desktop_api/schema.hpp"
#include "tests/unit/agent_desktop_api/wire_client.hpp"

namespace callwright::desktop::tests {

inline constexpr const char* kPassword = "correct horse battery";

/// A whole desk on a free loopback port, with a store in memory: sofia (agent a1001), lee (agent a1002), maria (supervisor), root
/// (administrator), and the API token `machine` with scope contacts:read.
class DeskTest : public testing::Test {
 protected:
  void TearDown() override { stop(); }

  void start(DeskOptions options = {}) {
    static const std::string hash = hash_password(kPassword);
    store_.accounts[1] = {UserId{1}, "sofia", "Sofia Marin", hash, {"agent"}, AgentId{"a1001"}, false, 1};
    store_.accounts[2] = {UserId{2}, "lee", "Lee Wong", hash, {"agent"}, AgentId{"a1002"}, false, 1};
    store_.accounts[3] = {UserId{3}, "maria", "Maria", hash, {"supervisor"}, {}, false, 1};
    store_.accounts[4] = {UserId{4}, "root", "Root", hash, {"admin"}, {}, false, 1};
    store_.api_tokens[token_hash("machine")] = {1, "export", token_hash("machine"), {"contacts:read"}, {}, clock_.now() + std::chrono::hours(1), false};
    store_.people[500].name = "Ada";
    store_.people[500].id = CustomerId{500};
    store_.people[500].version = 3;
    options.port = 0;
    desk_ = std::make_unique<Desk>(loop_, metrics_, options, store_,
                                   DeskCallbacks{[this](core::Request request) { return take(std::move(request)); }, [this] { return clock_.now(); },
                                                 [this](OfferId offer) { popped_.push_back(offer); }});
    const auto opened = desk_->open();
    ASSERT_TRUE(opened) << opened.error().text();
    loop_.start();
    on_loop([this] {
      auto centre = std::make_shared<journal::Centre>();
      centre->version = 1;
      centre->name = "Test";
      for (const char* agent : {"a1001", "a1002"}) centre->agents.push_back({AgentId{agent}, agent, SwitchId{"pbx"}, agent, {}, {}});
      centre->queues.push_back({QueueId{"repairs"}, "Repairs", "维修", {}, 0, 60, 6});
      desk_->centre(centre);
      desk_->views({agent_view("a1001", 1), agent_view("a1002", 1), core::QueueView{QueueId{"repairs"}, 1, "Repairs", "维修"},
                    core::LinkView{SwitchId{"pbx"}, 1, true, Instant{5}, {}, 1}});
      desk_->ready();
    });
  }

  void stop() {
    if (!desk_) return;
    std::promise<void> closed;
    loop_.post([&] { desk_->close([&] { closed.set_value(); }); });
    closed.get_future().wait();
    on_loop([this] { desk_.reset(); });
    loop_.stop();
    loop_.join();
  }

  void on_loop(std::function<void()> work) {
    std::promise<void> done;
    loop_.post([&] {
      work();
      done.set_value();
    });
    done.get_future().wait();
  }
  std::vector<OfferId> popped() {
    std::vector<OfferId> all;
    on_loop([&] { all = popped_; });
    return all;
  }
  void show(core::View view) {
    on_loop([&] { desk_->views({std::move(view)}); });
  }

  std::string origin() const { return "http://127.0.0.1:" + std::to_string(desk_->port()); }
  /// Asks and holds the answer against openapi.yaml.
  Answer ask(const std::string& method, const std::string& target, Headers headers = {}, const std::string& body = {}) {
    Answer answer = Wire(desk_->port()).request(method, target, headers, body);
    for (const std::string& fault : breaches(method, target, answer)) ADD_FAILURE() << method << " " << target << ": " << fault;
    return answer;
  }

  struct Person {
    std::string cookie;
    std::string csrf;
    Headers headers(const std::string& origin) const { return {{"Cookie", cookie}, {"Origin", origin}, {"X-CSRF-Token", csrf}, {"Content-Type", "application/json"}}; }
  };
  Answer try_sign_in(const std::string& login, const std::string& password) {
    return ask("POST", "/api/v1/session", {{"Origin", origin()}, {"Content-Type", "application/json"}},
               "{\"login\":\"" + login + "\",\"password\":\"" + password + "\"}");
  }
  Person sign_in(const std::string& login) {
    const Answer answer = try_sign_in(login, kPassword);
    EXPECT_EQ(answer.status, 204) << answer.body;
    Person person;
    const std::string set = answer.header("set-cookie");
    person.cookie = set.substr(0, set.find(';'));
    const Answer session = ask("GET", "/api/v1/session", {{"Cookie", person.cookie}});
    EXPECT_EQ(faults_of_text(session.body, "session"), std::vector<std::string>{});
    person.csrf = std::string(boost::json::parse(session.body).at("csrf").as_string());
    return person;
  }

  PageWire page(const Person& person, int receive_buffer = 0) {
    return PageWire(desk_->port(), {{"Cookie", person.cookie}, {"Origin", origin()}, {"Sec-WebSocket-Protocol", "cti.v1.json"}}, receive_buffer);
  }
  /// The next frame, checked against the schema of server frames. Its `type` is "" once the socket is closed.
  boost::json::object any_frame(PageWire& wire) {
    const Message message = wire.receive();
    if (message.text.empty()) return {{"type", ""}, {"close", message.close_code}};
    EXPECT_LE(message.text.size(), 65536U);
    auto value = boost::json::parse(message.text);
    EXPECT_EQ(faults_of(value, "server_frame"), std::vector<std::string>{}) << message.text.substr(0, 2000);
    return value.as_object();
  }
  /// The same, but for ticks, which may come at any time.
  boost::json::object frame(PageWire& wire) {
    while (true)
      if (auto next = any_frame(wire); text(next, "type") != "tick") return next;
  }
  static std::string text(const boost::json::object& object, const char* name) {
    const auto* value = object.if_contains(name);
    return value && value->is_string() ? std::string(value->as_string()) : "";
  }
  /// Says hello and reads `welcome` and `snapshot`; gives the welcome.
  boost::json::object hello(PageWire& wire, const std::string& more = "") {
    wire.send(R"({"type":"hello","client_version":"1")" + more + "}");
    auto welcome = frame(wire);
    EXPECT_EQ(text(welcome, "type"), "welcome");
    return welcome;
  }

  static core::AgentView agent_view(const std::string& agent, std::int64_t rev) {
    core::AgentView view;
    view.agent = AgentId{agent};
    view.rev = rev;
    view.name = agent;
    view.state = journal::AgentState::ready;
    view.since = Instant{1};
    return view;
  }
  /// A contact that is offered to `agent` by `offer`, or waiting if that is 0.
  static core::ContactView contact_view(std::int64_t id, std::int64_t rev, const std::string& agent = {}, std::int64_t offer = 0) {
    core::ContactView view;
    view.contact = ContactId{id};
    view.rev = rev;
    view.state = offer ? core::ContactState::offered : core::ContactState::waiting;
    view.ani = "+441632960123";
    view.caller_name = "Ada";
    view.queue = QueueId{"repairs"};
    view.opened_at = view.entered_at = view.state_since = Instant{1'000};
    view.match = journal::Match::known;
    view.customer = CustomerId{500};
    view.card = std::make_shared<const std::string>(R"({"customer":"500","version":3,"name":"Ada"})");
    if (offer) view.offers.push_back({OfferId{offer}, AgentId{agent}, Instant{1'000}, Instant{2'000}, 7, true});
    return view;
  }

  static core::QueueView queue_view(const std::string& queue, std::int64_t rev, std::int64_t waiting = 0) {
    core::QueueView view;
    view.queue = QueueId{queue};
    view.rev = rev;
    view.name = queue;
    view.waiting = waiting;
    return view;
  }
  /// The decision that chose `agent` for a contact, before another candidate.
  static core::DecisionView decision_view(std::int64_t number, std::int64_t contact, const std::string& agent) {
    core::DecisionView view;
    view.decision = number;
    view.at = Instant{1'000};
    view.contact = ContactId{contact};
    view.offer.agent = AgentId{agent};
    view.offer.best = {{AgentId{agent}, 90'000, {{journal::TermKind::skill, SkillId{"english"}, 80'000}, {journal::TermKind::age, {}, 10'000}}},
                       {AgentId{"other"}, 70'000, {{journal::TermKind::skill, SkillId{"english"}, 70'000}}}};
    return view;
  }

  /// Waits for the first request that `wanted` picks, and takes it.
  template <class Body>
  core::Request wait_request() {
    std::unique_lock lock(mutex_);
    core::Request found;
    const bool came = arrived_.wait_for(lock, std::chrono::seconds(10), [&] {
      for (auto request = requests_.begin(); request != requests_.end(); ++request)
        if (std::holds_alternative<Body>(request->body)) {
          found = *request;
          requests_.erase(request);
          return true;
        }
      return false;
    });
    EXPECT_TRUE(came);
    return found;
  }

  double metric(const std::string& line_start) {
    const std::string all = ask("GET", "/metrics").body;
    const auto at = all.find("\n" + line_start + " ");
    return at == std::string::npos ? 0 : std::stod(all.substr(at + line_start.size() + 2));
  }

  bool take(core::Request request) {
    std::lock_guard lock(mutex_);
    if (core_full_) return false;
    if (core_)
      if (auto reply = core_(request)) loop_.post([this, reply = std::move(*reply)] { desk_->reply(reply); });
    requests_.push_back(std::move(request));
    arrived_.notify_all();
    return true;
  }

  runtime::EventLoop loop_{"desk"};
  runtime::Metrics metrics_;
  runtime::Clock clock_;
  FakeStore store_;
  std::unique_ptr<Desk> desk_;
  std::mutex mutex_;
  std::condition_variable arrived_;
  std::vector<core::Request> requests_;
  bool core_full_ = false;
  std::function<std::optional<core::Reply>(const core::Request&)> core_;  ///< answers at once, if it does
  std::vector<OfferId> popped_;  // on the loop
};

}  // namespace callwright::desktop::tests
