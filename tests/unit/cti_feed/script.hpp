#pragma once
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <variant>
#include <vector>

#include "cti/feed/codec.hpp"
#include "cti/feed/machine.hpp"

/// What the tests of the server's machine share: a good connection, said frame by frame.
namespace callwright::cti::feed::testing {

constexpr Instant kStart{1'800'000'000'000'000};

inline Hello hello() {
  return {.name = "north",
          .token = "s3cret",
          .capabilities = {"park", "ring", "bridge", "release", "end", "answer"},
          .boot_epoch = 41,
          .last_seq = 3,
          .product = "Acme PBX"};
}

inline model::LegCreated caller(const std::string& id) {
  return {.native_id = id,
          .device = "trunk1",
          .device_class = model::DeviceClass::trunk,
          .direction = journal::Direction::inbound,
          .ani = "+442079460001",
          .caller_name = "王小明",
          .dnis = "4001",
          .tokens = {}};
}

inline Event event(std::int64_t seq, model::SwitchEventBody body) { return {.seq = seq, .switch_at = {seq * 10}, .body = std::move(body)}; }

inline model::Snapshot two_legs() {
  return {{{.leg = caller("c1"), .state = journal::LegState::queued, .bridge = "", .asks_route = true, .entry = "4001"},
           {.leg = caller("c2"), .state = journal::LegState::connected, .bridge = "b7", .asks_route = false, .entry = ""}}};
}

/// A connection from hello to live: two resumed events, a snapshot in one part, three events, a result.
inline std::vector<SwitchMessage> good_script() {
  return {hello(),
          Resume{.after = 1, .complete = true},
          event(2, caller("c1")),
          event(3, model::RouteAsked{.native_id = "c1", .entry = "4001"}),
          SnapshotBegin{.seq = 4, .switch_at = {40}},
          SnapshotItems{two_legs().legs},
          SnapshotEnd{.legs = 2},
          event(5, model::LegStateSeen{.native_id = "c1", .state = journal::LegState::queued}),
          Heartbeat{},
          CommandResult{.id = {1, 9, 0}, .status = CommandStatus::accepted, .reason = ""},
          event(6, model::LegGone{
                       .native_id = "c1", .cause = journal::Cause::normal, .raw_code = 16, .raw_text = "bye", .by = journal::EndedBy::customer})};
}

struct ServerSide {
  Counters counters;
  Admission admission{.refused = Refusal::none, .reason = "", .resume_after = 1};
  Machine machine;

  ServerSide()
      : machine({.connection = "7.1", .epoch = 7, .accepting = true, .admit = [this](const Hello&) { return admission; }, .counters = &counters},
                kStart) {}

  Machine::Actions say(const SwitchMessage& message, Instant now = kStart) { return machine.on_bytes(encode(message), now); }
  /// Says the first `steps` messages of the good script.
  Machine::Actions say_script(std::size_t steps) {
    Machine::Actions all;
    const auto script = good_script();
    for (std::size_t i = 0; i < steps && i < script.size(); ++i)
      for (auto& action : say(script[i])) all.push_back(std::move(action));
    return all;
  }
};

inline std::vector<model::SwitchEvent> emitted(const Machine::Actions& actions) {
  std::vector<model::SwitchEvent> events;
  for (const auto& action : actions)
    if (const auto* emit = std::get_if<Machine::Emit>(&action)) events.push_back(emit->event);
  return events;
}

/// What the server sent, decoded.
inline std::vector<ServerMessage> sent(const Machine::Actions& actions) {
  std::vector<ServerMessage> messages;
  FrameReader reader;
  for (const auto& action : actions)
    if (const auto* send = std::get_if<Machine::Send>(&action)) reader.add(send->bytes);
  while (true) {
    const auto next = reader.next();
    if (!next || !*next) break;
    messages.push_back(decode_server(**next).value());
  }
  return messages;
}

inline const Machine::Close* closed(const Machine::Actions& actions) {
  return actions.empty() ? nullptr : std::get_if<Machine::Close>(&actions.back());
}

}  // namespace callwright::cti::feed::testing
