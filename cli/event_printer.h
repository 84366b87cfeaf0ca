// SPDX-License-Identifier: Apache-2.0
//
// Live events as lines: columns that suit the kinds, or fields that somebody has chosen.
#ifndef VEDETTE_CLI_EVENT_PRINTER_H_
#define VEDETTE_CLI_EVENT_PRINTER_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "engine/event.h"
#include "sensor/schema/schema.h"

namespace vedette {

// Not thread-safe.
class EventPrinter {
 public:
  // `fields` empty: columns that suit `kinds`.
  EventPrinter(std::vector<FieldRef> fields, KindSet kinds, bool json,
               absl::TimeZone zone = absl::LocalTimeZone());

  // The titles of the columns; empty for JSON.
  std::string Header() const;
  // One line, harmless on a terminal.
  std::string Line(const Event& event);

 private:
  struct Column {
    std::string title;
    size_t width;  // At least so wide; the last column is as wide as it is.
    bool right;
    FieldRef field;  // Not used where `make` is set.
    std::string (EventPrinter::*make)(const Event&) = nullptr;
  };

  void AddField(absl::string_view name, absl::string_view title, size_t width, bool right = false);
  std::string Time(const Event& event);
  std::string Subject(const Event& event);
  std::string JsonLine(const Event& event);

  const bool json_;
  const bool chosen_;  // Somebody has chosen the fields.
  const absl::TimeZone zone_;
  std::vector<Column> columns_;
};

}  // namespace vedette

#endif  // VEDETTE_CLI_EVENT_PRINTER_H_
