#pragma once
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "dice.hpp"
#include "paired_floor.hpp"
#include "random_centre.hpp"

namespace callwright::routing {

/// A centre with few distinct values, so that ties and exclusions are common, and random events in it. In each step the engine must send on exactly
/// the contacts that the oracle does, in the same way, and make exactly the offers that it names, with the same numbers. In two of three centres half
/// of the contacts are written; in every other queues do not keep everybody.
class Scenario final : private PairedFloor {
 public:
  Scenario(std::uint64_t seed, const Size& size, int folds_one_in)
      : dice_(seed),
        folding_(seed ^ 0xF01D),
        size_(size),
        folds_one_in_(folds_one_in),
        seed_(seed),
        writes_(seed % 3 != 0),
        flows_((seed / 2 + seed / 200) % 2 == 1),
        centres_(dice_, size, writes_, flows_) {
    if (flows_) now = centres_.any_begin();
    reconfigure();
    for (const char* name : {"east", "west"}) set_link({name}, true);
    ready_all();
  }

  void run() {
    for (int i = 0; i < size_.steps && !testing::Test::HasFailure(); ++i) {
      SCOPED_TRACE(testing::Message() << "seed " << seed_ << " step " << i);
      const ClassCount before = engine->classes();
      const std::int64_t configured = configured_;
      pass_time();
      for (int events = 1 + dice_.below(size_.burst); events > 0; --events) event();
      settle([&](ContactId one) { return about(one); }, [&](ContactId one) { return hears(one); });
      match();
      if (!paused && folding_.one_in(8)) nothing_more_by_time_alone([&](ContactId one) { return hears(one); });
      if (flows_ && folding_.one_in(4)) {
        same_estimate({1 + folding_.below(size_.contacts)});
        same_hours();
      }
      observe(before, engine->classes(), configured == configured_);
      engine->expire(now, *this);  // who entered with an old place may have a step due; a restart would take it here, too
      if (folding_.one_in(folds_one_in_)) fold_again(folding_.one_in(2));
      if (folding_.one_in(32)) {
        EXPECT_THAT(engine->violations(), testing::IsEmpty());
        same_works();
      }
    }
  }

  std::uint64_t decisions_hash() const { return witness.decisions_hash(); }
  const Reached& has_reached() const { return reached; }

 private:
  /// What became of the classes and their rankings in a step.
  void observe(const ClassCount& before, const ClassCount& after, bool same_centre) {
    reached.classes_used = std::max(reached.classes_used, after.used);
    if (after.spare > before.spare) reached.classes_discarded += static_cast<std::int64_t>(after.spare - before.spare);
    if (after.spare < before.spare) reached.classes_reused += static_cast<std::int64_t>(before.spare - after.spare);
    if (same_centre && after.ranked < before.ranked) reached.rankings_dropped += static_cast<std::int64_t>(before.ranked - after.ranked);
  }

  void pass_time() {
    if (dice_.one_in(8)) {
      if (auto due = engine->next_due()) now = std::max(now, *due);
    } else if (flows_ && dice_.one_in(6)) {  // hours change with the minute, messages last two
      constexpr std::int64_t kMinute = 60'000'000;
      const std::int64_t minute = (now.us / kMinute + 1) * kMinute;
      now = {std::max(now.us, dice_.any<std::int64_t>({minute - 1, minute, minute, minute + 1, minute + 4 * kMinute}))};
    } else {
      now = now + Duration(dice_.any<std::int64_t>({0, 0, 17, 29'000, 60'000, 1'000'000, 7'123'456, 61'000'000}));
    }
    expire();
  }

  ContactId contact() { return {1 + dice_.below(size_.contacts)}; }
  /// Of a contact for ever.
  journal::Channel channel_of(ContactId id) const {
    constexpr std::array kAll{journal::Channel::voice, journal::Channel::chat, journal::Channel::voice, journal::Channel::email,
                              journal::Channel::voice, journal::Channel::chat, journal::Channel::voice, journal::Channel::other};
    return writes_ ? kAll[static_cast<std::size_t>(id.value) % kAll.size()] : journal::Channel::voice;
  }
  /// A written contact that an agent has taken, if a few throws find one.
  std::optional<std::pair<ContactId, AgentId>> taken_contact() {
    for (int i = 0; i < size_.throws; ++i)
      if (const auto one = taken.find(contact()); one != taken.end()) return *one;
    return std::nullopt;
  }
  AgentId agent() { return centre.agents[static_cast<std::size_t>(dice_.below(static_cast<int>(centre.agents.size())))].id; }
  /// An agent in this state if a few throws find one.
  AgentId agent_in(AgentState wanted) {
    for (int i = 0; i < size_.throws; ++i)
      if (AgentId one = agent(); engine->agent(one)->state.state == wanted) return one;
    return agent();
  }
  /// The contact of a live offer if there is one, so that events often hit.
  ContactId offered_contact() {
    for (int i = 0; i < size_.throws; ++i)
      if (ContactId one = contact(); engine->offer_of(one)) return one;
    return contact();
  }
  /// One of its live offers.
  const Offer* any_offer(ContactId of) {
    const auto all = engine->offers_of(of);
    return all.empty() ? nullptr : all.size() == 1 ? all.front() : all[static_cast<std::size_t>(dice_.below(static_cast<int>(all.size())))];
  }
  void claim() {
    const ContactId one = offered_contact();
    const std::size_t offers = engine->offers_of(one).size();
    if (const Offer* offer = any_offer(one)) engine->claim(offer->id, now, *this);
    if (offers > 1 && engine->offers_of(one).size() == 1) ++reached.claims;
  }

