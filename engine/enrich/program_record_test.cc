// SPDX-License-Identifier: Apache-2.0
#include "engine/enrich/program_record.h"

#include <gtest/gtest.h>

#include "engine/enrich/spare_blocks.h"
#include "sensor/decode/record_builder.h"

namespace vedette {
namespace {

TEST(ProgramRecord, OutlivesTheRecordItWasMadeFrom) {
  SpareBlocks memory;
  std::shared_ptr<const ProgramRecord> program;
  {
    const RecordBytes record = RecordBuilder(WIRE_process_seen)
                                   .Set("exe_path", "/usr/bin/ls")
                                   .SetArguments("args", {"ls", "-l"})
                                   .Set("cwd", "/tmp")
                                   .Set("cgroup", "/lxc/web")
                                   .Set("tty", 34816)
                                   .SetTruncated("args")
                                   .Build();
    program = ProgramRecord::Copy(*EventView::Parse(record), memory);
  }
  EXPECT_EQ(program->exe_path(), "/usr/bin/ls");
  EXPECT_EQ(program->args(), absl::string_view("ls\0-l\0", 6));
  EXPECT_EQ(program->env(), "");
  EXPECT_EQ(program->cwd(), "/tmp");
  EXPECT_EQ(program->fixed().tty, 34816U);
  EXPECT_EQ(program->container().runtime, "lxc");
  EXPECT_LT(program->MemoryBytes(), 1024U);
}

}  // namespace
}  // namespace vedette
