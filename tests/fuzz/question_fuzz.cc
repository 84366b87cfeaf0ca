// SPDX-License-Identifier: Apache-2.0
//
// Questions to a store: SQL, and the arguments of the commands that ask one. The first byte says
// which command (0: SQL); the rest is its arguments, one a line. Whatever is asked, the answer
// ends, is no crash, has no control character for a terminal, and the store stays as it was.
#include <string>
#include <vector>

#include "absl/strings/str_split.h"
#include "base/check.h"
#include "base/file.h"
#include "base/temporary_directory.h"
#include "cli/command.h"
#include "storage/queries.h"
#include "tests/fuzz/fuzz_store.h"
#include "tests/fuzz/fuzz_target.h"

namespace vedette {
namespace {

constexpr const char* kCommands[][2] = {
    {"timeline", ""},    {"tree", ""},  {"process", "show"}, {"files", ""},
    {"connections", ""}, {"diff", ""},  {"who-touched", ""}, {"who-contacted", ""},
    {"gaps", ""},        {"stats", ""}, {"alerts", "list"},  {"alerts", "show"},
    {"verify", ""},      {"hunt", ""},
};
constexpr int64_t kRowsMax = 1000;

struct Asked {
  const TemporaryDirectory folder;
  const std::string path = folder.File("store.db");
  std::string bytes;
  Asked() {
    MakeFuzzStore(path);
    bytes = *ReadFile(path, 64 << 20);
  }
};

// Other stores and files, and what waits for more, are not what is tried here.
bool IsOutOfBounds(absl::string_view argument) {
  for (const absl::string_view part : {"--store", "--fleet", "--host", "--output", "--file", "-o",
                                       "--follow", "-f", "--jobs", "/"}) {
    if (absl::StartsWith(argument, part)) return true;
  }
  return false;
}

void AskSql(const Asked& asked, absl::string_view sql) {
  auto reader = StoreReader::Open(asked.path);
  CHECK(reader.ok()) << reader.status();
  QueryLimits limits;
  limits.rows_max = kRowsMax;
  limits.time_max = absl::Milliseconds(200);
  size_t bytes = 0;
  reader
      ->Query(
          sql, limits, [](absl::Span<const std::string>) {},
          [&](absl::Span<const SqlValue> values) {
            for (const SqlValue& value : values) bytes += value.bytes.size();
            return bytes < (16 << 20);
          })
      .status()
      .IgnoreError();
  CHECK(reader->Damaged().empty());
}

void AskCommand(const Asked& asked, size_t command, absl::string_view text) {
  std::vector<std::string> arguments = {kCommands[command][0]};
  if (kCommands[command][1][0] != '\0') arguments.emplace_back(kCommands[command][1]);
  const bool is_hunt = arguments[0] == "hunt";
  for (const absl::string_view argument : absl::StrSplit(text, '\n')) {
    // A path may be asked for, but for rules none is read.
    const bool may_be_path = !is_hunt && absl::StartsWith(argument, "/");
    if (!may_be_path && IsOutOfBounds(argument)) return;
    arguments.emplace_back(argument);
  }
  arguments.insert(arguments.end(), {"--store", asked.path});
  CapturedIo io;
  RunCommandLine(arguments, io);
  for (const std::string& said : {io.out(), io.error()}) {
    for (const char c : said) CHECK(c == '\n' || c == '\t' || static_cast<uint8_t>(c) >= ' ');
  }
}

}  // namespace
}  // namespace vedette

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace vedette;
  static const Asked asked;  // Its folder goes at exit.
  if (size == 0) return 0;
  const size_t command = data[0] % (std::size(kCommands) + 1);
  const absl::string_view text = AsText(data + 1, size - 1);
  if (command == 0) {
    AskSql(asked, text);
  } else {
    AskCommand(asked, command - 1, text);
  }
  CHECK(*ReadFile(asked.path, 64 << 20) == asked.bytes);
  return 0;
}
