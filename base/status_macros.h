// SPDX-License-Identifier: Apache-2.0
//
// Passing errors up in one word. absl has no such macros in the releases that we build with.
//
//   RETURN_IF_ERROR(store.Flush());
//   ASSIGN_OR_RETURN(const std::string text, ReadFile(path, kConfigBytesMax));
//
// Both evaluate their expression once. ASSIGN_OR_RETURN declares a variable, so it is not one
// statement: never the unbraced body of an if. A type with a comma in it needs parentheses or an
// alias (the preprocessor splits at commas): ASSIGN_OR_RETURN((std::map<int, int> m), Load()).
#ifndef VEDETTE_BASE_STATUS_MACROS_H_
#define VEDETTE_BASE_STATUS_MACROS_H_

#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#define RETURN_IF_ERROR(expr)                                           \
  do {                                                                  \
    if (absl::Status vedette_status_ = (expr); !vedette_status_.ok()) { \
      return vedette_status_;                                           \
    }                                                                   \
  } while (false)

#define ASSIGN_OR_RETURN(lhs, expr) \
  VEDETTE_ASSIGN_OR_RETURN_(VEDETTE_CONCAT_(vedette_status_or_, __LINE__), lhs, expr)

// Everything below is private to this header.
#define VEDETTE_ASSIGN_OR_RETURN_(temporary, lhs, expr)      \
  auto temporary = (expr);                                   \
  if (!temporary.ok()) return std::move(temporary).status(); \
  VEDETTE_UNPARENTHESIZE_(lhs) = *std::move(temporary)

#define VEDETTE_CONCAT_(a, b) VEDETTE_CONCAT_INNER_(a, b)
#define VEDETTE_CONCAT_INNER_(a, b) a##b

// (x) becomes x; anything that is not in parentheses stays as it is.
#define VEDETTE_UNPARENTHESIZE_(lhs) VEDETTE_DROP_MARK_(VEDETTE_MARK_ lhs)
#define VEDETTE_MARK_(...) VEDETTE_MARK_ __VA_ARGS__
#define VEDETTE_DROP_MARK_(...) VEDETTE_DROP_MARK_INNER_(__VA_ARGS__)
#define VEDETTE_DROP_MARK_INNER_(...) VEDETTE_DROPPED_##__VA_ARGS__
#define VEDETTE_DROPPED_VEDETTE_MARK_

#endif  // VEDETTE_BASE_STATUS_MACROS_H_
