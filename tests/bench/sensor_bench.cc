// SPDX-License-Identifier: Apache-2.0
//
// What it costs a program to be watched: the same process acts with the sensor attached and
// without, in tracepoint mode, which every kernel offers, or in that of VEDETTE_BENCH_MODE. Nothing
// but this process tree is reported. CPU time of the acting process, in the kernel included.
#include <unistd.h>

#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "rules/classify/tables.h"
#include "rules/lang/load.h"
#include "sensor/decode/event_view.h"
#include "sensor/source/ring_source.h"
#include "tests/bench/actor.h"
#include "tests/bench/bench.h"
#include "tests/bench/empty_program.h"
#include "tests/bench/generated.h"
#include "tests/classifier/image.h"

namespace vedette {
namespace {

struct Load {
  Act act;
  uint32_t times;
  uint64_t records;  // That each act makes.
};

class SensorBench {
 public:
  SensorBench(KernelSupport support, SensorMode mode, Scope scope, std::unique_ptr<Actor> actor)
      : support_(std::move(support)),
        mode_(mode),
        scope_(std::move(scope)),
        actor_(std::move(actor)) {}

  absl::Status Attach() {
    RingSourceOptions options;
    options.mode = mode_;
    options.scope = scope_;
    options.ring_bytes_critical = 64 << 20;
    auto source = RingSource::Open(support_, options);
    if (!source.ok()) return source.status();
    source_ = *std::move(source);
    Drain();
    return absl::OkStatus();
  }
  void Detach() { source_.reset(); }

  double Bare(const Load& load) {
    return actor_->Do(load.act, load.times, [] {});
  }
  double Watched(const Load& load) {
    if (!Attach().ok()) return -1;
    const uint64_t before = delivered_;
    const double each = actor_->Do(load.act, load.times, [this] { Drain(); });
    Drain();
    wanted_ += load.records * load.times;
    got_ += delivered_ - before;
    Detach();
    return each;
  }

  // With opens alone watched, and a rule set in force of which no rule wants them.
  double Filtered(const Load& load, const ClassifierImage& image) {
    RingSourceOptions options;
    options.mode = mode_;
    options.scope = scope_;
    options.wanted = KindBit(WIRE_process_fork) | KindBit(WIRE_process_exec) |
                     KindBit(WIRE_process_exit) | KindBit(WIRE_file_open);
    auto source = RingSource::Open(support_, options);
    if (!source.ok() || !(*source)->LoadClassifier(1, image).ok()) return -1;
    source_ = *std::move(source);
    Drain();
    const uint64_t before = delivered_;
    const double each = actor_->Do(load.act, load.times, [] {});
    filtered_ += source_->Totals()[WIRE_file_open].counted.filtered;
    Drain();
    got_ += delivered_ - before;
    Detach();
    return each;
  }

  std::string FilteredNote() {
    std::string text = absl::StrCat(filtered_, " looked at, ", got_, " records delivered");
    got_ = filtered_ = 0;
    return text;
  }

  // What the rows must say of themselves.
  std::string Delivered() {
    std::string text = absl::StrCat(got_, " records delivered, at least ", wanted_, " expected");
    got_ = wanted_ = 0;
    return text;
  }

