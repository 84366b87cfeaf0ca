// SPDX-License-Identifier: Apache-2.0
//
// A store that somebody else made: the bytes are changes of a whole one, six each (where: four
// bytes, the lowest first; how many bytes, at most 16; with what they are replaced). Everybody who
// reads it gives an error or an answer, and ends.
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <string>

#include "base/check.h"
#include "base/file.h"
#include "base/temporary_directory.h"
#include "storage/history.h"
#include "storage/queries.h"
#include "tests/fuzz/fuzz_store.h"
#include "tests/fuzz/fuzz_target.h"

namespace vedette {
namespace {

constexpr const char* kQuestions[] = {
    "SELECT * FROM events ORDER BY time_ns",
    "SELECT * FROM file_open WHERE path LIKE '/etc/%'",
    "SELECT exe_path, sum(events) FROM events_groups GROUP BY exe_path",
    "SELECT * FROM processes",
    "SELECT * FROM alerts JOIN alert_states USING (alert)",
    "PRAGMA integrity_check",
};

const std::string& WholeStore() {
  static const auto* const bytes = [] {
    const TemporaryDirectory folder;
    MakeFuzzStore(folder.File("store.db"));
    return new std::string(*ReadFile(folder.File("store.db"), 64 << 20));
  }();
  return *bytes;
}

void Change(const uint8_t* data, size_t size, std::string& store) {
  for (; size >= 6; data += 6, size -= 6) {
    size_t at = 0;
    for (int byte = 3; byte >= 0; --byte) at = at << 8 | data[byte];
    at %= store.size();
    const size_t count = std::min<size_t>(1 + data[4] % 16, store.size() - at);
    std::fill_n(store.begin() + static_cast<std::ptrdiff_t>(at), count, static_cast<char>(data[5]));
  }
}

void ReadHistory(const std::string& path) {
  const auto history = History::Open({.path = path, .threads = 0});
  if (!history.ok()) return;
  for (const HistoryRun& run : (*history)->runs()) {
    uint64_t left = 10'000;
    (*history)->Read(run, [&](const HistoryRecord&) { return --left > 0; }).IgnoreError();
  }
}

void ReadAll(const std::string& path) {
  auto reader = StoreReader::Open(path);
  if (!reader.ok()) return;
  QueryLimits limits;
  limits.rows_max = 1000;
  limits.time_max = absl::Milliseconds(300);
  for (const char* sql : kQuestions) {
    reader
        ->Query(
            sql, limits, [](absl::Span<const std::string>) {},
            [](absl::Span<const SqlValue>) { return true; })
        .status()
        .IgnoreError();
  }
  reader->ListAlerts({}).status().IgnoreError();
  reader->Tree("0011aabbccddeeff", {}).status().IgnoreError();
  reader->Verify({}).status().IgnoreError();
  reader->CheckSegments([](const SegmentCheck&) { return true; }).status().IgnoreError();
  ReadHistory(path);
}

}  // namespace
}  // namespace vedette

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace vedette;
  static const TemporaryDirectory folder;  // It goes at exit.
  std::string store = WholeStore();
  Change(data, std::min<size_t>(size, 6 * 64), store);
  const std::string path = folder.File("store.db");
  for (const char* left : {"-wal", "-shm"}) unlink((path + left).c_str());
  {
    const absl::StatusOr<OwnedFd> fd = OpenFile(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    CHECK(fd.ok() && WriteFd(fd->get(), store, path).ok());
  }
  ReadAll(path);
  return 0;
}
