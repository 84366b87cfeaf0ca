// SPDX-License-Identifier: Apache-2.0
#include "cli/config/variables.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vedette {
namespace {

std::optional<std::string> Variables(const std::string& name) {
  if (name == "HOST") return "web-1";
  if (name == "EMPTY") return "";
  if (name == "TRICK") return "${HOST}";
  return std::nullopt;
}

TEST(VariablesTest, AreExpandedOnce) {
  struct Case {
    const char *text, *expanded;
  };
  constexpr Case kCases[] = {
      {"plain $5 {x} $", "plain $5 {x} $"},
      {"${HOST}", "web-1"},
      {"a${HOST}b${HOST}", "aweb-1bweb-1"},
      {"${NONE:-x-y}", "x-y"},
      {"${NONE:-}", ""},
      {"${EMPTY:-x}", "x"},
      {"${EMPTY}", ""},
      {"${TRICK}", "${HOST}"},
      {"$${HOST}", "${HOST}"},
      {"$$${HOST}", "$${HOST}"},
  };
  for (const Case& c : kCases) EXPECT_EQ(*ExpandVariables(c.text, Variables), c.expanded) << c.text;
}

TEST(VariablesTest, MistakesAreNamed) {
  struct Case {
    const char *text, *says;
  };
  constexpr Case kCases[] = {
      {"${NONE}", "the variable NONE is not set; set it, or write ${NONE:-DEFAULT}"},
      {"${HOST", "${ without }"},
      {"${}", "expected ${NAME}"},
      {"${1X}", "expected ${NAME}"},
      {"${A B}", "expected ${NAME}"},
  };
  for (const Case& c : kCases) {
    const auto expanded = ExpandVariables(c.text, Variables);
    EXPECT_THAT(std::string(expanded.status().message()), testing::HasSubstr(c.says)) << c.text;
  }
}

TEST(VariablesTest, WhatIsEscapedComesBack) {
  for (const char* text : {"${HOST}", "$${HOST}", "$$$${", "x$", "${", "$$"}) {
    EXPECT_EQ(*ExpandVariables(EscapeVariables(text), Variables), text);
  }
}

TEST(VariablesTest, StandInAnyTextOfAConfiguration) {
  const auto config = ParseConfig({{"a.yaml",
                                    "store: {path: \"/var/${HOST}\", age_max: \"${NONE:-3d}\"}\n"
                                    "sinks: [{type: file, path: \"/log/${HOST}.json\"}]\n"}},
                                  Variables);
  ASSERT_TRUE(config.ok()) << config.status();
  EXPECT_EQ(config->store.path, "/var/web-1");
  EXPECT_EQ(config->store.age_max, absl::Hours(72));
  EXPECT_EQ(config->sinks[0].options.at("path"), "/log/web-1.json");
  const auto wrong = ParseConfig({{"a.yaml", "store: {path: \"/${NONE}\"}\n"}}, Variables);
  EXPECT_THAT(std::string(wrong.status().message()), testing::HasSubstr("a.yaml:1:16: error"));
}

}  // namespace
}  // namespace vedette
