// SPDX-License-Identifier: Apache-2.0
//
// container.* and k8s.*: what a runtime says of the container. No value until it has, and never one
// that it did not give.
#include <fnmatch.h>

#include <string>
#include <vector>

#include "absl/strings/numbers.h"
#include "engine/enrich/fields.h"
#include "engine/enrich/process_table.h"

namespace vedette {
namespace {

constexpr size_t kShortIdSize = 12;

// Null on the host, and where nothing is known.
const ContainerInfo* InfoOf(const Event& event) {
  const ProgramRecord* program =
      event.process == nullptr ? nullptr : event.table.ProgramOf(*event.process);
  if (program == nullptr || program->container().IsHost()) return nullptr;
  return event.table.containers().Find(program->container().id);
}

bool IsHost(const Event& event) {
  const ProgramRecord* program =
      event.process == nullptr ? nullptr : event.table.ProgramOf(*event.process);
  return program != nullptr && program->container().IsHost();
}

void AddText(const Event& event, std::string ContainerInfo::*text, Values& values) {
  if (const ContainerInfo* info = InfoOf(event)) values.Add(TextValue(info->*text));
}

void AddFlag(const Event& event, std::optional<bool> ContainerInfo::*flag, Values& values) {
  const ContainerInfo* info = InfoOf(event);
  if (info != nullptr && (info->*flag).has_value()) values.Add(Value::Bool(*(info->*flag)));
}

void AddLabel(const Event& event, ContainerLabels ContainerInfo::*labels, const FieldRef& ref,
              Values& values) {
  const ContainerInfo* info = InfoOf(event);
  if (info == nullptr) return;
  const std::string* label = FindLabel(info->*labels, ref.argument);
  if (label != nullptr) values.Add(Value::Text(*label));
}

// "name:value, name:value", as Falco has it.
void AddLabels(const Event& event, ContainerLabels ContainerInfo::*labels, Values& values) {
  const ContainerInfo* info = InfoOf(event);
  if (info == nullptr || (info->*labels).empty()) return;
  ArenaText text(event.arena);
  for (const auto& [name, value] : info->*labels) {
    text.AppendItem(", ", name).Append(":").Append(value);
  }
  values.Add(Value::Text(text.view()));
}

void AddCommand(const Event& event, std::vector<std::string> ContainerInfo::*command,
                Values& values) {
  const ContainerInfo* info = InfoOf(event);
  if (info == nullptr || (info->*command).empty()) return;
  ArenaText text(event.arena);
  for (const std::string& argument : info->*command) text.AppendItem(" ", argument);
  values.Add(Value::Text(text.view()));
}

absl::string_view TruthOf(bool truth) { return truth ? "true" : "false"; }

void AppendMount(const ContainerMount& mount, ArenaText& text) {
  text.Append(mount.source).Append(":").Append(mount.dest).Append(":").Append(mount.mode);
  text.Append(":").Append(TruthOf(mount.writable)).Append(":").Append(mount.propagation);
}

enum class By { kSource, kDest, kBoth };

// By number, or the first whose source or place fits the pattern. Null if there is none.
const ContainerMount* FindMount(const Event& event, const FieldRef& ref, By by) {
  const ContainerInfo* info = InfoOf(event);
  if (info == nullptr) return nullptr;
  size_t number = 0;
  if (absl::SimpleAtoi(ref.argument, &number)) {
    return number < info->mounts.size() ? &info->mounts[number] : nullptr;
  }
  const std::string pattern(ref.argument);
  const auto fits = [&](const std::string& path) {
    return fnmatch(pattern.c_str(), path.c_str(), 0) == 0;
  };
  for (const ContainerMount& mount : info->mounts) {
    if (by != By::kDest && fits(mount.source)) return &mount;
    if (by != By::kSource && fits(mount.dest)) return &mount;
  }
  return nullptr;
}

bool HasArguments(absl::string_view arguments, const std::vector<std::string>& command) {
  size_t count = 0;
  bool same = true;
  ForEachArgument(arguments, [&](absl::string_view argument) {
    same = same && count < command.size() && argument == command[count];
    ++count;
  });
  return same && count == command.size();
}

// Whether it was put into the container to run the command, or descends from one that was.
void AddIsProbe(const Event& event, std::vector<std::string> ContainerInfo::*command,
                Values& values) {
  if (event.process == nullptr) return;
  const ContainerInfo* info = InfoOf(event);
  bool is_probe = false;
  if (info != nullptr && !(info->*command).empty() &&
      event.process->origin == ContainerOrigin::kInjected) {
    const auto runs = [&](const Process& process) {
      const ProgramRecord* program = event.table.ProgramOf(process);
      return program != nullptr && !program->container().IsHost() &&
             HasArguments(program->args(), info->*command);
    };
    is_probe = runs(*event.process);
    for (const Process* ancestor : event.table.Ancestors(*event.process)) {
      if (is_probe || ancestor->origin != ContainerOrigin::kInjected) break;
      is_probe = runs(*ancestor);
    }
  }
  values.Add(Value::Bool(is_probe));
}

}  // namespace

#define TEXT_GETTER(id, member)                                        \
  void Get_##id(const Event& event, const FieldRef&, Values& values) { \
    AddText(event, &ContainerInfo::member, values);                    \
  }
