// SPDX-License-Identifier: Apache-2.0
//
// What containers are: who is asked, and which events wait for the answer. An event that waits has
// been taken into the process table in its turn; it is matched later, by itself, so nothing else
// waits with it. Those of one container stay in their order.
#include <utility>

#include "engine/pipeline.h"

namespace vedette {

// At each program that begins in one: whoever is known is not asked for again. Not at the runtime's
// own, which come before it has written down what it makes.
void Pipeline::AskForContainer(const EventView& view) {
  if (view.kind() != WIRE_process_exec && view.kind() != WIRE_process_seen) return;
  const Process* process = table_.Find(view.header().exec_id);
  const ProgramRecord* program = process == nullptr ? nullptr : table_.ProgramOf(*process);
  if (program == nullptr || program->container().IsHost()) return;
  if (process->origin == ContainerOrigin::kRuntime) return;
  const Container& container = program->container();
  const uint64_t now_ns = view.header().time_ns;
  if (!table_.containers().Want(container.id, now_ns, now_ns + container_wait_ns_)) return;
  const bool taken =
      finder_->Request({.id = std::string(container.id),
                        .runtime = std::string(container.runtime),
                        .cgroup = std::string(program->Text(program->fixed().cgroup))});
  if (!taken) OnContainer({.id = std::string(container.id), .info = std::nullopt}, now_ns);
}

bool Pipeline::Waits(const EventView& view, absl::Span<const DecidedTerm> terms, bool is_decision) {
  if (!table_.containers().has_awaited()) return false;
  const Process* process = table_.Find(view.header().exec_id);
  const ProgramRecord* program = process == nullptr ? nullptr : table_.ProgramOf(*process);
  if (program == nullptr || !table_.containers().IsAwaited(program->container().id)) return false;
  const std::string id(program->container().id);
  WaitingEvent event{.container = id,
                     .record = {view.bytes().begin(), view.bytes().end()},
                     .number = number_,
                     .is_decision = is_decision,
                     .terms = {terms.begin(), terms.end()}};
  if (waiting_.Add(std::move(event))) {
    ++counts_.waited;
    return true;
  }
  // Whoever makes so much noise does not keep its own events in the dark: they go on as they are.
  ++counts_.not_waited;
  table_.containers().GiveUp(id);
  Release(id);
  return false;
}

void Pipeline::Release(absl::string_view container) {
  const uint64_t number = std::exchange(number_, 0);
  waiting_.Release(container, [this](const WaitingEvent& event) { GoOn(event); });
  number_ = number;
}

void Pipeline::GoOn(const WaitingEvent& event) {
  const std::optional<EventView> view = EventView::Parse(event.record);
  if (!view) return;  // It was good before.
  number_ = event.number;
  arena_.Clear();
  if (event.is_decision) {
    OnDecided(*view, event.terms);
  } else {
    OnEvent(*view);
  }
}

void Pipeline::OnContainer(ContainerAnswer answer, uint64_t boot_ns) {
  const std::string id = answer.id;
  ContainerInfos& containers = table_.containers();
  const bool is_settled = containers.Settle(std::move(answer), boot_ns);
  if (!is_settled) return;
  if (const ContainerInfo* info = containers.Find(id)) output_.OnContainer(id, *info);
  Release(id);
}

void Pipeline::AdvanceTo(uint64_t boot_ns) {
  for (const std::string& id : table_.containers().Expire(boot_ns)) {
    const size_t before = waiting_.size();
    Release(id);
    counts_.waited_vainly += before - waiting_.size();
  }
  temporal_.Advance(host_.WallTime(boot_ns));
}

}  // namespace vedette
