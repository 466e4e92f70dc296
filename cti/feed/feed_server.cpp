#include "cti/feed/feed_server.hpp"

#include <algorithm>
#include <array>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <map>
#include <optional>
#include <utility>

#include "cti/feed/machine.hpp"
#include "runtime/as_result.hpp"
#include "runtime/errc.hpp"
#include "runtime/log.hpp"
#include "runtime/task_group.hpp"

namespace callwright::cti::feed {
namespace asio = boost::asio;
using asio::ip::tcp;
namespace {

constexpr std::size_t kStrangerLimit = 64;
constexpr std::size_t kOutboxLimit = 4u << 20;
constexpr Duration kGoodbyeLimit = std::chrono::seconds(2);
constexpr Duration kRetryEvery = std::chrono::milliseconds(100);

}  // namespace

/// One accepted socket: a reader, a writer and a watch on its deadlines, which share it and end it together.
struct Session {
  Session(tcp::socket plain, asio::ssl::context* tls, MachineConfig config, Instant now)
      : stream(std::move(plain)), machine(std::move(config), now), wake(stream.get_executor()), deadline(stream.get_executor()) {
    wake.expires_at(asio::steady_timer::time_point::max());
    if (tls) secure.emplace(stream, *tls);
  }
  ~Session() {
    for (auto& tell : when_gone) asio::post(stream.get_executor(), std::move(tell));
  }

  tcp::socket stream;
  std::optional<asio::ssl::stream<tcp::socket&>> secure;
  Machine machine;
  std::string outbox;       ///< frames that wait for the writer
  bool muted = false;       ///< nothing of it reaches the core
  asio::steady_timer wake;  ///< cancelled to wake the writer
  asio::steady_timer deadline;
  std::array<char, 65'536> buffer{};
  std::vector<std::function<void()>> when_gone;
};
using SessionPtr = std::shared_ptr<Session>;

struct FeedServer::State : std::enable_shared_from_this<State> {
  State(runtime::EventLoop& owner, FeedServerConfig settings, model::LinkCallbacks told, std::function<Instant()> clock,
        std::map<std::string, std::int64_t> journal)
      : config(std::move(settings)),
        callbacks(std::move(told)),
        now(std::move(clock)),
        admissions(config.switches, std::move(journal)),
        acceptor(owner.context()),
        retry(owner.context()),
        tasks(owner, "feed") {}

  using Ptr = std::shared_ptr<State>;

  asio::awaitable<void> accept(Ptr keep);
  asio::awaitable<void> serve(Ptr keep, SessionPtr session);
  asio::awaitable<void> write(Ptr keep, SessionPtr session);
  asio::awaitable<void> watch(Ptr keep, SessionPtr session);
  asio::awaitable<void> deliver_late(Ptr keep);

  void perform(const SessionPtr& session, Machine::Actions actions);
  bool opened(const SessionPtr& session, const SwitchId& id);
  bool deliver(const Machine::Emit& emit);
  bool deliver_lost(const SwitchId& id);
  SessionPtr current(const SwitchId& id) const {
    const auto found = sessions.find(id);
    return found == sessions.end() ? nullptr : found->second.lock();
  }
  void end(const SwitchId& id, Errc why, const std::string& text);

