// SPDX-License-Identifier: Apache-2.0
//
// A recorded file goes the whole way from its bytes to JSON alerts with the shipped rules: the same
// each time, whatever is damaged is counted and skipped, and what goes in comes out.
// VEDETTE_UPDATE_GOLDEN=1 writes the recorded sample and its alerts anew. Runs in the root of the
// sources.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/mman.h>

#include <cstdlib>
#include <cstring>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "engine/pipeline.h"
#include "integrations/format/json.h"
#include "sensor/source/record_file.h"
#include "sensor/source/replay_source.h"
#include "tests/replay/sample.h"

namespace vedette {
namespace {

using testing::HasSubstr;
using testing::IsSupersetOf;

constexpr const char* kSample = "tests/replay/data/sample.vdt";
constexpr const char* kAlerts = "tests/replay/data/alerts.json";
constexpr const char* kRecorded = "tests/replay/data/recorded.vdt";
constexpr const char* kRecordedAlerts = "tests/replay/data/recorded_alerts.json";

// A file in memory; its path is good as long as it lives.
class MemoryFile {
 public:
  explicit MemoryFile(absl::string_view bytes) : fd_(memfd_create("replay", MFD_CLOEXEC)) {
    EXPECT_TRUE(WriteFd(fd_.get(), bytes, "memory").ok());
  }
  std::string path() const { return absl::StrCat("/proc/self/fd/", fd_.get()); }

 private:
  OwnedFd fd_;
};

std::string Text(const RecordBytes& record) {
  return {reinterpret_cast<const char*>(record.data()), record.size()};
}

// As RecordWriter does it, but of any bytes.
std::string FileOf(const std::vector<RecordBytes>& records) {
  const std::string metadata = FormatHostMetadata(SampleHost());
  const uint32_t numbers[] = {WIRE_VERSION, static_cast<uint32_t>(metadata.size())};
  std::string file(kRecordFileMagic);
  file.append(reinterpret_cast<const char*>(numbers), sizeof(numbers));
  file += metadata;
  for (const RecordBytes& record : records) file += Text(record);
  return file;
}

struct Outcome : PipelineOutput {
  void OnEvent(const Event&, bool keep) override { ++events, kept += keep ? 1U : 0U; }
  void OnAlert(Alert alert) override {
    ++alert_count;
    rules.insert(alert.rule);
    absl::StrAppend(&alerts, FormatJson(alert), "\n");
  }
  void OnGap(const RecordGap& gap) override { missing += gap.count; }
  void OnProcessSeen(const Event&) override { ++seen; }

  // All that is true of any file.
  void ExpectBalance() const {
    EXPECT_TRUE(counts.Balanced());
    EXPECT_EQ(counts.records_in, delivered);
    EXPECT_EQ(counts.events, events);
    EXPECT_EQ(counts.kept, kept);
    EXPECT_EQ(counts.seen, seen);
    EXPECT_EQ(counts.alerts, alert_count);
    EXPECT_EQ(counts.malformed + counts.lost_reported, missing);
    EXPECT_EQ(bytes_delivered + bytes_skipped, bytes_of_records);
  }

