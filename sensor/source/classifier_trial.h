// SPDX-License-Identifier: Apache-2.0
//
// The kernel's classifier on acts that did not take place: for tests that compare it with the one
// in user space, and for measuring it. Attaches nothing.
#ifndef VEDETTE_SENSOR_SOURCE_CLASSIFIER_TRIAL_H_
#define VEDETTE_SENSOR_SOURCE_CLASSIFIER_TRIAL_H_

#include <array>
#include <cstdint>
#include <memory>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "sensor/schema/trial.h"
#include "sensor/source/classifier_maps.h"

namespace vedette {

// What the kernel programs know of an act.
struct TrialAct {
  wire_header header = {};   // Of which kind, comm, uid and exec_id count.
  bool has_path = false;     // `path` is judged, unless it is too long.
  absl::string_view path;    // At most TRIAL_PATH_MAX bytes.
  absl::string_view target;  // Empty: it is not judged. At most TRIAL_PATH_MAX bytes.
  bool has_peer = false;
  uint32_t mode = 0;
  uint16_t port = 0;
  uint16_t own_port = 0;
  uint32_t family = 0;
  uint64_t capabilities = 0;                            // In force.
  std::array<uint8_t, WIRE_ADDRESS_SIZE> address = {};  // Network byte order.
};

// Not thread-safe. Its maps are its own and go with it.
class ClassifierTrial {
 public:
  // kPermissionDenied: not root; kFailedPrecondition: this kernel does not take the program.
  static absl::StatusOr<std::unique_ptr<ClassifierTrial>> Open();
  virtual ~ClassifierTrial() = default;

  // As RingSource::LoadClassifier.
  virtual absl::Status Load(uint32_t generation, const ClassifierImage& image) = 0;

  struct Answer {
    classify_vector survivors = {};
    uint32_t lane = 0;
    int32_t said = 0;          // enum classify_answer
    uint64_t nanoseconds = 0;  // Of all repetitions.
  };
  virtual absl::StatusOr<Answer> Classify(const TrialAct& act, uint32_t repeat) = 0;
  absl::StatusOr<Answer> Classify(const TrialAct& act) { return Classify(act, 1); }

  // A process has run a program (empty: has none), was created, or has ended.
  virtual absl::Status Remember(uint64_t exec_id, absl::string_view exe, uint64_t cgroup = 0) = 0;
  virtual absl::Status Inherit(uint64_t creator, uint64_t exec_id) = 0;
  virtual absl::Status Forget(uint64_t exec_id) = 0;
  // Tells the lineage: `before` (0: nothing is known of it) became exec_id by running `comm`.
  virtual absl::Status Exec(uint64_t before, uint64_t exec_id, absl::string_view comm) = 0;
  // As RingSource::SetScope.
  virtual void SetScope(uint64_t cgroup, classify_scope scope) = 0;
  // As RingSource::TellCgroup, whose values are part of what was loaded; 0: as ForgetCgroup.
  virtual void SetNumber(uint64_t cgroup, uint32_t number) = 0;
};

}  // namespace vedette

#endif  // VEDETTE_SENSOR_SOURCE_CLASSIFIER_TRIAL_H_
