#pragma once

namespace callwright {

#ifdef CALLWRIGHT_PLANTED_BUGS
/// Bugs that can be switched on in a build for the simulator's own test (tests/sim/planted_bugs.txt): a simulator that finds
/// nothing in broken code proves nothing. In every other build `planted` is false and costs nothing.
inline int planted_bug = 0;
inline bool planted(int bug) { return planted_bug == bug; }
#else
constexpr bool planted(int) { return false; }
#endif

}  // namespace callwright
