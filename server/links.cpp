#include "server/links.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

#include "cti/feed/feed_server.hpp"
#include "runtime/log.hpp"
#include "runtime/tls.hpp"

namespace callwright::server {

namespace log = runtime::log;
namespace feed = cti::feed;

Links::Links(runtime::EventLoop& loop, runtime::Metrics& metrics, const runtime::Clock& clock, const runtime::Settings& settings, std::int64_t epoch,
             Outlets outlets)
    : loop_(loop), metrics_(metrics), clock_(clock), settings_(settings), epoch_(epoch), outlets_(std::move(outlets)) {
  unknown_switch_ = metrics_.counter("callwright_commands_without_link_total", "Commands to a switch that has no link");
}

Links::~Links() = default;

std::vector<std::string> waits_for_restart(const std::vector<journal::Switch>& open, const std::vector<journal::Switch>& wanted) {
  const auto connection = [](const journal::Switch& sw) {
    return std::tie(sw.kind, sw.url, sw.username, sw.secret_name, sw.app, sw.fallback_context, sw.dial, sw.station_contexts);
  };
  std::vector<std::string> lines;
  for (const auto& sw : wanted) {
    const auto old = std::ranges::find(open, sw.id, &journal::Switch::id);
    if (old == open.end()) lines.push_back(sw.id.value + " is new and not connected");
    else if (connection(*old) != connection(sw)) lines.push_back(sw.id.value + " is connected as it was described before");
  }
  for (const auto& sw : open)
    if (std::ranges::find(wanted, sw.id, &journal::Switch::id) == wanted.end())
      lines.push_back(sw.id.value + " is not in the document any more and still connected");
  return lines;
}

void Links::follow(const journal::Centre& centre) {
  for (const std::string& line : waits_for_restart(opened_, centre.switches))
    log::warn("switch_waits_for_restart", {{"switch", line}, {"hint", "links are made at the start: restart the server (calls go on)"}});
  for (auto& link : owned_) link->know_devices(devices_of(centre, link->switch_id()));
}

Result<void> Links::open(const journal::Centre& centre) {
  opened_ = centre.switches;
  feed::FeedServerConfig config;
  config.address = settings_.feed_address;
  config.port = static_cast<std::uint16_t>(settings_.feed_port);
  config.epoch = epoch_;
  for (const auto& sw : centre.switches) {
    if (sw.kind == "feed") {
      auto secret = settings_.secret(sw.secret_name);
      if (!secret) return fail(secret.error().code, "switch '" + sw.id.value + "': " + secret.error().context);
      config.switches.push_back({sw.id, std::move(*secret)});
      continue;
    }
    if (way_of(sw) == Way::ari) {
      auto way = reach(settings_, centre, sw, epoch_);
      if (!way) return std::unexpected(way.error());
      asterisks_.push_back(std::move(*way));
    }
    auto made = make_link({loop_, metrics_, clock_, settings_, epoch_}, centre, sw, outlets_.callbacks, static_cast<std::uint64_t>(epoch_) * 1000 + owned_.size());
    if (!made) return std::unexpected(made.error());
    owned_.push_back(std::move(*made));
    by_switch_[sw.id] = owned_.back().get();
  }
  if (config.switches.empty()) return {};

  if (settings_.feed_tls) {
    auto made = runtime::server_tls(settings_.tls_certificate, settings_.tls_key);
    if (!made) return std::unexpected(made.error());
    config.tls = std::move(*made);
  }
  feed_ = std::make_unique<feed::FeedServer>(loop_, std::move(config), outlets_.callbacks, outlets_.now, outlets_.journal);
  feed_->show_in(metrics_);
  for (cti::model::Link* link : feed_->links()) by_switch_[link->switch_id()] = link;
  return feed_->listen();
}

void Links::start() {
  for (auto& [id, link] : by_switch_) link->start();
}

void Links::send(const cti::model::Command& command) {
  auto link = by_switch_.find(command.switch_id);
  if (link == by_switch_.end()) {
    unknown_switch_.add();
    log::warn("command_without_link", {{"switch", command.switch_id}, {"contact", command.contact}});
    return;
  }
  link->second->send(command);
}

void Links::committed(const journal::Source& source) {
  for (auto& [id, link] : by_switch_) link->committed(source);
}

void Links::accepting(bool yes) {
  for (auto& [id, link] : by_switch_) link->accepting(yes);
}

void Links::reconnect(const SwitchId& switch_id) {
  if (auto link = by_switch_.find(switch_id); link != by_switch_.end()) link->second->reconnect();
}

bool Links::idle() const {
  return std::ranges::all_of(by_switch_, [](const auto& one) { return one.second->idle(); });
}

void Links::stop(std::function<void()> done) {
  auto left = std::make_shared<std::size_t>(owned_.size() + (feed_ ? 1 : 0));
  if (*left == 0) return done();
  auto one_less = [left, done = std::move(done)] {
    if (--*left == 0) done();
  };
  if (feed_) feed_->stop(one_less);
  for (auto& link : owned_) link->stop(one_less);
}

std::uint16_t Links::feed_port() const { return feed_ ? feed_->port() : 0; }

}  // namespace callwright::server
