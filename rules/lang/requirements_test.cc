// SPDX-License-Identifier: Apache-2.0
#include "rules/lang/requirements.h"

#include <gtest/gtest.h>

#include "rules/lang/testing.h"

namespace vedette {
namespace {

struct Case {
  const char* yaml;
  const char* messages;
};
constexpr Case kCases[] = {
    {"- required_engine_version: 13\n", ""},
    {"- required_engine_version: 0.57.0\n", ""},
    {"- required_engine_version: 0.63\n", ""},
    {"- required_engine_version: 63\n", ""},
    {"- required_engine_version: 64\n",
     "1:28 error: the file needs engine 64; Vedette reads rules of engines up to 0.63\n"},
    {"- required_engine_version: 1.0.0\n",
     "1:28 error: the file needs engine 1.0.0; Vedette reads rules of engines up to 0.63\n"},
    {"- required_engine_version: new\n",
     "1:28 error: \"new\" is not a version | write it as 13 or 0.57.0\n"},
    {"- required_plugin_versions:\n    - {name: container, version: 0.4.0}\n", ""},
    {"- required_plugin_versions:\n"
     "    - {name: x, version: 1.0.0, alternatives: [{name: container, version: 1.0.0}]}\n",
     ""},
    {"- required_plugin_versions:\n    - {name: json, version: 0.1.0}\n",
     "2:7 error: the file needs the plugin \"json\", which Vedette does not have\n"},
    {"- required_plugin_versions: json\n",
     "1:29 error: \"required_plugin_versions\" is a list of maps\n"},
};

TEST(Requirements, AreChecked) {
  for (const Case& c : kCases) EXPECT_EQ(MessagesOf({c.yaml}), c.messages) << c.yaml;
}

}  // namespace
}  // namespace vedette
