// SPDX-License-Identifier: Apache-2.0
//
// The sinks that there are (sinks.def), their options, and how to make one. A sink's options are
// rows, so loading, `vedette sinks` and the manual read the same list.
#ifndef VEDETTE_INTEGRATIONS_SINKS_REGISTRY_H_
#define VEDETTE_INTEGRATIONS_SINKS_REGISTRY_H_

#include <cstdint>
#include <map>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "integrations/sink.h"

namespace vedette {

using SinkOptions = std::map<std::string, std::string>;

struct SinkOption {
  enum class Type : uint8_t { kText, kAbsolutePath, kSize, kCount, kDuration, kChoice };
  absl::string_view name;
  Type type;
  absl::string_view default_value;  // As written in a configuration; kRequired: there is none.
  absl::string_view doc;
  absl::string_view choices = {};  // kChoice: "terminal|json"
};
inline constexpr absl::string_view kRequired = "\x01";

// Options that have been checked against their rows. Asking for a name or type that has no such row
// is a mistake in the sink: CHECK.
class CheckedOptions {
 public:
  CheckedOptions(absl::Span<const SinkOption> rows, const SinkOptions& values);
  std::string Text(absl::string_view name) const;  // kText, kAbsolutePath, kChoice
  uint64_t Number(absl::string_view name) const;   // kSize, kCount
  absl::Duration Duration(absl::string_view name) const;

 private:
  const std::string& Value(absl::string_view name, SinkOption::Type type) const;
  absl::Span<const SinkOption> rows_;
  std::map<std::string, std::string> values_;
};

using SinkFactory = absl::StatusOr<std::unique_ptr<Sink>> (*)(const CheckedOptions&);

// What a sink's own file says about it.
struct SinkSpec {
  absl::Span<const SinkOption> options;
  SinkFactory make;
};

struct SinkType {
  absl::string_view name;
  absl::string_view doc;
  SinkSpec spec;
};

// In the order of sinks.def; constant. FindSinkType: null if there is none of that name.
absl::Span<const SinkType> SinkTypes();
const SinkType* FindSinkType(absl::string_view name);
// Options that every sink has: they belong to its queue (dispatcher.h).
absl::Span<const SinkOption> CommonSinkOptions();
// The row of the sink's own or common option, or null.
const SinkOption* FindSinkOption(const SinkType& type, absl::string_view name);

// Whether the option takes the value; kInvalidArgument says what it expects. Touches nothing
// outside.
absl::Status CheckSinkOption(const SinkOption& option, absl::string_view value);

// All of a sink's settings: type and names known, values good, nothing required missing.
// kInvalidArgument names the sink, the option and a "did you mean". Touches nothing outside.
absl::Status CheckSink(absl::string_view type, const SinkOptions& options);

// Checks and makes; the sink may open files or connections.
absl::StatusOr<std::unique_ptr<Sink>> MakeSink(absl::string_view type, const SinkOptions& options);

// "; did you mean ...?" or what there is.
std::string SinkTypeHint(absl::string_view type);
std::string SinkOptionHint(const SinkType& type, absl::string_view option);

}  // namespace vedette

#endif  // VEDETTE_INTEGRATIONS_SINKS_REGISTRY_H_