  ContactId parked_contact() {
    for (int i = 0; i < size_.throws; ++i)
      if (const auto one = engine->waiting(contact()); one && one->parked) return one->contact;
    return contact();
  }

  void arrive() {
    const Instant entered = now - Duration(dice_.any<std::int64_t>({0, 0, 0, 90'000'000}));
    const SwitchId on{dice_.any<const char*>({"east", "east", "west", ""})};
    const ContactId who = contact();
    if (taken.contains(who)) return;
    const QueueId where{queue_name(dice_.below(size_.queues))};
    About known = about(who);
    known.channel = channel_of(who);
    known.back = flows_ && journal::is_written(known.channel) && dice_.one_in(8);
    enter(who, {where, on, known.channel, entered}, known);
  }
  /// A switch can play something to some callers, for ever.
  bool hears(ContactId who) const { return channel_of(who) == journal::Channel::voice && who.value % 5 != 0; }
  About about(ContactId who) {
    About about;
    about.hears = hears(who);
    if (dice_.one_in(2)) about.attributes = dice_.one_in(2) ? kOfGold : Attributes{{"tier", "silver"}};
    if (dice_.one_in(3)) about.last_agent = agent();
    if (dice_.one_in(6)) about.named_agent = agent();
    return about;
  }

  void leave() { engine->leave(contact(), dice_.any({VisitEnd::abandoned, VisitEnd::flow_transfer, VisitEnd::lost}), now, *this); }

  void event() {
    ++reached.events;
    const int more = dice_.below(12);
    if (more < size_.coming) return arrive();
    if (more < size_.coming + size_.going) return leave();
    if (size_.waves && dice_.one_in(24)) return wave();
    if (writes_ && dice_.one_in(5)) return write();
    if (flows_ && dice_.one_in(8)) return turn_tables();
    switch (dice_.below(30)) {
      case 0:
      case 1:
      case 2:
      case 3:
      case 4:
      case 5: arrive(); break;
      case 6:
      case 7: leave(); break;
      case 8:
      case 9:
      case 10: {
        const ContactId one = offered_contact();
        const Offer* offer = any_offer(one);
        const AgentId who = offer && !dice_.one_in(8) ? offer->agent : agent();
        if (offer || !journal::is_written(channel_of(one))) engine->answered(one, who, now, *this);
        break;
      }
      case 11:
      case 12:
      case 13:
        if (const Offer* offer = any_offer(offered_contact()))
          engine->end_offer(offer->id, dice_.any({OfferEnd::refused, OfferEnd::refused, OfferEnd::timed_out, OfferEnd::lost, OfferEnd::elsewhere}),
                            now, *this);
        break;
      case 14:
      case 15:
      case 16: engine->work_ended(agent_in(AgentState::talking), now, *this); break;
      case 17: engine->end_wrap_up(agent_in(AgentState::wrap_up), now, *this); break;
      case 18:
      case 19: engine->set_state(agent_in(AgentState::not_ready), AgentState::ready, {}, now, *this); break;
      case 20:
        engine->set_state(agent(), dice_.any({AgentState::ready, AgentState::not_ready, AgentState::signed_out, AgentState::unreachable}), "lunch",
                          now, *this);
        break;
      case 21: {
        const auto& one = centre.agents[static_cast<std::size_t>(dice_.below(static_cast<int>(centre.agents.size())))];
        set_device({one.switch_id, one.device}, dice_.any({Device::free, Device::free, Device::in_use, Device::unreachable}));
        break;
      }
      case 22:
        if (dice_.one_in(2)) set_link({dice_.any<const char*>({"east", "west"})}, !dice_.one_in(5));
        else engine->hold(agent(), dice_.one_in(2), now, *this);
        break;
      case 23:
        if (dice_.one_in(size_.waves ? 12 : 3)) {
          reconfigure();
          ready_all();
        } else if (dice_.one_in(3)) engine->extend_wrap_up(agent(), now, *this);
        else engine->pause(paused = dice_.one_in(5));
        if (dice_.one_in(4)) {
          const ContactId over = contact();
          engine->leave(over, VisitEnd::lost, now, *this);
          emit(over, journal::ContactEnded{});
        }
        break;
      case 24:
      case 25: claim(); break;
      default: supervise(); break;
    }
  }

