// SPDX-License-Identifier: Apache-2.0
// No unit test: the tests of io_uring use it.
#include "tests/kernel/io_uring.h"

#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>

namespace vedette {

int SubmitOne(const io_uring_sqe& operation) {
  io_uring_params params = {};
  const int ring = static_cast<int>(syscall(SYS_io_uring_setup, 4, &params));
  if (ring < 0) return -ENOSYS;
  const size_t sq_size = params.sq_off.array + params.sq_entries * sizeof(uint32_t);
  const size_t cq_size = params.cq_off.cqes + params.cq_entries * sizeof(io_uring_cqe);
  auto* sq = static_cast<uint8_t*>(
      mmap(nullptr, sq_size, PROT_READ | PROT_WRITE, MAP_SHARED, ring, IORING_OFF_SQ_RING));
  auto* cq = static_cast<uint8_t*>(
      mmap(nullptr, cq_size, PROT_READ | PROT_WRITE, MAP_SHARED, ring, IORING_OFF_CQ_RING));
  auto* entries =
      static_cast<io_uring_sqe*>(mmap(nullptr, params.sq_entries * sizeof(io_uring_sqe),
                                      PROT_READ | PROT_WRITE, MAP_SHARED, ring, IORING_OFF_SQES));
  entries[0] = operation;
  reinterpret_cast<uint32_t*>(sq + params.sq_off.array)[0] = 0;
  __atomic_store_n(reinterpret_cast<uint32_t*>(sq + params.sq_off.tail), 1, __ATOMIC_RELEASE);
  int result = -EIO;
  if (syscall(SYS_io_uring_enter, ring, 1, 1, IORING_ENTER_GETEVENTS, nullptr, 0) == 1) {
    result = reinterpret_cast<io_uring_cqe*>(cq + params.cq_off.cqes)[0].res;
  }
  close(ring);
  return result;
}

}  // namespace vedette
