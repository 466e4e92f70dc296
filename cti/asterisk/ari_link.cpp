#include "cti/asterisk/ari_link.hpp"

#include <algorithm>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <deque>
#include <utility>

#include "cti/link/delivery.hpp"
#include "cti/asterisk/wire.hpp"
#include "runtime/as_result.hpp"
#include "runtime/clock.hpp"
#include "runtime/event_loop.hpp"
#include "runtime/log.hpp"
#include "runtime/metrics.hpp"
#include "runtime/task_group.hpp"

namespace callwright::cti::asterisk {
namespace {

namespace asio = boost::asio;
namespace log = runtime::log;

constexpr auto kOfferAgain = std::chrono::milliseconds(50);

log::Level level_of(Log::Level level) {
  switch (level) {
    case Log::Level::info: return log::Level::info;
    case Log::Level::warn: return log::Level::warn;
    case Log::Level::error: return log::Level::error;
  }
  return log::Level::info;
}

/// The machine's counters as figures for Prometheus.
struct Figures {
  struct Figure {
    std::uint64_t Machine::Counters::*from;
    runtime::Counter to;
    std::uint64_t told = 0;
  };
  std::vector<Figure> figures;
  runtime::Counter dropped;

  Figures(runtime::Metrics* metrics, const std::string& link) {
    if (!metrics) return;
    dropped = metrics->counter("callwright_ari_undelivered_total", "Events that the core did not take; a snapshot follows", {{"link", link}});
    const auto add = [&](std::uint64_t Machine::Counters::*from, const char* name, const char* help, runtime::Metrics::Labels labels = {}) {
      labels["link"] = link;
      figures.push_back({from, metrics->counter(name, help, labels)});
    };
    using C = Machine::Counters;
    add(&C::events, "callwright_ari_events_total", "Events received");
    add(&C::connections, "callwright_ari_connections_total", "Attempts to connect");
    add(&C::lost, "callwright_ari_lost_total", "Live connections that ended");
    add(&C::replaced, "callwright_ari_replaced_total", "Times another connection took the application");
    add(&C::refused_account, "callwright_ari_refused_account_total", "Times the account was refused");
    constexpr const char* bad = "callwright_ari_bad_events_total";
    constexpr const char* bad_help = "Events that concluded nothing";
    add(&C::unknown_events, bad, bad_help, {{"reason", "unknown"}});
    add(&C::malformed_events, bad, bad_help, {{"reason", "malformed"}});
    add(&C::overflows, bad, bad_help, {{"reason", "overflow"}});
    add(&C::commands, "callwright_ari_commands_total", "Commands received");
    constexpr const char* unsent = "callwright_ari_commands_not_sent_total";
    constexpr const char* unsent_help = "Commands that were not sent";
    add(&C::commands_not_connected, unsent, unsent_help, {{"reason", "not_connected"}});
    add(&C::commands_too_late, unsent, unsent_help, {{"reason", "too_late"}});
    add(&C::commands_refused, unsent, unsent_help, {{"reason", "refused_value"}});
    add(&C::commands_unsupported, unsent, unsent_help, {{"reason", "unsupported"}});
    constexpr const char* requests = "callwright_ari_requests_total";
    constexpr const char* requests_help = "Requests sent, by the way they went";
    add(&C::requests_http, requests, requests_help, {{"way", "http"}});
    add(&C::requests_socket, requests, requests_help, {{"way", "socket"}});
    add(&C::request_overflows, "callwright_ari_request_overflows_total", "Connections that ended because too many requests waited for an answer");
    add(&C::unknown_replies, "callwright_ari_unknown_replies_total", "Answers on the WebSocket that nobody waited for");
    add(&C::failed_requests, "callwright_ari_failed_requests_total", "Requests that Asterisk refused or did not answer");
    add(&C::local_callers, "callwright_ari_local_callers_total", "Local channels that asked for a route and were sent to the fallback");
    add(&C::playbacks_started, "callwright_ari_playbacks_started_total", "Recordings and numbers that began to be played to callers");
    add(&C::playbacks_finished, "callwright_ari_playbacks_finished_total", "And that ended, by themselves or stopped");
    add(&C::playbacks_failed, "callwright_ari_playbacks_failed_total", "Of these: recordings that the switch does not have");
    add(&C::plays_left_out, "callwright_ari_plays_left_out_total", "Announcements left out because another one still played");
    add(&C::failed_rings, "callwright_ari_failed_rings_total", "Agents' phones that could not be rung");
  }

