// SPDX-License-Identifier: Apache-2.0
#ifndef VEDETTE_INTEGRATIONS_API_API_BACKEND_H_
#define VEDETTE_INTEGRATIONS_API_API_BACKEND_H_

#include <functional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "rules/lang/program.h"

namespace vedette {

struct ApiRule {
  std::string name;
  Priority priority = Priority::kNotice;
  std::vector<std::string> tags;
  std::string action;
};

struct ApiRuleList {
  std::vector<ApiRule> rules;
  std::string diagnostics;
};

// What the API is about. The functions may be called from any number of threads at once, and may
// wait.
struct ApiBackend {
  std::string store_path;
  std::string status_socket;  // Where the daemon answers.
  std::function<absl::StatusOr<ApiRuleList>()> rules;
  // A line for the daemon's control socket, and its answer (cli/enforcement.h).
  std::function<absl::StatusOr<std::string>(const std::string& request)> enforce;
};

}  // namespace vedette

#endif  // VEDETTE_INTEGRATIONS_API_API_BACKEND_H_
