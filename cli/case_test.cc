// SPDX-License-Identifier: Apache-2.0
//
// Cases and the other pages about one alert, made of hostile texts.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "base/file.h"
#include "cli/test_store.h"
#include "nlohmann/json.hpp"
#include "sensor/decode/record_builder.h"

namespace vedette {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr absl::Time kTime = absl::FromUnixSeconds(1'700'000'000);
constexpr char kHostile[] =
    "/tmp/</td></style><script>alert(1)</script>\"'><img src=http://x/>\x1b[2J"
    "\xff\xe2\x80\xae&amp;";

class CaseTest : public StoreCommandTest {
 protected:
  void SetUp() override {
    StoreOptions options;
    options.path = path_;
    options.age_max = absl::InfiniteDuration();
    options.users = {{1000, "<b>alice"}};
    auto opened = EventStore::Open(options);
    ASSERT_TRUE(opened.ok()) << opened.status();
    store_ = *std::move(opened);
    Add(Act(WIRE_process_exec, 5, "bash").Set("exe_path", "/usr/bin/bash"));
    Add(Act(WIRE_process_exec, 7, "<i>cat")
            .Set("parent_exec_id", 5)
            .Set("exe_path", kHostile)
            .Set("cap_effective", 1)
            .SetArguments("args", {"cat", kHostile}));
    Add(Act(WIRE_file_open, 7, "cat").Set("path", kHostile).Set("result", 3));
    Add(Act(WIRE_network_connect, 7, "cat")
            .Set("remote_address", "203.0.113.7")
            .Set("remote_port", 443)
            .Set("socket_type", 1));
    Add(Act(WIRE_file_open, 5, "bash").Set("path", "/from/memory").Set("result", 3));
    Alert alert;
    alert.id = "0011aabbccddeeff";
    alert.time = kTime + absl::Seconds(6);
    alert.rule = absl::StrCat("Rule ", kHostile);
    alert.message = kHostile;
    alert.object = kHostile;
    alert.exec_id = 7;
    alert.event_number = 3;
    alert.matched = {{absl::StrCat("fd.name = ", kHostile), kHostile, true}};
    alert.prehistory = {5};
    alert.processes = {{7, 107, kHostile, kHostile, kHostile, kHostile},
                       {5, 105, "bash", "/usr/bin/bash", "bash", "alice"}};
    alert.fields = {{"fd.name", kHostile, AlertField::Json::kText}};
    ASSERT_TRUE(store_->OfferAlert(alert));
    ASSERT_TRUE(store_->OfferGap({kTime, kTime + absl::Seconds(2), "file_open", "ring_full", 5}));
    ASSERT_TRUE(store_->Close().ok());
  }
  static RecordBuilder Act(EventKind kind, uint64_t exec_id, const char* name) {
    return RecordBuilder(kind)
        .Set("exec_id", exec_id)
        .Set("pid", 100 + exec_id)
        .Set("uid", 1000)
        .Set("comm", name);
  }
  void Add(const RecordBuilder& record) {
    ++number_;
    ASSERT_TRUE(store_->OfferEvent(record.Build(), number_,
                                   kTime + absl::Seconds(static_cast<int64_t>(number_))));
  }
  std::string Out(const std::string& command, std::vector<std::string> arguments,
                  ExitCode code = ExitCode::kDone) {
    CapturedIo io;
    EXPECT_EQ(Ask(command, std::move(arguments), io), code) << io.error();
    return io.out() + io.error();
  }
  static std::string Read(const std::string& path) { return ReadFile(path, 1 << 24).value_or(""); }

  std::unique_ptr<EventStore> store_;
  uint64_t number_ = 0;
};

// The names of all elements, each of which must be closed in order, and all attributes.
void ReadPage(absl::string_view html, std::set<std::string>& elements,
              std::set<std::string>& attributes) {
  const std::set<std::string> void_elements = {"meta", "br", "!DOCTYPE"};
  std::vector<std::string> open;
  while (true) {
    const size_t begin = html.find('<');
    if (begin == absl::string_view::npos) break;
    const size_t end = html.find('>', begin);
    ASSERT_NE(end, absl::string_view::npos);
    absl::string_view tag = html.substr(begin + 1, end - begin - 1);
    html.remove_prefix(end + 1);
    if (absl::ConsumePrefix(&tag, "/")) {
      ASSERT_FALSE(open.empty()) << tag;
      ASSERT_EQ(open.back(), std::string(tag));
      open.pop_back();
      continue;
    }
    const std::string name(tag.substr(0, tag.find(' ')));
    elements.insert(name);
    for (size_t at = tag.find("=\""); at != absl::string_view::npos; at = tag.find("=\"", at + 1)) {
      const size_t blank = tag.rfind(' ', at);
      attributes.insert(std::string(tag.substr(blank + 1, at - blank - 1)));
    }
    if (!void_elements.contains(name)) open.push_back(name);
  }
  EXPECT_TRUE(open.empty()) << open.back();
}

TEST_F(CaseTest, APageOfHostileTextsIsHarmless) {
  const std::string folder = folder_.File("case");
  EXPECT_THAT(Out("case", {"0011", "-o", folder}), HasSubstr("case.html"));
  const std::string html = Read(folder + "/case.html");
  std::set<std::string> elements, attributes;
  ReadPage(html, elements, attributes);
  for (const std::string& element : elements) {
    const std::set<std::string> known = {
        "!DOCTYPE", "html",  "head", "meta", "title", "style",   "body",  "header",
        "main",     "nav",   "a",    "h1",   "h2",    "p",       "span",  "br",
        "b",        "code",  "dl",   "dt",   "dd",    "ul",      "li",    "table",
        "thead",    "tbody", "tr",   "th",   "td",    "section", "footer"};
    EXPECT_TRUE(known.contains(element)) << element;
  }
  EXPECT_EQ(attributes, (std::set<std::string>{"lang", "charset", "http-equiv", "content", "name",
                                               "class", "href", "id"}));
  EXPECT_THAT(html, HasSubstr("default-src 'none'"));
  EXPECT_THAT(html, Not(HasSubstr("href=\"h")));
  EXPECT_THAT(html, Not(HasSubstr("\x1b")));
  EXPECT_THAT(html, Not(HasSubstr("\xe2\x80\xae")));
  EXPECT_THAT(html, HasSubstr("&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#39;&gt;&lt;img"));
  EXPECT_THAT(html, HasSubstr("\\x1b[2J\\xff\\u{202e}&amp;amp;"));
}

TEST_F(CaseTest, TheCaseHasAllOfIt) {
  const std::string page = folder_.File("report.html");
  EXPECT_THAT(Out("case", {"0011", "-o", page}), HasSubstr("report.json"));
  const std::string html = Read(page);
  EXPECT_THAT(html, HasSubstr("/from/memory"));  // Its prehistory.
  EXPECT_THAT(html, HasSubstr("class=\"before\""));
  EXPECT_THAT(html, HasSubstr("203.0.113.7"));
  EXPECT_THAT(html, HasSubstr("ring_full"));
  EXPECT_THAT(html, HasSubstr("chain of alerts and gaps verifies"));
  const auto json = nlohmann::json::parse(Read(folder_.File("report.json")));
  EXPECT_EQ(json["alert"]["id"], "0011aabbccddeeff");
  EXPECT_EQ(json["alert"]["matched"].size(), 1u);
  EXPECT_EQ(json["process"]["pid"], 107);
  EXPECT_EQ(json["tree"]["pid"], 107);
  ASSERT_EQ(json["gaps"].size(), 1u);
  std::string parts;
  for (const auto& row : json["timeline"]) {
    absl::StrAppend(&parts, row["part"].get<std::string>(), " ");
  }
  EXPECT_EQ(parts, "parents lineage lineage lineage before alert ");
  EXPECT_EQ(json["chain"]["findings"].size(), 0u);
  EXPECT_GT(json["chain"]["link_of_alert"], 0);
}

TEST_F(CaseTest, WhatIsNotThereIsSaid) {
  EXPECT_THAT(Out("case", {"ffff"}, ExitCode::kFailed), HasSubstr("no alert ffff"));
  EXPECT_THAT(Out("case", {"0011", "--before", "soon"}, ExitCode::kFailed),
              HasSubstr("expected a duration"));
  EXPECT_THAT(Out("case", {"0011", "-o", "/nowhere/x/y"}, ExitCode::kFailed),
              HasSubstr("/nowhere"));
}

TEST_F(CaseTest, ProcessShow) {
  const std::string out = Out("process", {"show", "107"});
  EXPECT_THAT(out, HasSubstr("0000000000000007"));
  EXPECT_THAT(out, HasSubstr("CAP_CHOWN"));
  EXPECT_THAT(out, HasSubstr("file_open"));
  EXPECT_THAT(out, HasSubstr("0011aabbccddeeff"));
  EXPECT_THAT(out, Not(HasSubstr("\x1b")));
  const auto json =
      nlohmann::json::parse(Out("process", {"show", "5", "--json"})
                                .substr(0, Out("process", {"show", "5", "--json"}).find('\n')));
  EXPECT_EQ(json["name"], "bash");
  EXPECT_EQ(json["children"].size(), 1u);
}

TEST_F(CaseTest, DiffOfLineagesAndOfTimes) {
  const std::string lineages = Out("diff", {"5", "7", "--csv"});
  EXPECT_THAT(lineages, HasSubstr("A,program,/usr/bin/bash,1,"));
  EXPECT_THAT(lineages, HasSubstr("A,file,/from/memory,1,"));
  EXPECT_THAT(lineages, Not(HasSubstr("203.0.113.7"))) << "both have it";
  const std::string times =
      Out("diff", {"2023-11-01..2023-11-02", "2023-11-14..2023-11-16", "--csv"});
  EXPECT_THAT(times, HasSubstr("B,destination,203.0.113.7 port 443,1,"));
  EXPECT_THAT(times, HasSubstr("B,user,<b>alice,"));
  EXPECT_THAT(Out("diff", {"7", "7"}), HasSubstr("no difference"));
  EXPECT_THAT(Out("diff", {"7", "soon..later"}, ExitCode::kFailed), HasSubstr("is no time"));
}

TEST_F(CaseTest, Export) {
  const std::string file = folder_.File("out.jsonl");
  EXPECT_THAT(Out("export", {"SELECT pid, name FROM processes ORDER BY pid", "-o", file}),
              HasSubstr("2 rows are in"));
  EXPECT_THAT(Read(file), testing::StartsWith("{\"pid\":105,\"name\":\"bash\"}\n"));
  EXPECT_THAT(Out("export", {"SELECT pid FROM processes ORDER BY 1", "--format", "csv"}),
              testing::StartsWith("pid\n105\n107\n"));
  const std::string parquet = folder_.File("out.parquet");
  EXPECT_THAT(Out("export", {"SELECT pid FROM processes", "--format", "parquet", "-o", parquet}),
              HasSubstr("2 rows are in"));
  EXPECT_THAT(Read(parquet), testing::StartsWith("PAR1"));
  EXPECT_THAT(Out("export", {"DELETE FROM alerts"}, ExitCode::kFailed), HasSubstr("read"));
  EXPECT_THAT(Out("timeline", {"0011", "--csv"}), HasSubstr("/from/memory"));
}

}  // namespace
}  // namespace vedette
