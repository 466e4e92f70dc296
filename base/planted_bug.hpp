#pragma once

namespace callwright {

#ifdef CALLWRIGHT_PLANTED_BUGS
/// Bugs that can be switched on for the simulator's own test (tests/sim/planted_bugs.txt): a simulator that finds nothing in
/// broken code proves nothing. Only what `callwright-sim-planted` compiles anew has them (cmake/planted.cmake), so write
/// `planted(` in .cpp files alone; everywhere else it is false and costs nothing.
inline namespace with_planted_bugs {
inline int planted_bug = 0;
inline bool planted(int bug) { return planted_bug == bug; }
}  // namespace with_planted_bugs
#else
constexpr bool planted(int) { return false; }
#endif

}  // namespace callwright
