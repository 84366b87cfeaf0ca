// SPDX-License-Identifier: Apache-2.0
//
// A line of the control socket that changes an alert. What is taken says the same when it is
// written and read once more, on one line; what an answer says is one line, too.
#include <string>

#include "base/check.h"
#include "cli/alert_request.h"
#include "tests/fuzz/fuzz_target.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace vedette;
  const std::string line(AsText(data, size));
  const std::string answer = AnswerAlertRequest(line, {}, {});
  CHECK_EQ(answer.find('\n'), answer.size() - 1);
  const absl::StatusOr<AlertRequest> request = ParseAlertRequest(line);
  if (!request.ok()) return 0;
  CHECK(IsAlertRequest(line));
  const std::string written = FormatAlertRequest(*request);
  CHECK_EQ(written.find('\n'), std::string::npos);
  const absl::StatusOr<AlertRequest> again = ParseAlertRequest(written);
  CHECK(again.ok()) << again.status();
  CHECK_EQ(FormatAlertRequest(*again), written);
  CHECK_EQ(again->store, request->store);
  CHECK_EQ(again->change.value, request->change.value);
  CHECK_EQ(again->change.comment, request->change.comment);
  return 0;
}