  const FeedServerConfig config;
  const model::LinkCallbacks callbacks;
  const std::function<Instant()> now;
  const std::shared_ptr<Counters> counters = std::make_shared<Counters>();
  Admissions admissions;
  tcp::acceptor acceptor;
  asio::steady_timer retry;
  std::uint16_t port = 0;
  std::int64_t connections = 0;
  bool accepts = false;
  std::vector<std::weak_ptr<Session>> strangers;  ///< have not said hello
  std::map<SwitchId, std::weak_ptr<Session>> sessions;
  std::map<SwitchId, Machine::Emit> undelivered;  ///< a `LinkLost` that the core had no room for
  bool retrying = false;
  runtime::TaskGroup tasks;
};

// ------------------------------------------------------------------------------------------------ coroutines

asio::awaitable<void> FeedServer::State::accept(Ptr keep) {
  while (acceptor.is_open()) {
    auto [error, socket] = co_await acceptor.async_accept(runtime::as_result);
    if (!acceptor.is_open()) break;
    if (error) {  // no descriptors left, or a client that was gone at once
      asio::steady_timer pause(acceptor.get_executor(), kRetryEvery);
      co_await pause.async_wait(runtime::as_result);
      continue;
    }
    counters->add(Count::connections);
    std::erase_if(strangers, [](const auto& one) {
      const auto session = one.lock();
      return !session || session->machine.open() || session->machine.closed();
    });
    if (strangers.size() >= kStrangerLimit) {
      counters->add(Count::refused);
      continue;  // closes
    }
    boost::system::error_code ignored;
    socket.set_option(tcp::no_delay(true), ignored);
    MachineConfig machine{.connection = std::to_string(config.epoch) + "." + std::to_string(++connections),
                          .epoch = config.epoch,
                          .accepting = accepts,
                          .admit =
                              [state = weak_from_this()](const Hello& hello) {
                                const auto alive = state.lock();
                                return alive ? alive->admissions.admit(hello) : Admission{Refusal::not_ready, "stopping", 0};
                              },
                          .counters = counters.get()};
    const auto session = std::make_shared<Session>(std::move(socket), config.tls.get(), std::move(machine), now());
    strangers.push_back(session);
    tasks.spawn(serve(keep, session));
    tasks.spawn(watch(keep, session));
  }
}

asio::awaitable<void> FeedServer::State::serve(Ptr keep, SessionPtr session) {
  boost::system::error_code failed;
  if (session->secure) {
    const auto [error] = co_await session->secure->async_handshake(asio::ssl::stream_base::server, runtime::as_result);
    failed = error;
  }
  if (!failed) tasks.spawn(write(keep, session));
  while (!failed) {
    const auto room = asio::buffer(session->buffer);
    std::size_t size = 0;
    if (session->secure) std::tie(failed, size) = co_await session->secure->async_read_some(room, runtime::as_result);
    else std::tie(failed, size) = co_await session->stream.async_read_some(room, runtime::as_result);
    // After the end we go on reading until the switch closes, so that our last frame reaches it.
    if (size > 0 && !session->machine.closed()) perform(session, session->machine.on_bytes({session->buffer.data(), size}, now()));
  }
  perform(session, session->machine.on_disconnected(now()));
  boost::system::error_code ignored;
  session->stream.close(ignored);
  session->wake.cancel();
  session->deadline.cancel();
}

asio::awaitable<void> FeedServer::State::write(Ptr, SessionPtr session) {
  while (session->stream.is_open()) {
    if (session->outbox.empty()) {
      if (session->machine.closed()) break;
      co_await session->wake.async_wait(runtime::as_result);
      continue;
    }
    const std::string bytes = std::exchange(session->outbox, {});
    boost::system::error_code failed;
    std::size_t size = 0;
    if (session->secure) std::tie(failed, size) = co_await asio::async_write(*session->secure, asio::buffer(bytes), runtime::as_result);
    else std::tie(failed, size) = co_await asio::async_write(session->stream, asio::buffer(bytes), runtime::as_result);
    if (failed) break;  // the reader sees it too
  }
  boost::system::error_code ignored;
  session->stream.shutdown(tcp::socket::shutdown_send, ignored);
}

asio::awaitable<void> FeedServer::State::watch(Ptr, SessionPtr session) {
  while (const auto due = session->machine.next_due()) {
    const Duration wait = std::max<Duration>(*due - now(), std::chrono::milliseconds(1));
    session->deadline.expires_after(wait);
    co_await session->deadline.async_wait(runtime::as_result);
    perform(session, session->machine.on_time(now()));
  }
  if (session->stream.is_open()) {
    session->deadline.expires_after(kGoodbyeLimit);
    co_await session->deadline.async_wait(runtime::as_result);
  }
  boost::system::error_code ignored;
  session->stream.close(ignored);
  session->wake.cancel();
}

asio::awaitable<void> FeedServer::State::deliver_late(Ptr) {
  while (!undelivered.empty()) {
    retry.expires_after(kRetryEvery);
    co_await retry.async_wait(runtime::as_result);
    for (auto next = undelivered.begin(); next != undelivered.end();) {
      const SwitchId id = (next++)->first;
      if (!deliver_lost(id)) break;
    }
  }
  retrying = false;
}

// --------------------------------------------------------------------------------------- actions of a machine

void FeedServer::State::perform(const SessionPtr& session, Machine::Actions actions) {
  bool taken = true;
  for (auto& action : actions) {
    if (auto* send = std::get_if<Machine::Send>(&action)) {
      session->outbox += send->bytes;
      session->wake.cancel();
    } else if (auto* emit = std::get_if<Machine::Emit>(&action)) {
      const bool lost = std::holds_alternative<model::LinkLost>(emit->event.body);
      if (session->muted || (!taken && !lost)) continue;
      if (!deliver(*emit)) taken = false;
    } else if (auto* open = std::get_if<Machine::Opened>(&action)) {
      if (!opened(session, open->switch_id)) {
        session->muted = true;
        taken = false;
      }
      runtime::log::info("feed_opened", {{"switch", open->switch_id}, {"boot_epoch", open->boot_epoch}});
    } else if (auto* declared = std::get_if<Machine::Declared>(&action)) {
      if (callbacks.declared && !session->muted) callbacks.declared(session->machine.switch_id(), declared->capabilities);
    } else if (auto* close = std::get_if<Machine::Close>(&action)) {
      runtime::log::warn("feed_closed",
                         {{"switch", session->machine.switch_id()}, {"why", make_error_code(close->why).message()}, {"text", close->text}});
      session->wake.cancel();
      session->deadline.cancel();  // the watch now gives it `kGoodbyeLimit`
    }
  }
  if (!taken) {
    perform(session, session->machine.on_overload(now()));
  } else if (session->outbox.size() > kOutboxLimit && !session->machine.closed()) {
    counters->add(Count::slow_reader);
    session->outbox.clear();
    perform(session, session->machine.on_disconnected(now()));
  }
}

/// Makes the session the switch's own. False: the core has no room yet for the end of the one before.
bool FeedServer::State::opened(const SessionPtr& session, const SwitchId& id) {
  if (const SessionPtr before = current(id); before && before != session)
    perform(before, before->machine.end(Errc::replaced, "a newer connection said hello", now()));
  if (!deliver_lost(id)) return false;
  sessions[id] = session;
  return true;
}

bool FeedServer::State::deliver(const Machine::Emit& emit) {
  if (callbacks.event(emit.event)) {
    if (const SessionPtr session = current(emit.event.switch_id); session && emit.seq > 0)
      admissions.delivered(emit.event.switch_id, session->machine.boot_epoch(), emit.seq);
    return true;
  }
  if (!std::holds_alternative<model::LinkLost>(emit.event.body)) return false;
  undelivered.insert_or_assign(emit.event.switch_id, emit);
  if (!std::exchange(retrying, true)) tasks.spawn(deliver_late(shared_from_this()));
  return true;  // later, and before anything of the next connection
}

bool FeedServer::State::deliver_lost(const SwitchId& id) {
  const auto found = undelivered.find(id);
  if (found == undelivered.end()) return true;
  if (!callbacks.event(found->second.event)) return false;
  undelivered.erase(found);
  return true;
}

void FeedServer::State::end(const SwitchId& id, Errc why, const std::string& text) {
  if (const SessionPtr session = current(id)) perform(session, session->machine.end(why, text, now()));
}

// -------------------------------------------------------------------------------------------------- the link

class FeedServer::FeedLink final : public model::Link {
 public:
  FeedLink(std::shared_ptr<State> state, SwitchId id) : state_(std::move(state)), id_(std::move(id)) {}

