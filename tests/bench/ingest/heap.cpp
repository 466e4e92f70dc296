// Counts what the program takes from the heap.
#include <atomic>
#include <cstdlib>
#include <new>

#include "tests/bench/ingest/ingest.hpp"

namespace {
std::atomic<std::uint64_t> taken{0};
}

std::uint64_t callwright::bench::allocations() { return taken.load(std::memory_order_relaxed); }

void* operator new(std::size_t size) {
  taken.fetch_add(1, std::memory_order_relaxed);
  if (void* place = std::malloc(size ? size : 1)) return place;
  throw std::bad_alloc();
}
void operator delete(void* place) noexcept { std::free(place); }
void operator delete(void* place, std::size_t) noexcept { std::free(place); }
