// SPDX-License-Identifier: Apache-2.0
#include "sensor/source/replay_source.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/temporary_directory.h"
#include "sensor/schema/wire.h"
#include "sensor/source/record_file.h"

namespace vedette {
namespace {

using testing::HasSubstr;

std::string Record(size_t size, char fill) {
  std::string record(size, fill);
  const auto says = static_cast<uint32_t>(size);
  std::memcpy(record.data(), &says, sizeof(says));
  return record;
}

class ReplaySourceTest : public testing::Test {
 protected:
  // A file with these records, as the writer makes it.
  std::string Written(const std::vector<std::string>& records) {
    HostMetadata host;
    host.hostname = "web-1";
    host.users = {{0, "root"}};
    auto writer = RecordWriter::Create(path_, host);
    EXPECT_TRUE(writer.ok()) << writer.status();
    for (const std::string& record : records) {
      EXPECT_TRUE((*writer)
                      ->Write(absl::MakeConstSpan(reinterpret_cast<const std::byte*>(record.data()),
                                                  record.size()))
                      .ok());
    }
    EXPECT_TRUE((*writer)->Close().ok());
    return *ReadFile(path_, size_t{1} << 30);
  }
  absl::StatusOr<std::unique_ptr<ReplaySource>> OpenText(const std::string& text) {
    EXPECT_TRUE(WriteFileAtomically(path_, text).ok());
    return ReplaySource::Open(path_);
  }
  // All that the source hands out; checks how it ends.
  static std::vector<std::string> ReadAll(ReplaySource& source) {
    std::vector<std::string> all;
    while (true) {
      const size_t before = all.size();
      const auto count = source.Poll(absl::ZeroDuration(), [&](absl::Span<const std::byte> record) {
        all.emplace_back(reinterpret_cast<const char*>(record.data()), record.size());
      });
      if (!count.ok()) {
        EXPECT_EQ(count.status().code(), absl::StatusCode::kOutOfRange) << count.status();
        EXPECT_EQ(all.size(), before);
        EXPECT_EQ(all.size(), source.records());
        return all;
      }
      EXPECT_EQ(all.size(), before + *count);
    }
  }

