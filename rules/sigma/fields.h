// SPDX-License-Identifier: Apache-2.0
//
// What Sigma calls the fields of a log source, and what stands for them here.
#ifndef VEDETTE_RULES_SIGMA_FIELDS_H_
#define VEDETTE_RULES_SIGMA_FIELDS_H_

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"

namespace vedette {

enum class SigmaCategory : uint8_t { kProcess, kFile, kNetwork };

struct SigmaSource {
  SigmaCategory category;
  absl::string_view name;       // "process_creation"
  absl::string_view condition;  // Which events it has.
  absl::string_view output;     // Behind the rule's title.
  absl::string_view tag;        // "process"
  absl::string_view keywords;   // The field in which bare keywords are looked for.
};
// Null for log sources that have no events here.
const SigmaSource* FindSigmaSource(absl::string_view category);
std::string SigmaSourceNames();  // For hints.

struct SigmaField {
  enum class Type : uint8_t {
    kText,
    kNumber,
    kAddress,   // `network` is the field for cidr.
    kNever,     // It never has a value here; `reason` says why.
    kAlwaysOn,  // True for every event of its source.
  };
  absl::string_view name;
  uint8_t categories;  // Bits of 1 << SigmaCategory.
  Type type;
  absl::string_view field;
  absl::string_view network;
  absl::string_view reason;
};
// Null if nothing stands for it in this category. Names are compared as Sigma does, by case.
const SigmaField* FindSigmaField(absl::string_view name, SigmaCategory category);

}  // namespace vedette

#endif  // VEDETTE_RULES_SIGMA_FIELDS_H_
