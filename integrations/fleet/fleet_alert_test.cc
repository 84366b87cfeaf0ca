// SPDX-License-Identifier: Apache-2.0
#include "integrations/fleet/fleet_alert.h"

#include <gtest/gtest.h>

#include "integrations/format/json.h"
#include "integrations/format/sample_alert.h"

namespace vedette {
namespace {

TEST(FleetAlert, SaysAgainWhatItsJsonSaid) {
  Alert alert = SampleAlert();
  alert.action = Action::kKill;
  alert.mode = ActionMode::kEnforce;
  alert.verdict = "killed";
  alert.chain_head = std::string(64, 'a');
  alert.repeats = 7;
  alert.repeats_of = "5d1e7c0a9b3f2846";
  alert.reason = "3 steps within 4.2s";
  alert.evidence = {{.step = "first",
                     .time = alert.time,
                     .event_kind = "file_open",
                     .event_type = "openat",
                     .event_number = 5,
                     .process = alert.processes.at(0),
                     .object = "/a\n\xe2\x80\xae"}};
  const std::string json = FormatJson(alert);
  const auto again = ReadAlertJson(json);
  ASSERT_TRUE(again.ok()) << again.status();
  Alert same = *again;
  same.utc_offset = alert.utc_offset;
  same.prehistory = alert.prehistory;
  EXPECT_EQ(FormatJson(same), json);
}

TEST(FleetAlert, WhatIsNoAlertIsSaid) {
  for (const char* wrong :
       {"", "{", "[]", "7", "{}", R"({"id":"5","time":7})", R"({"id":"5","time":"yesterday"})"}) {
    EXPECT_TRUE(absl::IsDataLoss(ReadAlertJson(wrong).status())) << wrong;
  }
  EXPECT_TRUE(ReadAlertJson(R"({"id":"5","time":"2024-05-01T12:00:00Z","tags":7,"processes":{},
    "matched":[7],"evidence":["x"],"output_fields":[],"event":null,"exec_id":-1})")
                  .ok());
}

}  // namespace
}  // namespace vedette
