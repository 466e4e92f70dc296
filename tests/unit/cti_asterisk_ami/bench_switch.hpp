#pragma once
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "cti/asterisk/ami/machine.hpp"
#include "cti/model/event_line.hpp"
#include "tests/unit/cti_asterisk_ami/recordings.hpp"

namespace callwright::cti::ami::test {

/// An action that was sent: its name, its ActionID, and every line of it.
struct Sent {
  std::string action, id, lines;
};

/// A machine and a willing Asterisk before it, which answers each action as the real one does, unless a test says otherwise.
class Bench {
 public:
  explicit Bench(Settings settings = usual(), link::Patience patience = {});

  static Settings usual();

  /// Answers to these actions, in place of the usual ones. `%` is the ActionID. Empty: none.
  std::map<std::string, std::string> answers;
  /// Items of the lists that the next snapshot shows: `Event: CoreShowChannel\r\nChannel: ...`, without the ActionID.
  std::vector<std::string> channels, bridges, queues, device_states;
  std::map<std::string, std::vector<std::string>> infos;  ///< of bridges

  void start();
  /// The connection opens, the switch says its banner, and answers until the machine is live.
  void live();
  void say(std::string_view bytes);
  void event(std::string_view lines) { say(std::string(lines) + "\r\n\r\n"); }
  void command(model::CommandBody body, std::int64_t seq = 40);
  void take(const link::Actions& actions);
  void pass(Duration duration);
  void forget();

  std::vector<model::SwitchEvent> told;  ///< what the core is told
  std::vector<std::string> events;       ///< the same in words
  std::vector<Sent> sent;
  std::vector<std::string> log;
  int opened = 0, closed = 0;
  Instant now{1'795'000'000'000'000};
  Machine machine;

 private:
  std::string answer(const Sent& action) const;
  std::string list(const Sent& action, const std::vector<std::string>& items) const;
};

/// Takes the lists of a recording's beginning for the bench's own, and gives the place behind them.
std::size_t prepare(Bench& bench, const Recording& recording);

/// The sizes of the pieces in which bytes are said, one after the other.
using Sizes = std::function<std::size_t()>;
void say(Bench& bench, std::string_view bytes, const Sizes& next);
/// As they were read when they were recorded, from `place` on.
Sizes as_they_came(const Recording& recording, std::size_t place);

/// The connection ends and comes back, to a switch that was started anew.
void restart(Bench& bench);

/// A whole scenario, both connections of `restart-midcall`. `sizes`: as they came unless it is given.
void replay(Bench& bench, const std::string& scenario, const Sizes& sizes = {});

}  // namespace callwright::cti::ami::test
