// SPDX-License-Identifier: Apache-2.0
#include "cli/config/config.h"
#include "cli/config/config_files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "cli/config/options.h"
#include "integrations/format/golden.h"

namespace vedette {
namespace {

using testing::AllOf;
using testing::HasSubstr;

Config Parsed(absl::string_view text) {
  const auto config = ParseConfig("test.yaml", text);
  EXPECT_TRUE(config.ok()) << config.status();
  return config.ok() ? *config : Config{};
}

std::string Errors(absl::string_view text) {
  const auto config = ParseConfig("test.yaml", text);
  EXPECT_FALSE(config.ok()) << text;
  return std::string(config.status().message());
}

Config Unusual() {
  Config config;
  config.rules = {"/a b/c", "/${x} $${", "yes", "- x", "#", "shipped"};
  config.rules_off = {"hunting", "noisy"};
  config.store = {.path = "/x: y", .bytes_max = 0, .age_max = absl::Milliseconds(1500)};
  config.output_format = Config::Format::kJson;
  config.sinks = {{"console", {{"format", "json"}, {"retry_max", "1m"}}},
                  {"file", {{"path", "/\xc3\xa4 \"q\" \\"}, {"keep", "0"}}}};
  config.sensor.mode = Config::Mode::kTracepoint;
  config.sensor.disable = {"fexit/do_filp_open", "lsm/file_open"};
  config.sensor.ring_bytes_bulk = 65536;
  config.sensor.environment = true;
  config.sensor.scope = "cgroup:/user.slice/x y";
  config.recording = {{"a b", "proc.name = \"x\"\n\tand fd.name != '\\'"}, {"true", "x"}};
  config.log_level = LogSeverity::kError;
  return config;
}

TEST(ConfigTest, PrintedDefaultsAreTheGoldenFile) {
  ExpectGolden("config.yaml", PrintConfig(Config{}));
}

TEST(ConfigTest, EmptyFileIsTheDefaults) {
  EXPECT_EQ(Parsed(""), Config{});
  EXPECT_EQ(Parsed("# nothing\n"), Config{});
  EXPECT_EQ(Parsed("store:\nsinks:\nsensor:\n  # mode: lsm\n"), Config{});
}

TEST(ConfigTest, WhatIsPrintedIsReadAsTheSame) {
  EXPECT_EQ(Parsed(PrintConfig(Config{})), Config{});
  const Config unusual = Unusual();
  EXPECT_EQ(Parsed(PrintConfig(unusual)), unusual) << PrintConfig(unusual);
  Config empty;
  empty.rules = {};
  empty.recording = {};
  EXPECT_EQ(Parsed(PrintConfig(empty)), empty) << PrintConfig(empty);
}

TEST(ConfigTest, EveryOptionIsPrintedAndRead) {
  const std::string text = PrintConfig(Unusual());
  for (const ConfigOption& option : ConfigOptions()) {
    const absl::string_view name = NameOf(option).name;
    EXPECT_THAT(text, HasSubstr(absl::StrCat(name, ":"))) << option.key;
    EXPECT_FALSE(option.doc.empty());
  }
}

TEST(ConfigTest, DifferencesAreNamed) {
  EXPECT_TRUE(DifferingOptions(Unusual(), Unusual()).empty());
  Config other = Unusual();
  other.sinks.pop_back();
  other.sensor.mode = Config::Mode::kLsm;
  other.enforce.budget_processes = 7;
  EXPECT_EQ(DifferingOptions(Unusual(), other),
            (std::vector<std::string>{"sinks", "sensor.mode", "enforce.budget_processes"}));
}

TEST(ConfigTest, SchemaIsTheGoldenFile) {
  ExpectGolden("../../docs/config.schema.json", PrintConfigSchema());
}

TEST(ConfigTest, OptionsAreRead) {
  const Config config = Parsed(
      "rules: [/r]\n"
      "store: {path: /db, bytes_max: 1GiB, age_max: 7d}\n"
      "output: {format: json}\n"
      "sinks:\n  - type: file\n    path: /alerts\n    size_max: 1MiB\n"
      "sensor:\n  mode: lsm\n  scope: pid:42\n  environment: true\n"
      "recording:\n  all: >\n    evt.num > 0\n    or evt.num = 0\n"
      "log: {level: debug}\n");
  EXPECT_EQ(config.rules, std::vector<std::string>{"/r"});
  EXPECT_EQ(config.store.bytes_max, uint64_t{1} << 30);
  EXPECT_EQ(config.store.age_max, absl::Hours(7 * 24));
  EXPECT_EQ(config.output_format, Config::Format::kJson);
  ASSERT_EQ(config.sinks.size(), 1U);
  EXPECT_EQ(config.sinks[0].options.at("size_max"), "1MiB");
  EXPECT_EQ(config.sensor.mode, Config::Mode::kLsm);
  EXPECT_EQ(config.sensor.scope, "pid:42");
  EXPECT_EQ(config.recording.size(), 1U);
  EXPECT_EQ(config.recording.at("all"), "evt.num > 0 or evt.num = 0\n");
  EXPECT_EQ(config.log_level, LogSeverity::kDebug);
}

TEST(ConfigTest, EveryMistakeIsReportedWithItsPlaceAndAHint) {
  ExpectGolden("config_errors.txt", Errors("stroe:\n"
                                           "  path: /x\n"
                                           "store:\n"
                                           "  byte_max: 1GiB\n"
                                           "  age_max: 30\n"
                                           "sensor:\n"
                                           "  mode: fentri\n"
                                           "  ring_bytes_bulk: 100KiB\n"
                                           "  environment: 1\n"
                                           "sinks:\n"
                                           "  - type: fiel\n"
                                           "  - type: file\n"
                                           "    path: alerts.json\n"
                                           "    keeb: 3\n"
                                           "  - type: file\n"
                                           "rules: /etc/vedette/rules\n") +
                                        "\n");
}

TEST(ConfigTest, MistakesAreNamed) {
  struct Case {
    const char* text;
    const char* says;
  };
  const Case kCases[] = {
      {"- a\n", "expected options"},
      {"store: 7\n", "store: expected options below it"},
      {"store: {path: x}\n", "store.path: expected an absolute path"},
      {"store: {path: [x]}\n", "store.path: expected a text"},
      {"store: {bytes_max: 1MiB}\n", "store.bytes_max: expected 0 (no limit) or at least 16MiB"},
      {"store: {path: /a, path: /b}\n", "store: \"path\" is there twice"},
      {"log: {level: loud}\n", "log.level: expected one of: debug, info, warning, error"},
      {"sensor: {scope: all}\n", "sensor.scope: expected pid:NUMBER"},
      {"sensor: {scope: \"pid:0\"}\n", "sensor.scope: expected pid:NUMBER"},
      {"sensor: {ring_bytes_bulk: 3MiB}\n", "expected a power of two"},
      {"sensor: {fold: 2m}\n", "sensor.fold: expected at most 1m"},
      {"sensor: {heartbeat: 10ms}\n", "sensor.heartbeat: expected from 1s to 1h"},
      {"sinks: [7]\n", "sinks: expected a sink"},
      {"sinks: [{path: /x}]\n", "sinks: a sink needs a `type`"},
      {"sinks: [{type: file}]\n", "sink file needs the option \"path\""},
      {"sinks: [{type: console, format: xml}]\n", "sinks: console.format: expected one of"},
      {"rules: [\"\"]\n", "rules: a path is empty"},
      {"rules: [\"a\\x01\"]\n", "rules: a text has control or invisible characters"},
      {"rules: [\"a\\_\"]\n", "a text has control or invisible characters"},
      {"rules: [\"a\\u202e\"]\n", "a text has control or invisible characters"},
      {"recording: {a: \"\"}\n", "recording: a condition is empty"},
      {"recording: [a]\n", "recording: expected names"},
      {"? [a]\n: b\n", "a key is a text"},
      {"a: b\n---\nc: d\n", "test.yaml:"},
      {"log: {}\n---\nlog: {}\n", "a second document"},
      {"a: [\n", "test.yaml:"},
      {"a: \"\xff\"\n", "test.yaml:"},
  };
  for (const Case& c : kCases) EXPECT_THAT(Errors(c.text), HasSubstr(c.says)) << c.text;
}

TEST(ConfigTest, HostileFilesAreRefusedQuickly) {
  EXPECT_THAT(Errors(std::string(kConfigBytesMax + 1, ' ')), HasSubstr("larger than 1 MiB"));
  Errors(std::string(1 << 20, '['));
  Errors(absl::StrCat("a: ", std::string(100'000, '{')));
  // Aliases of aliases: 10^8 leaves, if anybody walked them.
  std::string bomb = "a: &a [x,x,x,x,x,x,x,x,x,x]\n";
  for (char c = 'b'; c < 'i'; ++c) {
    const std::string one = absl::StrCat("*", std::string(1, static_cast<char>(c - 1)));
    absl::StrAppend(&bomb, std::string(1, c), ": &", std::string(1, c), " [", one);
    for (int i = 0; i < 9; ++i) absl::StrAppend(&bomb, ",", one);
    absl::StrAppend(&bomb, "]\n");
  }
  Errors(bomb);
  Errors(absl::StrCat(bomb, "rules: *h\nsinks: *h\n"));
  // One large map as every sink.
  std::string sinks = "x: &m {type: file";
  for (int i = 0; i < 50'000; ++i) absl::StrAppend(&sinks, ", k", i, ": 1");
  absl::StrAppend(&sinks, "}\nsinks: [*m");
  for (int i = 0; i < 60; ++i) sinks += ",*m";
  Errors(sinks + "]\n");
  std::string unknown;
  for (int i = 0; i < 100'000; ++i) absl::StrAppend(&unknown, "k", i, ":\n");
  EXPECT_LT(Errors(unknown).size(), 100'000U);
}

// A small stand-in for the fuzz target.
TEST(ConfigTest, MutatedFilesNeverCrashAndWhatIsAcceptedComesBack) {
  const std::string seed = PrintConfig(Unusual());
  std::mt19937 random(11);
  for (int round = 0; round < 2000; ++round) {
    std::string text = seed;
    for (size_t i = 1 + random() % 4; i > 0; --i) {
      const size_t at = random() % text.size();
      switch (random() % 3) {
        case 0:
          text[at] = static_cast<char>(random());
          break;
        case 1:
          text.erase(at, random() % 20);
          break;
        default:
          text.insert(at, seed.substr(random() % seed.size(), random() % 20));
          break;
      }
    }
    const auto config = ParseConfig("test.yaml", text);
    if (!config.ok()) continue;
    const auto again = ParseConfig("test.yaml", PrintConfig(*config));
    ASSERT_TRUE(again.ok()) << again.status() << "\n" << text;
    ASSERT_EQ(*again, *config) << text;
  }
}

TEST(ConfigTest, FileThatIsMissingIsNamed) {
  const auto config = LoadConfig("/nowhere/vedette.yaml");
  EXPECT_EQ(config.status().code(), absl::StatusCode::kNotFound);
  EXPECT_THAT(std::string(config.status().message()), HasSubstr("/nowhere/vedette.yaml"));
}

TEST(ConfigTest, ShippedRulesAreFoundAndMissingLocalOnesAreNoError) {
  Config config;
  config.rules = {"shipped", "/nowhere"};
  EXPECT_EQ(RulePaths(config, "/s"), (std::vector<std::string>{"/s", "/nowhere"}));
}

}  // namespace
}  // namespace vedette
