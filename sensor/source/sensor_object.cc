// SPDX-License-Identifier: Apache-2.0
// No unit test: what it does is done by the kernel; tests/kernel and tests/native run it.
#include "sensor/source/sensor_object.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <set>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "base/file.h"
#include "base/log.h"
#include "base/status_macros.h"
#include "sensor/bpf/sensor_object.skel.h"
#include "sensor/schema/calls.h"
#include "sensor/source/bpf_log.h"
#include "sensor/source/kernel_functions.h"

namespace vedette {
namespace {

constexpr size_t kVerifierLogBytes = 16 << 20;  // For as long as a refusal is looked into.
constexpr char kSnapshotProgram[] = "process_seen__iter";

// The hooks of the object with what is known of them before anything is loaded.
std::vector<Hook> ListHooks(const sensor_object& object, SensorMode mode,
                            const RingSourceOptions& options) {
  const KernelFunctions kernel;
  const std::set<std::string> disabled(options.disabled_hooks.begin(),
                                       options.disabled_hooks.end());
  std::vector<Hook> hooks;
  bpf_program* program = nullptr;
  bpf_object__for_each_program(program, object.obj) {
    const std::string name = bpf_program__name(program);
    if (name == kSnapshotProgram) continue;
    Hook hook;
    hook.program = name;
    hook.section = bpf_program__section_name(program);
    hook.kind = FindKindByName(name.substr(0, name.find("__")));
    if (hook.kind == nullptr) continue;
    if ((options.wanted & KindBit(hook.kind->kind)) == 0) {
      hook.state = HookState::kUnwanted;
      hook.why = "no rule and no recording setting needs it";
    } else if (!FitsMode(hook.section, mode)) {
      hook.state = HookState::kUnfit;
      hook.why = absl::StrCat("needs another mode than ", SensorModeName(mode));
    } else if (disabled.count(hook.section) > 0) {
      hook.state = HookState::kDisabled;
      hook.why = "disabled by configuration";
    } else if (!kernel.HasTarget(hook.section)) {
      hook.state = HookState::kMissing;
      hook.why = "this kernel has no such function";
    }
    hooks.push_back(std::move(hook));
  }
  // Programs come by section, and several families share those of system calls: the last resort of
  // each.
  std::stable_partition(hooks.begin(), hooks.end(), [](const Hook& hook) {
    return !absl::StartsWith(hook.section, "tp_btf/sys_");
  });
  return hooks;
}

uint32_t RingBytes(uint64_t wanted) {
  const auto page = static_cast<uint64_t>(sysconf(_SC_PAGESIZE));
  uint64_t bytes = page;
  while (bytes < wanted && bytes < (uint64_t{1} << 30)) bytes *= 2;
  return static_cast<uint32_t>(bytes);
}

}  // namespace

SensorObject::~SensorObject() { Unload(); }

void SensorObject::Unload() {
  for (const auto& [index, link] : links_) bpf_link__destroy(link);
  links_.clear();
  bpf_link__destroy(dispatcher_);  // Null is fine.
  dispatcher_ = nullptr;
  sensor_object__destroy(object_);
  object_ = nullptr;
}

sensor_state& SensorObject::state() {
  static_assert(sizeof(object_->bss->state) == sizeof(sensor_state));
  return *reinterpret_cast<sensor_state*>(&object_->bss->state);
}

absl::StatusOr<std::unique_ptr<SensorObject>> SensorObject::Attach(
    const KernelSupport& support, SensorMode mode, const RingSourceOptions& options) {
  QuietLibbpf();
  std::unique_ptr<SensorObject> sensor(new SensorObject);
  sensor->object_ = sensor_object__open();
  if (sensor->object_ == nullptr) {
    return absl::FailedPreconditionError(
        absl::StrCat("cannot read our own BPF object: ", WhyRefused(errno, "")));
  }
  sensor->hooks_ = ListHooks(*sensor->object_, mode, options);
  RETURN_IF_ERROR(CheckHookNames(sensor->hooks_, options.disabled_hooks));
  // Each round that fails rejects at least one hook, so this ends.
  for (size_t round = 0; round <= sensor->hooks_.size(); ++round) {
    ChooseHooks(absl::MakeSpan(sensor->hooks_));
    RETURN_IF_ERROR(sensor->TryOnce(support, options));
    if (sensor->object_ != nullptr) return sensor;
    sensor->object_ = sensor_object__open();
    if (sensor->object_ == nullptr) break;
  }
  return absl::FailedPreconditionError("the kernel refuses every hook; run: vedette doctor");
}

absl::Status SensorObject::Configure(const KernelSupport& support,
                                     const RingSourceOptions& options) {
  const KernelFunctions kernel;
  sensor_config config = kernel.Constants();
  config.scope = options.scope.kind;
  config.scope_cgroup = options.scope.cgroup_id;
  config.scope_cgroup_level = options.scope.cgroup_level;
  config.self_pid = support.self_pid;
  config.with_environment = options.with_environment;
  config.bulk_per_cgroup = options.bulk_per_cgroup;
  object_->rodata->parameters_of_security_bpf = kernel.ParameterCount("security_bpf");
  object_->rodata->parameters_of_hugetlb_file_setup = kernel.ParameterCount("hugetlb_file_setup");
  static_assert(sizeof(object_->rodata->config) == sizeof(config));
  std::memcpy(&object_->rodata->config, &config, sizeof(config));
  bpf_map__set_max_entries(object_->maps.ring_critical, RingBytes(options.ring_bytes_critical));
  bpf_map__set_max_entries(object_->maps.ring_bulk, RingBytes(options.ring_bytes_bulk));
  for (const Hook& hook : hooks_) {
    bpf_program* program = bpf_object__find_program_by_name(object_->obj, hook.program.c_str());
    bpf_program__set_autoload(program, hook.state == HookState::kAttached);
  }
  bpf_program__set_autoload(object_->progs.process_seen__iter, true);
  bpf_program__set_autoload(object_->progs.dispatch_sys_exit,
                            std::any_of(hooks_.begin(), hooks_.end(), [](const Hook& hook) {
                              return hook.state == HookState::kAttached &&
                                     IsCallHandler(hook.section);
                            }));
  return absl::OkStatus();
}

absl::Status SensorObject::TryOnce(const KernelSupport& support, const RingSourceOptions& options) {
  RETURN_IF_ERROR(Configure(support, options));
  if (const int error = sensor_object__load(object_); error != 0) return BlameLoad(-error);
  return AttachChosen(options);
}

// One refused program fails the whole object, and the error does not say which: load each alone.
absl::Status SensorObject::BlameLoad(int error) {
  // With the same constants: they decide which ways through a program the verifier looks at.
  const auto constants = *object_->rodata;
  Unload();
  std::string log(kVerifierLogBytes, '\0');
  bool blamed = false;
  for (Hook& hook : hooks_) {
    if (hook.state != HookState::kAttached) continue;
    sensor_object* alone = sensor_object__open();
    if (alone == nullptr) break;
    std::memcpy(alone->rodata, &constants, sizeof(constants));
    bpf_program* program = bpf_object__find_program_by_name(alone->obj, hook.program.c_str());
    bpf_program__set_autoload(program, true);
    log[0] = '\0';
    bpf_program__set_log_buf(program, log.data(), log.size());
    const int refused = sensor_object__load(alone);
    sensor_object__destroy(alone);
    if (refused == 0) continue;
    RejectHook(absl::MakeSpan(hooks_), hook, HookState::kRefused,
               WhyRefused(-refused, log.c_str()));
    blamed = true;
    break;
  }
  if (blamed) return absl::OkStatus();
  return absl::FailedPreconditionError(
      absl::StrCat("the kernel refuses our maps or the process iterator: ", WhyRefused(error, "")));
}

absl::Status SensorObject::AttachChosen(const RingSourceOptions& options) {
  // Processes first, so that none is born unseen between the snapshot and the rest.
  for (const bool processes : {true, false}) {
    for (size_t i = 0; i < hooks_.size(); ++i) {
      Hook& hook = hooks_[i];
      if (hook.state != HookState::kAttached) continue;
      if ((hook.kind->category == "process") != processes) continue;
      const int error = AttachHook(i);
      if (error == 0) continue;
      Unload();
      RejectHook(absl::MakeSpan(hooks_), hook, HookState::kRefused, WhyRefused(error, ""));
      return absl::OkStatus();
    }
    if (processes) RETURN_IF_ERROR(FillScope(options));
  }
  return absl::OkStatus();
}

int SensorObject::AttachHook(size_t index) {
  const Hook& hook = hooks_[index];
  const bpf_program* program = bpf_object__find_program_by_name(object_->obj, hook.program.c_str());
  if (!IsCallHandler(hook.section)) {
    bpf_link* link = bpf_program__attach(program);
    if (link == nullptr) return errno;
    links_.emplace_back(index, link);
    return 0;
  }
  if (const int error = AttachDispatcher(); error != 0) return error;
  const uint32_t kind = hook.kind->kind;
  const int fd = bpf_program__fd(program);
  if (bpf_map__update_elem(object_->maps.call_handlers, &kind, sizeof(kind), &fd, sizeof(fd),
                           BPF_ANY) != 0) {
    return errno;
  }
  auto& calls = *reinterpret_cast<sensor_calls*>(&object_->bss->calls);
  for (const absl::string_view type : absl::StrSplit(hook.kind->types, ',')) {
    for (const Call& call : Calls()) {
      if (call.name != type) continue;
      for (const bool compat : {false, true}) {
        const int32_t number = call.Number(NativeCalls(compat));
        // The first kind that wants a call has it.
        if (number < 0 || calls.kinds[compat ? 1 : 0][number] != 0) continue;
        calls.kinds[compat ? 1 : 0][number] = static_cast<__u8>(kind);
      }
    }
  }
  return 0;
}

int SensorObject::AttachDispatcher() {
  if (dispatcher_ != nullptr) return 0;
  dispatcher_ = bpf_program__attach(object_->progs.dispatch_sys_exit);
  return dispatcher_ == nullptr ? errno : 0;
}

absl::Status SensorObject::FillScope(const RingSourceOptions& options) {
  if (options.scope.kind != SCOPE_PROCESS_TREE) return absl::OkStatus();
  // A process that forks while we look adds its child itself if it is in already; so repeat until
  // nothing is new.
  std::set<uint32_t> known;
  bool grown = true;
  while (grown) {
    grown = false;
    for (const uint32_t pid : ProcessTreeOf(options.scope.pid)) {
      if (!known.insert(pid).second) continue;
      const uint32_t value = 1;
      if (bpf_map__update_elem(object_->maps.scope_processes, &pid, sizeof(pid), &value,
                               sizeof(value), BPF_ANY) != 0) {
        return absl::ResourceExhaustedError(
            absl::StrCat("the process tree of ", options.scope.pid, " is too large"));
      }
      grown = true;
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<std::byte>> SensorObject::ReadProcesses() {
  bpf_link* link = bpf_program__attach(object_->progs.process_seen__iter);
  if (link == nullptr) {
    return absl::UnavailableError(
        absl::StrCat("the kernel does not list its processes for us: ", WhyRefused(errno, "")));
  }
  std::vector<std::byte> records;
  const OwnedFd iterator(bpf_iter_create(bpf_link__fd(link)));
  std::vector<std::byte> chunk(64 * 1024);
  while (iterator.valid()) {
    const ssize_t size = read(iterator.get(), chunk.data(), chunk.size());
    if (size < 0 && (errno == EAGAIN || errno == EINTR)) continue;
    if (size <= 0) break;
    records.insert(records.end(), chunk.begin(), chunk.begin() + size);
  }
  bpf_link__destroy(link);
  return records;
}

std::array<KindTotals, WIRE_KIND_LIMIT> SensorObject::Totals() const {
  std::array<KindTotals, WIRE_KIND_LIMIT> totals = {};
  const auto cpus = static_cast<size_t>(libbpf_num_possible_cpus());
  std::vector<sensor_counters> per_cpu(cpus);
  for (const KindInfo& info : Kinds()) {
    const uint32_t key = info.kind;
    if (bpf_map__lookup_elem(object_->maps.counters, &key, sizeof(key), per_cpu.data(),
                             cpus * sizeof(sensor_counters), 0) != 0) {
      continue;
    }
    // A struct of 64-bit counters: summed as an array, so that a new counter needs no line here.
    auto* sum = reinterpret_cast<__u64*>(&totals[key].counted);
    for (const sensor_counters& counters : per_cpu) {
      const auto* counts = reinterpret_cast<const __u64*>(&counters);
      for (size_t i = 0; i < sizeof(counters) / sizeof(__u64); ++i) sum[i] += counts[i];
    }
  }
  const auto add_skipped = [&](const bpf_program* program, uint32_t kind) {
    bpf_prog_info info = {};
    __u32 size = sizeof(info);
    if (bpf_obj_get_info_by_fd(bpf_program__fd(program), &info, &size) == 0) {
      totals[kind].skipped += info.recursion_misses;
    }
  };
  for (const auto& [index, link] : links_) {
    const Hook& hook = hooks_[index];
    add_skipped(bpf_object__find_program_by_name(object_->obj, hook.program.c_str()),
                hook.kind->kind);
  }
  // Which call was skipped, nobody knows.
  if (dispatcher_ != nullptr) add_skipped(object_->progs.dispatch_sys_exit, WIRE_system_call);
  return totals;
}

}  // namespace vedette
