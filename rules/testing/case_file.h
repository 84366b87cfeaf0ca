// SPDX-License-Identifier: Apache-2.0
//
// Tests beside rules, for `vedette rules test` and for the shipped packs:
//
//   - rule: Password hashes read
//     name: cat shows the hashes
//     events:
//       - {kind: process_seen, exe_path: /usr/bin/bash}
//       - {kind: process_exec, exe_path: /usr/bin/cat, args: [cat, /etc/shadow]}
//       - {kind: file_open, path: /etc/shadow}
//     expect: [Password hashes read]
//
// `rule` is the rule that the case is about; `expect` is what all rules together say to it, each
// alert once, and may be empty. An event with a `kind` is a record, and such events tell a story
// (engine/testing/story.h); one without is the values of some fields, `{evt.type: openat, fd.name:
// /etc/shadow}`. `record: FILE` instead of events is what `vedette run --record` has written, the
// path beginning at the folder of the case file; each of its rules is expected once.
#ifndef VEDETTE_RULES_TESTING_CASE_FILE_H_
#define VEDETTE_RULES_TESTING_CASE_FILE_H_

#include <string>
#include <vector>

#include "rules/lang/diagnostics.h"
#include "rules/lang/given_event.h"
#include "rules/lang/load.h"

namespace vedette {

struct CaseValue {
  std::string key;
  std::vector<GivenValue> values;  // None: null.
  bool is_list = false;
};

struct CaseEvent {
  std::string kind;  // Empty: values of fields.
  std::vector<CaseValue> values;
  Diagnostic where;  // An error without its message.
};

struct RuleCase {
  std::string rule;
  std::string name;
  std::vector<CaseEvent> events;
  std::string record;  // Empty, or the file.
  std::vector<std::string> expect;
  Diagnostic where;

  std::string Place() const;  // "cases.yaml:12"
};

struct CaseFile {
  std::vector<RuleCase> cases;
  Diagnostics diagnostics;
};

// Whatever is not understood is an error: a case with a typing error would prove nothing.
CaseFile ParseCases(const RuleSource& source);

// Those in a rule file, below items `- tests: [...]`, which the rules themselves ignore.
CaseFile ParseCasesOfRules(const RuleSource& source);

}  // namespace vedette

#endif  // VEDETTE_RULES_TESTING_CASE_FILE_H_