  std::string alerts, damage;
  std::set<std::string> rules;
  PipelineCounts counts;
  uint64_t events = 0, kept = 0, seen = 0, alert_count = 0, missing = 0;
  uint64_t delivered = 0, malformed = 0;
  uint64_t bytes_of_records = 0, bytes_delivered = 0, bytes_skipped = 0;
};

Outcome Replay(const std::string& path) {
  static const auto* const program = new std::shared_ptr<const Program>(ShippedProgram());
  Outcome outcome;
  auto source = ReplaySource::Open(path);
  EXPECT_TRUE(source.ok()) << source.status();
  if (!source.ok()) return outcome;
  Pipeline::Options options;
  options.zone = absl::UTCTimeZone();  // The alerts that are written down are.
  Pipeline pipeline((*source)->host(), outcome, options);
  pipeline.SetProgram(*program);
  absl::StatusOr<size_t> read;
  do {
    read = (*source)->Poll(absl::ZeroDuration(), [&](absl::Span<const std::byte> record) {
      outcome.bytes_delivered += record.size();
      pipeline.OnRecord(record);
      EXPECT_TRUE(pipeline.counts().Balanced());
    });
  } while (read.ok());
  EXPECT_TRUE(absl::IsOutOfRange(read.status())) << read.status();
  pipeline.Flush();
  outcome.counts = pipeline.counts();
  outcome.delivered = (*source)->records();
  outcome.malformed = (*source)->malformed();
  outcome.bytes_skipped = (*source)->bytes_skipped();
  outcome.damage = (*source)->damage();
  return outcome;
}

Outcome ReplayBytes(const std::string& bytes) {
  const MemoryFile file(bytes);
  Outcome outcome = Replay(file.path());
  outcome.bytes_of_records = bytes.size() - FileOf({}).size();
  return outcome;
}

void ExpectSame(const std::string& path, const std::string& actual) {
  if (std::getenv("VEDETTE_UPDATE_GOLDEN") != nullptr) {
    ASSERT_TRUE(WriteFileAtomically(path, actual, 0644).ok()) << path;
  }
  const auto golden = ReadFile(path, 1 << 20);
  ASSERT_TRUE(golden.ok()) << golden.status();
  EXPECT_TRUE(actual == *golden) << path << " differs: VEDETTE_UPDATE_GOLDEN=1 rewrites it";
}

TEST(Replay, TheSampleIsWhatTheCodeMakes) {
  ExpectSame(kSample, FileOf(SampleRecords()));
  EXPECT_LT(ReadFile(kSample, 1 << 20)->size(), 300U << 10);
}

TEST(Replay, AlertsAreTheSameEachTimeAndAsWrittenDown) {
  const Outcome first = Replay(kSample);
  const Outcome second = Replay(kSample);
  EXPECT_TRUE(first.alerts == second.alerts);
  EXPECT_EQ(first.damage, "");
  ExpectSame(kAlerts, first.alerts);
}

// What a kernel 6.1 really sent in lsm mode, while data/record.sh ran in a guest.
TEST(Replay, ARealRecordingGivesTheSameAlertsEachTime) {
  const Outcome first = Replay(kRecorded);
  const Outcome second = Replay(kRecorded);
  EXPECT_TRUE(first.alerts == second.alerts);
  ExpectSame(kRecordedAlerts, first.alerts);
  EXPECT_EQ(first.damage, "");
  EXPECT_EQ(first.counts.malformed, 0U);
  EXPECT_EQ(first.counts.unknown_process, 0U);
  EXPECT_THAT(first.rules,
              IsSupersetOf({"Program run from a temporary folder", "Setuid bit set by command"}));
}

TEST(Replay, EverySuspiciousActAlertsAndQuietWorkDoesNot) {
  const Outcome outcome = Replay(kSample);
  EXPECT_THAT(
      outcome.rules,
      IsSupersetOf({"Password hashes read", "Authorized keys written",
                    "Preload list of the dynamic loader written", "Log emptied",
                    "Program that the kernel starts changed", "Shell below a web server",
                    "Download tool below a web server", "Program run from memory",
                    "Deleted program run", "Program run from shared memory",
                    "Netcat hands a connection to a program", "Interpreter connects to a rare port",
                    "Shell opens a network connection", "Cloud metadata service asked"}));
  for (const char* name : {"\"name\":\"ls\"", "\"name\":\"make\""}) {
    EXPECT_THAT(outcome.alerts, Not(HasSubstr(name)));
  }
  // Twice: by a system call, and through io_uring.
  const size_t first = outcome.alerts.find("Password hashes read");
  EXPECT_NE(outcome.alerts.find("Password hashes read", first + 1000), std::string::npos);
}

TEST(Replay, WhatGoesInComesOut) {
  const std::vector<RecordBytes> records = SampleRecords();
  const Outcome outcome = ReplayBytes(FileOf(records));
  outcome.ExpectBalance();
  EXPECT_EQ(outcome.delivered, records.size());
  EXPECT_EQ(outcome.counts.malformed, 0U);
  EXPECT_EQ(outcome.counts.lost, 1U);
  EXPECT_EQ(outcome.missing, 17U);
  EXPECT_EQ(outcome.counts.unknown_process, 0U);
}

TEST(Replay, ACutFileIsReadUpToItsLastWholeRecord) {
  const std::vector<RecordBytes> records = SampleRecords(2);
  const std::string whole = FileOf(records);
  for (size_t cut = 1; cut < whole.size() - FileOf({}).size(); cut += 97) {
    SCOPED_TRACE(cut);
    const Outcome outcome = ReplayBytes(whole.substr(0, whole.size() - cut));
    outcome.ExpectBalance();
    EXPECT_LT(outcome.delivered, records.size());
    EXPECT_EQ(outcome.counts.malformed, 0U);
    if (HasFailure()) return;
  }
}

TEST(Replay, AnImpossibleSizeEndsTheFileAndIsCounted) {
  for (const uint32_t size : {0U, 3U, uint32_t{sizeof(wire_header)} - 1, WIRE_RECORD_MAX + 1U,
                              0x7fffffffU, 0xffffffffU}) {
    SCOPED_TRACE(size);
    std::vector<RecordBytes> records = SampleRecords(1);
    std::memcpy(records[5].data(), &size, sizeof(size));
    const Outcome outcome = ReplayBytes(FileOf(records));
    outcome.ExpectBalance();
    EXPECT_EQ(outcome.delivered, 5U);
    EXPECT_EQ(outcome.malformed, 1U);
    EXPECT_GT(outcome.bytes_skipped, 0U);
    EXPECT_NE(outcome.damage, "");
  }
}

// The size is right, the rest lies: one record is lost, its neighbours are not.
TEST(Replay, LyingRecordsAreCountedAndSkipped) {
  struct Lie {
    const char* name;
    size_t offset;
    uint16_t value;
  };
  const Lie kLies[] = {
      {"a kind that is none", offsetof(wire_header, kind), 0},
      {"a kind beyond the table", offsetof(wire_header, kind), 0xffff},
      {"a lane that is none", offsetof(wire_header, lane), 2},
      {"a text before the numbers' end", offsetof(wire_file_open, path), 8},
      {"a text behind the record", offsetof(wire_file_open, path), 0xfff0},
      {"a text longer than the record", offsetof(wire_file_open, path) + 2, 4000},
      {"a text longer than any", offsetof(wire_file_open, path) + 2, 0x7fff},
      {"a cut text longer than any", offsetof(wire_file_open, path) + 2, 0xffff},
  };
  const RecordBytes good =
      RecordBuilder(WIRE_file_open).Set("path", "/etc/x").Set("name", "y").Build();
  std::vector<RecordBytes> records;
  for (const Lie& lie : kLies) {
    RecordBytes record = good;
    std::memcpy(record.data() + lie.offset, &lie.value, sizeof(lie.value));
    const Outcome alone = ReplayBytes(FileOf({good, record, good}));
    SCOPED_TRACE(lie.name);
    alone.ExpectBalance();
    EXPECT_EQ(alone.counts.malformed, 1U);
    EXPECT_EQ(alone.events, 2U);
    records.insert(records.end(), {record, record, good});
  }
  const Outcome together = ReplayBytes(FileOf(records));
  together.ExpectBalance();
  EXPECT_EQ(together.counts.malformed, 2 * std::size(kLies));
  EXPECT_EQ(together.events, std::size(kLies));
}

TEST(Replay, RandomDamageNeverUnbalances) {
  const std::string whole = FileOf(SampleRecords(4));
  const size_t begin = FileOf({}).size();
  std::mt19937 random(1);
  for (int round = 0; round < 200; ++round) {
    SCOPED_TRACE(round);
    std::string file = whole;
    const size_t changes = 1 + random() % 40;
    for (size_t i = 0; i < changes; ++i) {
      file[begin + random() % (file.size() - begin)] = static_cast<char>(random());
    }
    ReplayBytes(file).ExpectBalance();
    if (HasFailure()) return;
  }
}

}  // namespace
}  // namespace vedette
