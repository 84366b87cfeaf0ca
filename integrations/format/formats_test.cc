// SPDX-License-Identifier: Apache-2.0
//
// Each format held against its published rules, with a plain alert, a sequence's, one of each kind
// of event, and one in which every text is an attack.
#include "integrations/format/formats.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "base/text.h"
#include "integrations/format/sample_alert.h"
#include "sensor/schema/schema.h"

namespace vedette {
namespace {

using nlohmann::json;

std::vector<Alert> Alerts() {
  std::vector<Alert> alerts = {SampleAlert(), SampleSequenceAlert(), HostileAlert(), Alert()};
  for (const KindInfo& kind : Kinds()) {
    Alert alert = SampleAlert();
    alert.event_kind = std::string(kind.name);
    alert.object = absl::StartsWith(kind.name, "network_") ? "10.0.0.7:443" : "/tmp/x";
    alerts.push_back(alert);
    alert = HostileAlert();
    alert.event_kind = std::string(kind.name);
    alerts.push_back(alert);
  }
  return alerts;
}

std::string Format(AlertFormat format, const Alert& alert) {
  std::string line;
  AppendAlert(format, alert, line);
  return line;
}

TEST(FormatsTest, EveryFormatIsOneHarmlessLine) {
  const std::vector<absl::string_view> names = absl::StrSplit(kAlertFormats, '|');
  for (const absl::string_view name : names) {
    const AlertFormat format = AlertFormatOf(name);
    for (const Alert& alert : Alerts()) {
      std::string line = Format(format, alert);
      // LEEF separates by tabs.
      if (format == AlertFormat::kLeef) std::replace(line.begin(), line.end(), '\t', ' ');
      EXPECT_EQ(line, EscapeControl(line)) << name << ": " << alert.event_kind;
    }
  }
}

json Parsed(AlertFormat format, const Alert& alert) {
  const std::string line = Format(format, alert);
  std::vector<std::set<std::string>> open;
  bool twice = false;
  // The same key twice in one object: readers differ in which they believe.
  const auto look = [&](int, json::parse_event_t event, json& value) {
    if (event == json::parse_event_t::object_start) open.emplace_back();
    if (event == json::parse_event_t::object_end) open.pop_back();
    if (event == json::parse_event_t::key && !open.back().insert(value.get<std::string>()).second) {
      twice = true;
    }
    return true;
  };
  const json parsed = json::parse(line, look, false);
  EXPECT_FALSE(parsed.is_discarded()) << line;
  EXPECT_FALSE(twice) << line;
  return parsed;
}

TEST(FormatsTest, FalcoHasFalcosKeys) {
  for (const Alert& alert : Alerts()) {
    std::set<std::string> keys;
    const json parsed = Parsed(AlertFormat::kFalco, alert);
    for (const auto& [key, value] : parsed.items()) keys.insert(key);
    EXPECT_EQ(keys, (std::set<std::string>{"hostname", "output", "output_fields", "priority",
                                           "rule", "source", "tags", "time"}));
  }
}

TEST(FormatsTest, JsonKeepsTheSchema) {
  std::ifstream file("docs/alert.schema.json");
  const json schema = json::parse(file, nullptr, false);
  ASSERT_FALSE(schema.is_discarded()) << "docs/alert.schema.json";
  std::set<std::string> described;
  for (const auto& [key, value] : schema["properties"].items()) described.insert(key);
  const std::set<std::string> required = schema["required"];
  EXPECT_EQ(described, required);
  for (const Alert& alert : Alerts()) {
    const json parsed = Parsed(AlertFormat::kJson, alert);
    std::set<std::string> keys;
    for (const auto& [key, value] : parsed.items()) {
      keys.insert(key);
      json types = schema["properties"][key]["type"];
      if (types.is_string()) types = json::array({types});
      const std::string type = value.is_number_integer() ? "integer" : value.type_name();
      EXPECT_THAT(types.get<std::vector<std::string>>(), testing::Contains(type)) << key;
    }
    EXPECT_EQ(keys, described);
  }
}

// https://schema.ocsf.io/1.3.0/classes/detection_finding: what is required, and the enums.
TEST(FormatsTest, OcsfHasWhatADetectionFindingNeeds) {
  for (const Alert& alert : Alerts()) {
    const json finding = Parsed(AlertFormat::kOcsf, alert);
    EXPECT_EQ(finding["category_uid"], 2);
    EXPECT_EQ(finding["class_uid"], 2004);
    EXPECT_EQ(finding["activity_id"], 1);
    EXPECT_EQ(finding["type_uid"], 2004 * 100 + 1);
    EXPECT_GE(finding["severity_id"], 1);
    EXPECT_LE(finding["severity_id"], 6);
    EXPECT_EQ(finding["status_id"], 1);
    EXPECT_TRUE(finding["time"].is_number_integer());
    EXPECT_EQ(finding["metadata"]["version"], "1.3.0");
    EXPECT_EQ(finding["metadata"]["product"]["vendor_name"], "Vedette");
    EXPECT_TRUE(finding["finding_info"]["uid"].is_string());
    EXPECT_TRUE(finding["finding_info"]["title"].is_string());
    EXPECT_EQ(finding["finding_info"]["analytic"]["type_id"], 1);
    EXPECT_TRUE(finding["device"]["type_id"].is_number_integer());
    for (const json& event : finding["finding_info"]["related_events"]) {
      EXPECT_TRUE(event["uid"].is_string());
      const int type = event["type_uid"];
      const std::set<int> classes = {0, 1001, 1002, 1003, 1007, 4001};
      EXPECT_TRUE(classes.contains(type / 100)) << type;
    }
    for (const json& evidence : finding["evidences"]) {
      EXPECT_TRUE(!evidence.contains("file") || evidence["file"]["type_id"].is_number_integer());
    }
  }
  const json finding = Parsed(AlertFormat::kOcsf, SampleAlert());
  EXPECT_EQ(finding["severity"], "Critical");
  EXPECT_EQ(finding["time"], 1714564800123);
  EXPECT_EQ(finding["finding_info"]["related_events"][0]["type_uid"], 100114);
  const json& evidence = finding["evidences"][0];
  EXPECT_EQ(evidence["file"]["name"], "shadow");
  EXPECT_EQ(evidence["actor"]["process"]["parent_process"]["parent_process"]["name"], "sshd");
  EXPECT_EQ(evidence["data"]["fields"]["proc.pid"], 4431);
}

// https://www.elastic.co/guide/en/ecs/8.11: the allowed values of the categorisation fields.
TEST(FormatsTest, EcsUsesAllowedValues) {
  const std::set<std::string> categories = {
      "api",      "authentication", "configuration", "database",      "driver",
      "email",    "file",           "host",          "iam",           "intrusion_detection",
      "library",  "malware",        "network",       "package",       "process",
      "registry", "session",        "threat",        "vulnerability", "web"};
  const std::set<std::string> types = {
      "access",   "admin",        "allowed",  "change", "connection", "creation",
      "deletion", "denied",       "end",      "error",  "group",      "indicator",
      "info",     "installation", "protocol", "start",  "user"};
  for (const Alert& alert : Alerts()) {
    const json doc = Parsed(AlertFormat::kEcs, alert);
    EXPECT_TRUE(doc["@timestamp"].is_string());
    EXPECT_EQ(doc["ecs.version"], "8.11.0");
    EXPECT_EQ(doc["event.kind"], "alert");
    EXPECT_TRUE(categories.contains(doc["event.category"][0].get<std::string>()));
    EXPECT_TRUE(types.contains(doc["event.type"][0].get<std::string>()));
    // One name must not be a value and hold others at once: Elasticsearch would refuse it.
    for (const auto& [a, value_a] : doc.items()) {
      for (const auto& [b, value_b] : doc.items()) {
        EXPECT_FALSE(absl::StartsWith(b, absl::StrCat(a, "."))) << a << " " << b;
      }
    }
  }
  const json doc = Parsed(AlertFormat::kEcs, SampleAlert());
  EXPECT_EQ(doc["process.pid"], 4431);
  EXPECT_EQ(doc["process.parent.name"], "bash");
  EXPECT_EQ(doc["file.path"], "/etc/shadow");
  EXPECT_EQ(doc["event.id"], "5d1e7c0a9b3f2846");
  EXPECT_EQ(doc["vedette.fields"]["user.name"], "root");
}

// A reader of CEF, as its specification describes one.
struct CefParts {
  std::vector<std::string> header;
  std::map<std::string, std::string> values;
};

std::optional<CefParts> ReadCef(const std::string& line) {
  CefParts parts;
  std::string part;
  size_t i = 0;
  for (; i < line.size() && parts.header.size() < 7; ++i) {
    if (line[i] == '\\') {
      if (++i == line.size() || (line[i] != '\\' && line[i] != '|')) return std::nullopt;
      part += line[i];
    } else if (line[i] == '|') {
      parts.header.push_back(std::exchange(part, ""));
    } else {
      part += line[i];
    }
  }
  if (parts.header.size() != 7) return std::nullopt;
  std::string key, value;
  bool in_value = false;
  for (; i < line.size(); ++i) {
    if (line[i] == '\\' && in_value) {
      if (++i == line.size() || absl::string_view("\\=nr").find(line[i]) == absl::string_view::npos)
        return std::nullopt;
      value += line[i];
    } else if (line[i] == '=') {
      if (in_value) {
        const size_t blank = value.rfind(' ');
        if (blank == std::string::npos) return std::nullopt;
        parts.values[key] = value.substr(0, blank);
        key = value.substr(blank + 1);
      }
      value.clear();
      in_value = true;
    } else {
      (in_value ? value : key) += line[i];
    }
  }
  parts.values[key] = value;
  return parts;
}

TEST(FormatsTest, CefReadsBack) {
  const std::set<std::string> keys = {
      "rt",       "externalId", "dvchost",  "act",      "cat",     "msg",      "spid",
      "sproc",    "suser",      "filePath", "dst",      "dpt",     "c6a3",     "c6a3Label",
      "cs1",      "cs1Label",   "cs2",      "cs2Label", "cs3",     "cs3Label", "cs4",
      "cs4Label", "cs5",        "cs5Label", "cs6",      "cs6Label"};
  for (const Alert& alert : Alerts()) {
    const std::string line = Format(AlertFormat::kCef, alert);
    const auto parts = ReadCef(line);
    ASSERT_TRUE(parts.has_value()) << line;
    EXPECT_EQ(parts->header[0], "CEF:0");
    EXPECT_EQ(parts->header[5], EscapeControl(alert.rule));
    for (const auto& [key, value] : parts->values) EXPECT_TRUE(keys.contains(key)) << key;
    if (!alert.message.empty()) {
      EXPECT_EQ(parts->values.at("msg"), EscapeControl(alert.message));
    }
  }
  Alert tricky = SampleAlert();
  tricky.message = "a=b act=fake \\ | x";
  EXPECT_EQ(ReadCef(Format(AlertFormat::kCef, tricky))->values.at("msg"), tricky.message);
  EXPECT_EQ(ReadCef(Format(AlertFormat::kCef, tricky))->values.at("act"), "openat");
  tricky.event_kind = "network_connect";
  tricky.object = "10.1.2.3:443";
  EXPECT_EQ(ReadCef(Format(AlertFormat::kCef, tricky))->values.at("dst"), "10.1.2.3");
  EXPECT_EQ(ReadCef(Format(AlertFormat::kCef, tricky))->values.at("dpt"), "443");
}

TEST(FormatsTest, LeefReadsBack) {
  for (const Alert& alert : Alerts()) {
    const std::string line = Format(AlertFormat::kLeef, alert);
    const std::vector<std::string> header = absl::StrSplit(line, absl::MaxSplits('|', 6));
    ASSERT_EQ(header.size(), 7U) << line;
    EXPECT_EQ(header[0], "LEEF:2.0");
    EXPECT_EQ(header[5], "x09");
    std::set<std::string> keys;
    for (const absl::string_view pair : absl::StrSplit(header[6], '\t')) {
      const size_t equals = pair.find('=');
      ASSERT_NE(equals, absl::string_view::npos) << pair;
      EXPECT_TRUE(keys.insert(std::string(pair.substr(0, equals))).second) << pair;
    }
    EXPECT_TRUE(keys.contains("devTime"));
    EXPECT_TRUE(keys.contains("sev"));
  }
}

TEST(FormatsTest, ObjectsAreTakenApart) {
  struct Case {
    const char *kind, *object, *text, *port;
  };
  const Case kCases[] = {
      {"network_connect", "10.0.0.1:443", "10.0.0.1", "443"},
      {"network_connect", "[::1]:53", "::1", "53"},
      {"network_connect", "10.0.0.1:1->10.0.0.2:2", "10.0.0.2", "2"},
      {"network_connect", "::1", "::1", ""},
      {"network_connect", "/run/x.sock", "/run/x.sock", ""},
      {"file_open", "/a:1", "/a:1", ""},
  };
  for (const Case& c : kCases) {
    Alert alert;
    alert.event_kind = c.kind;
    alert.object = c.object;
    EXPECT_EQ(ObjectOf(alert).text, c.text);
    EXPECT_EQ(ObjectOf(alert).port, c.port);
  }
}

}  // namespace
}  // namespace vedette
