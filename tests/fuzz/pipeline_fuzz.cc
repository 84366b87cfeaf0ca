// SPDX-License-Identifier: Apache-2.0
//
// A stream of records through decode, enrich and match with the shipped rules, and its alerts
// through every format. Split as a record file is; what is left over is a record, too. Nothing may
// crash, and the counts must balance.
#include <cstring>
#include <string>

#include "base/check.h"
#include "engine/pipeline.h"
#include "integrations/format/json.h"
#include "integrations/format/terminal.h"
#include "tests/fuzz/fuzz_target.h"
#include "tests/replay/sample.h"

namespace vedette {
namespace {

class Formats : public PipelineOutput {
 public:
  void OnEvent(const Event&, bool) override { ++events; }
  void OnAlert(Alert alert) override {
    ++alerts;
    CHECK(FormatJson(alert).find('\n') == std::string::npos);
    FormatTerminal(alert, TerminalStyle());
  }
  void OnGap(const RecordGap& gap) override { ++gaps, lost += gap.count; }

  uint64_t events = 0, alerts = 0, gaps = 0, lost = 0;
};

// One record off the front, as ReplaySource would take it.
absl::Span<const std::byte> Take(absl::Span<const std::byte>& bytes) {
  uint32_t size = 0;
  if (bytes.size() >= sizeof(size)) std::memcpy(&size, bytes.data(), sizeof(size));
  const bool possible = size >= sizeof(wire_header) && size <= bytes.size();
  const auto record = possible ? bytes.subspan(0, size) : bytes;
  bytes.remove_prefix(record.size());
  return record;
}

}  // namespace
}  // namespace vedette

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace vedette;
  static const auto* const program = new std::shared_ptr<const Program>(ShippedProgram());
  Formats out;
  Pipeline pipeline(SampleHost(), out);
  pipeline.SetProgram(*program);
  auto bytes = AsBytes(data, size);
  while (!bytes.empty()) pipeline.OnRecord(Take(bytes));
  pipeline.Flush();
  const PipelineCounts& counts = pipeline.counts();
  CHECK(counts.Balanced());
  CHECK_EQ(counts.events, out.events);
  CHECK_EQ(counts.alerts, out.alerts);
  CHECK_EQ(counts.gaps, out.gaps);
  CHECK_EQ(counts.malformed + counts.lost_reported, out.lost);
  return 0;
}
