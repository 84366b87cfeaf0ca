// SPDX-License-Identifier: Apache-2.0
#ifndef VEDETTE_CLI_FIELD_LIST_H_
#define VEDETTE_CLI_FIELD_LIST_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "sensor/schema/schema.h"

namespace vedette {

// "proc.pid,proc.aname[2]". kInvalidArgument names the first that is wrong, with a "did you mean".
absl::StatusOr<std::vector<FieldRef>> ParseFieldList(absl::string_view text);

// As it was written.
std::string FieldRefName(const FieldRef& field);

}  // namespace vedette

#endif  // VEDETTE_CLI_FIELD_LIST_H_
