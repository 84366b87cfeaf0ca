// SPDX-License-Identifier: Apache-2.0
//
// For errors in our own program: a broken invariant ends the process at once, with file, line and
// message on stderr. Never for what the world can do wrong (files, kernels, users, networks): that
// is absl::Status. Stays on in release builds, so keep conditions cheap.
//
//   CHECK(step.jump > at);
//   CHECK(step.jump > at) << "program " << name;
//   CHECK_EQ(rows.size(), columns.size());     // Prints both values if they can be streamed.
//
// Safe on any thread. Operands are evaluated once.
#ifndef VEDETTE_BASE_CHECK_H_
#define VEDETTE_BASE_CHECK_H_

#include <ostream>
#include <sstream>
#include <string>
#include <utility>

#include "absl/base/optimization.h"

namespace vedette::internal {

// Collects the message; its destructor prints it and aborts.
class CheckFailure {
 public:
  CheckFailure(const char* file, int line, const char* expression);
  CheckFailure(const CheckFailure&) = delete;
  CheckFailure& operator=(const CheckFailure&) = delete;
  [[noreturn]] ~CheckFailure();

  std::ostream& stream() { return stream_; }

 private:
  std::ostringstream stream_;
};

// Gives both branches of CHECK's conditional the type void; & binds looser than <<.
struct Voidify {
  void operator&(std::ostream&) const {}
};

template <typename T>
void PrintOperand(std::ostream& out, const T& value) {
  if constexpr (requires { out << value; }) {
    out << value;
  } else {
    out << "(unprintable)";
  }
}

// What a failed comparison has to say; false if the comparison held.
class Mismatch {
 public:
  Mismatch() = default;
  explicit Mismatch(std::string text) : text_(std::move(text)) {}
  explicit operator bool() const { return !text_.empty(); }
  friend std::ostream& operator<<(std::ostream& out, const Mismatch& m) { return out << m.text_; }

 private:
  std::string text_;
};

// A function, so that the operands are evaluated once.
template <typename A, typename B, typename Compare>
Mismatch CompareOperands(const A& a, const B& b, Compare compare) {
  if (ABSL_PREDICT_TRUE(compare(a, b))) return Mismatch();
  std::ostringstream out;
  out << " (";
  PrintOperand(out, a);
  out << " vs. ";
  PrintOperand(out, b);
  out << ")";
  return Mismatch(out.str());
}

}  // namespace vedette::internal

#define CHECK(condition)                          \
  ABSL_PREDICT_TRUE(static_cast<bool>(condition)) \
  ? (void)0                                       \
  : ::vedette::internal::Voidify() &              \
          ::vedette::internal::CheckFailure(__FILE__, __LINE__, #condition).stream()

#define CHECK_EQ(a, b) VEDETTE_CHECK_OP_(a, ==, b)
#define CHECK_NE(a, b) VEDETTE_CHECK_OP_(a, !=, b)
#define CHECK_LT(a, b) VEDETTE_CHECK_OP_(a, <, b)
#define CHECK_LE(a, b) VEDETTE_CHECK_OP_(a, <=, b)
#define CHECK_GT(a, b) VEDETTE_CHECK_OP_(a, >, b)
#define CHECK_GE(a, b) VEDETTE_CHECK_OP_(a, >=, b)

// A while that runs at most once: it gives the mismatch a scope and still takes `<< ...`.
#define VEDETTE_CHECK_OP_(a, op, b)                                                 \
  while (const ::vedette::internal::Mismatch vedette_mismatch_ =                    \
             ::vedette::internal::CompareOperands(                                  \
                 (a), (b), [](const auto& l, const auto& r) { return l op r; }))    \
  ::vedette::internal::CheckFailure(__FILE__, __LINE__, #a " " #op " " #b).stream() \
      << vedette_mismatch_ << " "

#endif  // VEDETTE_BASE_CHECK_H_
