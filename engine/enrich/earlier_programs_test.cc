// SPDX-License-Identifier: Apache-2.0
#include "engine/enrich/earlier_programs.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "engine/enrich/spare_blocks.h"

namespace vedette {
namespace {

using Earlier = std::shared_ptr<const EarlierProgram>;

EarlierProgram::Comm Comm(absl::string_view name) {
  EarlierProgram::Comm comm = {};
  std::copy_n(name.data(), std::min(name.size(), comm.size() - 1), comm.data());
  return comm;
}

std::string Show(const Earlier& programs) {
  std::string text;
  for (const EarlierProgram* at = programs.get(); at != nullptr; at = at->before.get()) {
    absl::StrAppend(&text, text.empty() ? "" : " ", at->comm.data());
  }
  return text;
}

TEST(EarlierPrograms, TheNearestComesFirstAndTheFarIsShared) {
  SpareBlocks memory;
  const Earlier init = WithProgram(nullptr, Comm("init"), memory);
  const Earlier one = WithProgram(init, Comm("nginx"), memory);
  const Earlier other = WithProgram(init, Comm("sshd"), memory);
  EXPECT_EQ(Show(one), "nginx init");
  EXPECT_EQ(Show(other), "sshd init");
  EXPECT_EQ(one->before, other->before);
}

TEST(EarlierPrograms, TheSameNameInARowCountsOnce) {
  SpareBlocks memory;
  Earlier programs = WithProgram(nullptr, Comm("nginx"), memory);
  for (int i = 0; i < 1000; ++i) programs = WithProgram(programs, Comm("env"), memory);
  EXPECT_EQ(Show(programs), "env nginx");
}

TEST(EarlierPrograms, ANameCountsOnceWhereItWasFirst) {
  SpareBlocks memory;
  Earlier programs = WithProgram(nullptr, Comm("init"), memory);
  for (int i = 0; i < 100; ++i) {
    programs = WithProgram(programs, Comm("sh"), memory);
    programs = WithProgram(programs, Comm("make"), memory);
  }
  EXPECT_EQ(Show(programs), "make make sh init") << "it descends from an earlier one";
  programs = WithProgram(programs, Comm("cc"), memory);
  EXPECT_EQ(Show(programs), "cc make sh init");
}

TEST(EarlierPrograms, WhoeverExecutesWithoutEndCostsNoMoreAndKeepsHisOrigin) {
  SpareBlocks memory;
  Earlier programs = WithProgram(nullptr, Comm("nginx"), memory);
  for (int i = 0; i < 1000; ++i) {
    programs = WithProgram(programs, Comm(absl::StrCat("p", i)), memory);
    ASSERT_LE(programs->depth, EarlierProgram::kNamesMax + 1);
  }
  EXPECT_EQ(Show(programs).substr(0, 8), "p999 p30");
  EXPECT_EQ(programs->depth, EarlierProgram::kNamesMax + 1);
  EXPECT_TRUE(absl::EndsWith(Show(programs), " p0 nginx"));
}

}  // namespace
}  // namespace vedette
