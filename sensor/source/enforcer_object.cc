// SPDX-License-Identifier: Apache-2.0
// No unit test: what it does is done by the kernel; tests/kernel runs it in guests.
#include "sensor/source/enforcer_object.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/status_macros.h"
#include "sensor/bpf/enforcer_object.skel.h"
#include "sensor/source/bpf_log.h"
#include "sensor/source/kernel_functions.h"

namespace vedette {
namespace {

constexpr uint32_t kValuesMax = 32768;  // Containers have values of their own, in two rule sets.
constexpr size_t kVerifierLogBytes = 16 << 20;
constexpr size_t kMarkBytes = 256;  // Enough to see that there is a log.

constexpr char kBegun[] = "process_exec__begun";

// The programs that can deny, or kill what has begun, with what is known of them before anything is
// loaded.
std::vector<Hook> ListHooks(const enforcer_object& object, const EnforcerOptions& options,
                            const KernelFunctions& kernel) {
  KindSet wanted = options.wanted;
  // A module is loaded by reading it: the hooks of the one decide the other as well.
  if ((wanted & KindBit(WIRE_kernel_module)) != 0) wanted |= KindBit(WIRE_kernel_load);
  // A program that the loader is told to run is mapped by it, and links are further names of what
  // rules know by its path.
  if ((wanted & KindBit(WIRE_process_exec)) != 0) wanted |= KindBit(WIRE_file_mmap);
  if (wanted != 0) wanted |= KindBit(WIRE_file_link);
  std::vector<Hook> hooks;
  bpf_program* program = nullptr;
  bpf_object__for_each_program(program, object.obj) {
    Hook hook;
    hook.program = bpf_program__name(program);
    hook.section = bpf_program__section_name(program);
    hook.kind = FindKindByName(hook.program.substr(0, hook.program.find("__")));
    const bool asked = absl::StartsWith(hook.section, "lsm/");
    const bool begun = hook.program == kBegun;
    const bool decides = asked || begun || absl::StartsWith(hook.section, "fmod_ret/");
    if (hook.kind == nullptr || !decides) continue;
    if ((wanted & KindBit(hook.kind->kind)) == 0) {
      hook.state = HookState::kUnwanted;
      hook.why = "no rule needs it";
    } else if ((asked && options.mode != SensorMode::kLsm) ||
               begun != (options.mode == SensorMode::kTracepoint)) {
      hook.state = HookState::kUnfit;
      hook.why = absl::StrCat("needs another mode than ", SensorModeName(options.mode));
    } else if (!kernel.HasTarget(hook.section)) {
      hook.state = HookState::kMissing;
      hook.why = "this kernel has no such function";
    }
    hooks.push_back(std::move(hook));
  }
  // Programs come by section; where both could serve, security modules' own hooks come first.
  std::stable_partition(hooks.begin(), hooks.end(),
                        [](const Hook& hook) { return absl::StartsWith(hook.section, "lsm/"); });
  return hooks;
}

// Who descends from whom: attached whatever the rules ask, for a later rule set asks about now.
constexpr const char* kLineagePrograms[] = {"lineage_fork", "lineage_exec_done", "lineage_exit"};

bool IsSameLayout(int map_fd, const bpf_map* map) {
  bpf_map_info info = {};
  uint32_t size = sizeof(info);
  return bpf_obj_get_info_by_fd(map_fd, &info, &size) == 0 && info.type == bpf_map__type(map) &&
         info.key_size == bpf_map__key_size(map) && info.value_size == bpf_map__value_size(map) &&
         info.max_entries == bpf_map__max_entries(map);
}

// Runs an iterator, which writes nothing, to its end.
absl::Status ReadThrough(const bpf_program* iterator) {
  bpf_link* link = bpf_program__attach(iterator);
  if (link == nullptr) return absl::ErrnoToStatus(errno, "cannot look at the processes that run");
  const OwnedFd fd(bpf_iter_create(bpf_link__fd(link)));
  bpf_link__destroy(link);
  char none[256];
  ssize_t got = fd.valid() ? 1 : -1;
  while (got > 0 || (got < 0 && fd.valid() && (errno == EAGAIN || errno == EINTR))) {
    got = read(fd.get(), none, sizeof(none));
  }
  if (got == 0) return absl::OkStatus();
  return absl::ErrnoToStatus(errno, "cannot look at the processes that run");
}

absl::Status PinFailed(const std::string& path) {
  return absl::ErrnoToStatus(errno, absl::StrCat("cannot pin ", path));
}

}  // namespace

EnforcerObject::~EnforcerObject() { Unload(); }

void EnforcerObject::Unload() {
  for (const auto& [name, link] : links_) bpf_link__destroy(link);
  links_.clear();
  enforcer_object__destroy(object_);
  object_ = nullptr;
}

absl::StatusOr<std::unique_ptr<EnforcerObject>> EnforcerObject::Attach(
    const EnforcerOptions& options) {
  QuietLibbpf();
  std::unique_ptr<EnforcerObject> made(new EnforcerObject);
  const KernelFunctions kernel;
  for (size_t round = 0; round == 0 || round <= made->hooks_.size(); ++round) {
    made->object_ = enforcer_object__open();
    if (made->object_ == nullptr) {
      return absl::FailedPreconditionError(
          absl::StrCat("cannot read our own BPF object: ", WhyRefused(errno, "")));
    }
    if (round == 0) made->hooks_ = ListHooks(*made->object_, options, kernel);
    ChooseHooks(absl::MakeSpan(made->hooks_));
    RETURN_IF_ERROR(made->TryOnce(options, kernel));
    if (made->object_ != nullptr) return made;
  }
  return absl::FailedPreconditionError("the kernel refuses every hook that could deny");
}

absl::Status EnforcerObject::Configure(const EnforcerOptions& options,
                                       const KernelFunctions& kernel) {
  const sensor_config config = kernel.Constants();
  static_assert(sizeof(object_->rodata->config) == sizeof(config));
  std::memcpy(&object_->rodata->config, &config, sizeof(config));
  object_->rodata->parameters_of_security_bpf = kernel.ParameterCount("security_bpf");
  uint64_t ring = 4096;
  while (ring < options.ring_bytes && ring < (uint64_t{1} << 30)) ring *= 2;
  bpf_map__set_max_entries(object_->maps.ring_critical, static_cast<uint32_t>(ring));
  bpf_map__set_max_entries(object_->maps.classify_values, kValuesMax);
  for (const Hook& hook : hooks_) {
    bpf_program* program = bpf_object__find_program_by_name(object_->obj, hook.program.c_str());
    bpf_program__set_autoload(program, hook.state == HookState::kAttached);
  }
  for (const char* name : kLineagePrograms) {
    bpf_program__set_autoload(bpf_object__find_program_by_name(object_->obj, name), true);
  }
  bpf_program__set_autoload(object_->progs.lineage_seen, true);
  return TakeLineages(Pins(options.pin_folder));
}

// What an earlier daemon's programs know of the past goes on: both write the same into it until
// those are gone.
absl::Status EnforcerObject::TakeLineages(const Pins& pins) {
  const std::vector<uint32_t> sets = pins.Sets();
  if (sets.empty()) return absl::OkStatus();
  const auto earlier = pins.Open(sets.back(), kLineagesPin);
  if (!earlier.ok() || !IsSameLayout(earlier->get(), object_->maps.lineages)) {
    return absl::OkStatus();  // Of a version that kept none, or another one: parents tell it.
  }
  if (bpf_map__reuse_fd(object_->maps.lineages, earlier->get()) != 0) {
    return absl::ErrnoToStatus(errno, "cannot take over who descends from whom");
  }
  return absl::OkStatus();
}

absl::Status EnforcerObject::TryOnce(const EnforcerOptions& options,
                                     const KernelFunctions& kernel) {
  RETURN_IF_ERROR(Configure(options, kernel));
  // Whoever is refused is asked once more by libbpf, with what it was given for a log.
  std::vector<std::array<char, kMarkBytes>> marks(hooks_.size());
  for (size_t i = 0; i < hooks_.size(); ++i) {
    marks[i][0] = '\0';
    bpf_program* program =
        bpf_object__find_program_by_name(object_->obj, hooks_[i].program.c_str());
    bpf_program__set_log_buf(program, marks[i].data(), marks[i].size());
  }
  if (const int error = enforcer_object__load(object_); error != 0) {
    std::vector<size_t> suspects;
    for (size_t i = 0; i < hooks_.size(); ++i) {
      if (hooks_[i].state == HookState::kAttached && marks[i][0] != '\0') suspects.push_back(i);
    }
    return BlameLoad(-error, std::move(suspects));
  }
  for (size_t i = 0; i < hooks_.size(); ++i) {
    Hook& hook = hooks_[i];
    if (hook.state != HookState::kAttached) continue;
    const bpf_program* program =
        bpf_object__find_program_by_name(object_->obj, hook.program.c_str());
    bpf_link* link = bpf_program__attach(program);
    if (link != nullptr) {
      links_.emplace_back(hook.program, link);
      continue;
    }
    const int error = errno;
    Unload();
    RejectHook(absl::MakeSpan(hooks_), hook, HookState::kRefused, WhyRefused(error, ""));
    return absl::OkStatus();
  }
  return FollowLineages();
}

// From now on; and of processes that are there already, unless an earlier daemon's map knew them.
absl::Status EnforcerObject::FollowLineages() {
  for (const char* name : kLineagePrograms) {
    bpf_link* link = bpf_program__attach(bpf_object__find_program_by_name(object_->obj, name));
    if (link == nullptr) {
      return absl::ErrnoToStatus(errno, "cannot follow who descends from whom");
    }
    links_.emplace_back(name, link);
  }
  return ReadThrough(object_->progs.lineage_seen);
}

// One refused program fails the whole object, and the error does not say which: load the suspects
// alone, or, where nobody is suspected, each.
absl::Status EnforcerObject::BlameLoad(int error, std::vector<size_t> suspects) {
  const auto constants = *object_->rodata;
  Unload();
  std::string log(kVerifierLogBytes, '\0');
  for (size_t i = 0; suspects.empty() && i < hooks_.size(); ++i) {
    if (hooks_[i].state == HookState::kAttached) suspects.push_back(i);
  }
  for (const size_t suspect : suspects) {
    Hook& hook = hooks_[suspect];
    enforcer_object* alone = enforcer_object__open();
    if (alone == nullptr) break;
    std::memcpy(alone->rodata, &constants, sizeof(constants));
    bpf_program* program = bpf_object__find_program_by_name(alone->obj, hook.program.c_str());
    bpf_program__set_autoload(program, true);
    log[0] = '\0';
    bpf_program__set_log_buf(program, log.data(), log.size());
    const int refused = enforcer_object__load(alone);
    enforcer_object__destroy(alone);
    if (refused == 0) continue;
    RejectHook(absl::MakeSpan(hooks_), hook, HookState::kRefused,
               WhyRefused(-refused, log.c_str()));
    return absl::OkStatus();
  }
  return absl::FailedPreconditionError(
      absl::StrCat("the kernel refuses the maps of enforcement: ", WhyRefused(error, "")));
}

absl::Status EnforcerObject::Pin(const Pins& pins, uint32_t set) const {
  const std::pair<const char*, int> maps[] = {
      {kRingPin, ring_fd()},
      {kTermsPin, terms_fd()},
      {kCountersPin, counters_fd()},
      {kStatePin, bpf_map__fd(object_->maps.bss)},
      {kLineagesPin, bpf_map__fd(object_->maps.lineages)},
      {kCgroupsPin, cgroups_fd()},
      {kValuesPin, bpf_map__fd(object_->maps.classify_values)},
      {kTraitsPin, traits_fd()},
  };
  for (const auto& [name, fd] : maps) {
    const std::string path = pins.PathOf(set, name);
    if (bpf_obj_pin(fd, path.c_str()) != 0) return PinFailed(path);
  }
  for (const auto& [name, link] : links_) {
    const std::string path = pins.PathOf(set, absl::StrCat(kLinkPrefix, name));
    if (bpf_obj_pin(bpf_link__fd(link), path.c_str()) != 0) return PinFailed(path);
  }
  return absl::OkStatus();
}

absl::Status EnforcerObject::NameIds() const {
  const int ids = bpf_map__fd(object_->maps.enforce_ids);
  const uint32_t value = 1;
  absl::Status status;
  const auto add = [&](uint32_t command, uint32_t id) {
    const std::pair<uint32_t, uint32_t> key = {command, id};
    if (bpf_map_update_elem(ids, &key, &value, BPF_ANY) != 0) {
      status = absl::ErrnoToStatus(errno, "cannot protect our own programs and maps");
    }
  };
  bpf_map* map = nullptr;
  bpf_object__for_each_map(map, object_->obj) {
    bpf_map_info info = {};
    uint32_t size = sizeof(info);
    const int fd = bpf_map__fd(map);
    if (bpf_obj_get_info_by_fd(fd, &info, &size) == 0) add(BPF_MAP_GET_FD_BY_ID, info.id);
  }
  for (const auto& [name, link] : links_) {
    bpf_link_info info = {};
    uint32_t size = sizeof(info);
    if (bpf_obj_get_info_by_fd(bpf_link__fd(link), &info, &size) != 0) continue;
    add(BPF_LINK_GET_FD_BY_ID, info.id);
    add(BPF_PROG_GET_FD_BY_ID, info.prog_id);
  }
  return status;
}

ClassifierMaps EnforcerObject::classifier() const {
  ClassifierMaps maps;
  maps.kinds = bpf_map__fd(object_->maps.classify_kinds);
  maps.values = bpf_map__fd(object_->maps.classify_values);
  maps.names = bpf_map__fd(object_->maps.classify_names);
  maps.paths = bpf_map__fd(object_->maps.classify_paths);
  maps.traits = bpf_map__fd(object_->maps.classify_traits);
  static_assert(sizeof(object_->bss->state) == sizeof(sensor_state));
  maps.state = reinterpret_cast<sensor_state*>(&object_->bss->state);
  return maps;
}

enforce_state& EnforcerObject::enforcement() const {
  static_assert(sizeof(object_->bss->enforcement) == sizeof(enforce_state));
  return *reinterpret_cast<enforce_state*>(&object_->bss->enforcement);
}

int EnforcerObject::ring_fd() const { return bpf_map__fd(object_->maps.ring_critical); }
int EnforcerObject::terms_fd() const { return bpf_map__fd(object_->maps.enforce_terms); }
int EnforcerObject::counters_fd() const { return bpf_map__fd(object_->maps.counters); }
int EnforcerObject::aliases_fd() const { return bpf_map__fd(object_->maps.enforce_aliases); }
int EnforcerObject::cgroups_fd() const { return bpf_map__fd(object_->maps.cgroup_numbers); }
int EnforcerObject::traits_fd() const { return bpf_map__fd(object_->maps.enforce_traits); }
int EnforcerObject::spared_fd() const { return bpf_map__fd(object_->maps.enforce_spared); }

}  // namespace vedette
