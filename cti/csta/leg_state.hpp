#pragma once
#include "cti/csta/codec.hpp"
#include "journal/fact.hpp"

namespace callwright::cti::csta {

/// How far a leg has come; it never goes back.
inline int rank(journal::LegState state) {
  using journal::LegState;
  switch (state) {
    case LegState::initiated: return 0;
    case LegState::dialing: return 1;
    case LegState::alerting: return 2;
    case LegState::early: return 3;
    case LegState::failed: return 4;
    default: return 5;
  }
}

inline bool talks(journal::LegState state) { return state == journal::LegState::connected || state == journal::LegState::held; }

inline journal::LegState leg_state(ConnectionState state, journal::LegState otherwise) {
  using journal::LegState;
  switch (state) {
    case ConnectionState::initiated: return LegState::initiated;
    case ConnectionState::alerting: return LegState::alerting;
    case ConnectionState::connected: return LegState::connected;
    case ConnectionState::held: return LegState::held;
    case ConnectionState::failed: return LegState::failed;
    default: return otherwise;
  }
}

}  // namespace callwright::cti::csta