  const SwitchId& switch_id() const override { return id_; }
  void start() override { state_->admissions.ready(id_, true); }

  void send(const model::Command& command) override {
    const SessionPtr session = state_->current(id_);
    if (!session) return state_->counters->add(Count::commands_unconnected);
    auto sent = session->machine.send(command, state_->now());
    if (!sent.left) runtime::log::warn("command_not_sent", {{"switch", id_}, {"contact", command.contact}, {"why", sent.left.error()}});
    state_->perform(session, std::move(sent.actions));
  }
  void committed(const journal::Source& source) override {
    if (const SessionPtr session = state_->current(id_)) state_->perform(session, session->machine.committed(source, state_->now()));
  }
  void accepting(bool yes) override {
    state_->accepts = yes;
    for (const auto& stranger : state_->strangers)  // their welcome is not written yet
      if (const SessionPtr session = stranger.lock()) state_->perform(session, session->machine.accepting(yes, state_->now()));
    if (const SessionPtr session = state_->current(id_)) state_->perform(session, session->machine.accepting(yes, state_->now()));
  }
  void reconnect() override { state_->end(id_, Errc::overloaded, "commands were lost before they were sent"); }
  bool idle() const override {
    const SessionPtr session = state_->current(id_);
    return !session || session->outbox.empty();
  }
  void stop(std::function<void()> done) override {
    state_->admissions.ready(id_, false);
    const SessionPtr session = state_->current(id_);
    if (!session) return asio::post(state_->acceptor.get_executor(), std::move(done));
    session->when_gone.push_back(std::move(done));
    state_->end(id_, Errc::stopping, "the server stops");
  }

