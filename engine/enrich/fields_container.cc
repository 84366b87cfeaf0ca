// SPDX-License-Identifier: Apache-2.0
//
// container.* and k8s.*: in which container, by its cgroup, and how the process has come into it.
#include <algorithm>
#include <string>

#include "engine/enrich/container.h"
#include "engine/enrich/fields.h"
#include "engine/enrich/process_table.h"

namespace vedette {
namespace {

const ProgramRecord* ProgramOf(const Event& event) {
  return event.process == nullptr ? nullptr : event.table.ProgramOf(*event.process);
}

// Null where it is not known, and on the host.
const Container* ContainerOf(const Event& event) {
  const ProgramRecord* program = ProgramOf(event);
  return program == nullptr || program->container().IsHost() ? nullptr : &program->container();
}

}  // namespace

void Get_container_id(const Event& event, const FieldRef&, Values& values) {
  const ProgramRecord* program = ProgramOf(event);
  if (program != nullptr) values.Add(Value::Text(program->container().ShortId()));
}

void Get_container_full_id(const Event& event, const FieldRef&, Values& values) {
  const ProgramRecord* program = ProgramOf(event);
  if (program != nullptr) values.Add(Value::Text(program->container().id));
}

void Get_container_type(const Event& event, const FieldRef&, Values& values) {
  const ProgramRecord* program = ProgramOf(event);
  if (program != nullptr) values.Add(Value::Text(program->container().runtime));
}

void Get_container_outer_id(const Event& event, const FieldRef&, Values& values) {
  if (const Container* container = ContainerOf(event)) values.Add(TextValue(container->outer_id));
}

void Get_container_origin(const Event& event, const FieldRef&, Values& values) {
  if (ContainerOf(event) == nullptr) return;
  switch (event.process->origin) {
    case ContainerOrigin::kUnknown:
      return;
    case ContainerOrigin::kEntry:
      values.Add(Value::Text("entry"));
      return;
    case ContainerOrigin::kRuntime:
      values.Add(Value::Text("runtime"));
      return;
    case ContainerOrigin::kInjected:
      values.Add(Value::Text("injected"));
      return;
  }
}

void Get_proc_is_container_entrypoint(const Event& event, const FieldRef&, Values& values) {
  if (event.process == nullptr) return;
  const Container* container = ContainerOf(event);
  values.Add(Value::Bool(container != nullptr && event.process->is_entrypoint));
}

// Within a container anybody may call a program so.
void Get_proc_container_helper(const Event& event, const FieldRef&, Values& values) {
  const ProgramRecord* program = ProgramOf(event);
  if (program == nullptr) return;
  const bool on_its_way = event.process->origin == ContainerOrigin::kRuntime;
  if (!program->container().IsHost() && !on_its_way) return;
  values.Add(TextValue(RuntimeHelper(program->exe_path(), event.process->name())));
}

void Get_k8s_pod_uid(const Event& event, const FieldRef&, Values& values) {
  const Container* container = ContainerOf(event);
  if (container == nullptr || container->pod_uid.empty()) return;
  std::string uid(container->pod_uid);
  std::replace(uid.begin(), uid.end(), '_', '-');
  values.Add(Value::Text(event.arena.Copy(uid)));
}

void Get_k8s_pod_id(const Event& event, const FieldRef& ref, Values& values) {
  Get_k8s_pod_uid(event, ref, values);
}

}  // namespace vedette
