// SPDX-License-Identifier: Apache-2.0
#include "engine/testing/story.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <sys/socket.h>

#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "base/status_macros.h"

namespace vedette {
namespace {

constexpr uint64_t kFirstExecId = 1000;
constexpr absl::string_view kUserSlice = "/user.slice/user-1000.slice";
constexpr absl::string_view kDockerScope =
    "/system.slice/docker-0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef.scope";

// Members that a child has from its parent.
constexpr absl::string_view kInherited[] = {"uid", "gid",    "real_uid", "login_uid",
                                            "tty", "cgroup", "cwd"};

struct NamedNumber {
  absl::string_view name;
  int64_t number;
};
constexpr NamedNumber kNumbers[] = {
    {"true", 1},
    {"false", 0},
    {"O_RDONLY", O_RDONLY},
    {"O_WRONLY", O_WRONLY},
    {"O_RDWR", O_RDWR},
    {"O_CREAT", O_CREAT},
    {"O_TRUNC", O_TRUNC},
    {"O_APPEND", O_APPEND},
    {"O_DIRECTORY", O_DIRECTORY},
};

StoryValue Scalar(absl::string_view text) { return {{std::string(text)}, false}; }

void SetDefault(StoryValues& values, absl::string_view key, absl::string_view text) {
  values.try_emplace(std::string(key), Scalar(text));
}

std::string TextOf(const StoryValues& values, absl::string_view key) {
  const auto found = values.find(std::string(key));
  return found == values.end() || found->second.texts.empty() ? "" : found->second.texts[0];
}

absl::Status Wrong(absl::string_view key, absl::string_view what) {
  return absl::InvalidArgumentError(absl::StrCat(key, ": ", what));
}

// Decimal, or names joined by `|`.
std::optional<int64_t> NumberOf(absl::string_view text) {
  int64_t bits = 0;
  for (const absl::string_view part : absl::StrSplit(text, '|')) {
    int64_t number = 0;
    if (!absl::SimpleAtoi(part, &number)) {
      const auto* const named = std::find_if(std::begin(kNumbers), std::end(kNumbers),
                                             [&](const NamedNumber& n) { return n.name == part; });
      if (named == std::end(kNumbers)) return std::nullopt;
      number = named->number;
    }
    bits |= number;
  }
  return bits;
}

// A negative number is all ones above where the member is unsigned, as errors are.
bool Fits(int64_t number, const Member& member) {
  if (member.size >= sizeof(number)) return true;
  const int64_t limit = int64_t{1} << (8 * member.size);
  return number < limit && number >= -limit / 2;
}

bool IsAddress(const std::string& text) {
  char bytes[16];
  return inet_pton(AF_INET, text.c_str(), bytes) == 1 ||
         inet_pton(AF_INET6, text.c_str(), bytes) == 1;
}

absl::Status SetMember(const KindInfo& info, const std::string& key, const StoryValue& value,
                       RecordBuilder& builder) {
  if (key == "truncated") {
    for (const std::string& text : value.texts) {
      const Member* const cut = FindMember(info, text);
      if (cut == nullptr || cut->shape != MemberShape::kText) {
        return Wrong(key, absl::StrCat(info.name, " has no text \"", text, "\""));
      }
      builder.SetTruncated(text);
    }
    return absl::OkStatus();
  }
  const Member* member = FindMember(info, key);
  if (member == nullptr) member = FindHeaderMember(key);
  if (member == nullptr) return Wrong(key, absl::StrCat(info.name, " has no such member"));
  if (member->type == FieldType::kArguments) {
    if (!value.is_list) return Wrong(key, "expected a list");
    size_t bytes = 0;
    for (const std::string& text : value.texts) bytes += text.size() + 1;
    if (bytes > member->text_max) return Wrong(key, "too long");
    builder.SetArguments(key, value.texts);
    return absl::OkStatus();
  }
  if (value.is_list || value.texts.size() != 1) return Wrong(key, "expected one value");
  const std::string& text = value.texts[0];
  if (member->shape == MemberShape::kNumber) {
    const std::optional<int64_t> number = NumberOf(text);
    if (!number) return Wrong(key, absl::StrCat("\"", text, "\" is no number"));
    if (!Fits(*number, *member)) return Wrong(key, absl::StrCat(text, " is too large"));
    builder.Set(key, *number);
    return absl::OkStatus();
  }
  const size_t longest = member->shape == MemberShape::kText ? member->text_max : member->size;
  const bool is_address = member->type == FieldType::kAddress;
  if (is_address && !IsAddress(text)) return Wrong(key, "not an address");
  if (!is_address && text.size() > longest) return Wrong(key, "too long");
  builder.Set(key, absl::string_view(text));
  return absl::OkStatus();
}

// Keys that stand for members.
absl::Status Translate(const KindInfo& info, StoryValues& values) {
  const bool is_process = info.kind == WIRE_process_exec || info.kind == WIRE_process_seen;
  const auto container = values.find("container");
  if (container == values.end()) return absl::OkStatus();
  if (!is_process) return Wrong("container", "only a process is in one");
  const std::optional<int64_t> inside = NumberOf(TextOf(values, "container"));
  if (!inside) return Wrong("container", "true or false");
  values["cgroup"] = Scalar(*inside != 0 ? kDockerScope : kUserSlice);
  values.erase(container);
  return absl::OkStatus();
}

}  // namespace

absl::Status Story::Add(absl::string_view kind, StoryValues values) {
  const KindInfo* info = FindKindByName(kind);
  if (info == nullptr) return Wrong("kind", absl::StrCat("there is no \"", kind, "\""));
  RETURN_IF_ERROR(Translate(*info, values));
  if (info->kind == WIRE_process_exec || info->kind == WIRE_process_seen) {
    return AddProcess(*info, std::move(values));
  }
  return AddAct(*info, std::move(values));
}

absl::StatusOr<bool> Story::TakeInPlace(const KindInfo& info, StoryValues& values) const {
  const auto found = values.find("in_place");
  if (found == values.end()) return false;
  const std::optional<int64_t> number = NumberOf(TextOf(values, "in_place"));
  if (!number) return Wrong("in_place", "true or false");
  values.erase(found);
  if (*number == 0) return false;
  if (info.kind != WIRE_process_exec) return Wrong("in_place", "only an exec is");
  if (processes_ == 0) return Wrong("in_place", "a process has to come first");
  return true;
}

absl::Status Story::AddProcess(const KindInfo& info, StoryValues values) {
  const std::string path = TextOf(values, "exe_path");
  if (path.empty()) return Wrong("exe_path", "missing");
  SetDefault(values, "exe_requested", path);
  const std::string requested = TextOf(values, "exe_requested");
  SetDefault(values, "comm", requested.substr(requested.rfind('/') + 1, WIRE_COMM_SIZE - 1));
  values.try_emplace("args", StoryValue{{TextOf(values, "comm")}, true});
  for (const auto& [key, value] : inherited_) values.try_emplace(key, value);
  SetDefault(values, "uid", "0");
  SetDefault(values, "real_uid", TextOf(values, "uid"));
  SetDefault(values, "login_uid", "1000");
  SetDefault(values, "cgroup", kUserSlice);
  SetDefault(values, "cwd", "/");
  inherited_.clear();
  for (const absl::string_view key : kInherited) {
    const auto found = values.find(std::string(key));
    if (found != values.end()) inherited_.insert(*found);
  }
  comm_ = TextOf(values, "comm");
  uid_ = TextOf(values, "uid");
  ASSIGN_OR_RETURN(const bool in_place, TakeInPlace(info, values));
  ++processes_;
  if (in_place) {  // The parent is then that of the program before.
    SetDefault(values, "previous_exec_id", absl::StrCat(kFirstExecId + processes_ - 1));
  } else {
    parent_pid_ = std::exchange(pid_, 100 + processes_);
    if (processes_ > 1) {
      SetDefault(values, "parent_exec_id", absl::StrCat(kFirstExecId + processes_ - 1));
    }
  }
  if (parent_pid_ != 0) SetDefault(values, "parent_pid", absl::StrCat(parent_pid_));
  SetDefault(values, "vpid", absl::StrCat(pid_));
  return Build(info, values);
}

absl::Status Story::AddAct(const KindInfo& info, StoryValues values) {
  if (processes_ == 0) return Wrong("kind", "a process has to come first");
  SetDefault(values, "comm", comm_);
  SetDefault(values, "uid", uid_);
  if (info.kind == WIRE_file_open) {
    const bool failed = absl::StartsWith(TextOf(values, "result"), "-");
    if (!failed) SetDefault(values, "mode", absl::StrCat(0100644));
    SetDefault(values, "result", "3");
  }
  if (info.kind == WIRE_network_connect) {
    const bool is_unix = values.count("unix_path") > 0;
    if (is_unix) SetDefault(values, "family", absl::StrCat(AF_UNIX));
    SetDefault(values, "socket_type", absl::StrCat(SOCK_STREAM));
    SetDefault(values, "protocol", is_unix ? "0" : absl::StrCat(IPPROTO_TCP));
  }
  return Build(info, values);
}

absl::Status Story::Build(const KindInfo& info, const StoryValues& values) {
  RecordBuilder builder(info.kind);
  wire_header& header = builder.header();
  header.exec_id = kFirstExecId + processes_;
  header.pid = header.tid = pid_;
  header.time_ns = (records_.size() + 1) * 1'000'000'000;
  header.sequence = records_.size();
  for (const auto& [key, value] : values) {
    RETURN_IF_ERROR(SetMember(info, key, value, builder));
  }
  records_.push_back(builder.Build());
  return absl::OkStatus();
}

}  // namespace vedette
