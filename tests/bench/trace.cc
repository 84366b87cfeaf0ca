// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/trace.h"

#include <fcntl.h>

#include <string>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "base/check.h"
#include "base/file.h"
#include "engine/enrich/test_host.h"

namespace vedette {
namespace {

constexpr size_t kTraceBytesMax = 16 << 20;
constexpr int kOpenat = 257;
constexpr uint64_t kNoEnd = ~uint64_t{0};

int64_t Number(const std::string& text) {
  int64_t number = 0;
  CHECK(absl::SimpleAtoi(text, &number)) << text;
  return number;
}

std::string NameOf(const std::string& path) {
  return path.substr(path.rfind('/') + 1).substr(0, WIRE_COMM_SIZE - 1);
}

}  // namespace

// Processes that have exited stay, or the early events would have none.
TraceEvents::TraceEvents()
    : table_({.entries_max = 32768, .bytes_max = 256 << 20, .grace_ns = kNoEnd}),
      host_(TestHost::SomeHost(), HostInfo::Lookup::kMetadataOnly) {
  const auto text = ReadFile(VEDETTE_BENCH_DATA "/build.trace", kTraceBytesMax);
  CHECK(text.ok()) << text.status();
  AddAncestors();
  for (const absl::string_view line : absl::StrSplit(*text, '\n', absl::SkipEmpty())) {
    AddLine(std::vector<std::string>(absl::StrSplit(line, '\t')));
  }
  for (const EventView& view : views_) {
    const wire_header& header = view.header();
    events_.push_back({view, events_.size() + 1, host_.WallTime(header.time_ns),
                       table_.Find(header.exec_id), table_, host_, arena_});
  }
}

// Somebody logged in and began; the trace's first process is theirs.
void TraceEvents::AddAncestors() {
  for (const char* name : {"systemd", "sshd", "bash", "strace"}) {
    const uint64_t parent = exec_ids_++;
    records_.push_back(RecordBuilder(WIRE_process_seen)
                           .Set("exec_id", exec_ids_)
                           .Set("pid", exec_ids_)
                           .Set("parent_exec_id", parent)
                           .Set("comm", name)
                           .Set("exe_path", std::string("/usr/bin/") + name)
                           .SetArguments("args", {name})
                           .Build());
    table_.OnBegin(*EventView::Parse(records_.back()));
  }
}

RecordBuilder TraceEvents::Start(EventKind kind, const std::string& process) {
  Process& who = processes_[process];
  if (who.exec_id == 0) who = {++exec_ids_, "bash"};
  RecordBuilder record(kind);
  record.Set("exec_id", who.exec_id)
      .Set("pid", Number(process))
      .Set("tid", Number(process))
      .Set("uid", 1000)
      .Set("gid", 1000)
      .Set("comm", who.comm)
      .Set("time_ns", now_ns_)
      .Set("sequence", records_.size());
  return record;
}

RecordBuilder TraceEvents::Exec(const std::string& process, absl::Span<const std::string> members) {
  const std::string& path = members[0];
  Process& who = processes_[process];
  const uint64_t previous = std::exchange(who.exec_id, ++exec_ids_);
  who.comm = NameOf(path);
  // The parent is the one who forked; the first process has none in the trace.
  const vedette::Process* before = table_.Find(previous);
  return Start(WIRE_process_exec, process)
      .Set("previous_exec_id", previous)
      .Set("parent_exec_id", before == nullptr ? 4 : before->parent_exec_id)
      .Set("syscall", 59)
      .Set("exe_path", path)
      .Set("cwd", "/srv/demo")
      .Set("cgroup", "/user.slice")
      .SetArguments("args", {members.begin() + 1, members.end()});
}

RecordBuilder TraceEvents::Fork(const std::string& process, const std::string& child) {
  RecordBuilder record = Start(WIRE_process_fork, process);
  Process& parent = processes_[process];
  const uint64_t parent_id = parent.exec_id;
  processes_[child] = {++exec_ids_, parent.comm};
  record.Set("child_exec_id", exec_ids_)
      .Set("child_pid", Number(child))
      .Set("child_parent_exec_id", parent_id)
      .Set("syscall", 56);
  return record;
}

// Milliseconds, process, what it did, and with what.
void TraceEvents::AddLine(absl::Span<const std::string> members) {
  CHECK_GE(members.size(), 3U);
  now_ns_ = 1'000'000'000 + 1'000'000 * static_cast<uint64_t>(Number(members[0]));
  const std::string &process = members[1], &act = members[2];
  const auto rest = members.subspan(3);
  if (act == "fork") return Add(Fork(process, rest[0]));
  if (act == "exec") return Add(Exec(process, rest));
  if (act == "exit") return Add(Start(WIRE_process_exit, process));
  if (act == "connect") {
    return Add(Start(WIRE_network_connect, process)
                   .Set("result", Number(rest[0]))
                   .Set("remote_address", rest[1])
                   .Set("remote_port", Number(rest[2]))
                   .Set("socket_type", 1)
                   .Set("syscall", 42));
  }
  CHECK_EQ(act, "open");
  RecordBuilder open = Start(WIRE_file_open, process);
  const int64_t result = Number(rest[1]);
  open.Set("flags", Number(rest[0])).Set("result", result).Set("name", rest[2]);
  if (result >= 0) open.Set("path", rest[2]).Set("mode", 0100644);
  Add(open.Set("syscall", kOpenat));
}

void TraceEvents::Add(const RecordBuilder& record) {
  records_.push_back(record.Build());
  views_.push_back(*EventView::Parse(records_.back()));
  table_.OnBegin(views_.back());
  table_.OnExit(views_.back());
}

}  // namespace vedette
