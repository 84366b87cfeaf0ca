// SPDX-License-Identifier: Apache-2.0
//
//   vedette_bench [FILE [AREA...]]
//
// Measures the areas (default all), prints the table and writes it to FILE (default
// build/bench.json). A missed goal is a row of the table, not a failure.
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <iostream>
#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/clock.h"
#include "base/file.h"
#include "tests/bench/bench.h"
#include "tests/bench/instructions.h"

namespace vedette {
namespace {

struct Area {
  const char* name;
  BenchRows (*measure)();
};
constexpr Area kAreas[] = {
    {"sensor", BenchSensor}, {"hooks", BenchHooks},         {"folding", BenchFolding},
    {"engine", BenchEngine}, {"match", BenchMatch},         {"classifier", BenchClassifier},
    {"store", BenchStore},   {"questions", BenchQuestions}, {"delivery", BenchDelivery},
    {"packs", BenchPacks},   {"latency", BenchLatency},
};

std::string Number(const std::optional<double>& number) {
  if (!number) return "-";
  if (*number >= 1e5) return absl::StrFormat("%.4g", *number);
  return absl::StrFormat(*number >= 100 ? "%.0f" : *number >= 10 ? "%.1f" : "%.2f", *number);
}

void Print(const BenchRow& row) {
  const std::string figure =
      row.figure ? absl::StrCat(Number(row.figure), " ", row.unit) : std::string("-");
  const std::string spread =
      row.spread ? absl::StrFormat("%.0f%%", 100 * *row.spread) : std::string("-");
  const char* met = !row.met ? "-" : *row.met ? "yes" : "NO";
  std::cout << absl::StreamFormat("%-38s %16s %6s  %-34s %9s %7s  %-14s %s\n", row.name, figure,
                                  spread, row.compared_with, Number(row.baseline),
                                  Number(row.ratio), row.goal.empty() ? "-" : row.goal, met);
  if (!row.note.empty()) std::cout << "    " << row.note << "\n";
  std::cout.flush();
}

nlohmann::json ToJson(const BenchRow& row) {
  const auto number = [](const std::optional<double>& value) {
    return value ? nlohmann::json(*value) : nlohmann::json();
  };
  return {{"name", row.name},
          {"unit", row.unit},
          {"figure", number(row.figure)},
          {"spread", number(row.spread)},
          {"compared_with", row.compared_with},
          {"baseline", number(row.baseline)},
          {"ratio", number(row.ratio)},
          {"goal", row.goal},
          {"met", row.met ? nlohmann::json(*row.met) : nlohmann::json()},
          {"note", row.note}};
}

int Help() {
  std::cout
      << "Usage: vedette_bench [FILE [AREA...]]\n\n"
         "Measures the areas (all if none is given), prints the table, and writes it to FILE\n"
         "(build/bench.json if none is given).\n\n"
         "  --count  Count instructions of a few hot paths instead\n"
         "  --help   Show this help\n\nAreas:";
  for (const Area& area : kAreas) std::cout << " " << area.name;
  std::cout << "\n";
  return 0;
}

int Unknown(const std::string& argument) {
  std::cerr << "vedette_bench: there is no option " << argument << "; try --help\n";
  return 2;
}

int RunBenchmarks(const std::string& path, const std::vector<std::string>& wanted) {
  const auto is_wanted = [&](const char* name) {
    return wanted.empty() || std::find(wanted.begin(), wanted.end(), name) != wanted.end();
  };
  std::cout << absl::StreamFormat("%-38s %16s %6s  %-34s %9s %7s  %-14s %s\n", "area/name",
                                  "figure", "spread", "compared with", "baseline", "ratio", "goal",
                                  "met");
  nlohmann::json rows = nlohmann::json::array();
  for (const Area& area : kAreas) {
    if (!is_wanted(area.name)) continue;
    for (const BenchRow& row : area.measure()) {
      Print(row);
      rows.push_back(ToJson(row));
    }
  }
  std::error_code ignored;
  std::filesystem::create_directories(std::filesystem::path(path).parent_path(), ignored);
  const nlohmann::json report = {{"time", absl::FormatTime(absl::Now(), absl::UTCTimeZone())},
                                 {"rows", rows}};
  const absl::Status written = WriteFileAtomically(path, report.dump(1) + "\n", 0644);
  if (!written.ok()) std::cerr << "vedette_bench: " << written << "\n";
  return written.ok() ? 0 : 1;
}

}  // namespace
}  // namespace vedette

int main(int argc, char** argv) {
  const std::vector<std::string> arguments(argv + 1, argv + argc);
  if (arguments == std::vector<std::string>{"--help"}) return vedette::Help();
  if (arguments == std::vector<std::string>{"--count"}) return vedette::CountInstructions();
  // An option that there is not would else be the file of a long run.
  if (!arguments.empty() && arguments[0].starts_with("-")) return vedette::Unknown(arguments[0]);
  if (arguments.empty()) return vedette::RunBenchmarks("build/bench.json", {});
  return vedette::RunBenchmarks(arguments[0], {arguments.begin() + 1, arguments.end()});
}
