// SPDX-License-Identifier: Apache-2.0
//
// What this kernel lets us do, found by doing it: each way to attach is loaded, attached and has to
// be called on an act of our own. Reading version numbers or asking for program types answers
// wrongly (docs/design.md 5).
#ifndef VEDETTE_SENSOR_SOURCE_KERNEL_SUPPORT_H_
#define VEDETTE_SENSOR_SOURCE_KERNEL_SUPPORT_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "sensor/schema/control.h"  // Before the skeletons, which name its types.

namespace vedette {

enum class SensorMode : uint8_t { kLsm, kFentry, kTracepoint };
absl::string_view SensorModeName(SensorMode mode);  // "lsm", "fentry", "tracepoint"
std::optional<SensorMode> ParseSensorMode(absl::string_view name);

// One way to attach: does it work, and if not, why and what can be done about it. `why` is a
// sentence.
struct AttachSupport {
  bool works = false;
  std::string why;
};

struct KernelSupport {
  std::string release;   // As uname -r.
  std::string lsm_list;  // /sys/kernel/security/lsm; empty if it cannot be read.
  bool has_btf = false;
  AttachSupport lsm, fentry, fmod_ret, tracepoint;
  AttachSupport
      direct_reads;  // Plain loads of any kernel memory; else by a helper, at 20 times the cost.
  uint32_t self_pid = 0;  // Our process id as the kernel counts it.

  // The best mode that works; empty if none does.
  std::optional<SensorMode> BestMode() const;
  const AttachSupport& Of(SensorMode mode) const;
};

// Takes some 100 ms. Needs root (or CAP_BPF and CAP_PERFMON); without, everything fails with that
// reason.
KernelSupport ProbeKernel();

}  // namespace vedette

#endif  // VEDETTE_SENSOR_SOURCE_KERNEL_SUPPORT_H_
