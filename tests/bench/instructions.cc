// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/instructions.h"

#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "base/file.h"
#if __has_include(<valgrind/callgrind.h>)
#include <valgrind/callgrind.h>
#define VEDETTE_HAS_CALLGRIND 1
#else
#define VEDETTE_HAS_CALLGRIND 0
#endif

namespace vedette {
namespace {

constexpr size_t kDumpBytesMax = 64 << 20;

// A dump says why it was made, and what it counted in total.
void ReadDump(const std::string& text, std::map<std::string, uint64_t>& counts) {
  std::string name;
  for (absl::string_view line : absl::StrSplit(text, '\n')) {
    if (absl::ConsumePrefix(&line, "desc: Trigger: Client Request: ")) name = std::string(line);
    uint64_t total = 0;
    if (name.empty() || !absl::ConsumePrefix(&line, "totals: ")) continue;
    if (absl::SimpleAtoi(line, &total)) counts[name] = total;
  }
}

}  // namespace

void BeginCounted() {
#if VEDETTE_HAS_CALLGRIND
  CALLGRIND_TOGGLE_COLLECT;
#endif
}
void EndCounted() { BeginCounted(); }

void NameCounted([[maybe_unused]] const std::string& name) {
#if VEDETTE_HAS_CALLGRIND
  CALLGRIND_DUMP_STATS_AT(name.c_str());
#endif
}

absl::StatusOr<std::map<std::string, uint64_t>> RunBelowCallgrind() {
  if (!VEDETTE_HAS_CALLGRIND) return absl::UnavailableError("built without valgrind's headers");
  namespace fs = std::filesystem;
  const fs::path folder = fs::temp_directory_path() / absl::StrCat("vedette_bench.", getpid());
  fs::create_directories(folder);
  const std::string program = fs::read_symlink("/proc/self/exe").string();
  const int code = std::system(
      absl::StrCat("valgrind --quiet --tool=callgrind --collect-atstart=no --callgrind-out-file=",
                   (folder / "out").string(), " ", program, " --count >&2")
          .c_str());
  std::map<std::string, uint64_t> counts;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder)) {
    const auto text = ReadFile(entry.path().string(), kDumpBytesMax);
    if (text.ok()) ReadDump(*text, counts);
  }
  fs::remove_all(folder);
  if (code != 0 || counts.empty()) return absl::UnavailableError("valgrind is not there or failed");
  return counts;
}

}  // namespace vedette
