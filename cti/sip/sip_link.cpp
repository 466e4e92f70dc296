#include "cti/sip/sip_link.hpp"

#include <algorithm>
#include <boost/asio/steady_timer.hpp>
#include <deque>
#include <utility>

#include "cti/link/delivery.hpp"
#include "cti/link/figures.hpp"
#include "cti/sip/wire.hpp"
#include "runtime/clock.hpp"
#include "runtime/event_loop.hpp"
#include "runtime/log.hpp"

namespace callwright::cti::sip {
namespace {

constexpr auto kOfferAgain = std::chrono::milliseconds(50);

runtime::log::Level level_of(link::Log::Level level) {
  switch (level) {
    case link::Log::Level::info: return runtime::log::Level::info;
    case link::Log::Level::warn: return runtime::log::Level::warn;
    case link::Log::Level::error: return runtime::log::Level::error;
  }
  return runtime::log::Level::info;
}

}  // namespace

struct SipLink::State : std::enable_shared_from_this<SipLink::State> {
  State(runtime::EventLoop& on, const runtime::Clock& time, std::string at, std::uint16_t at_port, std::unique_ptr<Machine> thinks,
        model::LinkCallbacks tell, runtime::Metrics* metrics)
      : loop(on),
        clock(time),
        address(std::move(at)),
        port(at_port),
        callbacks(std::move(tell)),
        delivery(callbacks.event),
        machine(std::move(thinks)),
        figures(metrics, machine->name()),
        wake_timer(on.context()),
        offer_timer(on.context()) {}

  runtime::EventLoop& loop;
  const runtime::Clock& clock;
  const std::string address;
  const std::uint16_t port;
  model::LinkCallbacks callbacks;
  link::Delivery delivery;
  std::unique_ptr<Machine> machine;
  link::Figures figures;
  boost::asio::steady_timer wake_timer, offer_timer;
  std::unique_ptr<Wire> wire;
  std::size_t leaving = 0;  ///< wires that still have tasks
  bool overflow = false, closed = false;
  std::optional<Result<void>> bound;  ///< what became of an Open
  std::function<void()> done;

  void apply(link::Actions actions) {
    std::deque<link::Action> todo(std::make_move_iterator(actions.begin()), std::make_move_iterator(actions.end()));
    for (;;) {
      while (!todo.empty()) {
        link::Action action = std::move(todo.front());
        todo.pop_front();
        std::visit([this](auto& each) { perform(each); }, action);
      }
      link::Actions more;
      if (const auto opened = std::exchange(bound, std::nullopt))
        more = *opened ? machine->opened(clock.now()) : machine->closed(opened->error().text(), clock.now());
      else if (std::exchange(overflow, false)) more = machine->overflowed(clock.now());
      else break;
      for (link::Action& each : more) todo.push_back(std::move(each));
    }
    figures.tell(machine->counters());
    figures.tell_dropped(delivery.dropped());
    arm();
  }

  void perform(link::Open&) {
    if (closed) return;
    const std::weak_ptr<State> weak = weak_from_this();
    wire = std::make_unique<Wire>(loop, Wire::Outlets{[weak](const Flow& from, Carrier carrier, std::string_view bytes) {
                                                        if (const auto self = weak.lock())
                                                          self->apply(self->machine->packet(from, carrier, bytes, self->clock.now()));
                                                      },
                                                      [weak](const Flow& flow) {
                                                        if (const auto self = weak.lock())
                                                          self->apply(self->machine->unreachable(flow, self->clock.now()));
                                                      }});
    bound = wire->listen(address, port);
  }
  void perform(link::Send& send) {
    const auto flow = read_flow(send.to);
    if (wire && flow && !closed) wire->send(*flow, std::move(send.bytes));
  }
  void perform(link::Close&) { leave(); }
  void perform(link::Emit& emit) { deliver(std::move(emit.event)); }
  void perform(link::Declare& declare) {
    if (callbacks.declared) callbacks.declared(machine->switch_id(), declare.capabilities);
  }
  void perform(link::Log& line) { runtime::log::write(level_of(line.level), line.event, {{"link", machine->name()}, {"detail", line.detail}}); }

  void leave() {
    std::shared_ptr<Wire> old = std::exchange(wire, nullptr);
    if (!old) return;
    ++leaving;
    old->close([self = shared_from_this(), old] {
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
      const auto self = weak.lock();
      if (self && !error && !self->closed && !self->delivery.offer_again()) self->offer_later();
    });
  }

  void arm() {
    const auto next = machine->next_wake();
    if (!next || closed) return;
    wake_timer.expires_after(std::max(*next - clock.now(), Duration(0)));
    wake_timer.async_wait([weak = weak_from_this()](const boost::system::error_code& error) {
      const auto self = weak.lock();
      if (self && !error && !self->closed) self->apply(self->machine->wake(self->clock.now()));
    });
  }
};

SipLink::SipLink(runtime::EventLoop& loop, const runtime::Clock& clock, std::string listen, std::uint16_t port, std::unique_ptr<Machine> machine,
                 model::LinkCallbacks callbacks, runtime::Metrics* metrics)
    : state_(std::make_shared<State>(loop, clock, std::move(listen), port, std::move(machine), std::move(callbacks), metrics)) {}

SipLink::~SipLink() {
  state_->closed = true;
  state_->done = nullptr;
  state_->wake_timer.cancel();
  state_->offer_timer.cancel();
  state_->leave();
}

const SwitchId& SipLink::switch_id() const { return state_->machine->switch_id(); }
void SipLink::start() { state_->apply(state_->machine->start(state_->clock.now())); }
void SipLink::send(const model::Command& command) { state_->apply(state_->machine->command(command, state_->clock.now())); }
void SipLink::accepting(bool yes) { state_->apply(state_->machine->accepting(yes, state_->clock.now())); }
void SipLink::know_devices(std::vector<std::string> devices) {
  state_->apply(state_->machine->know_devices(std::move(devices), state_->clock.now()));
}
void SipLink::reconnect() { state_->apply(state_->machine->commands_lost(state_->clock.now())); }
bool SipLink::idle() const { return state_->machine->idle(); }
void SipLink::release_all() { state_->apply(state_->machine->release_all(state_->clock.now())); }
std::uint16_t SipLink::port() const { return state_->wire ? state_->wire->port() : 0; }
const Machine& SipLink::machine() const { return *state_->machine; }

void SipLink::stop(std::function<void()> done) {
  release_all();
  state_->apply(state_->machine->stop(state_->clock.now()));
  state_->closed = true;
  state_->done = std::move(done);
  state_->wake_timer.cancel();
  state_->offer_timer.cancel();
  state_->leave();
  state_->loop.post([state = state_] { state->finish_if_done(); });
}

}  // namespace callwright::cti::sip
