#pragma once
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>

#include "cti/freeswitch/channels.hpp"
#include "cti/freeswitch/event.hpp"
#include "cti/freeswitch/frame.hpp"
#include "cti/freeswitch/plan.hpp"
#include "cti/freeswitch/settings.hpp"
#include "cti/link/action.hpp"
#include "cti/model/command.hpp"

namespace callwright::cti::freeswitch {

/// One session of FreeSWITCH's outbound socket (`socket HOST:PORT async full` in the dialplan): FreeSWITCH calls us for one caller. Pure; whoever listens
/// makes one of these for each connection.
///
///     connecting ─the dump of the channel▶ serving ─notice, linger▶ lingering ─notice or end▶ ended
///
/// The reply to `connect` is the caller's channel; in `async` mode he is parked already, so he asks for a route at once: for the channel variable
/// `callwright_entry`, or the number that he dialled. Events of his channel alone follow (`myevents`), and for some seconds after his hang-up (`linger`):
/// a notice with `Content-Disposition: linger` is no end. Commands go the same way as on a link, by `api`; without `full` FreeSWITCH takes none.
///
/// Phones that we ring for him show up on the link to the same switch (`Machine`), not here.
class Outbound {
 public:
  enum class Phase : std::uint8_t { connecting, serving, lingering, ended };
  static constexpr std::size_t kPending = 1'024;
  static constexpr std::int32_t kLingerSeconds = 5;

  explicit Outbound(Settings settings);

  /// FreeSWITCH has connected.
  link::Actions opened();
  link::Actions received(std::string_view bytes, Instant now);
  link::Actions closed(std::string_view reason);
  link::Actions command(const model::Command& command, Instant now);

  Phase phase() const { return phase_; }
  /// The caller; empty before he is known.
  const std::string& channel() const { return channel_; }
  std::uint64_t malformed() const { return malformed_; }
  std::uint64_t failed() const { return failed_; }        ///< commands that FreeSWITCH refused
  std::uint64_t unsupported() const { return unsupported_; }  ///< or that were not sent

 private:
  void take(const Frame& frame, Instant now);
  void meet(const Frame& frame, Instant now);
  void settle(const Frame& frame);
  void ask(std::string text, Step step = {});
  void end(std::string_view reason);
  void emit(model::SwitchEventBody body, Instant switch_at = {});
  void emit(Channels::Effects effects, Instant switch_at);
  link::Actions out();

  const Settings settings_;
  Channels channels_;
  FrameReader reader_;
  Event event_;
  Phase phase_ = Phase::connecting;
  bool full_ = false;
  std::string channel_;
  std::deque<Step> pending_;
  std::int64_t told_ = 0;
  std::uint64_t malformed_ = 0, failed_ = 0, unsupported_ = 0;
  link::Actions out_;
};

}  // namespace callwright::cti::freeswitch
