#pragma once
#include <span>
#include <string>
#include <vector>

#include "sim/what_if/figures.hpp"
#include "sim/what_if/replay.hpp"

namespace callwright::sim::what_if {

/// What a replay says of a queue: `queue_figures`, and what a transfer and a match are. `whole` null: a count.
struct ReplayFigure {
  const char* key;
  std::string heading;
  Unit unit;
  double (*part)(const Tally&);
  double (*whole)(const Tally&);
};
std::span<const ReplayFigure> replay_figures();

/// What it says of the agents, all together.
struct AgentFigure {
  const char* key;
  const char* heading;
  Unit unit;
};
/// Agents signed in and of those not ready (on average over time), occupancy = busy / (signed in - not ready), its spread and ends over the agents.
std::span<const AgentFigure> agent_figures();

/// One column of the report: a side, or how much more the new rules have than the old.
struct Column {
  std::vector<Scope> queues;  ///< of `Replay::queues`; the last is all together. Figures by `replay_figures`
  std::vector<std::vector<Scope>> queues_by_interval;
  Scope agents;  ///< by `agent_figures`
  std::vector<Scope> agents_by_interval;
};

/// Of the recorded day there is one, of the others one for each draw: their figures have half widths.
struct Columns {
  Column recorded, old_rules, new_rules, change;
};
Columns columns_of(const Replay& replay);

}  // namespace callwright::sim::what_if
