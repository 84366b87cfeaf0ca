// SPDX-License-Identifier: Apache-2.0
//
// What the C library does with memory that has been freed.
#ifndef VEDETTE_BASE_HEAP_H_
#define VEDETTE_BASE_HEAP_H_

namespace vedette {

// For a command that ends soon and goes through much: freed blocks stay with the process. The
// kernel would else have to clear them anew for each segment that is read, a fifth of the time.
// Call it before the first big block.
void KeepFreedMemory();

// For a daemon: big blocks go back to the kernel as soon as they are freed. What is read once at
// its start would else stay in the heap: 8 MB of the kernel's types.
void GiveBackBigBlocks();

// Gives back what is free: batches and segments leave the heap full of holes, 3 MB and more.
void GiveBackFreedMemory();

}  // namespace vedette

#endif  // VEDETTE_BASE_HEAP_H_