 private:
  std::shared_ptr<State> state_;
  SwitchId id_;
};

// ------------------------------------------------------------------------------------------------ the server

FeedServer::FeedServer(runtime::EventLoop& loop, FeedServerConfig config, model::LinkCallbacks callbacks, std::function<Instant()> now,
                       std::map<std::string, std::int64_t> journal)
    : state_(std::make_shared<State>(loop, std::move(config), std::move(callbacks), std::move(now), std::move(journal))) {
  for (const FeedSwitch& one : state_->config.switches) links_.push_back(std::make_unique<FeedLink>(state_, one.id));
}

FeedServer::~FeedServer() = default;

Result<void> FeedServer::listen() {
  boost::system::error_code error;
  const auto address = asio::ip::make_address(state_->config.address, error);
  if (error) return fail(runtime::Errc::bad_setting, "feed address " + state_->config.address);
  if (!address.is_loopback() && !state_->config.tls)
    return fail(runtime::Errc::bad_setting, "the feed listens beyond loopback only with TLS: `callwright tls init NAME`");
  const tcp::endpoint endpoint(address, state_->config.port);
  tcp::acceptor& acceptor = state_->acceptor;
  acceptor.open(endpoint.protocol(), error);
  if (!error) acceptor.set_option(tcp::acceptor::reuse_address(true), error);
  if (!error) acceptor.bind(endpoint, error);
  if (!error) acceptor.listen(asio::socket_base::max_listen_connections, error);
  if (error) {
    boost::system::error_code ignored;
    acceptor.close(ignored);
    return fail(error, "feed at " + state_->config.address + ":" + std::to_string(state_->config.port));
  }
  state_->port = acceptor.local_endpoint().port();
  state_->tasks.spawn(state_->accept(state_));
  return {};
}

std::uint16_t FeedServer::port() const { return state_->port; }

std::vector<model::Link*> FeedServer::links() const {
  std::vector<model::Link*> all;
  for (const auto& link : links_) all.push_back(link.get());
  return all;
}

void FeedServer::stop(std::function<void()> done) {
  boost::system::error_code ignored;
  state_->acceptor.close(ignored);
  for (const auto& link : links_) {
    state_->admissions.ready(link->switch_id(), false);
    state_->end(link->switch_id(), Errc::stopping, "the server stops");
  }
  for (const auto& stranger : std::exchange(state_->strangers, {}))
    if (const SessionPtr session = stranger.lock()) state_->perform(session, session->machine.end(Errc::stopping, "the server stops", state_->now()));
  state_->undelivered.clear();
  state_->retry.cancel();
  state_->tasks.when_empty(std::move(done));
}

const Counters& FeedServer::counters() const { return *state_->counters; }

void FeedServer::show_in(runtime::Metrics& metrics) {
  std::vector<runtime::Counter> shown;
  for (std::size_t i = 0; i < static_cast<std::size_t>(Count::last_); ++i)
    shown.push_back(
        metrics.counter("callwright_feed_total", "What happened on the native feed", {{"what", std::string(name_of(static_cast<Count>(i)))}}));
  metrics.before_exposition([shown, counters = state_->counters]() mutable {
    for (std::size_t i = 0; i < shown.size(); ++i)
      if (const double more = static_cast<double>((*counters)[static_cast<Count>(i)]) - shown[i].value(); more > 0) shown[i].add(more);
  });
}

}  // namespace callwright::cti::feed
