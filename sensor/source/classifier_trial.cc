// SPDX-License-Identifier: Apache-2.0
// No unit test: it is one; tests/classifier runs it.
#include "sensor/source/classifier_trial.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string>

#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "sensor/bpf/trial_object.skel.h"
#include "sensor/source/bpf_log.h"

namespace vedette {
namespace {

// enum classify_input, of sensor/bpf/classify.h.
constexpr uint32_t kHasPath = 1, kHasPeer = 2;
constexpr size_t kVerifierLogBytes = 64 * 1024;

struct CloseTrial {
  void operator()(trial_object* object) const { trial_object__destroy(object); }
};

class KernelTrial : public ClassifierTrial {
 public:
  absl::Status Start() {
    object_.reset(trial_object__open());
    if (object_ == nullptr) return absl::FailedPreconditionError(WhyRefused(errno, ""));
    program_ = object_->progs.classify_trial_run;
    // The kernel frowns on memory that such a program takes as it runs; few processes are told.
    bpf_map__set_map_flags(object_->maps.lineages, 0);
    bpf_map__set_max_entries(object_->maps.lineages, 1024);
    std::string log(kVerifierLogBytes, '\0');
    bpf_program__set_autoload(program_, true);
    bpf_program__set_log_buf(program_, log.data(), log.size());
    const int error = trial_object__load(object_.get());
    if (error != 0) return absl::FailedPreconditionError(WhyRefused(-error, log.c_str()));
    bpf_program__set_log_buf(program_, nullptr, 0);
    return absl::OkStatus();
  }

  absl::Status Load(uint32_t generation, const ClassifierImage& image) override {
    const ClassifierMaps maps = {.kinds = bpf_map__fd(object_->maps.classify_kinds),
                                 .values = bpf_map__fd(object_->maps.classify_values),
                                 .names = bpf_map__fd(object_->maps.classify_names),
                                 .paths = bpf_map__fd(object_->maps.classify_paths),
                                 .traits = bpf_map__fd(object_->maps.classify_traits),
                                 .state = &object_->bss->state};
    return maps.Load(generation, image);
  }

  absl::StatusOr<Answer> Classify(const TrialAct& act, uint32_t repeat) override {
    classify_trial& trial = Begin(TRIAL_CLASSIFY, act.header, act.path);
    trial.input = (act.has_path ? kHasPath : 0) | (act.has_peer ? kHasPeer : 0);
    const absl::string_view target = act.target.substr(0, TRIAL_PATH_MAX);
    std::memcpy(trial.target, target.data(), target.size());
    trial.target_size = static_cast<uint32_t>(target.size());
    trial.mode = act.mode;
    trial.ports = act.port | static_cast<uint32_t>(act.own_port) << 16;
    trial.family = act.family;
    trial.capabilities = act.capabilities;
    std::copy(act.address.begin(), act.address.end(), std::begin(trial.address));
    trial.repeat = repeat;
    RETURN_IF_ERROR(Run());
    Answer answer;
    std::copy(std::begin(trial.header.survivors), std::end(trial.header.survivors),
              std::begin(answer.survivors.words));
    answer.lane = trial.header.lane;
    answer.said = trial.answer;
    answer.nanoseconds = trial.nanoseconds;
    return answer;
  }

  absl::Status Remember(uint64_t exec_id, absl::string_view exe, uint64_t cgroup) override {
    wire_header header = {};
    header.exec_id = exec_id;
    Begin(TRIAL_REMEMBER, header, exe).cgroup = cgroup;
    return Run();
  }

  absl::Status Inherit(uint64_t creator, uint64_t exec_id) override {
    wire_header header = {};
    header.exec_id = exec_id;
    Begin(TRIAL_INHERIT, header, "").creator = creator;
    return Run();
  }

  absl::Status Forget(uint64_t exec_id) override {
    wire_header header = {};
    header.exec_id = exec_id;
    Begin(TRIAL_FORGET, header, "");
    return Run();
  }

  absl::Status Exec(uint64_t before, uint64_t exec_id, absl::string_view comm) override {
    wire_header header = {};
    header.exec_id = exec_id;
    std::memcpy(header.comm, comm.data(), std::min<size_t>(comm.size(), WIRE_COMM_SIZE - 1));
    Begin(TRIAL_EXEC, header, "").creator = before;
    return Run();
  }

  void SetScope(uint64_t cgroup, classify_scope scope) override {
    SetCgroupScope(bpf_map__fd(object_->maps.classify_scopes), cgroup, scope);
  }

  void SetNumber(uint64_t cgroup, uint32_t number) override {
    const int fd = bpf_map__fd(object_->maps.cgroup_numbers);
    if (number == 0) {
      bpf_map_delete_elem(fd, &cgroup);
    } else {
      bpf_map_update_elem(fd, &cgroup, &number, BPF_ANY);
    }
    ++object_->bss->state.cgroups_told;
  }

 private:
  classify_trial& Begin(trial_step step, const wire_header& header, absl::string_view path) {
    classify_trial& trial = object_->bss->trial;
    trial = {};
    trial.header = header;
    trial.step = step;
    path = path.substr(0, TRIAL_PATH_MAX);
    std::memcpy(trial.path, path.data(), path.size());
    trial.path_size = static_cast<uint32_t>(path.size());
    const size_t slash = path.rfind('/');
    const size_t name = slash == absl::string_view::npos ? 0 : slash + 1;
    trial.name_size = static_cast<uint32_t>(path.size() - name);
    return trial;
  }

  absl::Status Run() {
    LIBBPF_OPTS(bpf_test_run_opts, options);
    if (bpf_prog_test_run_opts(bpf_program__fd(program_), &options) == 0) return absl::OkStatus();
    return absl::InternalError(absl::StrCat("the program did not run: ", std::strerror(errno)));
  }

  std::unique_ptr<trial_object, CloseTrial> object_;
  bpf_program* program_ = nullptr;
};

}  // namespace

absl::StatusOr<std::unique_ptr<ClassifierTrial>> ClassifierTrial::Open() {
  if (geteuid() != 0) {
    return absl::PermissionDeniedError("loading programs into the kernel takes root: use sudo");
  }
  auto trial = std::make_unique<KernelTrial>();
  RETURN_IF_ERROR(trial->Start());
  return trial;
}

}  // namespace vedette
