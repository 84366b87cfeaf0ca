// SPDX-License-Identifier: Apache-2.0
//
// An entry of the process table.
#ifndef VEDETTE_ENGINE_ENRICH_PROCESS_H_
#define VEDETTE_ENGINE_ENRICH_PROCESS_H_

#include <array>
#include <cstdint>
#include <memory>

#include "absl/strings/string_view.h"
#include "engine/enrich/container_entries.h"
#include "engine/enrich/creators.h"
#include "engine/enrich/earlier_programs.h"
#include "engine/enrich/program_record.h"
#include "engine/enrich/service_requests.h"

namespace vedette {

struct Process {
  uint64_t exec_id = 0;
  uint64_t parent_exec_id = 0;    // 0: none or unknown.
  uint64_t creator_exec_id = 0;   // Of a fork: whose program it runs. Not always the parent.
  uint64_t previous_exec_id = 0;  // Before the exec; 0 for a fork.
  uint64_t start_ns = 0;          // The process was created. All times are of the boot clock.
  uint64_t since_ns = 0;          // This entry began: the fork, the exec, or when it was seen.
  uint64_t end_ns = 0;            // It exited or ran another program; 0 while it runs.
  uint32_t pid = 0;
  uint32_t parent_pid = 0;
  uint32_t vpid = 0;
  // Of a program in a container. The entry point is the process itself, whatever it runs later.
  ContainerOrigin origin = ContainerOrigin::kUnknown;
  bool is_entrypoint = false;
  uint32_t uid = 0;                         // Effective, when the entry began.
  std::array<char, WIRE_COMM_SIZE> comm{};  // When the entry began.
  // Null if the record that said so was lost. Use ProcessTable::ProgramOf.
  std::shared_ptr<const ProgramRecord> program;
  // What it runs and, behind it, from what that descends; null if nothing is known.
  std::shared_ptr<const EarlierProgram> lineage;
  // Itself and who made it; null if that was before anybody watched. Kept over execs. Use
  // ProcessTable::ForEachCreator.
  std::shared_ptr<const Creator> creators;
  // Of a process that a service has started: who had asked the service. Kept over execs; null if
  // nobody is known. Use ProcessTable::RequestOf.
  std::shared_ptr<const ServiceRequest> request;

  absl::string_view name() const;
};

}  // namespace vedette

#endif  // VEDETTE_ENGINE_ENRICH_PROCESS_H_