  void tell(const Machine::Counters& counters) {
    for (Figure& figure : figures) {
      const std::uint64_t now = counters.*figure.from;
      if (now != figure.told) figure.to.add(static_cast<double>(now - std::exchange(figure.told, now)));
    }
  }
};

/// One connection's sockets. It is left behind whole when the machine disconnects, so nothing old can speak into a new one.
struct Connection {
  struct Lane {
    Lane(asio::io_context& context) : wake(context) {}
    std::deque<Rest> requests;
    asio::steady_timer wake;
    bool running = false;
  };
  Connection(runtime::EventLoop& loop, std::size_t lane_count) : tasks(loop, "ari"), outbox_wake(loop.context()) {
    for (std::size_t i = 0; i < lane_count; ++i) lanes.push_back(std::make_unique<Lane>(loop.context()));
  }
  runtime::TaskGroup tasks;
  std::vector<std::unique_ptr<Lane>> lanes;  ///< the machine bounds what waits in all of them (`kRequests`)
  std::deque<std::string> outbox;            ///< texts for the socket, at most `Machine::kInFlight`
  asio::steady_timer outbox_wake;
};
using ConnectionPtr = std::shared_ptr<Connection>;

}  // namespace

struct AriLink::State : std::enable_shared_from_this<AriLink::State> {
  State(runtime::EventLoop& on, const runtime::Clock& time, Settings wanted, model::LinkCallbacks tell, std::uint64_t seed, runtime::Metrics* metrics,
        std::shared_ptr<asio::ssl::context> with)
      : loop(on), clock(time), settings(std::move(wanted)), callbacks(std::move(tell)), delivery(callbacks.event), tls(std::move(with)), machine(settings, seed),
        figures(metrics, settings.switch_id.value), wake_timer(on.context()), offer_timer(on.context()) {}

  runtime::EventLoop& loop;
  const runtime::Clock& clock;
  const Settings settings;
  model::LinkCallbacks callbacks;
  link::Delivery delivery;
  std::uint64_t dropped_told = 0;
  std::shared_ptr<asio::ssl::context> tls;
  Machine machine;
  Figures figures;
  asio::steady_timer wake_timer, offer_timer;
  ConnectionPtr connection;
  std::size_t leaving = 0;  ///< connections that still have tasks
  bool overflow = false, applying = false, closed = false;
  std::function<void()> done;

  void apply(Actions actions) {
    std::deque<Action> todo(std::make_move_iterator(actions.begin()), std::make_move_iterator(actions.end()));
    for (;;) {
      while (!todo.empty()) {
        Action action = std::move(todo.front());
        todo.pop_front();
        std::visit([this](auto& each) { perform(each); }, action);
      }
      if (!std::exchange(overflow, false)) break;
      for (Action& more : machine.overflowed(clock.now())) todo.push_back(std::move(more));
    }
    figures.tell(machine.counters());
    figures.dropped.add(static_cast<double>(delivery.dropped() - std::exchange(dropped_told, delivery.dropped())));
    arm();
  }

  void perform(Rest& rest) {
    if (closed) return;
    if (!connection) connection = std::make_shared<Connection>(loop, static_cast<std::size_t>(std::max(settings.lanes, 1)) + 1);
    const auto index = static_cast<std::size_t>(rest.lane);
    Connection::Lane& lane = *connection->lanes.at(index);
    lane.requests.push_back(std::move(rest));
    if (!std::exchange(lane.running, true)) connection->tasks.spawn(run_lane(shared_from_this(), connection, index));
    else lane.wake.cancel();
  }
  void perform(OpenSocket& open) {
    if (connection && !closed) connection->tasks.spawn(run_socket(shared_from_this(), connection, std::move(open.target)));
  }
  void perform(Send& send) {
    if (!connection || closed) return;
    connection->outbox.push_back(std::move(send.text));
    connection->outbox_wake.cancel();
  }
  void perform(Disconnect&) { leave(); }
  void perform(Emit& emit) { deliver(std::move(emit.event)); }
  void perform(Declare& declare) {
    if (callbacks.declared) callbacks.declared(settings.switch_id, declare.capabilities);
  }
  void perform(Log& line) { log::write(level_of(line.level), line.event, {{"link", settings.switch_id}, {"detail", line.detail}}); }

  void leave() {
    const ConnectionPtr old = std::exchange(connection, nullptr);
    if (!old) return;
    ++leaving;
    old->tasks.cancel();
    old->tasks.when_empty([self = shared_from_this(), old] {
      --self->leaving;
      self->finish_if_done();
    });
  }

  void finish_if_done() {
    if (closed && leaving == 0 && done) std::exchange(done, nullptr)();
  }

  void deliver(model::SwitchEvent event) {
    if (closed) return;
    const bool waited = delivery.waits();
    if (delivery.offer(std::move(event))) return;
    overflow = true;
    if (!waited && delivery.waits()) offer_later();
  }

  void offer_later() {
    offer_timer.expires_after(kOfferAgain);
    offer_timer.async_wait([weak = weak_from_this()](const boost::system::error_code& error) {
      if (const auto self = weak.lock(); self && !error && !self->closed) self->offer_again();
    });
  }

  void offer_again() {
    if (!delivery.offer_again()) offer_later();
  }

