// SPDX-License-Identifier: Apache-2.0
#include "base/status_macros.h"

#include <map>
#include <memory>
#include <string>

#include "gtest/gtest.h"

namespace vedette {
namespace {

absl::Status Twice(const absl::Status& first, int& reached) {
  RETURN_IF_ERROR(first);
  ++reached;
  return absl::OkStatus();
}

TEST(ReturnIfError, GoesOnAfterOkAndReturnsAnError) {
  int reached = 0;
  EXPECT_TRUE(Twice(absl::OkStatus(), reached).ok());
  EXPECT_EQ(reached, 1);
  EXPECT_EQ(Twice(absl::NotFoundError("x"), reached), absl::NotFoundError("x"));
  EXPECT_EQ(reached, 1);
}

TEST(ReturnIfError, IsOneStatement) {
  const auto call = [](bool fail) -> absl::Status {
    if (fail)
      RETURN_IF_ERROR(absl::InternalError("no"));
    else
      RETURN_IF_ERROR(absl::OkStatus());
    return absl::OkStatus();
  };
  EXPECT_FALSE(call(true).ok());
  EXPECT_TRUE(call(false).ok());
}

absl::StatusOr<std::unique_ptr<int>> Make(bool fail) {
  if (fail) return absl::UnavailableError("none left");
  return std::make_unique<int>(7);
}

absl::StatusOr<int> Sum(bool fail) {
  ASSIGN_OR_RETURN(const std::unique_ptr<int> declared, Make(false));
  std::unique_ptr<int> assigned;
  ASSIGN_OR_RETURN(assigned, Make(fail));
  return *declared + *assigned;
}

TEST(AssignOrReturn, MovesTheValueAndReturnsTheError) {
  EXPECT_EQ(*Sum(false), 14);
  EXPECT_EQ(Sum(true).status(), absl::UnavailableError("none left"));
}

TEST(AssignOrReturn, TakesATypeWithACommaInParentheses) {
  const auto call = []() -> absl::StatusOr<size_t> {
    ASSIGN_OR_RETURN((const std::map<int, int> squares),
                     (absl::StatusOr<std::map<int, int>>({{2, 4}, {3, 9}})));
    return squares.size();
  };
  EXPECT_EQ(*call(), 2U);
}

TEST(AssignOrReturn, EvaluatesItsExpressionOnce) {
  int calls = 0;
  const auto next = [&calls]() -> absl::StatusOr<int> { return ++calls; };
  const auto call = [&]() -> absl::StatusOr<int> {
    ASSIGN_OR_RETURN(const int value, next());
    return value;
  };
  EXPECT_EQ(*call(), 1);
  EXPECT_EQ(calls, 1);
}

}  // namespace
}  // namespace vedette
