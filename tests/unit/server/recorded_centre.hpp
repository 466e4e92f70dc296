#pragma once
#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "contacts/centre_toml.hpp"
#include "contacts/store.hpp"
#include "core/core.hpp"

/// A small centre that works for an hour through the real core, and is written into a real store: callers, phones and agents do what they are told,
/// to the second, so that the day has no chance in it.
namespace callwright::server {

using namespace std::chrono_literals;

inline constexpr const char* kSmallCentre = R"(
name = "Small"
time_zone = "Europe/London"
[[skill]]
id = "repairs"
name = "Repairs"
[[queue]]
id = "repairs"
name = "Repairs"
requirements = [{ skill = "repairs", min_level = 50, weight = 3 }]
wrap_up = "30s"
[[queue]]
id = "sales"
name = "Sales"
wrap_up = "10s"
[[switch]]
id = "pbx"
kind = "feed"
[[entry]]
switch = "pbx"
number = "4001"
queue = "repairs"
[[entry]]
switch = "pbx"
number = "4003"
queue = "sales"
[[pause_reason]]
code = "break"
name = "Break"
[[agent]]
id = "sofia"
name = "Sofia Secret"
switch = "pbx"
device = "1001"
skills = [{ skill = "repairs", level = 90 }]
queues = [{ queue = "repairs" }, { queue = "sales" }]
[[agent]]
id = "daniel"
name = "Daniel Secret"
switch = "pbx"
device = "1002"
skills = [{ skill = "repairs", level = 60 }]
queues = [{ queue = "repairs" }, { queue = "sales" }]
)";

