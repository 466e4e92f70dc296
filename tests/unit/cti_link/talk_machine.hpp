#pragma once
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "cti/link/kept.hpp"
#include "cti/link/machine.hpp"
#include "cti/model/event_line.hpp"

namespace callwright::cti::link {

/// A protocol of lines: "hello" > "welcome" or "go away"; then "list" > names and "end"; then "new NAME", "gone NAME", "pong". It asks "ping" each
/// second.
class TalkMachine final : public Machine {
 public:
  explicit TalkMachine(Patience patience = {}) : Machine({SwitchId{"main"}, "main", 7, 1}, patience) {}

 private:
  void on_opened(Instant) override { send("hello\n"); }
  void on_bytes(std::string_view bytes, Instant now) override {
    text_ += bytes;
    for (std::size_t end = text_.find('\n'); end != text_.npos && is_open(); end = text_.find('\n')) {
      const std::string line = text_.substr(0, end);
      text_.erase(0, end + 1);
      take_line(line, now);
    }
  }
  void take_line(const std::string& line, Instant now) {
    if (line == "go away") return refuse("go away");
    if (line == "trouble") return lose("trouble", now);
    if (line == "welcome") {
      begin_snapshot(now);
      return send("list\n");
    }
    if (line == "end") {
      ping_at_ = now + std::chrono::seconds(1);
      declare({.observe = true});
      model::Snapshot snapshot;
      for (const std::string& name : listed_) snapshot.legs.push_back({.leg = {.native_id = name}});
      go_live(3, std::move(snapshot));
      for (const std::string& kept : kept_.take()) take_line(kept, now);
      return;
    }
    if (line.starts_with("leg ")) return listed_.push_back(line.substr(4));
    if (line == "pong") return;
    if (!is_live()) {
      if (!kept_.push(line, line.size())) lose("too much kept back", now);
      return;
    }
    ++counters_.events;
    if (line.starts_with("new ")) emit(model::LegCreated{.native_id = line.substr(4)});
    if (line.starts_with("gone ")) emit(model::LegGone{.native_id = line.substr(5)});
    if (line.starts_with("over ")) ring_is_over(line.substr(5));
    if (line.starts_with("hello from ")) send("hello\n", line.substr(11));
    if (line.starts_with("cannot ")) ring_failed(line.substr(7), journal::Cause::busy, 17, "cannot");
  }
  void on_command(const model::Command& command, Instant) override {
    const auto* ring = std::get_if<model::Ring>(&command.body);
    if (!ring) return unsupported(command);
    if (ring->device.contains('\n')) return refused_value(command, "a device with a line break");
    send("ring " + ring->device + " " + name_of_leg(command) + "\n");
  }
  void on_lost() override {
    text_.clear();
    listed_.clear();
    kept_.take();
  }
  std::optional<Instant> due() const override { return is_live() ? std::optional(ping_at_) : std::nullopt; }
  void on_wake(Instant now) override {
    ping_at_ = now + std::chrono::seconds(1);
    send("ping\n");
  }
  bool waits_for_answers() const override { return false; }

  std::string text_;
  std::vector<std::string> listed_;
  Kept<std::string> kept_;
  Instant ping_at_;
};

/// Each action in words.
inline std::vector<std::string> lines(const Actions& actions) {
  struct Words {
    std::string operator()(const Open&) { return "open"; }
    std::string operator()(const Send& send) {
      return "send " + send.bytes.substr(0, send.bytes.size() - 1) + (send.to.empty() ? "" : " to " + send.to);
    }
    std::string operator()(const Close&) { return "close"; }
    std::string operator()(const Emit& emit) { return model::line(emit.event.body); }
    std::string operator()(const Declare&) { return "declare"; }
    std::string operator()(const Log& log) { return "log " + log.event; }
  };
  std::vector<std::string> all;
  for (const Action& action : actions) all.push_back(std::visit(Words{}, action));
  return all;
}

}  // namespace callwright::cti::link
