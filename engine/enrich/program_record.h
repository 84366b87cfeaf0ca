// SPDX-License-Identifier: Apache-2.0
#ifndef VEDETTE_ENGINE_ENRICH_PROGRAM_RECORD_H_
#define VEDETTE_ENGINE_ENRICH_PROGRAM_RECORD_H_

#include <cstddef>
#include <memory>
#include <memory_resource>
#include <vector>

#include "absl/strings/string_view.h"
#include "engine/enrich/container.h"
#include "sensor/decode/event_view.h"

namespace vedette {

// What a process runs: a copy of the process_exec or process_seen record that said so. Immutable;
// shared by the process that did the exec and by all that fork from it.
class ProgramRecord {
 public:
  class Copied;  // What only Copy() can make.
  // `view` must be of kind process_exec or process_seen. The record, its bytes and its count of
  // owners live in `memory`, which outlives them and is of the thread that drops them.
  static std::shared_ptr<const ProgramRecord> Copy(const EventView& view,
                                                   std::pmr::memory_resource& memory);
  explicit ProgramRecord(Copied copied);

  const EventView& view() const { return view_; }
  // The numbers, and the texts' slots. process_seen has the same layout.
  const wire_process_exec& fixed() const {
    return *reinterpret_cast<const wire_process_exec*>(bytes_.data());
  }
  absl::string_view Text(const wire_text& slot) const;
  absl::string_view exe_path() const { return Text(fixed().exe_path); }
  absl::string_view args() const { return Text(fixed().args); }  // For ForEachArgument.
  absl::string_view env() const { return Text(fixed().env); }
  absl::string_view cwd() const { return Text(fixed().cwd); }
  const Container& container() const { return container_; }

  size_t MemoryBytes() const { return sizeof(*this) + bytes_.capacity(); }

 private:
  const std::pmr::vector<std::byte> bytes_;
  const EventView view_;  // Of bytes_.
  const Container container_;
};

}  // namespace vedette

#endif  // VEDETTE_ENGINE_ENRICH_PROGRAM_RECORD_H_
