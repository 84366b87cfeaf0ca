// SPDX-License-Identifier: Apache-2.0
//
// Writes the seeds that are records, after a change of the wire format:
//
//   make_seeds tests/fuzz/seeds
#include <filesystem>
#include <iostream>
#include <map>
#include <set>
#include <string>

#include "absl/strings/str_cat.h"
#include "base/check.h"
#include "base/file.h"
#include "sensor/decode/event_view.h"
#include "sensor/source/record_file.h"
#include "storage/event_block.h"
#include "tests/replay/sample.h"

namespace vedette {
namespace {

std::string Text(const RecordBytes& record) {
  return {reinterpret_cast<const char*>(record.data()), record.size()};
}

void Write(const std::string& path, const std::string& bytes) {
  const absl::Status status = WriteFileAtomically(path, bytes, 0644);
  CHECK(status.ok()) << status;
}

void WriteRecordFile(const std::string& path, const std::vector<RecordBytes>& records) {
  auto writer = RecordWriter::Create(path, SampleHost());
  CHECK(writer.ok()) << writer.status();
  for (const RecordBytes& record : records) CHECK((*writer)->Write(record).ok());
  CHECK((*writer)->Close().ok());
}

// A segment of each kind, as segment_fuzz reads it.
void WriteSegments(const std::string& folder, const std::vector<RecordBytes>& records) {
  std::map<EventKind, std::vector<PlacedEvent>> by_kind;
  int64_t id = 0;
  for (const RecordBytes& record : records) {
    const EventView view = *EventView::Parse(record);
    ++id;
    by_kind[view.kind()].push_back({view, {.id = id, .time_ns = id * 1'000'003}});
  }
  for (const auto& [kind, events] : by_kind) {
    std::vector<const PlacedEvent*> all;
    for (const PlacedEvent& event : events) all.push_back(&event);
    std::vector<ColumnData> columns = ColumnsOf(kind, all);
    const EncodedSegment segment = EncodeSegment(columns, HintsOf(kind));
    std::string bytes = {static_cast<char>(segment.head.size() & 0xff),
                         static_cast<char>(segment.head.size() >> 8)};
    Write(absl::StrCat(folder, "/segment/", FindKind(kind)->name),
          absl::StrCat(bytes, segment.head, segment.data));
  }
}

int MakeSeeds(const std::string& folder) {
  for (const char* door : {"event_view", "pipeline", "record_file", "segment"}) {
    std::filesystem::create_directories(absl::StrCat(folder, "/", door));
  }
  const std::vector<RecordBytes> records = SampleRecords(2);
  std::set<int> kinds;
  std::string stream;
  size_t piece = 0;
  for (const RecordBytes& record : records) {
    const auto view = EventView::Parse(record);
    CHECK(view.has_value());
    if (kinds.insert(view->kind()).second) {
      Write(absl::StrCat(folder, "/event_view/", view->info().name), Text(record));
    }
    if (record.size() < 2000) stream += Text(record);
    if (stream.size() < 4000) continue;
    Write(absl::StrCat(folder, "/pipeline/part", ++piece), stream);
    stream.clear();
  }
  WriteSegments(folder, records);
  WriteRecordFile(absl::StrCat(folder, "/record_file/empty"), {});
  const std::string some = absl::StrCat(folder, "/record_file/some");
  WriteRecordFile(some, {records.begin(), records.begin() + 9});
  std::string cut = *ReadFile(some, 1 << 20);
  cut.resize(cut.size() - 100);
  Write(absl::StrCat(folder, "/record_file/cut"), cut);
  Write(absl::StrCat(folder, "/record_file/metadata"), FormatHostMetadata(SampleHost()));
  return 0;
}

}  // namespace
}  // namespace vedette

int main(int argc, char** argv) {
  if (argc == 2) return vedette::MakeSeeds(argv[1]);
  std::cerr << "usage: " << argv[0] << " FOLDER\n";
  return 2;
}