class RecordedCentre {
 public:
  static constexpr Instant kBegin{1'796'032'800'000'000};  ///< 2026-11-30 10:00 in London

  RecordedCentre() : core_(1) {
    now_ = kBegin - Duration(10min);
    change(kSmallCentre, 1);
    step(core::LinkDeclared{kSwitch, {true, true, true, true}});
    event(cti::model::LinkOpened{100});
    event(cti::model::Snapshot{});
    at(-300s, [this] { ready("sofia"); });
    at(-240s, [this] { ready("daniel"); });
  }

  /// `since`: the begin.
  void at(Duration since, std::function<void()> happens) { due_.emplace(kBegin + since, std::move(happens)); }

  /// Somebody calls, hangs up when his patience is over, or when the talk is.
  void caller(Duration since, const std::string& entry, Duration patience, Duration talk) {
    at(since, [=, this] {
      const std::string native = "c" + std::to_string(++callers_);
      talks_[native] = talk;
      cti::model::LegCreated leg;
      leg.native_id = native;
      leg.device = "trunk";
      leg.device_class = cti::model::DeviceClass::trunk;
      leg.ani = "+441632960" + std::to_string(100 + callers_);
      leg.caller_name = "Ada Secret";
      leg.dnis = entry;
      ContactId contact;
      for (const auto& fact : event(leg).facts)
        if (std::holds_alternative<journal::ContactOpened>(fact.body)) contact = fact.contact;
      event(cti::model::RouteAsked{native, entry});
      now_ = now_ + Duration(2ms);
      step(core::CustomerFound{contact, journal::Match::none, {}, {}, leg.ani, {}, {}});
      due_.emplace(now_ + patience, [=, this] {
        if (!bridged_.contains(native)) hang_up(native, journal::Cause::caller_cancel);
      });
    });
  }

  /// Lets everything happen until `second`.
  void live(Duration since) {
    const Instant end = kBegin + since;
    for (;;) {
      const auto timer = core_.next_due();
      const bool first = !due_.empty() && (!timer || due_.begin()->first <= *timer);
      const Instant next = first ? due_.begin()->first : timer.value_or(end);
      if (next > end || (!first && !timer)) break;
      now_ = std::max(now_, next);
      if (!first) {
        step(core::TimerDue{});
        continue;
      }
      const auto happens = std::move(due_.begin()->second);
      due_.erase(due_.begin());
      happens();
    }
  }

  void pause(const std::string& agent) { ask(agent, core::SetState{journal::AgentState::not_ready, "break"}); }
  void ready(const std::string& agent) {
    ask(agent, core::SignIn{});
    ask(agent, core::SetState{journal::AgentState::ready, {}});
  }
  void change(const std::string& toml, std::int64_t version) {
    auto centre = contacts::parse_centre(toml);
    ASSERT_TRUE(centre) << centre.error().text();
    centre->version = version;
    step(core::CentreChanged{std::make_shared<const journal::Centre>(*centre)});
  }

  void write(const std::string& path) {
    auto store = contacts::open_store({.path = path});
    ASSERT_TRUE(store) << store.error().text();
    auto centre = contacts::parse_centre(kSmallCentre);
    ASSERT_EQ((*store)->centres().put(*centre, "test", kBegin - Duration(1h)).value_or(0), 1);
    ASSERT_TRUE((*store)->journal().begin_epoch());
    const auto written = (*store)->journal().append(journal_);
    ASSERT_TRUE(written) << written.error().text();
  }

 private:
  core::Output step(core::InputBody body) {
    core::Output out = core_.step({now_, std::move(body)});
    journal_.insert(journal_.end(), out.facts.begin(), out.facts.end());
    follow(out);
    return out;
  }
  core::Output event(cti::model::SwitchEventBody body) {
    return step(cti::model::SwitchEvent{kSwitch, {"link:pbx/1", std::to_string(++events_)}, {}, std::move(body)});
  }
  void ask(const std::string& agent, core::RequestBody body) {
    step(core::Request{7, "user:" + agent, "r" + std::to_string(++events_), AgentId{agent}, std::move(body)});
  }

  /// The switch does what it is told.
  void follow(const core::Output& out) {
    for (const auto& command : out.commands) {
      if (const auto* ring = std::get_if<cti::model::Ring>(&command.body)) {
        const std::string native = "a" + std::to_string(ring->offer.value), customer = ring->caller_native_id;
        cti::model::LegCreated leg;
        leg.native_id = native;
        leg.device = ring->device;
        leg.device_class = cti::model::DeviceClass::station;
        leg.tokens = {command.contact, ring->offer, 1};
        phones_.insert(native);
        due_.emplace(now_, [=, this] {
          event(leg);
          event(cti::model::LegStateSeen{native, journal::LegState::alerting});
        });
        due_.emplace(now_ + 4s, [=, this] { pick_up(native, customer); });
      } else if (const auto* end = std::get_if<cti::model::End>(&command.body)) {
        due_.emplace(now_, [this, native = end->native_id] {
          if (phones_.erase(native)) hang_up(native);
        });
      }
    }
  }
  void pick_up(const std::string& native, const std::string& customer) {
    if (!phones_.contains(native)) return;
    event(cti::model::LegStateSeen{native, journal::LegState::connected});
    bridged_.insert(customer);
    event(cti::model::LegEnteredBridge{customer, "b-" + customer});
    event(cti::model::LegEnteredBridge{native, "b-" + customer});
    due_.emplace(now_ + talks_[customer], [=, this] { hang_up(customer); });
  }

  void hang_up(const std::string& native, journal::Cause cause = journal::Cause::normal) {
    event(cti::model::LegGone{native, cause, 16, "", journal::EndedBy::unknown});
  }

  inline static const SwitchId kSwitch{"pbx"};
  core::Core core_;
  std::vector<journal::Fact> journal_;
  Instant now_;
  std::int64_t events_ = 0;
  std::multimap<Instant, std::function<void()>> due_;
  std::map<std::string, Duration> talks_;
  std::set<std::string> bridged_, phones_;
  int callers_ = 0;
};

/// An hour with a caller each 50 s or so, by turns for repairs and for sales; every seventh has little patience. Two agents are not quite enough.
inline void work_an_hour(RecordedCentre& centre) {
  for (int i = -2; i < 72; ++i)
    centre.caller(i * Duration(50s) + Duration((i * i * 7919 % 9973) * 1000LL), i % 2 ? "4001" : "4003", i % 7 ? 900s : 25s,
                  Duration(40'000'000LL + (i * i * 3571 % 49'999) * 1000LL));
  centre.at(1200s, [&] { centre.pause("daniel"); });
  centre.at(1500s, [&] { centre.ready("daniel"); });
  centre.live(7200s);
}

}  // namespace callwright::server
