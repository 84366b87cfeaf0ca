// SPDX-License-Identifier: Apache-2.0
//
// The sinks that there are (sinks.def), their options, and how to make one. A sink's options are
// rows, so loading, `vedette sinks` and the manual read the same list.
#ifndef VEDETTE_INTEGRATIONS_SINKS_REGISTRY_H_
#define VEDETTE_INTEGRATIONS_SINKS_REGISTRY_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "integrations/sink.h"

namespace vedette {

using SinkOptions = std::map<std::string, std::string>;

struct SinkOption {
  enum class Type : uint8_t {
    kText,          // One line.
    kTemplate,      // Text with line ends.
    kList,          // Texts, in YAML a list; in SinkOptions one a line.
    kAbsolutePath,  // May be empty if that is the default.
    kSize,
    kCount,
    kDuration,
    kChoice,
    kSecret,   // Where a secret is: `file:/PATH` or `env:NAME` (secret.h); never the secret itself.
    kUrl,      // http:// or https:// without a user, or where it is, as kSecret.
    kAddress,  // HOST:PORT
  };
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
  std::string Text(absl::string_view name) const;  // Those that are text: as written.
  std::vector<std::string> List(absl::string_view name) const;
  bool Has(absl::string_view name) const { return !Text(name).empty(); }
  uint64_t Number(absl::string_view name) const;  // kSize, kCount
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
  size_t batch_max = 64;   // Alerts of one Deliver(), unless the configuration says otherwise.
  bool from_store = true;  // False: whoever reads it wants what happens now, and nothing else.
  // What rows cannot say about the options; touches nothing outside. Null: nothing.
  absl::Status (*check)(const CheckedOptions&) = nullptr;
  SinkFactory make_events = nullptr;   // For a second one that carries events; null: it cannot.
  size_t events_max = 1000;            // Events of one DeliverEvents(), unless otherwise said.
  absl::string_view events_need = {};  // The option without which it cannot carry events.
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

// What the sink is called: its option `name`, or its type.
std::string SinkName(absl::string_view type, const SinkOptions& options);

// Whether the option takes the value; kInvalidArgument says what it expects. Touches nothing
// outside.
absl::Status CheckSinkOption(const SinkOption& option, absl::string_view value);

// All of a sink's settings: type and names known, values good, nothing required missing.
// kInvalidArgument names the sink, the option and a "did you mean". Touches nothing outside.
absl::Status CheckSink(absl::string_view type, const SinkOptions& options);

// Checks and makes; the sink may open files or connections.
absl::StatusOr<std::unique_ptr<Sink>> MakeSink(absl::string_view type, const SinkOptions& options);

// The same of the sink beside it, for events.
absl::StatusOr<std::unique_ptr<Sink>> MakeEventSink(absl::string_view type,
                                                    const SinkOptions& options);
// What it is called, beside the sink of this name.
std::string EventSinkName(absl::string_view name);
bool IsEventSinkName(absl::string_view name);

// "; did you mean ...?" or what there is.
std::string SinkTypeHint(absl::string_view type);
std::string SinkOptionHint(const SinkType& type, absl::string_view option);

}  // namespace vedette

#endif  // VEDETTE_INTEGRATIONS_SINKS_REGISTRY_H_
