#include "agent-desktop-api/desk.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "agent-desktop-api/auth/sign_ins.hpp"
#include "agent-desktop-api/http/server.hpp"
#include "agent-desktop-api/rest/api.hpp"
#include "agent-desktop-api/session/hub.hpp"
#include "agent-desktop-api/store_calls.hpp"
#include "runtime/event_loop.hpp"
#include "runtime/log.hpp"
#include "runtime/metrics.hpp"

namespace callwright::desktop {
namespace {

constexpr Duration kDropExpired = std::chrono::hours(1);

std::string in_url(std::string_view address) { return address.find(':') == std::string_view::npos ? std::string(address) : "[" + std::string(address) + "]"; }

/// Every origin under which our pages may be: the loopback names, the address itself, and what the settings add.
std::vector<std::string> origins_of(const DeskOptions& options, bool secure, std::uint16_t port) {
  const std::string scheme = secure ? "https://" : "http://";
  const bool usual_port = port == (secure ? 443 : 80);
  std::vector<std::string> origins = options.origins;
  for (const std::string& host : {std::string("127.0.0.1"), std::string("localhost"), std::string("[::1]"), in_url(options.address)})
    origins.push_back(scheme + host + (usual_port ? "" : ":" + std::to_string(port)));
  return origins;
}

}  // namespace

struct Desk::State : std::enable_shared_from_this<Desk::State> {
  State(runtime::EventLoop& owner, runtime::Metrics& all_metrics, DeskOptions given, StorePort& store, DeskCallbacks callbacks)
      : loop(owner),
        metrics(all_metrics),
        options(std::move(given)),
        now(callbacks.now),
        calls(store, owner),
        sign_ins(metrics, {!options.tls_certificate.empty(), options.recheck}, calls, owner, callbacks.now),
        hub(metrics, {options.epoch, options.hello_timeout, options.heartbeat, options.silence, options.resume_ttl},
            {callbacks.request, callbacks.now, [this](const Choice& choice, auto done) { choose(choice, std::move(done)); }, callbacks.popped}) {
    sign_ins.on_ended = [this](const std::string& session) { hub.end_session(session); };
    sign_ins.on_changed = [this](const std::string& session) { hub.renew_session(session); };
  }

  /// Gives the chosen customer the caller's number if it identifies nobody else, then reads his card.
  void choose(const Choice& choice, std::function<void(Result<contacts::Card>)> done) {
    if (!choice.attach) return read_card(choice.customer, std::move(done));
    auto ask = [choice, at = now()](contacts::Accounts&, contacts::Customers& customers) {
      return customers.attach_identity(choice.attach, choice.customer, choice.by, at);
    };
    calls.write<contacts::Customer>(std::move(ask), [this, done = std::move(done)](Result<contacts::Customer> customer) {
      if (!customer) return done(std::unexpected(customer.error()));
      read_card(customer->id, done);
    });
  }

  void read_card(CustomerId customer, std::function<void(Result<contacts::Card>)> done) {
    calls.read<contacts::Card>([customer](contacts::Reader& reader) { return reader.card(customer); }, std::move(done));
  }

  /// All pages are looked at once in the time of a beat, a share at a time.
  void tick() {
    if (closed) return;
    hub.tick();
    const auto every = std::max(beat_every() / static_cast<int>(Hub::kTurns), std::chrono::milliseconds(1));
    loop.post_after(every, [weak = weak_from_this()] {
      if (const auto self = weak.lock()) self->tick();
    });
  }

  /// What is due, a few times within the shortest of the limits; topics once a period.
  void beat() {
    if (closed) return;
    const Instant at = now();
    if (at - rechecked_at >= std::min(options.recheck / 8, options.follow)) {
      rechecked_at = at;
      sign_ins.recheck(hub.open_sessions());
    }
    if (at - followed_at >= options.follow) {
      followed_at = at;
      sign_ins.follow_changes();
    }
    if (at - dropped_at >= kDropExpired) {
      dropped_at = at;
      sign_ins.drop_expired();
    }
    if (at - published_at >= options.topic_period) {
      published_at = at;
      hub.publish_topics();
    }
    loop.post_after(beat_every(), [weak = weak_from_this()] {
      if (const auto self = weak.lock()) self->beat();
    });
  }