  const TemporaryDirectory folder_;
  const std::string path_ = folder_.File("records");
};

TEST_F(ReplaySourceTest, WhatWasWrittenComesBackInOrder) {
  std::mt19937 random(3);
  std::vector<std::string> records;
  for (int i = 0; i < 10'000; ++i) {
    const size_t size = sizeof(wire_header) + random() % (i % 100 == 0 ? 28'000 : 300);
    records.push_back(Record(size, static_cast<char>(i)));
  }
  records.push_back(Record(WIRE_RECORD_MAX, 'z'));
  records.push_back(Record(sizeof(wire_header), 'a'));
  Written(records);
  auto source = ReplaySource::Open(path_);
  ASSERT_TRUE(source.ok()) << source.status();
  EXPECT_EQ((*source)->host().hostname, "web-1");
  EXPECT_EQ((*source)->host().users.at(0), "root");
  EXPECT_TRUE(ReadAll(**source) == records);
  EXPECT_EQ((*source)->malformed(), 0U);
  EXPECT_EQ((*source)->damage(), "");
}

TEST_F(ReplaySourceTest, FileOfAKilledDaemonIsReadUpToItsLastWholeRecord) {
  const std::string whole = Written({Record(200, 'a'), Record(200, 'b')});
  for (size_t lost = 1; lost < 200; ++lost) {
    auto source = OpenText(whole.substr(0, whole.size() - lost));
    ASSERT_TRUE(source.ok()) << source.status();
    EXPECT_EQ(ReadAll(**source).size(), 1U);
    EXPECT_EQ((*source)->malformed(), 1U);
    EXPECT_EQ((*source)->bytes_skipped(), 200 - lost);
    EXPECT_THAT((*source)->damage(), HasSubstr("record 2 at byte "));
    EXPECT_THAT((*source)->damage(), HasSubstr("is cut off"));
  }
}

TEST_F(ReplaySourceTest, LyingSizeEndsTheFileAndSaysHowMuchWasSkipped) {
  for (const uint32_t lie :
       {0U, 4U, uint32_t{sizeof(wire_header)} - 1, WIRE_RECORD_MAX + 1U, 0xffffffffU}) {
    std::string text = Written({Record(200, 'a'), Record(300, 'b'), Record(1000, 'c')});
    std::memcpy(text.data() + text.size() - 1300, &lie, sizeof(lie));
    auto source = OpenText(text + std::string(500'000, 'x'));
    ASSERT_TRUE(source.ok());
    EXPECT_EQ(ReadAll(**source).size(), 1U);
    EXPECT_EQ((*source)->malformed(), 1U);
    EXPECT_EQ((*source)->bytes_skipped(), 501'300U);
    EXPECT_THAT((*source)->damage(), HasSubstr(absl::StrCat("says that it has ", lie, " bytes")));
    const auto end = (*source)->Poll(absl::ZeroDuration(), [](absl::Span<const std::byte>) {});
    EXPECT_EQ(std::string(end.status().message()), (*source)->damage());
  }
}

TEST_F(ReplaySourceTest, OtherFilesAreRefusedWithTheReason) {
  const std::string good = Written({});
  std::string version = good, none = good, order = good, promise = good, wrong = good;
  version[8] = 99;
  none[8] = 0;
  std::swap(order[8], order[11]);
  promise[15] = 0x7f;
  wrong[16] = '[';
  struct Case {
    std::string text;
    std::string says;
    absl::StatusCode code = absl::StatusCode::kInvalidArgument;
  };
  const Case kCases[] = {
      {"", "is no record file"},
      {"VEDETTE", "is no record file"},
      {std::string(100, 'x'), "is no record file"},
      {version, "has record format 99", absl::StatusCode::kFailedPrecondition},
      {version, absl::StrCat("this program reads 1 to ", WIRE_VERSION),
       absl::StatusCode::kFailedPrecondition},
      {none, "has record format 0", absl::StatusCode::kFailedPrecondition},
      {order, "other byte order", absl::StatusCode::kFailedPrecondition},
      {promise, "bytes of metadata"},
      {good.substr(0, 20), "ends inside its metadata"},
      {wrong, "damaged: metadata"},
  };
  for (const Case& c : kCases) {
    const auto source = OpenText(c.text);
    EXPECT_EQ(source.status().code(), c.code) << source.status();
    EXPECT_THAT(std::string(source.status().message()), HasSubstr(c.says));
    EXPECT_THAT(std::string(source.status().message()), HasSubstr(path_));
  }
  EXPECT_EQ(ReplaySource::Open(folder_.File("none")).status().code(), absl::StatusCode::kNotFound);
  EXPECT_FALSE(ReplaySource::Open(folder_.path()).ok()) << "a folder";
}

// A small stand-in for the fuzz target: whatever is broken, reading ends and accounts for every
// byte.
TEST_F(ReplaySourceTest, RandomDamageNeverLosesAByteUnnoticed) {
  const std::string good = Written({Record(200, 'a'), Record(300, 'b'), Record(400, 'c')});
  const size_t records_at = good.size() - 900;
  std::mt19937 random(5);
  for (int round = 0; round < 500; ++round) {
    std::string text = good.substr(0, records_at + random() % 901);
    for (int i = 0; i < 3 && text.size() > records_at; ++i) {
      text[records_at + random() % (text.size() - records_at)] = static_cast<char>(random());
    }
    auto source = OpenText(text);
    ASSERT_TRUE(source.ok());
    size_t bytes = 0;
    for (const std::string& record : ReadAll(**source)) bytes += record.size();
    EXPECT_EQ(bytes + (*source)->bytes_skipped(), text.size() - records_at);
  }
}

}  // namespace
}  // namespace vedette
