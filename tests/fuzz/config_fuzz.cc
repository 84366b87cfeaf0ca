// SPDX-License-Identifier: Apache-2.0
//
// The configuration loader. A configuration that it accepts survives being printed and read again.
#include "base/check.h"
#include "cli/config/config.h"
#include "tests/fuzz/fuzz_target.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace vedette;
  const auto config = ParseConfig("fuzz.yaml", AsText(data, size));
  if (!config.ok()) return 0;
  const auto again = ParseConfig("printed.yaml", PrintConfig(*config));
  CHECK(again.ok()) << again.status();
  CHECK(*config == *again);
  return 0;
}
