// SPDX-License-Identifier: Apache-2.0
//
// A line of the control socket that makes or ends a suppression. What is taken says the same when
// it is written and read once more, on one line; what an answer says is one line, too.
#include <string>

#include "base/check.h"
#include "cli/suppression_request.h"
#include "tests/fuzz/fuzz_target.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace vedette;
  const std::string line(AsText(data, size));
  Suppressor suppressor;
  const std::string answer = AnswerSuppressionRequest(line, {}, {}, suppressor);
  CHECK_EQ(answer.find('\n'), answer.size() - 1);
  CHECK(suppressor.in_force().empty());
  const absl::StatusOr<SuppressionRequest> request = ParseSuppressionRequest(line);
  if (!request.ok()) return 0;
  CHECK(IsSuppressionRequest(line));
  const std::string written = FormatSuppressionRequest(*request);
  CHECK_EQ(written.find('\n'), std::string::npos);
  const absl::StatusOr<SuppressionRequest> again = ParseSuppressionRequest(written);
  CHECK(again.ok()) << again.status();
  CHECK_EQ(FormatSuppressionRequest(*again), written);
  return 0;
}
