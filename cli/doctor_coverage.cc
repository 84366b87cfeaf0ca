// SPDX-License-Identifier: Apache-2.0
#include "cli/doctor_coverage.h"

#include <algorithm>
#include <set>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/text.h"
#include "cli/help.h"
#include "sensor/source/coverage.h"

namespace vedette {
namespace {

constexpr size_t kColumns = 80;
constexpr size_t kKindColumns = 16;
constexpr size_t kSeenColumns = 11;
constexpr size_t kIndent = 2 + kKindColumns + kSeenColumns;

// "file" and "open" of "file_open".
std::pair<absl::string_view, absl::string_view> FamilyAndName(absl::string_view kind) {
  if (kind == "system_call") return {"kernel", kind};
  const size_t end = kind.find('_');
  return {kind.substr(0, end), kind.substr(end + 1)};
}

std::string Padded(absl::string_view text, size_t columns) {
  return absl::StrCat(text, std::string(columns - std::min(columns - 1, text.size()), ' '));
}

// Is a hook attached that should have been called by now, and was not?
bool IsDeaf(absl::Span<const Hook> hooks, const KindInfo* kind) {
  return (kKindsDoneAtStart & KindBit(kind->kind)) != 0 &&
         std::any_of(hooks.begin(), hooks.end(), [kind](const Hook& hook) {
           return hook.kind == kind && hook.state == HookState::kAttached && !hook.fired;
         });
}

std::string LineOf(absl::Span<const Hook> hooks, const Coverage& coverage) {
  std::string text = absl::StrJoin(coverage.hooks, ", ");
  if (IsDeaf(hooks, coverage.kind)) {
    absl::StrAppend(&text, ": attached, but the kernel has NOT CALLED it");
  }
  if (!coverage.why.empty()) {
    absl::StrAppend(&text, text.empty() ? "" : "; ", EscapeControl(coverage.why));
  }
  return absl::StrCat("  ", Padded(FamilyAndName(coverage.kind->name).second, kKindColumns),
                      Padded(SeenName(coverage.seen), kSeenColumns),
                      WrapText(text, kColumns - kIndent, kIndent), "\n");
}

}  // namespace

std::string CoverageText(absl::Span<const Hook> hooks) {
  if (hooks.empty()) return "";
  const std::vector<Coverage> all = CoverageOf(hooks);
  std::string text;
  for (const absl::string_view family : {"process", "file", "network", "kernel"}) {
    absl::StrAppend(&text, family, "\n");
    for (const Coverage& coverage : all) {
      if (FamilyAndName(coverage.kind->name).first == family) text += LineOf(hooks, coverage);
    }
  }
  text += "\n";
  std::set<Seen> used;
  for (const Coverage& coverage : all) used.insert(coverage.seen);
  for (const Seen seen : used) {
    if (SeenMeaning(seen).empty()) continue;
    absl::StrAppend(&text, Padded(SeenName(seen), kSeenColumns + 2),
                    WrapText(SeenMeaning(seen), kColumns - kSeenColumns - 2, kSeenColumns + 2),
                    "\n");
  }
  return absl::StrCat(text, "\n");
}

}  // namespace vedette
