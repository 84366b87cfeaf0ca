// SPDX-License-Identifier: Apache-2.0
// No unit test: what it does is done by the kernel; tests/kernel and tests/native run it.
#include "sensor/source/sensor_object.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <iterator>
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
#include "sensor/source/open_object.h"

namespace vedette {
namespace {

constexpr size_t kVerifierLogBytes = 16 << 20;  // For as long as a refusal is looked into.
constexpr char kSnapshotProgram[] = "process_seen__iter";
// They serve no kind of event.
constexpr const char* kCgroupPrograms[] = {"cgroup_made", "cgroup_removed"};

// The hooks of the object with what is known of them before anything is loaded.
std::vector<Hook> ListHooks(const sensor_object& object, const KernelFunctions& kernel,
                            SensorMode mode, const RingSourceOptions& options) {
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

uint32_t FoldPlaces() { return static_cast<uint32_t>(libbpf_num_possible_cpus()) * SENSOR_FOLDS; }

// Which part of a kind the acts of own_acts.h come by.
bool HasOurActs(const Hook& hook) {
  const absl::string_view part = PartOf(hook.program);
  return part.empty() || part == (hook.kind->kind == WIRE_file_open ? "path" : "call");
}

}  // namespace

SensorObject::~SensorObject() { Unload(); }

void SensorObject::Detach() {
  for (const auto& [index, link] : links_) bpf_link__destroy(link);
  links_.clear();
  for (bpf_link* link : cgroup_links_) bpf_link__destroy(link);
  cgroup_links_.clear();
  bpf_link__destroy(dispatcher_);  // Null is fine.
  dispatcher_ = nullptr;
}

void SensorObject::Unload() {
  Detach();
  handlers_.clear();
  calls_ = {};
  if (!folds_.empty()) munmap(folds_.data(), folds_.size() * sizeof(sensor_fold));
  folds_ = {};
  sensor_object__destroy(object_);
  object_ = nullptr;
}

sensor_state& SensorObject::state() {
  static_assert(sizeof(object_->bss->state) == sizeof(sensor_state));
  return *reinterpret_cast<sensor_state*>(&object_->bss->state);
}

void SensorObject::StopFolding() {
  expected_.unfolded = 1;
  __atomic_store_n(&state().unfolded, expected_.unfolded, __ATOMIC_RELEASE);
}

bool SensorObject::RestoreTables() {
  static_assert(sizeof(object_->bss->calls) == sizeof(calls_));
  sensor_state& now = state();
  if (now.generation == expected_.generation && now.unfolded == expected_.unfolded &&
      std::memcmp(&object_->bss->calls, &calls_, sizeof(calls_)) == 0) {
    return false;
  }
  std::memcpy(&object_->bss->calls, &calls_, sizeof(calls_));
  __atomic_store_n(&now.unfolded, expected_.unfolded, __ATOMIC_RELEASE);
  __atomic_store_n(&now.generation, expected_.generation, __ATOMIC_RELEASE);
  return true;
}

absl::StatusOr<std::unique_ptr<SensorObject>> SensorObject::Attach(
    const KernelSupport& support, SensorMode mode, const RingSourceOptions& options) {
  QuietLibbpf();
  const KernelFunctions kernel;
  std::unique_ptr<SensorObject> sensor(new SensorObject);
  sensor->direct_reads_ = support.direct_reads.works;
  sensor->object_ = OpenSensorObject(sensor->direct_reads_);
  if (sensor->object_ == nullptr) {
    return absl::FailedPreconditionError(
        absl::StrCat("cannot read our own BPF object: ", WhyRefused(errno, "")));
  }
  sensor->hooks_ = ListHooks(*sensor->object_, kernel, mode, options);
  RETURN_IF_ERROR(CheckHookNames(sensor->hooks_, options.disabled_hooks));
  // Each round that fails rejects at least one hook, so this ends.
  for (size_t round = 0; round <= sensor->hooks_.size(); ++round) {
    ChooseHooks(absl::MakeSpan(sensor->hooks_));
    RETURN_IF_ERROR(sensor->TryOnce(support, options, kernel));
    if (sensor->object_ != nullptr) return sensor;
    sensor->object_ = OpenSensorObject(sensor->direct_reads_);
    if (sensor->object_ == nullptr) break;
  }
  return absl::FailedPreconditionError("the kernel refuses every hook; run: vedette doctor");
}

absl::Status SensorObject::Configure(const KernelSupport& support, const RingSourceOptions& options,
                                     const KernelFunctions& kernel) {
  sensor_config config = kernel.Constants();
  config.scope = options.scope.kind;
  config.scope_cgroup = options.scope.cgroup_id;
  config.scope_cgroup_level = options.scope.cgroup_level;
  config.self_pid = support.self_pid;
  config.with_environment = options.with_environment;
  config.bulk_per_cgroup = options.bulk_per_cgroup;
  config.fold_ns = static_cast<uint64_t>(absl::ToInt64Nanoseconds(options.fold));
  object_->rodata->parameters_of_security_bpf = kernel.ParameterCount("security_bpf");
  object_->rodata->parameters_of_hugetlb_file_setup = kernel.ParameterCount("hugetlb_file_setup");
  static_assert(sizeof(object_->rodata->config) == sizeof(config));
  std::memcpy(&object_->rodata->config, &config, sizeof(config));
  bpf_map__set_max_entries(object_->maps.ring_critical, RingBytes(options.ring_bytes_critical));
  bpf_map__set_max_entries(object_->maps.ring_bulk, RingBytes(options.ring_bytes_bulk));
  if (config.fold_ns != 0) bpf_map__set_max_entries(object_->maps.folds, FoldPlaces());
  for (const Hook& hook : hooks_) {
    bpf_program* program = bpf_object__find_program_by_name(object_->obj, hook.program.c_str());
    bpf_program__set_autoload(program, hook.state == HookState::kAttached);
  }
  bpf_program__set_autoload(object_->progs.process_seen__iter, true);
  for (const char* name : kCgroupPrograms) {
    bpf_program* program = bpf_object__find_program_by_name(object_->obj, name);
    follows_cgroups_ = follows_cgroups_ && kernel.HasTarget(bpf_program__section_name(program));
    bpf_program__set_autoload(program, follows_cgroups_);
  }
  bpf_program__set_autoload(object_->progs.dispatch_sys_exit,
                            std::any_of(hooks_.begin(), hooks_.end(), [](const Hook& hook) {
                              return hook.state == HookState::kAttached &&
                                     IsCallHandler(hook.section);
                            }));
  return absl::OkStatus();
}

absl::Status SensorObject::TryOnce(const KernelSupport& support, const RingSourceOptions& options,
                                   const KernelFunctions& kernel) {
  RETURN_IF_ERROR(Configure(support, options, kernel));
  if (const int error = sensor_object__load(object_); error != 0) return BlameLoad(-error);
  RETURN_IF_ERROR(MapFolds(options));
  return AttachChosen(options);
}

// One refused program fails the whole object, and the error does not say which: load each alone.
absl::Status SensorObject::BlameLoad(int error) {
  // With the same constants: they decide which ways through a program the verifier looks at.
  const auto constants = *object_->rodata;
  Unload();
  std::string log(kVerifierLogBytes, '\0');
  // 0 if the kernel takes the program, else -errno; the log says why.
  const auto load_alone = [&](const char* name) {
    sensor_object* alone = OpenSensorObject(direct_reads_);
    if (alone == nullptr) return 0;
    std::memcpy(alone->rodata, &constants, sizeof(constants));
    bpf_program* program = bpf_object__find_program_by_name(alone->obj, name);
    bpf_program__set_autoload(program, true);
    log[0] = '\0';
    bpf_program__set_log_buf(program, log.data(), log.size());
    const int refused = sensor_object__load(alone);
    sensor_object__destroy(alone);
    return refused;
  };
  bool has_handlers = false;
  for (Hook& hook : hooks_) {
    if (hook.state != HookState::kAttached) continue;
    has_handlers = has_handlers || IsCallHandler(hook.section);
    const int refused = load_alone(hook.program.c_str());
    if (refused == 0) continue;
    RejectHook(absl::MakeSpan(hooks_), hook, HookState::kRefused,
               WhyRefused(-refused, log.c_str()));
    return absl::OkStatus();
  }
  const int refused = has_handlers ? load_alone("dispatch_sys_exit") : 0;
  if (refused == 0 && follows_cgroups_) {
    follows_cgroups_ = std::all_of(std::begin(kCgroupPrograms), std::end(kCgroupPrograms),
                                   [&](const char* name) { return load_alone(name) == 0; });
    if (!follows_cgroups_) return absl::OkStatus();
  }
  if (refused == 0) {
    return absl::FailedPreconditionError(absl::StrCat(
        "the kernel refuses our maps or the process iterator: ", WhyRefused(error, "")));
  }
  // Without it no handler is ever called.
  for (Hook& hook : hooks_) {
    if (!IsCallHandler(hook.section) || hook.state == HookState::kUnwanted) continue;
    RejectHook(absl::MakeSpan(hooks_), hook, HookState::kRefused,
               absl::StrCat("dispatch_sys_exit: ", WhyRefused(-refused, log.c_str())));
  }
  return absl::OkStatus();
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
  AttachCgroups();
  return absl::OkStatus();
}

void SensorObject::AttachCgroups() {
  if (!follows_cgroups_) return;
  for (const char* name : kCgroupPrograms) {
    bpf_link* link = bpf_program__attach(bpf_object__find_program_by_name(object_->obj, name));
    if (link != nullptr) cgroup_links_.push_back(link);
  }
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
  handlers_.push_back(index);
  for (const absl::string_view type : absl::StrSplit(hook.kind->types, ',')) {
    for (const Call& call : Calls()) {
      if (call.name != type) continue;
      for (const bool compat : {false, true}) {
        const int32_t number = call.Number(NativeCalls(compat));
        // The first kind that wants a call has it.
        if (number < 0 || calls_.kinds[compat ? 1 : 0][number] != 0) continue;
        calls_.kinds[compat ? 1 : 0][number] = static_cast<__u8>(kind);
      }
    }
  }
  std::memcpy(&object_->bss->calls, &calls_, sizeof(calls_));
  return 0;
}

int SensorObject::AttachDispatcher() {
  if (dispatcher_ != nullptr) return 0;
  dispatcher_ = bpf_program__attach(object_->progs.dispatch_sys_exit);
  return dispatcher_ == nullptr ? errno : 0;
}

absl::Status SensorObject::MapFolds(const RingSourceOptions& options) {
  if (options.fold == absl::ZeroDuration()) return absl::OkStatus();
  const size_t places = FoldPlaces();
  void* memory = mmap(nullptr, places * sizeof(sensor_fold), PROT_READ | PROT_WRITE, MAP_SHARED,
                      bpf_map__fd(object_->maps.folds), 0);
  if (memory == MAP_FAILED) {
    return absl::ErrnoToStatus(errno, "cannot map the places of repeats (sensor.fold)");
  }
  folds_ = absl::MakeSpan(static_cast<sensor_fold*>(memory), places);
  return absl::OkStatus();
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

std::vector<HeartbeatSubject::Part> SensorObject::AttachedParts() const {
  std::vector<HeartbeatSubject::Part> parts;
  const auto add = [&](size_t index) {
    const Hook& hook = hooks_[index];
    parts.push_back({hook.section, hook.kind->kind, HasOurActs(hook)});
  };
  for (const auto& [index, link] : links_) add(index);
  for (const size_t index : handlers_) add(index);
  return parts;
}

namespace {

uint32_t IdOfProgram(const bpf_program* program) {
  bpf_prog_info info = {};
  __u32 size = sizeof(info);
  return bpf_obj_get_info_by_fd(bpf_program__fd(program), &info, &size) == 0 ? info.id : 0;
}

// Of the program that the link attaches; 0 if it attaches none any more, or its descriptor is
// something else by now.
uint32_t IdOfLinked(const bpf_link* link) {
  bpf_link_info info = {};
  __u32 size = sizeof(info);
  return bpf_obj_get_info_by_fd(bpf_link__fd(link), &info, &size) == 0 ? info.prog_id : 0;
}

}  // namespace

bool SensorObject::IsAttached(size_t part) const {
  const bool is_linked = part < links_.size();
  const Hook& hook = hooks_[is_linked ? links_[part].first : handlers_[part - links_.size()]];
  const uint32_t id =
      IdOfProgram(bpf_object__find_program_by_name(object_->obj, hook.program.c_str()));
  if (id == 0) return false;
  if (is_linked) return IdOfLinked(links_[part].second) == id;
  const uint32_t kind = hook.kind->kind;
  uint32_t called = 0;  // What user space reads of a map of programs is a program's id.
  return IdOfLinked(dispatcher_) == IdOfProgram(object_->progs.dispatch_sys_exit) &&
         bpf_map__lookup_elem(object_->maps.call_handlers, &kind, sizeof(kind), &called,
                              sizeof(called), 0) == 0 &&
         called == id;
}

HeartbeatSubject::Calls SensorObject::CountCalls(KindSet kinds) const {
  HeartbeatSubject::Calls calls;
  const auto cpus = static_cast<size_t>(libbpf_num_possible_cpus());
  std::vector<sensor_counters> per_cpu(cpus);
  for (const KindInfo& info : Kinds()) {
    if ((kinds & KindBit(info.kind)) == 0) continue;
    const uint32_t key = info.kind;
    if (bpf_map__lookup_elem(object_->maps.counters, &key, sizeof(key), per_cpu.data(),
                             cpus * sizeof(sensor_counters), 0) != 0) {
      continue;
    }
    for (const sensor_counters& counters : per_cpu) calls[key].push_back(counters.called);
  }
  return calls;
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
