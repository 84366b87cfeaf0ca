// SPDX-License-Identifier: Apache-2.0
#include "sensor/source/ring_reader.h"

#include <gtest/gtest.h>

#include <string>

#include "sensor/source/test_ring.h"

namespace vedette {
namespace {

using FakeKernelRing = TestRing<256>;

std::string ReadAll(RingReader& ring, size_t max = 100) {
  std::string all;
  ring.Read(max, [&](absl::Span<const std::byte> record) {
    all.append(reinterpret_cast<const char*>(record.data()), record.size()).append(" ");
  });
  return all;
}

TEST(RingReader, TheKernelHoldsWhatIsReadUntilItIsReleased) {
  FakeKernelRing kernel;
  RingReader ring(&kernel.consumed, &kernel.produced, kernel.data, FakeKernelRing::kBytes);
  ASSERT_TRUE(kernel.Add("one") && kernel.Add("two"));
  EXPECT_EQ(ReadAll(ring), "one two ");
  EXPECT_EQ(ReadAll(ring), "");
  EXPECT_EQ(kernel.consumed, 0U);
  EXPECT_FALSE(ring.IsDone());

  RingReader next(&kernel.consumed, &kernel.produced, kernel.data, FakeKernelRing::kBytes);
  EXPECT_EQ(ReadAll(next, 1), "one ");
  next.Release(next.position());
  EXPECT_EQ(ReadAll(next), "two ");
  next.Release(next.position());
  EXPECT_TRUE(next.IsDone());
}

TEST(RingReader, APositionThatWasKeptElsewhereIsNotReadAgain) {
  FakeKernelRing kernel;
  ASSERT_TRUE(kernel.Add("one") && kernel.Add("two"));
  RingReader ring(&kernel.consumed, &kernel.produced, kernel.data, FakeKernelRing::kBytes);
  ring.SkipTo(16);
  EXPECT_EQ(ReadAll(ring), "two ");
  RingReader other(&kernel.consumed, &kernel.produced, kernel.data, FakeKernelRing::kBytes);
  other.SkipTo(1000);  // Of no ring that was ever there.
  EXPECT_EQ(ReadAll(other), "two ");
}

TEST(RingReader, GoesRoundItsEndManyTimesAndLosesNothing) {
  FakeKernelRing kernel;
  RingReader ring(&kernel.consumed, &kernel.produced, kernel.data, FakeKernelRing::kBytes);
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

TEST(RingReader, StopsBeforeWhatIsBeingWrittenAndPassesOverWhatWasDiscarded) {
  FakeKernelRing kernel;
  ASSERT_TRUE(kernel.Add("gone", BPF_RINGBUF_DISCARD_BIT) && kernel.Add("one") &&
              kernel.Add("half", BPF_RINGBUF_BUSY_BIT) && kernel.Add("two"));
  RingReader ring(&kernel.consumed, &kernel.produced, kernel.data, FakeKernelRing::kBytes);
  EXPECT_EQ(ReadAll(ring), "one ");
  EXPECT_FALSE(ring.IsDone());
}

}  // namespace
}  // namespace vedette