  // CPU time of this thread per record that it takes.
  double Consume() {
    if (!Attach().ok()) return -1;
    actor_->Do(Act::kOpenClose, 20'000, [] {});
    const uint64_t before = delivered_;
    const double begin = ThreadSeconds();
    Drain();
    const double took = ThreadSeconds() - begin;
    Detach();
    return 1e9 * took / static_cast<double>(delivered_ - before);
  }

 private:
  void Drain() {
    absl::StatusOr<size_t> count;
    do {
      count = source_->Poll(absl::ZeroDuration(), [this](absl::Span<const std::byte> record) {
        Use(record.size());
        ++delivered_;
      });
    } while (count.ok() && *count > 0);
  }

  const KernelSupport support_;
  const SensorMode mode_;
  const Scope scope_;
  const std::unique_ptr<Actor> actor_;
  std::unique_ptr<RingSource> source_;
  uint64_t delivered_ = 0, wanted_ = 0, got_ = 0, filtered_ = 0;
};

BenchRows Skipped(absl::string_view area, absl::string_view why) {
  BenchRow row;
  row.name = std::string(area);
  row.note = absl::StrCat("skipped: ", why);
  return {row};
}

void BenchUnwantedCall(SensorBench& bench, BenchRows& rows) {
  const Load load = {Act::kGetppid, 300'000, 0};
  rows.push_back(Alternate(
      "sensor/getppid, watched", "bare", [&] { return bench.Watched(load); },
      [&] { return bench.Bare(load); }));
  const auto with_empty = [&] {
    const auto empty = AttachEmptyProgram();
    return empty.ok() ? bench.Bare(load) : -1;
  };
  rows.push_back(Alternate(
      "sensor/getppid, beside empty", "with an empty program on sys_exit",
      [&] { return bench.Watched(load); }, with_empty));
  SetGoalAtMost(rows.back(), 1.1);
}

void BenchActs(SensorBench& bench, BenchRows& rows) {
  const Load opens = {Act::kOpenClose, 20'000, 1};
  rows.push_back(Alternate(
      "sensor/open and close, one record", "bare", [&] { return bench.Watched(opens); },
      [&] { return bench.Bare(opens); }));
  SetGoalAtMost(rows.back(), 1.4);
  rows.back().note = bench.Delivered();
  const Load execs = {Act::kForkExec, 150, 3};
  rows.push_back(Alternate(
      "sensor/fork and exec, all records", "bare", [&] { return bench.Watched(execs); },
      [&] { return bench.Bare(execs); }));
  SetGoalAtMost(rows.back(), 1.05);
  rows.back().note = bench.Delivered();
  rows.push_back(Repeat(
      "sensor/consume a record", [&] { return bench.Consume(); }, 5));
  rows.back().goal = "<= 50 ns";
  rows.back().met = *rows.back().figure <= 50;
}

// A thousand folders that nobody opens anything in.
std::shared_ptr<const Program> RulesOverPrefixes() {
  std::vector<NamedCondition> conditions;
  for (int rule = 0; rule < 200; ++rule) {
    std::vector<std::string> parts;
    for (int i = 0; i < 5; ++i) {
      parts.push_back(absl::StrCat("fd.name startswith /srv/data", 5 * rule + i, "/"));
    }
    conditions.push_back({absl::StrCat("rule ", rule), absl::StrJoin(parts, " or ")});
  }
  return LoadRules({}, conditions).program;
}

void BenchFiltered(SensorBench& bench, BenchRows& rows) {
  const auto program = RulesOverPrefixes();
  if (program == nullptr) return;
  const ClassifierImage image = MakeImage(BuildTables(*program, 1));
  const Load opens = {Act::kOpenClose, 20'000, 0};
  rows.push_back(Alternate(
      "sensor/open and close, 1,000 prefixes, no record", "bare",
      [&] { return bench.Filtered(opens, image); }, [&] { return bench.Bare(opens); }));
  SetGoalAtMost(rows.back(), 1.35);
  rows.back().note = bench.FilteredNote();
}

// By the same hook without rules, each: what rules cost may not grow with their number.
void BenchNumbersOfRules(SensorBench& bench, BenchRows& rows) {
  const auto image_of = [](size_t count) {
    return MakeImage(BuildTables(*GeneratedProgram(count), 1));
  };
  const ClassifierImage none = image_of(0);
  const Load opens = {Act::kOpenClose, 5'000, 0};
  double of_ten = 0;
  for (const size_t count : {10, 100, 1000}) {
    const ClassifierImage image = image_of(count);
    BenchRow row = Alternate(
        absl::StrCat("hooks/open and close, ", count, " rules"), "the same hook without rules",
        [&] { return bench.Filtered(opens, image); }, [&] { return bench.Filtered(opens, none); },
        11);
    row.note = bench.FilteredNote();
    if (count == 10) {
      of_ten = *row.ratio;
    } else {
      row.goal = "<= 1.1 of 10's";
      row.met = *row.ratio <= 1.1 * of_ten;
    }
    rows.push_back(std::move(row));
  }
}

// Null: `rows` say why.
std::unique_ptr<SensorBench> StartBench(absl::string_view area, BenchRows& rows) {
  const auto skipped = [&](absl::string_view why) {
    rows = Skipped(area, why);
    return nullptr;
  };
  if (geteuid() != 0) return skipped("needs root: sudo make bench");
  auto actor = Actor::Start();  // Before the rings are mapped: a fork would copy their page tables.
  if (actor == nullptr) return skipped("no process to act could be started");
  const char* const named = std::getenv("VEDETTE_BENCH_MODE");
  const auto mode = named == nullptr ? SensorMode::kTracepoint : ParseSensorMode(named);
  if (!mode.has_value()) return skipped("VEDETTE_BENCH_MODE: lsm, fentry or tracepoint");
  KernelSupport support = ProbeKernel();
  const auto scope = ResolveScope(absl::StrCat("pid:", support.self_pid));
  if (!scope.ok()) return skipped(scope.status().message());
  auto bench = std::make_unique<SensorBench>(std::move(support), *mode, *scope, std::move(actor));
  if (const absl::Status attached = bench->Attach(); !attached.ok()) {
    return skipped(attached.message());
  }
  bench->Detach();
  return bench;
}

}  // namespace

BenchRows BenchSensor() {
  const int others = CountTracingPrograms();
  BenchRows rows;
  const auto bench = StartBench("sensor", rows);
  if (bench == nullptr) return rows;
  BenchUnwantedCall(*bench, rows);
  BenchActs(*bench, rows);
  BenchFiltered(*bench, rows);
  if (others > 0) {
    rows[0].note = absl::StrCat(others, " other tracing programs were loaded: both sides pay them");
  }
  return rows;
}

BenchRows BenchHooks() {
  BenchRows rows;
  if (const auto bench = StartBench("hooks", rows)) BenchNumbersOfRules(*bench, rows);
  return rows;
}

}  // namespace vedette
