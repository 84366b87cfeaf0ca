// SPDX-License-Identifier: Apache-2.0
//
// The table of options behind config.h.
#ifndef VEDETTE_CLI_CONFIG_OPTIONS_H_
#define VEDETTE_CLI_CONFIG_OPTIONS_H_

#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <variant>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "cli/config/config.h"

namespace vedette {

// One of a few words: an enum whose enumerators have these names, in order.
struct ChoiceRef {
  absl::Span<const absl::string_view> names;
  std::function<size_t()> get;
  std::function<void(size_t)> set;
};

// A number, not a size.
struct CountRef {
  uint64_t* count;
};

// Where an option's value is; the alternative says how it is written in YAML.
using OptionTarget =
    std::variant<std::string*, uint64_t*, CountRef, absl::Duration*, bool*, ChoiceRef,
                 std::vector<std::string>*, std::vector<Config::SinkEntry>*,
                 std::map<std::string, std::string>*>;

struct ConfigOption {
  absl::string_view key;  // "store.path"; rows of one section follow one another.
  absl::string_view doc;  // May have several lines.
  OptionTarget (*target)(Config& config);
  // What is wrong with the value; empty if nothing. Null: everything is right.
  std::string (*problem)(const Config& config);
};

absl::Span<const ConfigOption> ConfigOptions();

// "store" and "path"; a key without a section has an empty one.
struct OptionName {
  absl::string_view section, name;
};
OptionName NameOf(const ConfigOption& option);

}  // namespace vedette

#endif  // VEDETTE_CLI_CONFIG_OPTIONS_H_
