// SPDX-License-Identifier: Apache-2.0
#ifndef VEDETTE_ENGINE_ENRICH_PROGRAM_RECORD_H_
#define VEDETTE_ENGINE_ENRICH_PROGRAM_RECORD_H_

#include <cstddef>
#include <memory>
#include <vector>

#include "absl/strings/string_view.h"
#include "engine/enrich/container.h"
#include "sensor/decode/event_view.h"

namespace vedette {

// What a process runs: a copy of the process_exec or process_seen record that said so. Immutable;
// shared by the process that did the exec and by all that fork from it.
class ProgramRecord {
 public:
  // `view` must be of kind process_exec or process_seen.
  static std::shared_ptr<const ProgramRecord> Copy(const EventView& view);

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
  ProgramRecord(std::vector<std::byte> bytes, const EventView& view);

  const std::vector<std::byte> bytes_;
  const EventView view_;  // Of bytes_.
  const Container container_;
};

}  // namespace vedette

#endif  // VEDETTE_ENGINE_ENRICH_PROGRAM_RECORD_H_
