#pragma once
#include <algorithm>
#include <vector>

#include "journal/centre.hpp"

/// How the rules and steps of a queue change what a contact asks for (docs/routing.md).
namespace callwright::journal {

/// What a rule asks: it replaces the requirement of the same skill and kind, or is added.
inline void ask(std::vector<Requirement>& all, const Requirement& wanted) {
  const auto same = [&](const Requirement& one) { return one.skill == wanted.skill && one.kind == wanted.kind; };
  if (auto found = std::ranges::find_if(all, same); found != all.end()) *found = wanted;
  else all.push_back(wanted);
}

/// What a step relaxes: a gate becomes lower or falls, never higher.
inline void relax(std::vector<Requirement>& all, const Requirement& relaxed) {
  for (Requirement& one : all) {
    if (one.skill != relaxed.skill || one.kind != Requirement::Kind::required) continue;
    if (relaxed.kind == Requirement::Kind::preferred) one.kind = Requirement::Kind::preferred;
    else one.min_level = std::min(one.min_level, relaxed.min_level);
  }
}

}  // namespace callwright::journal
