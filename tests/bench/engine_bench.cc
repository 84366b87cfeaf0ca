// SPDX-License-Identifier: Apache-2.0
//
// From bytes to events.
#include <algorithm>
#include <cstring>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/check.h"
#include "engine/pipeline.h"
#include "tests/bench/bench.h"
#include "tests/bench/generated.h"
#include "tests/replay/sample.h"

namespace vedette {
namespace {

constexpr size_t kRecords = 100'000;

// Records one behind the other, as a ring has them.
std::vector<std::byte> Stream() {
  std::vector<std::byte> stream;
  for (const RecordBytes& record : GeneratedRecords(kRecords)) {
    stream.insert(stream.end(), record.begin(), record.end());
  }
  return stream;
}

template <typename Each>
void ForEachRecord(absl::Span<const std::byte> stream, Each each) {
  while (!stream.empty()) {
    uint32_t size;
    std::memcpy(&size, stream.data(), sizeof(size));
    each(stream.subspan(0, size));
    stream.remove_prefix(size);
  }
}

void WalkHeaders(absl::Span<const std::byte> stream) {
  ForEachRecord(stream, [](absl::Span<const std::byte> record) {
    wire_header header;
    std::memcpy(&header, record.data(), sizeof(header));
    Use(header.exec_id + header.kind + header.time_ns);
  });
}

struct Nothing : PipelineOutput {
  void OnEvent(const Event& event, bool keep) override { wanted = keep, Use(event.number); }
  void OnAlert(Alert) override {}
  void OnGap(const RecordGap&) override {}
  bool wanted = false;  // Of the last event: a rule held.
};

void BenchDecode(BenchRows& rows) {
  const std::vector<std::byte> stream = Stream();
  const auto walk = [&] { return NanosecondsPer(kRecords, [&] { WalkHeaders(stream); }); };
  const char kWalk[] = "bare walk over the headers";
  rows.push_back(Alternate(
      "engine/decode", kWalk,
      [&] {
        return NanosecondsPer(kRecords, [&] {
          ForEachRecord(stream, [](absl::Span<const std::byte> record) {
            Use(EventView::Parse(record).has_value());
          });
        });
      },
      walk));
  SetGoalAtMost(rows.back(), 3);

  Nothing out;
  Pipeline pipeline(SampleHost(), out);
  uint64_t allocated = 0;
  rows.push_back(Alternate(
      "engine/decode and enrich", kWalk,
      [&] {
        const uint64_t before = Allocations();
        const double took = NanosecondsPer(kRecords, [&] {
          ForEachRecord(stream,
                        [&](absl::Span<const std::byte> record) { pipeline.OnRecord(record); });
        });
        allocated = Allocations() - before;
        return took;
      },
      walk));
  SetGoalAtMost(rows.back(), 3);
  rows.back().goal += ", 0 allocs";
  rows.back().met = *rows.back().met && allocated == 0;
  rows.back().note = absl::StrCat(
      allocated, " allocations for ", kRecords,
      " records, of which 10 % are forks, execs, exits (they make process entries) and connects");
}

void BenchAllocations(BenchRows& rows) {
  Nothing out;
  Pipeline pipeline(SampleHost(), out);
  pipeline.SetProgram(ShippedProgram());
  std::vector<RecordBytes> opens;
  for (RecordBytes& record : GeneratedRecords(10'000)) {
    pipeline.OnRecord(record);
    const bool is_open = EventView::Parse(record)->kind() == WIRE_file_open;
    if (is_open && !out.wanted) opens.push_back(std::move(record));
  }
  const uint64_t before = Allocations();
  for (const RecordBytes& record : opens) pipeline.OnRecord(record);
  const uint64_t allocated = Allocations() - before;
  BenchRow row;
  row.name = "engine/allocations per unwanted open";
  row.unit = "";
  row.figure = static_cast<double>(allocated) / static_cast<double>(opens.size());
  row.goal = "< 0.01 (figure)";
  row.met = *row.figure < 0.01;
  row.note = absl::StrCat("decode, enrich and match ", opens.size(),
                          " opens with shipped rules; what begins a sequence is remembered");
  rows.push_back(row);
}

}  // namespace

BenchRows BenchEngine() {
  BenchRows rows;
  BenchDecode(rows);
  BenchAllocations(rows);
  return rows;
}

}  // namespace vedette
