// SPDX-License-Identifier: Apache-2.0
//
// The linked object of all programs, loaded and attached: which alternatives, with which maps.
// RingSource reads what it delivers.
#ifndef VEDETTE_SENSOR_SOURCE_SENSOR_OBJECT_H_
#define VEDETTE_SENSOR_SOURCE_SENSOR_OBJECT_H_

#include <cstddef>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "sensor/source/ring_source.h"

struct bpf_link;
struct bpf_map;
struct sensor_object;

namespace vedette {

// Not thread-safe. Everything is detached and unloaded when it is destroyed.
class SensorObject {
 public:
  // Loads and attaches; goes on to the next alternative of a kind whenever the kernel refuses one.
  static absl::StatusOr<std::unique_ptr<SensorObject>> Attach(const KernelSupport& support,
                                                              SensorMode mode,
                                                              const RingSourceOptions& options);
  ~SensorObject();
  SensorObject(const SensorObject&) = delete;
  SensorObject& operator=(const SensorObject&) = delete;

  std::vector<Hook>& hooks() { return hooks_; }
  const sensor_object& object() const { return *object_; }
  sensor_state& state();

  // All process_seen records, as the task iterator gives them. kUnavailable: this kernel has no
  // such iterator.
  absl::StatusOr<std::vector<std::byte>> ReadProcesses();

  // How many instructions the verifier looks at, by program, of those that are loaded. Loads them
  // once more for its log. kUnavailable: the kernel does not take them a second time.
  absl::StatusOr<std::vector<std::pair<std::string, uint32_t>>> VerifiedInstructions() const;

  // Counters summed over all CPUs, by kind; `skipped` by the kernel included.
  std::array<KindTotals, WIRE_KIND_LIMIT> Totals() const;

 private:
  SensorObject() = default;
  // One attempt with the present choice. OK: done, or some hook has been rejected and the choice
  // must be made anew (then object_ is empty).
  absl::Status TryOnce(const KernelSupport& support, const RingSourceOptions& options);
  absl::Status Configure(const KernelSupport& support, const RingSourceOptions& options);
  absl::Status BlameLoad(int error);
  absl::Status AttachChosen(const RingSourceOptions& options);
  // Makes a chosen hook work: 0 or an errno.
  int AttachHook(size_t index);
  int AttachDispatcher();
  absl::Status FillScope(const RingSourceOptions& options);
  void Unload();

  sensor_object* object_ = nullptr;
  bool direct_reads_ = false;  // Which build of the object.
  std::vector<Hook> hooks_;
  std::vector<std::pair<size_t, bpf_link*>> links_;  // Index into hooks_, and its link.
  bpf_link* dispatcher_ = nullptr;                   // Calls the handlers of system calls.
};

}  // namespace vedette

#endif  // VEDETTE_SENSOR_SOURCE_SENSOR_OBJECT_H_
