// SPDX-License-Identifier: Apache-2.0
#include "sensor/source/record_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

#include "base/file.h"
#include "base/temporary_directory.h"
#include "sensor/schema/wire.h"

namespace vedette {
namespace {

class RecordFileTest : public testing::Test {
 protected:
  static std::vector<std::byte> Record(uint32_t size, uint32_t says) {
    std::vector<std::byte> record(size, std::byte{7});
    std::memcpy(record.data(), &says, sizeof(says));
    return record;
  }

  const TemporaryDirectory folder_;
  const std::string path_ = folder_.File("records");
};

TEST_F(RecordFileTest, HasTheLayoutOfTheHeader) {
  HostMetadata host;
  host.hostname = "h";
  auto writer = RecordWriter::Create(path_, host);
  ASSERT_TRUE(writer.ok()) << writer.status();
  const std::vector<std::byte> record = Record(300, 300);
  ASSERT_TRUE((*writer)->Write(record).ok());
  EXPECT_EQ((*writer)->records(), 1U);
  const uint64_t bytes = (*writer)->bytes();
  ASSERT_TRUE((*writer)->Close().ok());
  const auto text = ReadFile(path_, 1 << 20);
  ASSERT_TRUE(text.ok());
  const std::string metadata = FormatHostMetadata(host);
  const uint32_t numbers[] = {WIRE_VERSION, static_cast<uint32_t>(metadata.size())};
  std::string expected(kRecordFileMagic);
  expected.append(reinterpret_cast<const char*>(numbers), sizeof(numbers));
  expected += metadata;
  expected.append(reinterpret_cast<const char*>(record.data()), record.size());
  EXPECT_EQ(*text, expected);
  EXPECT_EQ(bytes, expected.size());
  struct stat now = {};
  ASSERT_EQ(stat(path_.c_str(), &now), 0);
  EXPECT_EQ(now.st_mode & 0777U, 0600U);
}

TEST_F(RecordFileTest, RecordThatLiesIsRefusedAndTheNextIsWritten) {
  auto writer = RecordWriter::Create(path_, {});
  ASSERT_TRUE(writer.ok());
  for (const auto& record : {Record(300, 299), Record(8, 8), Record(40'000, 40'000)}) {
    EXPECT_EQ((*writer)->Write(record).code(), absl::StatusCode::kInvalidArgument);
  }
  EXPECT_TRUE((*writer)->Write(Record(300, 300)).ok());
  EXPECT_EQ((*writer)->records(), 1U);
  EXPECT_TRUE((*writer)->Close().ok());
  EXPECT_FALSE((*writer)->Write(Record(300, 300)).ok());
}

TEST_F(RecordFileTest, FullDiskIsSaidAndFinal) {
  const auto direct = RecordWriter::Create("/dev/full", {});
  EXPECT_EQ(direct.status().code(), absl::StatusCode::kResourceExhausted) << direct.status();
  EXPECT_THAT(std::string(direct.status().message()), testing::HasSubstr("/dev/full"));
}

TEST_F(RecordFileTest, FolderThatIsMissingIsNamed) {
  ASSERT_TRUE(WriteFileAtomically(path_, "precious").ok());
  EXPECT_EQ(RecordWriter::Create(path_, {}).status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(*ReadFile(path_, 100), "precious");
  const auto writer = RecordWriter::Create(folder_.File("none/records"), {});
  EXPECT_EQ(writer.status().code(), absl::StatusCode::kNotFound);
  EXPECT_THAT(std::string(writer.status().message()), testing::HasSubstr("/none/records"));
}

}  // namespace
}  // namespace vedette
