// SPDX-License-Identifier: Apache-2.0
#include "sensor/source/ring_reader.h"

#include <bpf/bpf.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "absl/status/status.h"

namespace vedette {
namespace {

uint64_t Load(const uint64_t* from) { return __atomic_load_n(from, __ATOMIC_ACQUIRE); }

// A record's length and its header's 8 bytes, rounded up as the kernel does.
uint64_t Stride(uint32_t length) { return (uint64_t{length} + BPF_RINGBUF_HDR_SZ + 7) / 8 * 8; }

}  // namespace

absl::StatusOr<std::unique_ptr<RingReader>> RingReader::Open(int fd) {
  bpf_map_info info = {};
  uint32_t size = sizeof(info);
  if (bpf_obj_get_info_by_fd(fd, &info, &size) != 0) {
    return absl::ErrnoToStatus(errno, "cannot look at a ring buffer");
  }
  const auto page = static_cast<size_t>(sysconf(_SC_PAGESIZE));
  const size_t bytes = info.max_entries;
  void* const front = mmap(nullptr, page, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  if (front == MAP_FAILED) return absl::ErrnoToStatus(errno, "cannot map a ring buffer");
  void* const back =
      mmap(nullptr, page + bytes, PROT_READ, MAP_SHARED, fd, static_cast<off_t>(page));
  if (back == MAP_FAILED) {
    const int error = errno;
    munmap(front, page);
    return absl::ErrnoToStatus(error, "cannot map a ring buffer");
  }
  auto ring = std::make_unique<RingReader>(static_cast<uint64_t*>(front),
                                           static_cast<const uint64_t*>(back),
                                           static_cast<const std::byte*>(back) + page, bytes);
  ring->mapped_front_ = page;
  ring->mapped_back_ = page + bytes;
  return ring;
}

RingReader::RingReader(uint64_t* consumer, const uint64_t* producer, const std::byte* data,
                       size_t bytes)
    : consumer_(consumer),
      producer_(producer),
      data_(data),
      bytes_(bytes),
      next_(Load(consumer)),
      produced_(next_) {}

RingReader::~RingReader() {
  if (mapped_front_ != 0) munmap(consumer_, mapped_front_);
  if (mapped_back_ != 0) munmap(const_cast<uint64_t*>(producer_), mapped_back_);
}

uint64_t RingReader::Produced() const { return Load(producer_); }

RingReader::Record RingReader::PutTogether(uint64_t offset, uint32_t length) {
  if (across_.size() < length) across_.resize(length);
  const size_t first = bytes_ - offset;
  std::memcpy(across_.data(), data_ + offset, first);
  std::memcpy(across_.data() + first, data_, length - first);
  return {across_.data(), length};
}

std::optional<RingReader::Record> RingReader::Peek() {
  while (true) {
    if (next_ >= produced_ && next_ >= (produced_ = Produced())) return std::nullopt;
    const uint64_t offset = next_ & (bytes_ - 1);
    const uint32_t header =
        __atomic_load_n(reinterpret_cast<const uint32_t*>(data_ + offset), __ATOMIC_ACQUIRE);
    if ((header & BPF_RINGBUF_BUSY_BIT) != 0) return std::nullopt;
    const uint32_t length = header & ~(BPF_RINGBUF_BUSY_BIT | BPF_RINGBUF_DISCARD_BIT);
    const uint64_t end = next_ + Stride(length);
    if (end > produced_) return std::nullopt;  // No kernel writes that.
    if ((header & BPF_RINGBUF_DISCARD_BIT) != 0) {
      next_ = end;
      continue;
    }
    peeked_end_ = end;
    const uint64_t begin = offset + BPF_RINGBUF_HDR_SZ;
    if (begin + length <= bytes_) return Record(data_ + begin, length);
    // The header's 8 bytes never lie across the end: everything is a multiple of 8.
    return PutTogether(begin, length);
  }
}

size_t RingReader::Read(size_t records_max, Callback each) {
  size_t count = 0;
  for (; count < records_max; ++count) {
    const std::optional<Record> record = Peek();
    if (!record.has_value()) break;
    each(*record);
    Advance();
  }
  return count;
}

void RingReader::Release(uint64_t position) {
  if (position <= Load(consumer_) || position > next_) return;
  __atomic_store_n(consumer_, position, __ATOMIC_RELEASE);
}

void RingReader::SkipTo(uint64_t position) {
  if (position <= next_ || position > Produced()) return;
  next_ = position;
  Release(position);
}

bool RingReader::IsDone() const { return Load(consumer_) >= Produced(); }

}  // namespace vedette
