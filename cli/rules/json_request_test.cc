// SPDX-License-Identifier: Apache-2.0
#include "cli/rules/json_request.h"

#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_cat.h"

namespace vedette {
namespace {

std::string ErrorOf(absl::string_view text) {
  return std::string(ReadJsonObject(text).status().message());
}

TEST(ReadJsonObject, SaysWhatIsWrong) {
  EXPECT_EQ(ErrorOf("{\"a\": 1}"), "");
  EXPECT_EQ(ErrorOf("{\"a\": x}"), "not JSON: wrong at byte 7");
  EXPECT_EQ(ErrorOf("[1]"), "not a JSON object");
  EXPECT_EQ(ErrorOf("{\"a\": 1e999}"), "not JSON: a number is out of range");
  const std::string nested =
      absl::StrCat("{\"a\":", std::string(40, '['), std::string(40, ']'), "}");
  EXPECT_EQ(ErrorOf(nested), "nested deeper than 32 levels");
}

TEST(JsonText, WantsAText) {
  const auto object = ReadJsonObject("{\"a\": \"x\", \"b\": 1}");
  ASSERT_TRUE(object.ok());
  EXPECT_EQ(*JsonText(*object, "a"), "x");
  EXPECT_EQ(JsonText(*object, "b").status().message(), "\"b\" is not a text");
  EXPECT_EQ(JsonText(*object, "c").status().message(), "\"c\" is missing");
}

TEST(JsonLine, BytesThatAreNotUtf8AreReplaced) {
  EXPECT_EQ(JsonLine({{"a", "x\xff\ny"}}), "{\"a\":\"x\xef\xbf\xbd\\ny\"}\n");
}

}  // namespace
}  // namespace vedette