  std::chrono::milliseconds beat_every() const {
    const auto shortest = std::min({options.hello_timeout, options.heartbeat, options.silence, options.topic_period, options.recheck, options.follow});
    return std::clamp(shortest / 4, std::chrono::milliseconds(2), std::chrono::milliseconds(250));
  }

  runtime::EventLoop& loop;
  runtime::Metrics& metrics;
  const DeskOptions options;
  const std::function<Instant()> now;
  StoreCalls calls;
  SignIns sign_ins;
  Hub hub;
  std::unique_ptr<Api> api;
  std::unique_ptr<HttpServer> server;
  Instant published_at, rechecked_at, followed_at, dropped_at;
  bool closed = false;
};

Desk::Desk(runtime::EventLoop& loop, runtime::Metrics& metrics, DeskOptions options, StorePort& store, DeskCallbacks callbacks)
    : state_(std::make_shared<State>(loop, metrics, std::move(options), store, std::move(callbacks))) {}

Desk::~Desk() = default;

Result<void> Desk::open() {
  State& s = *state_;
  auto pages = StaticPages::load(s.options.web_root);
  if (!pages) return std::unexpected(pages.error());
  const bool secure = !s.options.tls_certificate.empty();
  s.server = std::make_unique<HttpServer>(
      s.loop, s.metrics,
      HttpServerOptions{s.options.address, s.options.port, s.options.tls_certificate, s.options.tls_key, s.options.connections, s.options.header_wait},
      [weak = std::weak_ptr<State>(state_)](HttpRequest request, Respond respond) {
        if (const auto state = weak.lock()) state->api->handle(std::move(request), std::move(respond));
      });
  if (auto opened = s.server->open(); !opened) return opened;
  s.api = std::make_unique<Api>(Api::Parts{s.metrics, s.sign_ins, s.hub, s.calls, s.now},
                                Api::Options{secure, s.options.metrics_public, origins_of(s.options, secure, s.server->port())}, std::move(*pages));
  s.published_at = s.now();
  s.loop.post([weak = std::weak_ptr<State>(state_)] {
    const auto state = weak.lock();
    if (!state) return;
    state->beat();
    state->tick();
  });
  return {};
}

std::uint16_t Desk::port() const { return state_->server ? state_->server->port() : 0; }

std::string Desk::url() const {
  const bool secure = !state_->options.tls_certificate.empty();
  return (secure ? "https://" : "http://") + in_url(state_->options.address) + ":" + std::to_string(port());
}

void Desk::views(std::vector<core::View> views) { state_->hub.views(std::move(views)); }
void Desk::whole(std::vector<core::View> views) { state_->hub.whole(std::move(views)); }
void Desk::reply(core::Reply reply) { state_->hub.reply(std::move(reply)); }

void Desk::centre(std::shared_ptr<const journal::Centre> centre) {
  if (state_->api) state_->api->centre(centre);
  state_->hub.centre(std::move(centre));
}

void Desk::ready() { state_->hub.ready(); }
void Desk::intake(std::error_code obstacle) { state_->hub.intake(obstacle); }
std::size_t Desk::pages() const { return state_->hub.pages(); }
void Desk::drain(std::chrono::milliseconds retry_after) { state_->hub.drain(retry_after); }

void Desk::close(std::function<void()> done) {
  state_->closed = true;
  state_->calls.close();
  if (state_->server)
    state_->server->close(std::move(done));
  else
    state_->loop.post(std::move(done));
}

}  // namespace callwright::desktop
