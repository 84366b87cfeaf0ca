// SPDX-License-Identifier: Apache-2.0
//
// What it costs a program that its opens are recorded (bulk lane), with its repeats folded in the
// kernel and without; and what folding costs an act that repeats nothing. In tracepoint mode, for
// this process tree alone, as in sensor_bench.cc.
#include <unistd.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "sensor/schema/schema.h"
#include "sensor/source/ring_source.h"
#include "tests/bench/actor.h"
#include "tests/bench/bench.h"

namespace vedette {
namespace {

constexpr uint32_t kOpens = 20'000;

// A rule set that wants every open for recording only.
ClassifierImage RecordOpens() {
  ClassifierImage image;
  classify_kind kind = {};
  for (classify_vector& vector : kind.defaults) vector.words[0] = 1;
  for (classify_vector& vector : kind.modes) vector.words[0] = 1;
  image.kinds.emplace_back(WIRE_file_open, kind);
  classify_path_key any = {};
  any.prefix_bits = 64;
  any.generation = 1;
  any.kind = WIRE_file_open;
  image.paths.emplace_back(any, kind.defaults[0]);
  return image;
}

class FoldBench {
 public:
  FoldBench(KernelSupport support, Scope scope, std::unique_ptr<Actor> actor)
      : support_(std::move(support)), scope_(std::move(scope)), actor_(std::move(actor)) {}

  // Nanoseconds for an open and close of one file, again and again; negative: it did not work.
  // `fold` of a nanosecond is over before the next act, so that each is looked up and none is
  // folded.
  double OpenClose(absl::Duration fold) {
    RingSourceOptions options;
    options.mode = SensorMode::kTracepoint;
    options.scope = scope_;
    options.wanted = KindBit(WIRE_file_open) | KindBit(WIRE_process_fork);
    options.ring_bytes_bulk = 64 << 20;
    options.fold = fold;
    auto source = RingSource::Open(support_, options);
    if (!source.ok() || !(*source)->LoadClassifier(1, RecordOpens()).ok()) return -1;
    uint64_t records = 0;
    const auto drain = [&] {
      absl::StatusOr<size_t> count;
      do {
        count =
            (*source)->Poll(absl::ZeroDuration(), [&](absl::Span<const std::byte>) { ++records; });
      } while (count.ok() && *count > 0);
    };
    drain();
    const uint64_t before = records;
    const double each = actor_->Do(Act::kOpenClose, kOpens, drain);
    (*source)->StopFolding();
    drain();
    records_ = records - before;
    return each;
  }
  uint64_t records() const { return records_; }

 private:
  const KernelSupport support_;
  const Scope scope_;
  const std::unique_ptr<Actor> actor_;
  uint64_t records_ = 0;  // Of the last measurement.
};

}  // namespace

BenchRows BenchFolding() {
  const auto skipped = [](absl::string_view why) {
    BenchRow row;
    row.name = "folding";
    row.note = absl::StrCat("skipped: ", why);
    return BenchRows{row};
  };
  if (geteuid() != 0) return skipped("needs root: sudo make bench");
  auto actor = Actor::Start();
  if (actor == nullptr) return skipped("no process to act could be started");
  KernelSupport support = ProbeKernel();
  const auto scope = ResolveScope(absl::StrCat("pid:", support.self_pid));
  if (!scope.ok()) return skipped(scope.status().message());
  FoldBench bench(std::move(support), *scope, std::move(actor));
  const auto sent = [&] { return bench.OpenClose(absl::ZeroDuration()); };
  if (sent() < 0) return skipped("tracepoint mode does not work here");
  BenchRows rows;
  uint64_t folded = 0;
  rows.push_back(Alternate(
      "folding/open and close, repeats", "each one sent",
      [&] {
        const double each = bench.OpenClose(absl::Seconds(1));
        folded = bench.records();
        return each;
      },
      sent));
  SetGoalAtMost(rows.back(), 1);
  rows.back().note = absl::StrCat(kOpens, " opens made ", folded, " records");
  rows.push_back(Alternate(
      "folding/open and close, no repeats", "without folding",
      [&] { return bench.OpenClose(absl::Nanoseconds(1)); }, sent));
  SetGoalAtMost(rows.back(), 1.05);
  return rows;
}

}  // namespace vedette
