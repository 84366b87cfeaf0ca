// SPDX-License-Identifier: Apache-2.0
//
// Replaces the global operator new of the benchmark program by one that counts.
#include <atomic>
#include <cstdlib>
#include <new>

#include "tests/bench/bench.h"

namespace {
std::atomic<uint64_t> allocations{0};
}

void* operator new(size_t size) {
  allocations.fetch_add(1, std::memory_order_relaxed);
  if (void* memory = std::malloc(size)) return memory;
  std::abort();
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, size_t) noexcept { std::free(memory); }

namespace vedette {

uint64_t Allocations() { return allocations.load(std::memory_order_relaxed); }

}  // namespace vedette
