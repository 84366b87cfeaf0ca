// SPDX-License-Identifier: Apache-2.0
//
// The linked object of the programs that decide, loaded and attached: Enforcer's part that knows
// libbpf's skeleton.
#ifndef VEDETTE_SENSOR_SOURCE_ENFORCER_OBJECT_H_
#define VEDETTE_SENSOR_SOURCE_ENFORCER_OBJECT_H_

#include <array>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "sensor/schema/control.h"
#include "sensor/schema/enforce.h"
#include "sensor/source/classifier_maps.h"
#include "sensor/source/enforcer.h"
#include "sensor/source/kernel_functions.h"
#include "sensor/source/pins.h"

struct bpf_link;
struct enforcer_object;

namespace vedette {

// Not thread-safe. When it is destroyed, what is not pinned is detached.
class EnforcerObject {
 public:
  static absl::StatusOr<std::unique_ptr<EnforcerObject>> Attach(const EnforcerOptions& options);
  ~EnforcerObject();
  EnforcerObject(const EnforcerObject&) = delete;
  EnforcerObject& operator=(const EnforcerObject&) = delete;

  absl::Status Pin(const Pins& pins, uint32_t set) const;
  ClassifierMaps classifier() const;
  enforce_state& enforcement() const;
  int ring_fd() const;
  int terms_fd() const;
  int counters_fd() const;
  int aliases_fd() const;
  int spared_fd() const;
  int cgroups_fd() const;
  int traits_fd() const;
  // Lets the programs know all that is ours by its number: MARK_AGAINST_SELF of kernel_bpf.
  absl::Status NameIds() const;
  std::vector<Hook>& hooks() { return hooks_; }

 private:
  EnforcerObject() = default;
  absl::Status TryOnce(const EnforcerOptions& options, const KernelFunctions& kernel);
  absl::Status Configure(const EnforcerOptions& options, const KernelFunctions& kernel);
  absl::Status TakeLineages(const Pins& pins);
  absl::Status FollowLineages();
  absl::Status BlameLoad(int error, std::vector<size_t> suspects);
  void Unload();

  enforcer_object* object_ = nullptr;
  std::vector<Hook> hooks_;
  std::vector<std::pair<std::string, bpf_link*>> links_;  // By the program's name.
};

}  // namespace vedette

#endif  // VEDETTE_SENSOR_SOURCE_ENFORCER_OBJECT_H_
