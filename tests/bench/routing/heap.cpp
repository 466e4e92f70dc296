#include "tests/bench/routing/heap.hpp"

#include <malloc.h>

#include <cstdlib>
#include <new>

namespace callwright::bench::heap {
namespace {

std::int64_t taken = 0;
std::int64_t bytes = 0;

void* take(std::size_t size, std::size_t alignment) {
  void* memory = std::aligned_alloc(alignment, (size + alignment - 1) / alignment * alignment);
  if (!memory) throw std::bad_alloc();
  ++taken;
  bytes += static_cast<std::int64_t>(malloc_usable_size(memory));
  return memory;
}

void give(void* memory) noexcept {
  if (!memory) return;
  bytes -= static_cast<std::int64_t>(malloc_usable_size(memory));
  std::free(memory);
}

}  // namespace

std::int64_t allocations() { return taken; }
std::int64_t live_bytes() { return bytes; }

}  // namespace callwright::bench::heap

namespace heap = callwright::bench::heap;

void* operator new(std::size_t size) { return heap::take(size, __STDCPP_DEFAULT_NEW_ALIGNMENT__); }
void* operator new(std::size_t size, std::align_val_t alignment) { return heap::take(size, static_cast<std::size_t>(alignment)); }
void operator delete(void* memory) noexcept { heap::give(memory); }
void operator delete(void* memory, std::size_t) noexcept { heap::give(memory); }
void operator delete(void* memory, std::align_val_t) noexcept { heap::give(memory); }
void operator delete(void* memory, std::size_t, std::align_val_t) noexcept { heap::give(memory); }
