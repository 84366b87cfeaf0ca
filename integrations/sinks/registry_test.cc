// SPDX-License-Identifier: Apache-2.0
#include "integrations/sinks/registry.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace vedette {
namespace {

TEST(RegistryTest, EveryDefaultIsGood) {
  EXPECT_GE(SinkTypes().size(), 2U);
  for (const SinkType& type : SinkTypes()) {
    EXPECT_EQ(FindSinkType(type.name), &type);
    EXPECT_FALSE(type.doc.empty());
    for (const auto rows : {type.spec.options, CommonSinkOptions()}) {
      for (const SinkOption& option : rows) {
        EXPECT_FALSE(option.doc.empty()) << option.name;
        if (option.default_value == kRequired) continue;
        EXPECT_TRUE(CheckSinkOption(option, option.default_value).ok()) << option.name;
      }
    }
  }
}

TEST(RegistryTest, MistakesAreNamed) {
  struct Case {
    const char* type;
    SinkOptions options;
    const char* message;
  };
  const Case kCases[] = {
      {"consol", {}, "unknown sink \"consol\"; did you mean \"console\"?"},
      {"zzzzzz", {}, "unknown sink \"zzzzzz\"; known are: console, file"},
      {"file", {}, "sink file needs the option \"path\": The file; made with mode 0600"},
      {"file",
       {{"path", "/x"}, {"size", "1"}},
       "sink file has no option \"size\"; known are: path, events_path, size_max, keep, name"},
      {"file",
       {{"path", "/x"}, {"keeb", "1"}},
       "sink file has no option \"keeb\"; did you mean \"keep\"?"},
      {"file", {{"path", "x"}}, "sink file, option path: \"x\": expected an absolute path"},
      {"file",
       {{"path", "/x"}, {"keep", "-1"}},
       "sink file, option keep: \"-1\": expected a number from 0 to 1000000"},
      {"console",
       {{"format", "xml"}},
       "sink console, option format: \"xml\": expected one of: terminal, json"},
      {"console",
       {{"overflow", "block"}},
       "sink console, option overflow: \"block\": expected one of: drop_oldest, drop_newest"},
  };
  for (const Case& c : kCases) {
    const absl::Status status = CheckSink(c.type, c.options);
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
    EXPECT_THAT(std::string(status.message()), testing::StartsWith(c.message));
    EXPECT_EQ(MakeSink(c.type, c.options).status(), status);
  }
}

TEST(RegistryTest, GoodSettingsPass) {
  EXPECT_TRUE(CheckSink("console", {}).ok());
  EXPECT_TRUE(CheckSink("file", {{"path", "/x"}, {"size_max", "1MiB"}, {"retry_max", "1m"}}).ok());
}

TEST(RegistryTest, SinksAreMade) {
  const auto sink = MakeSink("console", {{"format", "json"}, {"colour", "never"}});
  ASSERT_TRUE(sink.ok()) << sink.status();
  EXPECT_TRUE((*sink)->Deliver({}, absl::InfiniteFuture()).ok());
}

TEST(RegistryTest, OptionsHaveTheirDefaults) {
  const SinkOption kRows[] = {
      {"size", SinkOption::Type::kSize, "2KiB", ""},
      {"count", SinkOption::Type::kCount, "7", ""},
      {"pause", SinkOption::Type::kDuration, "3s", ""},
      {"word", SinkOption::Type::kChoice, "a", "", "a|b"},
  };
  const CheckedOptions defaults(kRows, {});
  EXPECT_EQ(defaults.Number("size"), 2048U);
  EXPECT_EQ(defaults.Number("count"), 7U);
  EXPECT_EQ(defaults.Duration("pause"), absl::Seconds(3));
  EXPECT_EQ(defaults.Text("word"), "a");
  const CheckedOptions given(kRows, {{"count", "8"}, {"word", "b"}});
  EXPECT_EQ(given.Number("count"), 8U);
  EXPECT_EQ(given.Text("word"), "b");
}

}  // namespace
}  // namespace vedette