  /// Something happens to a written contact, or to who has some.
  void write() {
    const auto one = taken_contact();
    const AgentId who = one ? one->second : agent();
    const ContactId what = one ? one->first : offered_contact();
    switch (dice_.below(16)) {
      case 0: engine->set_state(who, AgentState::signed_out, "home", now, *this); break;
      case 1: engine->set_state(who, dice_.any({AgentState::not_ready, AgentState::unreachable, AgentState::ready}), "lunch", now, *this); break;
      case 2:
      case 3:
        if (dice_.one_in(3)) engine->drop_work(who, what, now, *this);
        break;
      case 4: engine->extend_wrap_up(who, what, now, *this); break;
      case 5:
      case 6:
      case 7: engine->end_wrap_up(who, what, now, *this); break;
      case 8:
      case 9:
      case 10: engine->set_state(agent_in(AgentState::not_ready), AgentState::ready, {}, now, *this); break;
      default: engine->work_ended(who, what, now, *this); break;
    }
  }

  void supervise() {
    switch (dice_.below(6)) {
      case 0: (void)engine->raise(contact(), dice_.any({10, 50, -10}), "boss", *this); break;
      case 1: (void)engine->park(contact(), "boss", now, *this); break;
      case 2:
      case 3: (void)engine->resume(parked_contact(), "boss", *this); break;
      case 4: {
        const ContactId one = contact();
        pull(one, agent_in(dice_.one_in(4) ? AgentState::reserved : AgentState::ready));
        break;
      }
      case 5: {
        const ContactId one = contact();
        const QueueId where{queue_name(dice_.below(size_.queues))};
        move(one, where, about(one));
        break;
      }
    }
  }

  /// Something happens to what queues do to those whom they do not keep, or to who hears a message.
  void turn_tables() {
    switch (dice_.below(8)) {
      case 0: set_emergency({queue_name(dice_.below(size_.queues))}, !dice_.one_in(3)); break;
      case 1:
      case 2: set_emergency({queue_name(dice_.below(size_.queues))}, false); break;
      case 3: go_home({queue_name(dice_.below(size_.queues))}); break;
      case 4: ready_all(); break;
      case 5: {
        const ContactId one = contact();
        flow(one, about(one));
        break;
      }
      case 6: serve(); break;
      default: engine->hear_out(hearing_contact(), *this); break;
    }
  }
  /// Nearly everybody of a queue.
  void go_home(const QueueId& queue) {
    for (const auto& one : centre.agents)
      if (std::ranges::find(one.queues, queue, &journal::QueueMembership::queue) != one.queues.end() && !dice_.one_in(8))
        engine->set_state(one.id, dice_.any({AgentState::signed_out, AgentState::unreachable}), "home", now, *this);
  }
  /// Who is offered somebody takes him, and who talks ends it: so it is known how long contacts take.
  void serve() {
    for (const auto& one : centre.agents) {
      if (const Offer* offer = engine->offer_to(one.id); offer && dice_.one_in(2)) engine->answered(offer->contact, one.id, now, *this);
      else if (dice_.one_in(2)) engine->work_ended(one.id, now, *this);
      for (const auto& [written, channel] : std::map(works[one.id]))
        if (dice_.one_in(2)) engine->answered(written, one.id, now, *this);
    }
  }
  ContactId hearing_contact() {
    for (int i = 0; i < size_.throws; ++i)
      if (const auto one = engine->waiting(contact()); one && one->treated) return one->contact;
    return contact();
  }

  /// Many agents at once: a link goes and comes, or everybody is back from lunch.
  void wave() {
    if (dice_.one_in(4)) return ready_all();
    const SwitchId name{dice_.any<const char*>({"east", "west"})};
    for (int turns = 1 + dice_.below(4); turns > 0; --turns) set_link(name, !is_up(name));
  }

  void reconfigure() {
    ++configured_;
    configure(centres_.make(now));
  }

  Dice dice_;
  Dice folding_;
  const Size size_;
  const int folds_one_in_;
  const std::uint64_t seed_;
  const bool writes_, flows_;
  RandomCentre centres_;
  std::int64_t configured_ = 0;
};

}  // namespace callwright::routing
