// SPDX-License-Identifier: Apache-2.0
//
// The cases beside a pack:
//
//   - rule: Password hashes read
//     name: cat shows the hashes
//     events:
//       - {kind: process_seen, exe_path: /usr/bin/bash}
//       - {kind: process_exec, exe_path: /usr/bin/cat, args: [cat, /etc/shadow]}
//       - {kind: file_open, path: /etc/shadow}
//     expect: [Password hashes read]
//
// `rule` is the rule that the case is about; `expect` is what all packs together say to the story,
// each alert once, and may be empty. story.h explains the events.
#ifndef VEDETTE_TESTS_RULES_CASE_FILE_H_
#define VEDETTE_TESTS_RULES_CASE_FILE_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "sensor/decode/record_builder.h"

namespace vedette {

struct RuleCase {
  std::string rule;
  std::string name;
  std::string place;  // "cases.yaml:12"
  std::vector<RecordBytes> records;
  std::vector<std::string> expect;
};

struct CaseFile {
  std::vector<RuleCase> cases;
  std::vector<std::string> errors;  // Each with its place.
};

// `name` is for the places. Whatever is not understood is an error: a case with a typing error
// would prove nothing.
CaseFile ParseCases(absl::string_view name, const std::string& text);

}  // namespace vedette

#endif  // VEDETTE_TESTS_RULES_CASE_FILE_H_