  void arm() {
    const auto next = machine.next_wake();
    if (!next || closed) return;
    wake_timer.expires_after(std::max(*next - clock.now(), Duration(0)));
    wake_timer.async_wait([weak = weak_from_this()](const boost::system::error_code& error) {
      const auto self = weak.lock();
      if (self && !error && !self->closed) self->apply(self->machine.wake(self->tell_wall()));
    });
  }
  /// Our time, once the machine knows how far the wall clock is from it.
  Instant tell_wall() {
    const Instant now = clock.now();
    machine.wall_ahead(clock.wall() - now);
    return now;
  }

  static asio::awaitable<void> run_lane(std::shared_ptr<State> self, ConnectionPtr mine, std::size_t index) {
    Connection::Lane& lane = *mine->lanes[index];
    const auto wire = make_rest_wire(co_await asio::this_coro::executor, self->settings, self->tls);
    while (mine == self->connection) {
      if (lane.requests.empty()) {
        lane.wake.expires_at(asio::steady_timer::time_point::max());
        co_await lane.wake.async_wait(runtime::as_result);
        continue;
      }
      Rest rest = std::move(lane.requests.front());
      lane.requests.pop_front();
      Reply reply;
      if (rest.not_after.us != 0 && self->clock.now() > rest.not_after) reply.failure = Reply::Failure::too_late;
      else reply = co_await wire->exchange(std::move(rest.request));
      if (mine == self->connection) self->apply(self->machine.reply(rest.id, reply, self->clock.now()));
    }
  }

  static asio::awaitable<void> run_socket(std::shared_ptr<State> self, ConnectionPtr mine, std::string target) {
    const std::shared_ptr<EventWire> wire = make_event_wire(co_await asio::this_coro::executor, self->settings, self->tls);
    const Result<void> opened = co_await wire->open(std::move(target));
    if (mine != self->connection) co_return;
    if (!opened) co_return self->apply(self->machine.socket_closed(opened.error().text(), self->clock.now()));
    mine->tasks.spawn(run_outbox(self, mine, wire));
    self->apply(self->machine.socket_opened(self->clock.now()));
    while (mine == self->connection) {
      const Result<std::string> text = co_await wire->read();
      if (mine != self->connection) co_return;
      if (!text) co_return self->apply(self->machine.socket_closed(text.error().text(), self->clock.now()));
      self->apply(self->machine.text(*text, self->clock.now()));
    }
  }

  static asio::awaitable<void> run_outbox(std::shared_ptr<State> self, ConnectionPtr mine, std::shared_ptr<EventWire> wire) {
    while (mine == self->connection) {
      if (mine->outbox.empty()) {
        mine->outbox_wake.expires_at(asio::steady_timer::time_point::max());
        co_await mine->outbox_wake.async_wait(runtime::as_result);
        continue;
      }
      const std::string text = std::move(mine->outbox.front());
      mine->outbox.pop_front();
      const Result<void> written = co_await wire->write(text);
      if (mine != self->connection) co_return;
      if (!written) co_return self->apply(self->machine.socket_closed(written.error().text(), self->clock.now()));
    }
  }
};

AriLink::AriLink(runtime::EventLoop& loop, const runtime::Clock& clock, Settings settings, model::LinkCallbacks callbacks, std::uint64_t seed,
                 runtime::Metrics* metrics, std::shared_ptr<asio::ssl::context> tls)
    : state_(std::make_shared<State>(loop, clock, std::move(settings), std::move(callbacks), seed, metrics, std::move(tls))) {}

AriLink::~AriLink() {
  state_->closed = true;
  state_->done = nullptr;
  state_->wake_timer.cancel();
  state_->offer_timer.cancel();
  state_->leave();
}

const SwitchId& AriLink::switch_id() const { return state_->settings.switch_id; }
void AriLink::start() { state_->apply(state_->machine.start(state_->tell_wall())); }
void AriLink::send(const model::Command& command) { state_->apply(state_->machine.command(command, state_->clock.now())); }
void AriLink::accepting(bool yes) { state_->apply(state_->machine.accepting(yes, state_->tell_wall())); }
void AriLink::reconnect() { state_->apply(state_->machine.commands_lost(state_->clock.now())); }
bool AriLink::idle() const { return state_->machine.idle(); }
void AriLink::know_devices(std::vector<std::string> devices) { state_->apply(state_->machine.know_devices(std::move(devices), state_->clock.now())); }
const Machine::Counters& AriLink::counters() const { return state_->machine.counters(); }
Machine::Phase AriLink::phase() const { return state_->machine.phase(); }

void AriLink::stop(std::function<void()> done) {
  state_->apply(state_->machine.stop(state_->clock.now()));
  state_->closed = true;
  state_->done = std::move(done);
  state_->wake_timer.cancel();
  state_->offer_timer.cancel();
  state_->leave();
  state_->loop.post([state = state_] { state->finish_if_done(); });
}

}  // namespace callwright::cti::asterisk
