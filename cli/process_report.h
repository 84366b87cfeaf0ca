// SPDX-License-Identifier: Apache-2.0
//
// Everything that the store knows of one process: `vedette process show`, and a part of a case.
#ifndef VEDETTE_CLI_PROCESS_REPORT_H_
#define VEDETTE_CLI_PROCESS_REPORT_H_

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "cli/io.h"
#include "cli/store_rows.h"
#include "storage/process_tree.h"
#include "storage/queries.h"

namespace vedette {

struct ProcessReport {
  ProcessTree tree;  // Ancestors, and children one level deep.
  // What is known, in the order of reading; bytes as the kernel gave them.
  struct Fact {
    std::string name;  // Of its JSON key: "login_user".
    std::string value;
    bool is_number = false;  // In JSON, too.
  };
  std::vector<Fact> facts;
  StoreRows touched;  // kind, times, objects, first, last
  StoreRows alerts;   // id, time, priority, rule
};

// `what`: an alert's id, an exec_id or a pid (the latest one).
absl::StatusOr<ProcessReport> ReadProcessReport(StoreReader& store, const std::string& what);

void PrintProcessReport(const ProcessReport& report, Io& io);
std::string ProcessReportJson(const ProcessReport& report);

// "cat(4431) /usr/bin/cat"; not escaped.
std::string ProcessTitle(const StoredProcess& process);

}  // namespace vedette

#endif  // VEDETTE_CLI_PROCESS_REPORT_H_
