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
#include "sensor/source/heartbeat.h"
#include "sensor/source/kernel_functions.h"
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
  // The tables of this generation have been put in force.
  void NoteGeneration(uint32_t generation) { expected_.generation = generation; }
  // From now on every act is sent.
  void StopFolding();
  // Nothing new is seen from now on; rings and counters stay. A program that runs at this moment on
  // another CPU goes on to its end.
  void Detach();
  // True: somebody else has written what the programs are told (generation, wanted calls). It is as
  // it was again.
  bool RestoreTables();

  // The places of repeats; empty where nothing is folded. Valid while this is.
  absl::Span<sensor_fold> folds() const { return folds_; }

  // Hooks that are attached, for the heartbeat. These are safe on a second thread while nothing but
  // reading is done here on the first.
  std::vector<HeartbeatSubject::Part> AttachedParts() const;
  bool IsAttached(size_t part) const;
  HeartbeatSubject::Calls CountCalls(KindSet kinds) const;

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
  absl::Status TryOnce(const KernelSupport& support, const RingSourceOptions& options,
                       const KernelFunctions& kernel);
  absl::Status Configure(const KernelSupport& support, const RingSourceOptions& options,
                         const KernelFunctions& kernel);
  absl::Status BlameLoad(int error);
  absl::Status AttachChosen(const RingSourceOptions& options);
  // Makes a chosen hook work: 0 or an errno.
  int AttachHook(size_t index);
  int AttachDispatcher();
  // Cgroups are followed, or known when their first program begins.
  void AttachCgroups();
  absl::Status FillScope(const RingSourceOptions& options);
  absl::Status MapFolds(const RingSourceOptions& options);
  void Unload();

  sensor_object* object_ = nullptr;
  bool direct_reads_ = false;  // Which build of the object.
  std::vector<Hook> hooks_;
  std::vector<std::pair<size_t, bpf_link*>> links_;  // Index into hooks_, and its link.
  std::vector<size_t> handlers_;                     // Indexes of hooks that it calls.
  bpf_link* dispatcher_ = nullptr;                   // Calls the handlers of system calls.
  bool follows_cgroups_ = true;                      // Not where the kernel refused it.
  std::vector<bpf_link*> cgroup_links_;
  sensor_state expected_ = {};     // generation and unfolded, as they have to be.
  sensor_calls calls_ = {};        // The same.
  absl::Span<sensor_fold> folds_;  // Mapped.
};

}  // namespace vedette

#endif  // VEDETTE_SENSOR_SOURCE_SENSOR_OBJECT_H_
