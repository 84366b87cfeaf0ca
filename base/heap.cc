// SPDX-License-Identifier: Apache-2.0
//
// No unit test: what it does shows in the memory of the process alone, which native.load measures.
#include "base/heap.h"

#include <malloc.h>

namespace vedette {
namespace {

constexpr int kBigBlock = 256 << 10;  // Bytes.
constexpr int kKept = 512 << 20;

}  // namespace

void KeepFreedMemory() {
  mallopt(M_MMAP_THRESHOLD, kKept);
  mallopt(M_TRIM_THRESHOLD, kKept);
}

void GiveBackBigBlocks() { mallopt(M_MMAP_THRESHOLD, kBigBlock); }

void GiveBackFreedMemory() { malloc_trim(0); }

}  // namespace vedette
