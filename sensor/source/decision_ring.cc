// SPDX-License-Identifier: Apache-2.0
#include "sensor/source/decision_ring.h"

#include <bpf/bpf.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>

#include "absl/status/status.h"

namespace vedette {
namespace {

uint64_t Load(const uint64_t* from) { return __atomic_load_n(from, __ATOMIC_ACQUIRE); }

// A record's length and its header's 8 bytes, rounded up as the kernel does.
uint64_t Stride(uint32_t length) { return (uint64_t{length} + BPF_RINGBUF_HDR_SZ + 7) / 8 * 8; }

}  // namespace

absl::StatusOr<std::unique_ptr<DecisionRing>> DecisionRing::Open(int fd) {
  bpf_map_info info = {};
  uint32_t size = sizeof(info);
  if (bpf_obj_get_info_by_fd(fd, &info, &size) != 0) {
    return absl::ErrnoToStatus(errno, "cannot look at the ring of decisions");
  }
  const auto page = static_cast<size_t>(sysconf(_SC_PAGESIZE));
  const size_t bytes = info.max_entries;
  void* const front = mmap(nullptr, page, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  if (front == MAP_FAILED) return absl::ErrnoToStatus(errno, "cannot map the ring of decisions");
  void* const back =
      mmap(nullptr, page + 2 * bytes, PROT_READ, MAP_SHARED, fd, static_cast<off_t>(page));
  if (back == MAP_FAILED) {
    const int error = errno;
    munmap(front, page);
    return absl::ErrnoToStatus(error, "cannot map the ring of decisions");
  }
  auto ring = std::make_unique<DecisionRing>(static_cast<uint64_t*>(front),
                                             static_cast<const uint64_t*>(back),
                                             static_cast<const std::byte*>(back) + page, bytes);
  ring->mapped_front_ = page;
  ring->mapped_back_ = page + 2 * bytes;
  return ring;
}

DecisionRing::DecisionRing(uint64_t* consumer, const uint64_t* producer, const std::byte* data,
                           size_t bytes)
    : consumer_(consumer), producer_(producer), data_(data), bytes_(bytes), next_(Load(consumer)) {}

DecisionRing::~DecisionRing() {
  if (mapped_front_ != 0) munmap(consumer_, mapped_front_);
  if (mapped_back_ != 0) munmap(const_cast<uint64_t*>(producer_), mapped_back_);
}

uint64_t DecisionRing::Produced() const { return Load(producer_); }

size_t DecisionRing::Read(size_t records_max, Callback each) {
  size_t count = 0;
  const uint64_t end = Produced();
  while (count < records_max && next_ < end) {
    const std::byte* const at = data_ + (next_ & (bytes_ - 1));
    const uint32_t header =
        __atomic_load_n(reinterpret_cast<const uint32_t*>(at), __ATOMIC_ACQUIRE);
    if ((header & BPF_RINGBUF_BUSY_BIT) != 0) break;
    const uint32_t length = header & ~(BPF_RINGBUF_BUSY_BIT | BPF_RINGBUF_DISCARD_BIT);
    if ((header & BPF_RINGBUF_DISCARD_BIT) == 0) {
      each({at + BPF_RINGBUF_HDR_SZ, length});
      ++count;
    }
    next_ += Stride(length);
  }
  return count;
}

void DecisionRing::Release(uint64_t position) {
  if (position <= Load(consumer_) || position > next_) return;
  __atomic_store_n(consumer_, position, __ATOMIC_RELEASE);
}

void DecisionRing::SkipTo(uint64_t position) {
  if (position <= next_ || position > Produced()) return;
  next_ = position;
  Release(position);
}

bool DecisionRing::IsDone() const { return Load(consumer_) >= Produced(); }

}  // namespace vedette
