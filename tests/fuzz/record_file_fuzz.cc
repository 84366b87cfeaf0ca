// SPDX-License-Identifier: Apache-2.0
//
// A record file, from its first byte to its last record.
#include <sys/mman.h>

#include "absl/strings/str_cat.h"
#include "base/check.h"
#include "base/file.h"
#include "sensor/decode/event_view.h"
#include "sensor/source/record_file.h"
#include "sensor/source/replay_source.h"
#include "tests/fuzz/fuzz_target.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace vedette;
  const auto host = ParseHostMetadata(AsText(data, size));
  if (host.ok()) CHECK(ParseHostMetadata(FormatHostMetadata(*host)).ok());

  const OwnedFd file(memfd_create("vedette-fuzz", MFD_CLOEXEC));
  CHECK(WriteFd(file.get(), AsText(data, size), "memory").ok());
  const auto source = ReplaySource::Open(absl::StrCat("/proc/self/fd/", file.get()));
  if (!source.ok()) return 0;
  uint64_t records = 0, bytes = 0;
  absl::StatusOr<size_t> read;
  do {
    read = (*source)->Poll(absl::ZeroDuration(), [&](absl::Span<const std::byte> record) {
      ++records;
      bytes += record.size();
      (void)EventView::Parse(record);
    });
  } while (read.ok());
  CHECK_EQ(records, (*source)->records());
  if ((*source)->version() != WIRE_VERSION) return 0;  // Its records have grown.
  CHECK_LE(kRecordFileHeaderBytes + bytes + (*source)->bytes_skipped(), size);
  return 0;
}
