// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/generated.h"

#include <fcntl.h>

#include <random>

#include "absl/strings/str_cat.h"
#include "base/check.h"
#include "rules/lang/load.h"

namespace vedette {
namespace {

const std::vector<std::string> kPrograms = {"bash", "make", "gcc", "cc1", "ld",
                                            "git",  "sed",  "cat", "cron"};
const std::vector<std::string> kFolders = {"/usr/lib/x86_64-linux-gnu",
                                           "/usr/include/c++/12",
                                           "/home/ann/code",
                                           "/etc",
                                           "/proc/self",
                                           "/tmp"};

std::string Condition(size_t i) {
  const std::string name = absl::StrCat("tool", i);
  const std::string path = absl::StrCat("/opt/app", i, "/");
  switch (i % 5) {
    case 0:
      return absl::StrCat("opened and fd.name startswith ", path);
    case 1:
      return absl::StrCat("opened and evt.is_open_write = true and fd.name in (", path, "a, ", path,
                          "b) and not proc.name in (", name, ", dpkg)");
    case 2:
      return absl::StrCat("evt.type in (execve, execveat) and proc.name = ", name,
                          " and proc.pname in (nginx, apache2)");
    case 3:
      return absl::StrCat("evt.type = connect and fd.rport = ", 1024 + i,
                          " and proc.name != ", name);
    default:
      return absl::StrCat("opened and proc.name = ", name,
                          " and user.uid != 0 and fd.name contains ", name);
  }
}

RecordBuilder Open(std::mt19937& random) {
  const std::string path =
      absl::StrCat(kFolders[random() % kFolders.size()], "/file", random() % 1000, ".h");
  return RecordBuilder(WIRE_file_open)
      .Set("flags", random() % 8 == 0 ? O_WRONLY | O_CREAT : O_RDONLY)
      .Set("result", random() % 6 == 0 ? -2 : 3)
      .Set("mode", 0100644)
      .Set("syscall", 257)
      .Set("path", path)
      .Set("name", path);
}

RecordBuilder Other(std::mt19937& random, const std::string& program, uint64_t id) {
  switch (random() % 4) {
    case 0:
      return RecordBuilder(WIRE_network_connect)
          .Set("remote_address", "93.184.216.34")
          .Set("remote_port", 443)
          .Set("socket_type", 1);
    case 1:
      return RecordBuilder(WIRE_process_exit);
    case 2:
      return RecordBuilder(WIRE_process_fork).Set("child_exec_id", id).Set("child_pid", id);
    default:
      return RecordBuilder(WIRE_process_exec)
          .Set("parent_exec_id", 1)
          .Set("exe_path", absl::StrCat("/usr/bin/", program))
          .SetArguments("args", {program, "-O2", "-c", "file.c"})
          .Set("cwd", "/home/ann/code")
          .Set("cgroup", "/user.slice");
  }
}

}  // namespace

std::string GeneratedRules(size_t count) {
  std::string text =
      "- macro: opened\n"
      "  condition: evt.type in (open, openat, openat2) and fd.num >= 0\n";
  for (size_t i = 0; i < count; ++i) {
    absl::StrAppend(&text, "- rule: Rule ", i, "\n  desc: d\n  condition: ", Condition(i),
                    "\n  output: \"%proc.name %fd.name\"\n  priority: WARNING\n");
  }
  return text;
}

std::shared_ptr<const Program> GeneratedProgram(size_t count) {
  const RuleSource source = {"generated.yaml", GeneratedRules(count)};
  LoadResult result = LoadRules({&source, 1});
  CHECK(result.program != nullptr) << result.diagnostics.ToText();
  return std::move(result.program);
}

std::vector<RecordBytes> GeneratedRecords(size_t count) {
  std::mt19937 random(1);
  std::vector<RecordBytes> records;
  for (uint64_t id = 1; records.size() < count; ++id) {
    const uint64_t process = 1 + random() % 200;
    const std::string& program = kPrograms[process % kPrograms.size()];
    RecordBuilder record = id % 10 != 0 ? Open(random) : Other(random, program, 1000 + id);
    record.Set("exec_id", process)
        .Set("pid", process)
        .Set("tid", process)
        .Set("uid", 1000)
        .Set("comm", program)
        .Set("time_ns", 1'000'000 * id)
        .Set("sequence", id);
    records.push_back(record.Build());
  }
  return records;
}

GeneratedEvents::GeneratedEvents(size_t count) : records_(GeneratedRecords(count)) {
  for (uint64_t id = 1; id <= 200; ++id) {
    const std::string& program = kPrograms[id % kPrograms.size()];
    host_.Give(RecordBuilder(WIRE_process_seen)
                   .Set("exec_id", id)
                   .Set("pid", id)
                   .Set("parent_exec_id", id / 4)
                   .Set("comm", program)
                   .Set("exe_path", absl::StrCat("/usr/bin/", program))
                   .SetArguments("args", {program, "-c", "x"}));
  }
  for (const RecordBytes& record : records_) views_.push_back(*EventView::Parse(record));
}

Event GeneratedEvents::At(size_t i) {
  host_.arena.Clear();
  const wire_header& header = views_[i].header();
  return {views_[i],
          i + 1,
          host_.host.WallTime(header.time_ns),
          host_.table.Find(header.exec_id),
          host_.table,
          host_.host,
          host_.arena};
}

}  // namespace vedette
