#pragma once
#include <cstdint>

/// Counts what this program takes from the heap.
namespace callwright::bench::heap {

std::int64_t allocations();
std::int64_t live_bytes();

}  // namespace callwright::bench::heap
