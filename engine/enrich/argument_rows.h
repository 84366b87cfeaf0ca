// SPDX-License-Identifier: Apache-2.0
//
// Rows of the tables of arguments: which arguments a type has, and how each is read. The tables
// are kept by family: arguments.cc has fork, exec, exit, opens and connections,
// arguments_process.cc what else processes do, arguments_file.cc what else is done to files,
// arguments_kernel.cc what is done to the kernel.
#ifndef VEDETTE_ENGINE_ENRICH_ARGUMENT_ROWS_H_
#define VEDETTE_ENGINE_ENRICH_ARGUMENT_ROWS_H_

#include <cstdint>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "engine/event.h"

namespace vedette {

struct TypeRow {
  absl::string_view type;
  absl::string_view arguments;  // In Falco's order, joined by commas.
};

// How people read it; what the comment names is its meaning, in brackets behind the value.
enum class Look : uint8_t {
  kDecimal,
  kHex,
  kOctal,
  kText,
  kBytes,
  kTime,        // Nanoseconds since 1970 as a date.
  kPath,        // Made absolute.
  kOpenFlags,   // O_RDONLY|O_CLOEXEC
  kDescriptor,  // <f>/etc/passwd, or the name of the error
  kResult,      // The name of the error.
  kProcess,     // Its name.
  kUser,
  kGroup,
  kSignal,
  kFamily,  // AF_INET
};

// What is known. The rows of arguments.h in sensor/schema say the same, as arguments_test sees to.
struct Known {
  EventArgument argument;
  KindSet kinds;
  Look look;
  Value (*get)(const Event& event);
  // Where the look has no meaning of its own: in the arena, or constant. Null: it has none.
  absl::string_view (*meaning)(const Event& event, uint64_t number) = nullptr;
};

absl::Span<const TypeRow> FileTypes();
absl::Span<const Known> FileArguments();
absl::Span<const TypeRow> KernelTypes();
absl::Span<const Known> KernelArguments();
absl::Span<const TypeRow> ProcessTypes();
absl::Span<const Known> ProcessArguments();

}  // namespace vedette

#endif  // VEDETTE_ENGINE_ENRICH_ARGUMENT_ROWS_H_
