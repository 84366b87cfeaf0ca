// SPDX-License-Identifier: Apache-2.0
// No unit test: it runs them.
#include <gtest/gtest.h>

#include "tests/native/acts.h"

int main(int argc, char** argv) {
  if (const int status = vedette::ActIfAsked(); status >= 0) return status;
  testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
