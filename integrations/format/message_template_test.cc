// SPDX-License-Identifier: Apache-2.0
#include "integrations/format/message_template.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "integrations/format/sample_alert.h"

namespace vedette {
namespace {

TEST(MessageTemplateTest, FillsInWhatIsAskedFor) {
  const auto parsed = MessageTemplate::Parse(
      R"({"t": "{{priority}}: {{ message }} \"{{user}}\"", "f": "{{field:proc.pid}}",)"
      R"( "a": {{json}}, "none": "{{field:proc.aname[4]}}{{reason}}"})");
  ASSERT_TRUE(parsed.ok()) << parsed.status();
  const auto json = nlohmann::json::parse(parsed->Fill(SampleAlert()), nullptr, false);
  ASSERT_FALSE(json.is_discarded());
  EXPECT_EQ(json["t"],
            "Critical: cat read /etc/shadow (user=root command=cat /etc/shadow) \"root\"");
  EXPECT_EQ(json["f"], "4431");
  EXPECT_EQ(json["a"]["id"], "5d1e7c0a9b3f2846");
  EXPECT_EQ(json["none"], "");
}

TEST(MessageTemplateTest, NothingLeavesItsQuotes) {
  const auto parsed = MessageTemplate::Parse(
      R"({"t": "{{rule}}{{message}}{{hostname}}{{object}}{{command}}{{tags}}", "u": "{{user}}"})");
  ASSERT_TRUE(parsed.ok());
  const auto json = nlohmann::json::parse(parsed->Fill(HostileAlert()), nullptr, false);
  ASSERT_TRUE(json.is_object());
  EXPECT_EQ(json.size(), 2U);
  Alert nested;
  nested.rule = "{{message}}";
  nested.message = "x";
  EXPECT_EQ(MessageTemplate::Parse("\"{{rule}}\"")->Fill(nested), "\"{{message}}\"");
}

TEST(MessageTemplateTest, MistakesAreNamed) {
  struct Case {
    const char *text, *why;
  };
  const Case kCases[] = {
      {"\"{{mesage}}\"", "unknown {{mesage}}"}, {"\"{{field:proc.nam}}\"", "no field \"proc.nam\""},
      {"\"{{rule", "without its }}"},           {"{{rule}}", "between quotes"},
      {"\"a\\\"\" {{rule}}", "between quotes"}, {"\"{{json}}\"", "outside of quotes"},
  };
  for (const Case& c : kCases) {
    const auto parsed = MessageTemplate::Parse(c.text);
    EXPECT_THAT(std::string(parsed.status().message()), testing::HasSubstr(c.why)) << c.text;
  }
}

}  // namespace
}  // namespace vedette
