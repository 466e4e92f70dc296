#pragma once
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/input.hpp"
#include "core/views/view.hpp"

namespace callwright::core {

/// What one step concluded. Facts go to the writer; commands leave once the fact `id.seq` is committed (or 50 ms later, counted);
/// views, replies and look-ups leave at once.
struct Output {
  /// A queue of a switch did something, and no queue of the centre observes it: for the log, at most once a minute of each switch.
  struct UnknownQueue {
    SwitchId switch_id;
    std::string name;
  };
  std::vector<journal::Fact> facts;
  std::vector<cti::model::Command> commands;
  std::vector<View> views;
  std::vector<Reply> replies;
  std::vector<FindCustomer> look_ups;
  std::vector<UnknownQueue> unknown_queues;
};

/// Call model + routing + metrics behind one function. Pure: the same inputs give the same outputs, byte for byte, in the
/// server, in the simulator and in a replay. One thread at a time. Owns everything about live contacts, agents and queues.
///
/// Life: construct with the epoch that the store gave, `fold` every open fact in order of seq, then `step` input by input.
class Core {
 public:
  explicit Core(std::int64_t epoch, std::int64_t node = 0);
  ~Core();

  /// Rebuilds state from the journal. Gives the same state that the steps which emitted the facts left behind.
  void fold(const journal::Fact& fact);

  /// Takes one input. Inputs must not go back in time (`Input::at` is made by one clock).
  /// Outside input never fails a step: what does not fit is counted and concludes nothing.
  Output step(const Input& input);

  /// When the next `TimerDue` is wanted.
  std::optional<Instant> next_due() const;

  /// Every entity as a view, for a mirror that begins or begins again.
  std::vector<View> all_views() const;

  /// A short journal that folds to the present state: the facts of open contacts, the last of each agent and link, and
  /// `Carried`. The writer stores it every 10,000 facts, so that a restart costs open contacts, not history.
  std::vector<journal::Fact> checkpoint() const;

  /// Of each source that numbers its events ("feed:NAME/EPOCH") the highest number in the journal. Links resume after it.
  std::map<std::string, std::int64_t> sources() const;

  /// Callers on switches that we hear and that let us route whom no agent has answered: those for whom a drain waits.
  std::size_t unserved() const;

  std::int64_t last_seq() const;
  Instant last_at() const;

  /// A digest of the whole folded state: two cores are in the same state if and only if (up to collisions) it is equal.
  /// For the simulator's check that folding the journal gives the live state.
  std::uint64_t digest() const;

  /// What did not fit and concluded nothing since this core was made: repeated or late events of switches, events about unknown
  /// legs, requests that were answered with an error.
  struct Ignored {
    std::uint64_t events = 0;
    std::uint64_t requests = 0;
    // Of switches' own queues, beside those events:
    std::uint64_t unknown_queues = 0;   ///< that no queue of the centre observes
    std::uint64_t unknown_devices = 0;  ///< agents whom the centre does not know as observed
    std::uint64_t unknown_legs = 0;     ///< callers who are no contact, or did not stand there
  };
  Ignored ignored() const;

  /// Invariants that must hold after every step; the texts of those that do not. For tests and the simulator.
  std::vector<std::string> violations() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace callwright::core
