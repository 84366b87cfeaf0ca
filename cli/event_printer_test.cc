// SPDX-License-Identifier: Apache-2.0
#include "cli/event_printer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/field_list.h"
#include "engine/pipeline.h"
#include "sensor/decode/record_builder.h"

namespace vedette {
namespace {

class Collector : public PipelineOutput {
 public:
  explicit Collector(EventPrinter printer) : printer_(std::move(printer)) {}
  void OnEvent(const Event& event, bool) override { text_ += printer_.Line(event); }
  void OnAlert(Alert) override {}
  void OnGap(const RecordGap&) override {}

  std::string text_;

 private:
  EventPrinter printer_;
};

std::string Print(EventPrinter printer, const RecordBytes& record) {
  HostMetadata host;
  host.wall_minus_boot_ns = 1'700'000'000'000'000'000;
  host.users = {{1000, "alice"}};
  Collector collector(std::move(printer));
  Pipeline pipeline(host, collector);
  pipeline.OnRecord(record);
  return collector.text_;
}

RecordBytes Open(absl::string_view path) {
  return RecordBuilder(WIRE_file_open)
      .Set("pid", 42)
      .Set("uid", 1000)
      .Set("comm", "cat")
      .Set("path", path)
      .Set("result", 3)
      .Build();
}

const KindSet kOpens = KindBit(WIRE_file_open);

TEST(EventPrinter, OneKind) {
  const EventPrinter printer({}, kOpens, false, absl::UTCTimeZone());
  EXPECT_EQ(printer.Header(),
            "TIME              PID  USER      NAME             RESULT   OBJECT\n");
  EXPECT_EQ(Print(printer, Open("/etc/shadow")),
            "22:13:20.000       42  alice     cat              SUCCESS  /etc/shadow\n");
}

TEST(EventPrinter, SeveralKindsAreTold) {
  const EventPrinter printer({}, RuleKinds(), false, absl::UTCTimeZone());
  EXPECT_THAT(printer.Header(), testing::HasSubstr("EVENT"));
  EXPECT_THAT(Print(printer, Open("/x")), testing::HasSubstr("  file_open  "));
}

TEST(EventPrinter, ChosenFields) {
  const EventPrinter printer(*ParseFieldList("proc.name,fd.name"), kOpens, false,
                             absl::UTCTimeZone());
  EXPECT_EQ(printer.Header(), "TIME          proc.name     fd.name\n");
  EXPECT_EQ(Print(printer, Open("/etc/shadow")), "22:13:20.000  cat           /etc/shadow\n");
}

TEST(EventPrinter, HostileBytesStayInTheirLine) {
  const EventPrinter printer({}, kOpens, false, absl::UTCTimeZone());
  EXPECT_THAT(Print(printer, Open("/a\n\x1b[2J")), testing::HasSubstr("/a\\x0a\\x1b[2J\n"));
}

TEST(EventPrinter, Json) {
  const EventPrinter printer(*ParseFieldList("proc.pid,fd.name,fd.rport"), kOpens, true);
  EXPECT_EQ(Print(printer, Open("/a\"b")),
            "{\"time\":\"2023-11-14T22:13:20.000000000Z\",\"proc.pid\":42,"
            "\"fd.name\":\"/a\\\"b\",\"fd.rport\":null}\n");
  EXPECT_THAT(Print(EventPrinter({}, kOpens, true), Open("/x")),
              testing::HasSubstr("\"evt.kind\":\"file_open\""));
}

}  // namespace
}  // namespace vedette
