#include "cti/link/figures.hpp"

#include <utility>

namespace callwright::cti::link {

Figures::Figures(runtime::Metrics* metrics, const std::string& link) {
  if (!metrics) return;
  dropped_ = metrics->counter("callwright_link_undelivered_total", "Events that the core did not take; a snapshot follows", {{"link", link}});
  const auto add = [&](std::uint64_t Counters::* from, const char* name, const char* help, runtime::Metrics::Labels labels = {}) {
    labels["link"] = link;
    figures_.push_back({from, metrics->counter(name, help, labels)});
  };
  using C = Counters;
  add(&C::bytes, "callwright_link_received_bytes_total", "Bytes received from the switch");
  add(&C::events, "callwright_link_events_total", "Events received");
  add(&C::connections, "callwright_link_connections_total", "Attempts to connect");
  add(&C::lost, "callwright_link_lost_total", "Live connections that ended");
  add(&C::refused_account, "callwright_link_refused_account_total", "Times the account was refused");
  constexpr const char* bad = "callwright_link_bad_events_total";
  constexpr const char* bad_help = "Events that concluded nothing";
  add(&C::unknown_events, bad, bad_help, {{"reason", "unknown"}});
  add(&C::malformed, bad, bad_help, {{"reason", "malformed"}});
  add(&C::overflows, bad, bad_help, {{"reason", "overflow"}});
  add(&C::commands, "callwright_link_commands_total", "Commands received");
  constexpr const char* unsent = "callwright_link_commands_not_sent_total";
  constexpr const char* unsent_help = "Commands that were not sent";
  add(&C::commands_not_connected, unsent, unsent_help, {{"reason", "not_connected"}});
  add(&C::commands_too_late, unsent, unsent_help, {{"reason", "too_late"}});
  add(&C::commands_refused, unsent, unsent_help, {{"reason", "refused_value"}});
  add(&C::commands_unsupported, unsent, unsent_help, {{"reason", "unsupported"}});
  add(&C::unknown_replies, "callwright_link_unknown_replies_total", "Answers that nobody waited for");
  add(&C::failed_requests, "callwright_link_failed_requests_total", "Requests that the switch refused or did not answer");
  add(&C::failed_rings, "callwright_link_failed_rings_total", "Agents' phones that could not be rung");
}

void Figures::tell(const Counters& counters) {
  for (Figure& figure : figures_) {
    const std::uint64_t now = counters.*figure.from;
    if (now != figure.told) figure.to.add(static_cast<double>(now - std::exchange(figure.told, now)));
  }
}

void Figures::tell_dropped(std::uint64_t dropped) {
  if (dropped != dropped_told_) dropped_.add(static_cast<double>(dropped - std::exchange(dropped_told_, dropped)));
}

}  // namespace callwright::cti::link
