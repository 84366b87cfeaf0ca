// SPDX-License-Identifier: Apache-2.0
//
// From rule files to a program: the only doors of rules/lang that other directories use.
#ifndef VEDETTE_RULES_LANG_LOAD_H_
#define VEDETTE_RULES_LANG_LOAD_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "rules/lang/diagnostics.h"
#include "rules/lang/program.h"

namespace vedette {

// One rule file. `name` is what diagnostics print.
struct RuleSource {
  std::string name;
  std::string text;
};

// A condition without a rule file around it: `vedette watch --where`, recording settings.
struct NamedCondition {
  std::string name;  // Becomes Rule::name, and the file in diagnostics.
  std::string condition;
};

// A reason why the kernel cannot decide a rule.
struct Undecidable {
  std::optional<uint32_t> predicate;  // Index into Program::predicates: the part; else the rule.
  std::string message;
  std::string hint;
};
// Whether, and why not, the kernel can decide a rule that denies or kills.
struct Decidability {
  bool decided = false;  // For some kind of event.
  std::vector<Undecidable> reasons;
};

struct LoadOptions {
  // Decides about rules that deny or kill (rules/classify/enforcement.h). Null: none is decided in
  // the kernel, and all of them alert. A rule in mode enforce with a reason is an error, one in
  // mode monitor alerts where its condition holds.
  Decidability (*decidability)(const Program& program, uint32_t rule) = nullptr;
  // Warn about what is legal and perhaps not meant: macros and lists that nothing uses, rules that
  // do not say which events they are about, and conditions that contradict themselves.
  bool warn_unused = false;
  // Comparisons that are the same for every event of a kind become constants. Not for events that
  // a person made up (given_event.h), which need not be possible.
  bool fold_constants = true;
  // Rules with one of these tags are off, unless a file says `enabled: true` of them.
  std::vector<std::string> tags_off = {};
};

struct LoadResult {
  std::shared_ptr<const Program> program;  // Null if there was an error.
  Diagnostics diagnostics;                 // Errors and warnings, in the order of the places.
};

// Reads files and folders in the order given. A folder gives its .yaml and .yml files in
// alphabetical order; one that has none is a folder of packs and gives those of its folders.
// kNotFound (also where folders have no rule file at all), kPermissionDenied or kInvalidArgument
// (larger than 16 MiB) names the path.
absl::StatusOr<std::vector<RuleSource>> ReadRuleSources(absl::Span<const std::string> paths);

// Parses, checks and compiles; reports all errors it can find, not only the first. `recording`
// become rules with Rule::recording set, after all others; they may use the macros and lists of the
// sources.
LoadResult LoadRules(absl::Span<const RuleSource> sources,
                     absl::Span<const NamedCondition> recording = {},
                     const LoadOptions& options = {});

}  // namespace vedette

#endif  // VEDETTE_RULES_LANG_LOAD_H_
