// SPDX-License-Identifier: Apache-2.0
//
// Lets whoever reads the history say which events are wanted before records are made of them: by
// looking at single columns of many events at once.
#ifndef VEDETTE_STORAGE_EVENT_CHOOSER_H_
#define VEDETTE_STORAGE_EVENT_CHOOSER_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "sensor/schema/schema.h"
#include "storage/column_data.h"

namespace vedette {

// Events of one kind, as they lie in a segment.
class ChoosableEvents {
 public:
  virtual ~ChoosableEvents() = default;
  virtual EventKind kind() const = 0;
  virtual size_t rows() const = 0;
  // A column by the name that it has in SQL; null if the kind has none of that name. Is decoded
  // when it is first asked for, and valid as long as this.
  virtual absl::StatusOr<const ColumnData*> Column(absl::string_view name) = 0;
  // False: by the segment's filter, no event has the text in a column that the filter knows; or a
  // path in the folder, which ends with '/'.
  virtual bool MayHaveText(absl::string_view text) const = 0;
  virtual bool MayHaveFolder(absl::string_view folder) const = 0;
  // False: every name that has no path is a plain one, so the filter knows it. Decodes where the
  // segment does not say it.
  virtual absl::StatusOr<bool> MayHaveUnresolved() = 0;
};

// Called on several threads at once.
class EventChooser {
 public:
  virtual ~EventChooser() = default;
  // Takes the rows out of `rows` (ascending) that are not wanted.
  virtual absl::Status Choose(ChoosableEvents& events, std::vector<uint32_t>& rows) const = 0;
  // The id of the container that a control group is of; empty: of none.
  virtual std::string ContainerOf(absl::string_view cgroup) const = 0;
};

}  // namespace vedette

#endif  // VEDETTE_STORAGE_EVENT_CHOOSER_H_