TEXT_GETTER(container_image, image)
TEXT_GETTER(container_image_repository, image_repository)
TEXT_GETTER(container_image_tag, image_tag)
TEXT_GETTER(container_image_digest, image_digest)
TEXT_GETTER(container_image_id, image_id)
TEXT_GETTER(container_ip, ip)
TEXT_GETTER(container_cni_json, cni_json)
TEXT_GETTER(k8s_pod_cni_json, cni_json)
TEXT_GETTER(k8s_pod_name, pod_name)
TEXT_GETTER(k8s_ns_name, pod_namespace)
TEXT_GETTER(k8s_pod_full_sandbox_id, pod_sandbox_id)
TEXT_GETTER(k8s_pod_ip, pod_ip)
#undef TEXT_GETTER

#define FLAG_GETTER(id, member)                                        \
  void Get_##id(const Event& event, const FieldRef&, Values& values) { \
    AddFlag(event, &ContainerInfo::member, values);                    \
  }
FLAG_GETTER(container_privileged, privileged)
FLAG_GETTER(container_host_pid, host_pid)
FLAG_GETTER(container_host_network, host_network)
FLAG_GETTER(container_host_ipc, host_ipc)
#undef FLAG_GETTER

#define COMMAND_GETTERS(command)                                                              \
  void Get_container_##command(const Event& event, const FieldRef&, Values& values) {         \
    AddCommand(event, &ContainerInfo::command, values);                                       \
  }                                                                                           \
  void Get_proc_is_container_##command(const Event& event, const FieldRef&, Values& values) { \
    AddIsProbe(event, &ContainerInfo::command, values);                                       \
  }
COMMAND_GETTERS(healthcheck)
COMMAND_GETTERS(liveness_probe)
COMMAND_GETTERS(readiness_probe)
#undef COMMAND_GETTERS

// As Falco has it, the host is a container of that name.
void Get_container_name(const Event& event, const FieldRef&, Values& values) {
  if (IsHost(event)) return values.Add(Value::Text("host"));
  AddText(event, &ContainerInfo::name, values);
}

void Get_container_label(const Event& event, const FieldRef& ref, Values& values) {
  AddLabel(event, &ContainerInfo::labels, ref, values);
}

void Get_container_labels(const Event& event, const FieldRef&, Values& values) {
  AddLabels(event, &ContainerInfo::labels, values);
}

void Get_k8s_pod_label(const Event& event, const FieldRef& ref, Values& values) {
  AddLabel(event, &ContainerInfo::pod_labels, ref, values);
}

void Get_k8s_pod_labels(const Event& event, const FieldRef&, Values& values) {
  AddLabels(event, &ContainerInfo::pod_labels, values);
}

void Get_k8s_pod_sandbox_id(const Event& event, const FieldRef&, Values& values) {
  if (const ContainerInfo* info = InfoOf(event)) {
    values.Add(TextValue(absl::string_view(info->pod_sandbox_id).substr(0, kShortIdSize)));
  }
}

void Get_container_start_ts(const Event& event, const FieldRef&, Values& values) {
  const ContainerInfo* info = InfoOf(event);
  if (info == nullptr || info->start_ns <= 0) return;
  values.Add(Value::Unsigned(static_cast<uint64_t>(info->start_ns)));
}

void Get_container_duration(const Event& event, const FieldRef&, Values& values) {
  const ContainerInfo* info = InfoOf(event);
  if (info == nullptr || info->start_ns <= 0) return;
  const int64_t now = absl::ToUnixNanos(event.time);
  values.Add(Value::Unsigned(now > info->start_ns ? static_cast<uint64_t>(now - info->start_ns)
                                                  : uint64_t{0}));
}

void Get_container_mounts(const Event& event, const FieldRef&, Values& values) {
  const ContainerInfo* info = InfoOf(event);
  if (info == nullptr || info->mounts.empty()) return;
  ArenaText text(event.arena);
  for (const ContainerMount& mount : info->mounts) {
    text.AppendItem(",", "");
    AppendMount(mount, text);
  }
  values.Add(Value::Text(text.view()));
}

void Get_container_mount(const Event& event, const FieldRef& ref, Values& values) {
  const ContainerMount* mount = FindMount(event, ref, By::kSource);
  if (mount == nullptr) return;
  ArenaText text(event.arena);
  AppendMount(*mount, text);
  values.Add(Value::Text(text.view()));
}

void Get_container_mount_source(const Event& event, const FieldRef& ref, Values& values) {
  const ContainerMount* mount = FindMount(event, ref, By::kDest);
  if (mount != nullptr) values.Add(TextValue(mount->source));
}

void Get_container_mount_dest(const Event& event, const FieldRef& ref, Values& values) {
  const ContainerMount* mount = FindMount(event, ref, By::kSource);
  if (mount != nullptr) values.Add(TextValue(mount->dest));
}

void Get_container_mount_mode(const Event& event, const FieldRef& ref, Values& values) {
  const ContainerMount* mount = FindMount(event, ref, By::kBoth);
  if (mount != nullptr) values.Add(TextValue(mount->mode));
}

void Get_container_mount_propagation(const Event& event, const FieldRef& ref, Values& values) {
  const ContainerMount* mount = FindMount(event, ref, By::kBoth);
  if (mount != nullptr) values.Add(TextValue(mount->propagation));
}

void Get_container_mount_rdwr(const Event& event, const FieldRef& ref, Values& values) {
  const ContainerMount* mount = FindMount(event, ref, By::kBoth);
  if (mount != nullptr) values.Add(Value::Text(TruthOf(mount->writable)));
}

}  // namespace vedette
