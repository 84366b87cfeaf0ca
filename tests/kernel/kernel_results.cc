// SPDX-License-Identifier: Apache-2.0
// No unit test: the tests on kernels use it.
#include "tests/kernel/kernel_results.h"

#include <sys/utsname.h>

#include <cstdlib>
#include <fstream>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "sensor/source/coverage.h"

namespace vedette {

bool WriteResult(absl::string_view file, absl::string_view text) {
  const char* const folder = std::getenv("VEDETTE_TEST_RESULTS");
  if (folder == nullptr) return false;
  std::ofstream stream(absl::StrCat(folder, "/", file));
  stream << text;
  return stream.good();
}

void WriteKernelResults(const RingSource& source, const std::map<std::string, uint8_t>& expected) {
  utsname name = {};
  if (uname(&name) != 0) return;
  std::string text;
  for (const Coverage& coverage : CoverageOf(source.hooks())) {
    const auto got = expected.find(std::string(coverage.kind->name));
    const bool tested = got != expected.end();
    absl::StrAppend(
        &text, name.release, "\t", SensorModeName(source.mode()), "\t", coverage.kind->name, "\t",
        SeenName(coverage.seen), "\t", tested ? "tested" : "untested", "\t",
        tested ? static_cast<int>(got->second) : 0, "\t", absl::StrJoin(coverage.hooks, ","), "\t",
        absl::StrReplaceAll(coverage.why, {{"\t", " "}, {"\n", " "}}), "\n");
  }
  WriteResult("kernels.tsv", text);
}

}  // namespace vedette
