#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "journal/fact.hpp"

namespace callwright::routing {

/// The gates in the order of their counting.
constexpr std::array kGates = {journal::Gate::member,       journal::Gate::signed_in,   journal::Gate::ready,
                               journal::Gate::capacity,     journal::Gate::device_free, journal::Gate::skills,
                               journal::Gate::not_excluded, journal::Gate::not_held,    journal::Gate::switch_up};

/// The account of one decision in numbers, before it becomes a fact. One object serves all decisions: its vectors keep their room.
struct Decision {
  struct TermPoints {
    journal::TermKind kind{};
    std::uint32_t wish = 0;  ///< of the class, for skill and customer_value
    std::int64_t points = 0;
  };
  struct Ranked {
    std::size_t agent = 0;
    std::int64_t score = 0;
    std::vector<TermPoints> terms;
  };

  std::array<std::int32_t, kGates.size()> left{};  ///< agents that passed this gate and all before it
  std::array<Ranked, 3> best;
  std::size_t shown = 0;  ///< of `best`
};

}  // namespace callwright::routing
