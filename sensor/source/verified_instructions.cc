// SPDX-License-Identifier: Apache-2.0
// No unit test: what it asks is the kernel; tests/kernel runs it.
#include "sensor/source/sensor_object.h"  // Before the skeleton, which names its types.

#include <bpf/libbpf.h>

#include <cerrno>
#include <cstring>
#include <deque>
#include <optional>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "sensor/bpf/sensor_object.skel.h"
#include "sensor/source/bpf_log.h"
#include "sensor/source/open_object.h"

namespace vedette {
namespace {

constexpr uint32_t kStatisticsAlone = 4;  // The verifier's log level.
constexpr size_t kLogBytes = 64 << 10;    // A line for each function and more; else ENOSPC.

struct DestroyObject {
  void operator()(sensor_object* object) const { sensor_object__destroy(object); }
};

// "processed 1234 insns (limit 1000000) ..."; empty if the log does not say.
std::optional<uint32_t> ProcessedIn(absl::string_view log) {
  constexpr absl::string_view kBefore = "processed ";
  const size_t at = log.find(kBefore);
  if (at == absl::string_view::npos) return std::nullopt;
  log.remove_prefix(at + kBefore.size());
  uint32_t count = 0;
  if (!absl::SimpleAtoi(log.substr(0, log.find(' ')), &count)) return std::nullopt;
  return count;
}

}  // namespace

absl::StatusOr<std::vector<std::pair<std::string, uint32_t>>> SensorObject::VerifiedInstructions()
    const {
  const std::unique_ptr<sensor_object, DestroyObject> again(OpenSensorObject(direct_reads_));
  if (again == nullptr) return absl::UnavailableError(WhyRefused(errno, ""));
  std::memcpy(again->rodata, object_->rodata, sizeof(*again->rodata));
  std::deque<std::pair<const bpf_program*, std::string>> logs;
  bpf_program* program = nullptr;
  bpf_object__for_each_program(program, again->obj) {
    const bpf_program* loaded =
        bpf_object__find_program_by_name(object_->obj, bpf_program__name(program));
    bpf_program__set_autoload(program, bpf_program__autoload(loaded));
    if (!bpf_program__autoload(loaded)) continue;
    std::string& log = logs.emplace_back(program, std::string(kLogBytes, '\0')).second;
    bpf_program__set_log_level(program, kStatisticsAlone);
    bpf_program__set_log_buf(program, log.data(), log.size());
  }
  if (const int error = sensor_object__load(again.get()); error != 0) {
    return absl::UnavailableError(WhyRefused(-error, ""));
  }
  std::vector<std::pair<std::string, uint32_t>> counts;
  for (const auto& [verified, log] : logs) {
    const auto count = ProcessedIn(log.c_str());
    if (!count.has_value()) {
      return absl::UnavailableError(
          absl::StrCat("the verifier's log of ", bpf_program__name(verified), " has no count"));
    }
    counts.emplace_back(bpf_program__name(verified), *count);
  }
  return counts;
}

}  // namespace vedette
