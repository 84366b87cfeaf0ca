// SPDX-License-Identifier: Apache-2.0
//
// A kernel test is: do it, expect it, or say why not. Acts run in a grandchild of the test, because
// the sensor never reports the process that loaded it, nor its children; observation is limited to
// the test's own process tree. Where VEDETTE_TEST_RESULTS names a folder, what was seen of each
// kind is left there in kernels.tsv, for docs/kernels.md.
#ifndef VEDETTE_TESTS_KERNEL_KERNEL_FIXTURE_H_
#define VEDETTE_TESTS_KERNEL_KERNEL_FIXTURE_H_

#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "sensor/decode/event_view.h"
#include "sensor/source/ring_source.h"

namespace vedette {

// One record, read out: members by name, numbers in decimal, addresses as hex.
struct Seen {
  std::string kind;
  wire_header header = {};
  std::map<std::string, std::string> members;
  std::map<std::string, bool> truncated;
};

Seen ReadOut(const EventView& view);

class KernelTest : public ::testing::Test {
 protected:
  // Opens the sensor once, in the mode that VEDETTE_TEST_MODE names (default: the best), without
  // the hooks that VEDETTE_TEST_WITHOUT lists (sections, joined by commas), so that the
  // alternatives get their turn.
  static void SetUpTestSuite();
  static void TearDownTestSuite();
  void SetUp() override;

  // Runs `act` in a grandchild, which ends with what it returns. Gives that process's id; fails the
  // test if it did not return 0.
  pid_t Act(const std::function<int()>& act);

  // The first record of the kind whose members have these values; waits for up to 5 s. Fails the
  // test, and gives an empty one, if none comes.
  Seen Expect(absl::string_view kind, const std::map<std::string, std::string>& members);
  // Whether one has arrived, after waiting for everything that is on its way.
  bool Saw(absl::string_view kind, const std::map<std::string, std::string>& members);

  // How many have arrived, after waiting for everything that is on its way.
  int Count(absl::string_view kind, const std::map<std::string, std::string>& members);

  static RingSource& source() { return *source_; }
  static bool InMode(SensorMode mode) { return source_->mode() == mode; }
  // The hook that serves a kind is one that security modules are asked at: it knows neither the
  // name that was asked for nor the result, and is not called where the kernel failed before.
  static bool AskedBefore(absl::string_view kind);

 private:
  class CloseAtEnd;
  // Of the kinds whose records tests expected and got: the flags that all of them have.
  static std::map<std::string, uint8_t> expected_;
  void Collect(absl::Duration timeout);
  std::vector<const Seen*> FindAll(absl::string_view kind,
                                   const std::map<std::string, std::string>& members) const;
  const Seen* Find(absl::string_view kind, const std::map<std::string, std::string>& members) const;

  static std::unique_ptr<RingSource> source_;
  static std::string why_not_;
  static std::vector<Seen> seen_;
};

}  // namespace vedette

#endif  // VEDETTE_TESTS_KERNEL_KERNEL_FIXTURE_H_
