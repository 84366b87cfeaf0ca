// SPDX-License-Identifier: Apache-2.0
//
// The commands that read a store, on one with a flipped bit in a segment: they answer with what is
// left, and say what is not.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "base/file.h"
#include "cli/test_store.h"
#include "sensor/decode/record_builder.h"

namespace vedette {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

constexpr absl::Time kTime = absl::FromUnixSeconds(1'700'000'000);
constexpr char kWarning[] = "rows of file_open, 2023-11-14T22:13:21.000Z to";

class DamageTest : public StoreCommandTest {
 protected:
  void SetUp() override {
    StoreOptions options;
    options.path = path_;
    options.age_max = absl::InfiniteDuration();
    auto store = EventStore::Open(options);
    ASSERT_TRUE(store.ok()) << store.status();
    const RecordBytes records[] = {
        Act(WIRE_process_exec).Set("exe_path", "/usr/bin/cat").Build(),
        Act(WIRE_file_open).Set("path", "/srv/q7xz").Set("result", 3).Build(),
        Act(WIRE_network_connect).Set("remote_address", "203.0.113.7").Build()};
    uint64_t number = 0;
    for (const RecordBytes& record : records) {
      ASSERT_TRUE((*store)->OfferEvent(record, ++number, kTime + absl::Seconds(1)));
    }
    ASSERT_TRUE((*store)->Close().ok());
    std::string bytes = *ReadFile(path_, 16 << 20);
    const size_t at = bytes.find("/srv/q7xz");
    ASSERT_NE(at, std::string::npos);
    bytes[at + 6] ^= 1;
    ASSERT_TRUE(WriteFileAtomically(path_, bytes).ok());
  }
  static RecordBuilder Act(EventKind kind) {
    return RecordBuilder(kind).Set("exec_id", 7).Set("pid", 107).Set("comm", "cat");
  }
  // Standard output; standard error goes to `said`.
  std::string Out(const std::string& command, std::vector<std::string> arguments, std::string& said,
                  ExitCode code = ExitCode::kDone) {
    CapturedIo io;
    EXPECT_EQ(Ask(command, std::move(arguments), io), code) << io.error();
    said = io.error();
    return io.out();
  }
};

TEST_F(DamageTest, QueryShowsWhatIsLeftAndSaysWhatIsNot) {
  std::string said;
  EXPECT_THAT(Out("query", {"SELECT pid, path FROM file_open", "--format", "json"}, said),
              HasSubstr("{\"pid\":107,\"path\":null}"));
  EXPECT_THAT(said, AllOf(HasSubstr("warning: segment"), HasSubstr(kWarning)));
  EXPECT_THAT(Out("query", {"SELECT remote_address FROM network_connect"}, said),
              HasSubstr("203.0.113.7"));
  EXPECT_THAT(said, Not(HasSubstr("warning")));
  EXPECT_THAT(Out("query", {"SELECT path FROM file_open WHERE path = '/srv/q7xz'"}, said),
              Not(HasSubstr("/srv/q")))
      << "whether it is that path nobody knows";
  EXPECT_THAT(said, HasSubstr(kWarning));
  Out("timeline", {"7"}, said);
  EXPECT_THAT(said, HasSubstr(kWarning));
}

TEST_F(DamageTest, VerifyNamesIt) {
  std::string said;
  EXPECT_THAT(Out("verify", {}, said, ExitCode::kFailed),
              AllOf(HasSubstr(kWarning), HasSubstr("3 segments with 3 events and processes were"
                                                   " read: 1 are damaged")));
  EXPECT_THAT(Out("verify", {"--chain-only"}, said), HasSubstr("nothing was changed"));
  const auto json = nlohmann::json::parse(Out("verify", {"--json"}, said, ExitCode::kFailed));
  EXPECT_FALSE(json["ok"]);
  EXPECT_EQ(json["segments"]["damaged"][0]["kind"], "file_open");
  EXPECT_EQ(json["segments"]["damaged"][0]["rows"], 1);
  EXPECT_TRUE(
      nlohmann::json::parse(Out("verify", {"--json", "--chain-only"}, said))["segments"].is_null());
}

TEST_F(DamageTest, HuntAndRecordPassOverIt) {
  const std::string rules = folder_.File("rules.yaml");
  ASSERT_TRUE(WriteFileAtomically(rules, R"(
- rule: Opened
  desc: d
  condition: evt.type in (open, openat)
  output: "%fd.name"
  priority: ERROR
- rule: Connected
  desc: d
  condition: evt.type = connect
  output: "%fd.name"
  priority: ERROR
)")
                  .ok());
  std::string said;
  const std::string found = Out("hunt", {rules, "--json"}, said);
  EXPECT_THAT(found, AllOf(HasSubstr("Connected"), Not(HasSubstr("Opened"))));
  EXPECT_THAT(said, HasSubstr(kWarning));
  EXPECT_THAT(Out("record", {"-o", folder_.File("cut.vdt")}, said), HasSubstr("2 records of run"));
  EXPECT_THAT(said, HasSubstr(kWarning));
}

}  // namespace
}  // namespace vedette
