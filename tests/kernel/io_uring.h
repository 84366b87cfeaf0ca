// SPDX-License-Identifier: Apache-2.0
//
// One operation through io_uring, by the bare system calls: the library is not everywhere.
#ifndef VEDETTE_TESTS_KERNEL_IO_URING_H_
#define VEDETTE_TESTS_KERNEL_IO_URING_H_

#include <linux/io_uring.h>

namespace vedette {

// Submits and waits. Returns the operation's result, or -ENOSYS where the kernel has no io_uring
// (or forbids it).
int SubmitOne(const io_uring_sqe& operation);

// The same for a ring that the kernel polls with a thread of its own: that thread does the
// operation, and is woken if it sleeps.
int SubmitByPollThread(const io_uring_sqe& operation);
// From 5.12 on that thread is one of the process; before, one of the kernel, for root, and for
// registered files.
bool PollThreadIsAThread();

}  // namespace vedette

#endif  // VEDETTE_TESTS_KERNEL_IO_URING_H_
