// SPDX-License-Identifier: Apache-2.0
//
// What the verifier has to look at grows with every branch of a program, until a kernel refuses it.
// A run leaves its counts, one line for each program; guest/verifier_counts.py compares them with
// those that are written down.
#include <gtest/gtest.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <cstdlib>

#include "absl/strings/str_cat.h"
#include "sensor/source/sensor_object.h"
#include "tests/kernel/kernel_results.h"

namespace vedette {
namespace {

constexpr uint32_t kVerifierLimit = 1000000;  // Of every kernel since 5.2.

TEST(VerifierCounts, AreFarFromTheLimit) {
  const char* const mode_name = std::getenv("VEDETTE_TEST_MODE");
  const KernelSupport support = ProbeKernel();
  const auto mode = mode_name == nullptr ? support.BestMode() : ParseSensorMode(mode_name);
  if (!mode.has_value() || !support.Of(*mode).works) GTEST_SKIP() << "this mode does not work here";
  RingSourceOptions options;
  options.scope = *ResolveScope(absl::StrCat("pid:", getpid()));
  const auto sensor = SensorObject::Attach(support, *mode, options);
  ASSERT_TRUE(sensor.ok()) << sensor.status();
  const auto counts = (*sensor)->VerifiedInstructions();
  ASSERT_TRUE(counts.ok()) << counts.status();
  utsname name = {};
  ASSERT_EQ(uname(&name), 0);
  std::string text;
  for (const auto& [program, count] : *counts) {
    EXPECT_LT(count, kVerifierLimit / 2) << program;
    absl::StrAppend(&text, name.release, "\t", program, "\t", count, "\n");
  }
  EXPECT_FALSE(text.empty());
  WriteResult("verifier_counts.tsv", text);
}

}  // namespace
}  // namespace vedette
