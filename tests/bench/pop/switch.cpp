#include "switch.hpp"

#include <array>
#include <chrono>

#include "prepared.hpp"

namespace callwright::bench {

namespace feed = cti::feed;
namespace model = cti::model;

namespace {

constexpr auto kTalk = std::chrono::milliseconds(200);
constexpr int kEvents = 8;  // of a whole life

}  // namespace

void Outlet::connect(std::uint16_t port) {
  error_code error;
  socket_.connect({asio::ip::address_v4::loopback(), port}, error);
  if (error) die("cannot connect to port " + std::to_string(port) + ": " + error.message());
  socket_.set_option(tcp::no_delay(true));
}

void Outlet::write(const std::string& bytes) {
  waiting_ += bytes;
  if (sending_.empty()) begin();
}

void Outlet::begin() {
  sending_.swap(waiting_);
  asio::async_write(socket_, asio::buffer(sending_), [this](error_code error, std::size_t) {
    if (error) die("the feed is cut: " + error.message());
    sending_.clear();
    if (!waiting_.empty()) begin();
  });
}

Instant Switch::now() {
  return Instant{std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::system_clock::now().time_since_epoch()).count()};
}

Switch::Switch(asio::io_context& context, std::uint16_t port, std::string token)
    : context_(context),
      outlet_(context),
      peer_({.name = "bench", .token = std::move(token), .capabilities = {"park", "ring", "bridge", "end", "release"}, .boot_epoch = now().us, .product = "bench_pop"}) {
  outlet_.connect(port);
  asio::co_spawn(context_, read(), asio::detached);
  asio::co_spawn(context_, beat(), asio::detached);
  perform(peer_.on_connected(now()));
}

void Switch::arrive(const std::string& number) {
  const std::string caller = "c" + std::to_string(++legs_);
  agent_of_[caller] = "";
  // Both events in one write.
  auto created = peer_.publish(model::LegCreated{.native_id = caller, .device = "trunk", .device_class = model::DeviceClass::trunk, .ani = number, .dnis = "4001"}, now(), now());
  auto asked = peer_.publish(model::RouteAsked{caller, "4001"}, now(), now());
  created.insert(created.end(), asked.begin(), asked.end());
  perform(std::move(created));
}

void Switch::perform(feed::Peer::Actions actions) {
  std::string bytes;
  std::vector<feed::CommandMessage> commands;
  bool snapshot = false;
  for (auto& action : actions) {
    if (auto* send = std::get_if<feed::Peer::Send>(&action)) bytes += send->bytes;
    if (auto* execution = std::get_if<feed::Peer::Execute>(&action)) commands.push_back(std::move(execution->command));
    if (std::holds_alternative<feed::Peer::TakeSnapshot>(action)) snapshot = true;
    if (auto* close = std::get_if<feed::Peer::Close>(&action)) die("the feed is closed: " + close->text);
  }
  if (!bytes.empty()) outlet_.write(bytes);
  if (snapshot) perform(peer_.snapshot({}, now()));
  for (const auto& command : commands) execute(command);
}

void Switch::execute(const feed::CommandMessage& command) {
  if (const auto* ring = std::get_if<model::Ring>(&*command.body)) {
    if (const auto caller = agent_of_.find(ring->caller_native_id); caller != agent_of_.end()) {
      const std::string agent = "a" + std::to_string(++legs_);
      caller->second = agent;
      publish(model::LegCreated{.native_id = agent, .device = ring->device, .device_class = model::DeviceClass::station, .tokens = {command.contact, ring->offer, command.epoch}});
      publish(model::LegStateSeen{agent, journal::LegState::connected});
    }
  } else if (const auto* bridge = std::get_if<model::Bridge>(&*command.body)) {
    if (agent_of_.contains(bridge->customer_native_id)) {
      publish(model::LegEnteredBridge{bridge->customer_native_id, "b" + bridge->customer_native_id});
      publish(model::LegEnteredBridge{bridge->agent_native_id, "b" + bridge->customer_native_id});
      asio::co_spawn(context_, hang_up(bridge->customer_native_id, bridge->agent_native_id), asio::detached);
    }
  }
  perform(peer_.result(command.id, feed::CommandStatus::accepted, "", now()));
}

asio::awaitable<void> Switch::hang_up(std::string caller, std::string agent) {
  asio::steady_timer talk(context_, kTalk);
  (void)co_await talk.async_wait(as_result);
  for (const auto& [leg, by] : {std::pair(agent, journal::EndedBy::agent), std::pair(caller, journal::EndedBy::customer)})
    publish(model::LegGone{.native_id = leg, .cause = journal::Cause::normal, .raw_code = 16, .by = by});
  agent_of_.erase(caller);
  ++ended_;
}

asio::awaitable<void> Switch::read() {
  std::array<char, 65'536> bytes;
  while (true) {
    const auto [error, size] = co_await outlet_.socket().async_read_some(asio::buffer(bytes), as_result);
    if (error) die("the server closed the feed: " + error.message());
    perform(peer_.on_bytes({bytes.data(), size}, now()));
  }
}

asio::awaitable<void> Switch::beat() {
  asio::steady_timer timer(context_);
  while (true) {
    timer.expires_after(std::chrono::milliseconds(250));
    (void)co_await timer.async_wait(as_result);
    perform(peer_.on_time(now()));
  }
}

void Lines::arrive(const std::string& number) {
  std::string life = "P" + std::to_string(next_ = (next_ * 7 + 13) % static_cast<unsigned>(pages_)) + " {\"kind\":\"reserved\",\"ani\":\"" + number + "\",\"pad\":\"";
  if (life.size() + 3 < frame_bytes_) life.append(frame_bytes_ - life.size() - 3, 'x');
  life += "\"}\n";
  for (int event = 1; event < kEvents; ++event) life += "N{\"event\":\"of the same life\",\"caller\":\"" + number + "\"}\n";
  outlet_.write(life);
}

}  // namespace callwright::bench
