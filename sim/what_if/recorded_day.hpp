#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "journal/centre.hpp"
#include "sim/what_if/chance.hpp"
#include "sim/what_if/day.hpp"
#include "sim/what_if/handling.hpp"
#include "sim/what_if/recording.hpp"
#include "sim/what_if/survival.hpp"

namespace callwright::sim::what_if {

/// What a recording lets guess of what did not happen in it. Must not outlive it.
struct Guesses {
  static constexpr std::size_t kEnough = 20;  ///< who gave up in a queue, for a patience of its own; with fewer, that of all
  static constexpr std::size_t kRings = 5;    ///< of an agent, for ringing of his own; with fewer, that of all

  explicit Guesses(const Recording& recording);

  Handling handling;
  std::vector<Survival> patience;                       ///< by queue
  std::vector<std::vector<const RecordedRing*>> rings;  ///< by agent
};

/// The recording in the words of one centre document: who its agents and queues are there.
struct Side {
  journal::Centre centre;
  std::vector<std::optional<std::uint32_t>> agent_of;  ///< by recorded agent, in the centre's order
  std::vector<std::uint32_t> recorded_of;              ///< the other way round; kNone: he did not work that day
  std::vector<std::uint32_t> queue_of_stay;            ///< where its rules send each stay
};

/// How a fault speaks of the document: "new.toml".
/// Errors (invalid): a queue, a number or an agent of the recording that the document does not have, each named, one a line. `lenient`: such agents
/// are left out instead, such queues are found by the stay's own.
Result<Side> side_of(const Recording& recording, journal::Centre centre, const std::string& document, bool lenient);

/// The recorded day under the rules of `side`, with one draw of what is not known. Everything must outlive it.
///
/// As recorded: who comes when, what he asks for; when agents are there, pause or work on something else; the patience of who gave up; ringing, talk
/// and wrap-up of who is answered by the same agent again. Guessed: see `Guesses`, under the seed, with the same numbers for every side. A caller who
/// was handed on into another queue is handed on again, unless another agent answers him who may serve him there too: then he does.
std::unique_ptr<Day> recorded_day(const Recording& recording, const Guesses& guesses, const Side& side, Chance chance);

}  // namespace callwright::sim::what_if
