// SPDX-License-Identifier: Apache-2.0
//
// Sigma rules (SigmaHQ's format) as rules of ours: those about Linux whose log source is
// process_creation, file_event or network_connection.
#ifndef VEDETTE_RULES_SIGMA_SIGMA_H_
#define VEDETTE_RULES_SIGMA_SIGMA_H_

#include <cstddef>
#include <string>

#include "absl/types/span.h"
#include "rules/lang/diagnostics.h"
#include "rules/lang/load.h"

namespace vedette {

struct SigmaOptions {
  // Texts are compared as they are. Sigma ignores upper and lower case unless a rule says `cased`.
  bool cased = false;
};

struct SigmaImport {
  std::string yaml;  // A rule file that loads; empty if nothing could be translated.
  size_t translated = 0;
  size_t skipped = 0;  // Sigma rules that could not be.
  // Errors: why a rule was skipped. Warnings: what of a translated one is missing.
  Diagnostics diagnostics;
};

// Each rule is loaded before it is given out. Time and memory stay in proportion to the sources,
// whatever they are.
SigmaImport ImportSigma(absl::Span<const RuleSource> sources, const SigmaOptions& options = {});

}  // namespace vedette

#endif  // VEDETTE_RULES_SIGMA_SIGMA_H_
