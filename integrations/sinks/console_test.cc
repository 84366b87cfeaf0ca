// SPDX-License-Identifier: Apache-2.0
#include "integrations/sinks/console.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "integrations/format/json.h"
#include "integrations/format/sample_alert.h"

namespace vedette {
namespace {

struct Pipe {
  Pipe() {
    int fds[2] = {-1, -1};
    EXPECT_EQ(pipe2(fds, O_CLOEXEC), 0);
    out.Reset(fds[0]);
    in.Reset(fds[1]);
  }
  OwnedFd out, in;
};

std::string Drain(Pipe& pipe) {
  EXPECT_EQ(fcntl(pipe.out.get(), F_SETFL, O_NONBLOCK), 0);
  std::string all(1 << 20, '\0');
  const ssize_t got = read(pipe.out.get(), all.data(), all.size());
  all.resize(got > 0 ? static_cast<size_t>(got) : 0);
  return all;
}

absl::Time Soon() { return absl::Now() + absl::Milliseconds(50); }

TEST(ConsoleSinkTest, WritesOneLineOfJsonPerAlert) {
  Pipe pipe;
  const auto sink = NewConsoleSink(pipe.in.get(), {.json = true, .colour = false});
  const std::vector<Alert> batch = {SampleAlert(), SampleAlert()};
  EXPECT_TRUE(sink->Deliver(batch, Soon()).ok());
  const std::string line = absl::StrCat(FormatJson(SampleAlert()), "\n");
  EXPECT_EQ(Drain(pipe), absl::StrCat(line, line));
}

TEST(ConsoleSinkTest, WritesTextForPeople) {
  Pipe pipe;
  const auto sink = NewConsoleSink(pipe.in.get(), {.json = false, .colour = true});
  EXPECT_TRUE(sink->Deliver({SampleAlert()}, Soon()).ok());
  EXPECT_THAT(Drain(pipe), testing::HasSubstr("Critical\x1b[0m"));
}

TEST(ConsoleSinkTest, ReaderThatStopsCostsNoByteAndNoDouble) {
  Pipe pipe;
  const auto sink = NewConsoleSink(pipe.in.get(), {.json = true, .colour = false});
  const std::vector<Alert> batch(200, SampleAlert());
  std::string expected;
  for (const Alert& alert : batch) absl::StrAppend(&expected, FormatJson(alert), "\n");
  ASSERT_GT(expected.size(), 100'000U);  // More than a pipe holds.

  std::string got;
  absl::Status status = sink->Deliver(batch, Soon());
  EXPECT_TRUE(absl::IsUnavailable(status)) << status;
  for (int i = 0; i < 100 && !status.ok(); ++i) {
    got += Drain(pipe);
    status = sink->Deliver(batch, Soon());
  }
  EXPECT_TRUE(status.ok()) << status;
  EXPECT_TRUE(sink->Flush().ok());
  got += Drain(pipe);
  EXPECT_TRUE(got == expected) << got.size() << " of " << expected.size();
}

TEST(ConsoleSinkTest, ReaderThatHasGoneIsFinal) {
  signal(SIGPIPE, SIG_IGN);
  Pipe pipe;
  const auto sink = NewConsoleSink(pipe.in.get(), {.json = true, .colour = false});
  pipe.out.Reset();
  const absl::Status status = sink->Deliver({SampleAlert()}, Soon());
  EXPECT_FALSE(status.ok());
  EXPECT_FALSE(absl::IsUnavailable(status)) << status;
}

TEST(ConsoleSinkTest, FullDeviceIsUnavailable) {
  const auto full = OpenFile("/dev/full", O_WRONLY);
  ASSERT_TRUE(full.ok());
  const auto sink = NewConsoleSink(full->get(), {.json = true, .colour = false});
  EXPECT_TRUE(absl::IsUnavailable(sink->Deliver({SampleAlert()}, Soon())));
}

}  // namespace
}  // namespace vedette
