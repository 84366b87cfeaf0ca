// SPDX-License-Identifier: Apache-2.0
#include "sensor/source/decision_ring.h"

#include <gtest/gtest.h>
#include <linux/bpf.h>

#include <cstring>
#include <string>
#include <vector>

namespace vedette {
namespace {

// The kernel's side, with the ring's memory there twice, as the kernel maps it.
class FakeKernelRing {
 public:
  static constexpr size_t kBytes = 256;

  bool Add(const std::string& text, uint32_t bits = 0) {
    const uint64_t stride = (text.size() + BPF_RINGBUF_HDR_SZ + 7) / 8 * 8;
    if (produced + stride - consumed > kBytes) return false;
    std::vector<std::byte> record(stride);
    const uint32_t header = static_cast<uint32_t>(text.size()) | bits;
    std::memcpy(record.data(), &header, sizeof(header));
    std::memcpy(record.data() + BPF_RINGBUF_HDR_SZ, text.data(), text.size());
    for (size_t i = 0; i < record.size(); ++i) {
      data[(produced + i) % kBytes] = data[(produced + i) % kBytes + kBytes] = record[i];
    }
    produced += stride;
    return true;
  }

  uint64_t consumed = 0, produced = 0;
  alignas(8) std::byte data[2 * kBytes] = {};
};

std::string ReadAll(DecisionRing& ring, size_t max = 100) {
  std::string all;
  ring.Read(max, [&](absl::Span<const std::byte> record) {
    all.append(reinterpret_cast<const char*>(record.data()), record.size()).append(" ");
  });
  return all;
}

TEST(DecisionRing, TheKernelHoldsWhatIsReadUntilItIsReleased) {
  FakeKernelRing kernel;
  DecisionRing ring(&kernel.consumed, &kernel.produced, kernel.data, FakeKernelRing::kBytes);
  ASSERT_TRUE(kernel.Add("one") && kernel.Add("two"));
  EXPECT_EQ(ReadAll(ring), "one two ");
  EXPECT_EQ(ReadAll(ring), "");
  EXPECT_EQ(kernel.consumed, 0U);
  EXPECT_FALSE(ring.IsDone());

  DecisionRing next(&kernel.consumed, &kernel.produced, kernel.data, FakeKernelRing::kBytes);
  EXPECT_EQ(ReadAll(next, 1), "one ");
  next.Release(next.position());
  EXPECT_EQ(ReadAll(next), "two ");
  next.Release(next.position());
  EXPECT_TRUE(next.IsDone());
}

TEST(DecisionRing, APositionThatWasKeptElsewhereIsNotReadAgain) {
  FakeKernelRing kernel;
  ASSERT_TRUE(kernel.Add("one") && kernel.Add("two"));
  DecisionRing ring(&kernel.consumed, &kernel.produced, kernel.data, FakeKernelRing::kBytes);
  ring.SkipTo(16);
  EXPECT_EQ(ReadAll(ring), "two ");
  DecisionRing other(&kernel.consumed, &kernel.produced, kernel.data, FakeKernelRing::kBytes);
  other.SkipTo(1000);  // Of no ring that was ever there.
  EXPECT_EQ(ReadAll(other), "two ");
}

TEST(DecisionRing, GoesRoundItsEndManyTimesAndLosesNothing) {
  FakeKernelRing kernel;
  DecisionRing ring(&kernel.consumed, &kernel.produced, kernel.data, FakeKernelRing::kBytes);
  uint64_t added = 0, read = 0;
  for (int round = 0; round < 500; ++round) {
    while (kernel.Add(std::to_string(added) + std::string(added % 37, '.'))) ++added;
    ring.Read(3, [&](absl::Span<const std::byte> record) {
      const std::string text(reinterpret_cast<const char*>(record.data()), record.size());
      EXPECT_EQ(text, std::to_string(read) + std::string(read % 37, '.'));
      ++read;
    });
    ring.Release(ring.position());
  }
  EXPECT_GT(read, 1000U);
}

TEST(DecisionRing, StopsBeforeWhatIsBeingWrittenAndPassesOverWhatWasDiscarded) {
  FakeKernelRing kernel;
  ASSERT_TRUE(kernel.Add("gone", BPF_RINGBUF_DISCARD_BIT) && kernel.Add("one") &&
              kernel.Add("half", BPF_RINGBUF_BUSY_BIT) && kernel.Add("two"));
  DecisionRing ring(&kernel.consumed, &kernel.produced, kernel.data, FakeKernelRing::kBytes);
  EXPECT_EQ(ReadAll(ring), "one ");
  EXPECT_FALSE(ring.IsDone());
}

}  // namespace
}  // namespace vedette
