// SPDX-License-Identifier: Apache-2.0
//
// The grammar alone: what is accepted prints as something that is accepted and prints the same.
// What is rejected has a place in the text.
#include "base/check.h"
#include "rules/lang/syntax.h"
#include "tests/fuzz/fuzz_target.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace vedette;
  const SyntaxAnswer answer = CheckSyntax("fuzz", AsText(data, size));
  if (answer.error) {
    CHECK(!answer.error->message.empty());
    CHECK_GE(answer.error->line, 1U);
    CHECK_GE(answer.error->column, 1U);
    CHECK(!ToText(*answer.error).empty());
    return 0;
  }
  const SyntaxAnswer again = CheckSyntax("again", answer.canonical);
  CHECK(!again.error) << answer.canonical;
  CHECK_EQ(again.canonical, answer.canonical);
  return 0;
}
