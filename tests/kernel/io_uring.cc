// SPDX-License-Identifier: Apache-2.0
// No unit test: the tests of io_uring use it.
#include "tests/kernel/io_uring.h"

#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>

namespace vedette {

namespace {

// A ring with room for one operation; unmapped when its process ends.
class Ring {
 public:
  explicit Ring(uint32_t flags) {
    params_.flags = flags;
    fd_ = static_cast<int>(syscall(SYS_io_uring_setup, 4, &params_));
    if (fd_ < 0) return;
    sq_ = Map(params_.sq_off.array + params_.sq_entries * sizeof(uint32_t), IORING_OFF_SQ_RING);
    cq_ = Map(params_.cq_off.cqes + params_.cq_entries * sizeof(io_uring_cqe), IORING_OFF_CQ_RING);
    entries_ = reinterpret_cast<io_uring_sqe*>(
        Map(params_.sq_entries * sizeof(io_uring_sqe), IORING_OFF_SQES));
  }
  ~Ring() { close(fd_); }
  Ring(const Ring&) = delete;
  Ring& operator=(const Ring&) = delete;

  int fd() const { return fd_; }
  const io_uring_params& params() const { return params_; }
  void Put(const io_uring_sqe& operation) {
    entries_[0] = operation;
    reinterpret_cast<uint32_t*>(sq_ + params_.sq_off.array)[0] = 0;
    __atomic_store_n(reinterpret_cast<uint32_t*>(sq_ + params_.sq_off.tail), 1, __ATOMIC_RELEASE);
  }
  // The thread of a ring that is polled sleeps, which it may from the first moment on.
  bool Sleeps() const {
    const uint32_t flags =
        __atomic_load_n(reinterpret_cast<uint32_t*>(sq_ + params_.sq_off.flags), __ATOMIC_SEQ_CST);
    return (flags & IORING_SQ_NEED_WAKEUP) != 0;
  }
  bool Done() const {
    return __atomic_load_n(reinterpret_cast<uint32_t*>(cq_ + params_.cq_off.tail),
                           __ATOMIC_ACQUIRE) != 0;
  }
  int Result() const { return reinterpret_cast<io_uring_cqe*>(cq_ + params_.cq_off.cqes)[0].res; }

 private:
  uint8_t* Map(size_t size, off_t offset) const {
    return static_cast<uint8_t*>(
        mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd_, offset));
  }
  io_uring_params params_ = {};
  int fd_;
  uint8_t* sq_ = nullptr;
  uint8_t* cq_ = nullptr;
  io_uring_sqe* entries_ = nullptr;
};

}  // namespace

int SubmitOne(const io_uring_sqe& operation) {
  Ring ring(0);
  if (ring.fd() < 0) return -ENOSYS;
  ring.Put(operation);
  if (syscall(SYS_io_uring_enter, ring.fd(), 1, 1, IORING_ENTER_GETEVENTS, nullptr, 0) != 1) {
    return -EIO;
  }
  return ring.Result();
}

int SubmitByPollThread(const io_uring_sqe& operation) {
  Ring ring(IORING_SETUP_SQPOLL);
  if (ring.fd() < 0) return -ENOSYS;
  ring.Put(operation);
  for (int i = 0; i < 10'000 && !ring.Done(); ++i) {
    if (ring.Sleeps()) {
      syscall(SYS_io_uring_enter, ring.fd(), 0, 0, IORING_ENTER_SQ_WAKEUP, nullptr, 0);
    }
    usleep(1000);
  }
  return ring.Done() ? ring.Result() : -ETIME;
}

bool PollThreadIsAThread() {
  const Ring ring(0);
  return ring.fd() >= 0 && (ring.params().features & IORING_FEAT_NATIVE_WORKERS) != 0;
}

}  // namespace vedette
