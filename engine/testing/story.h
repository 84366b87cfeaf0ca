// SPDX-License-Identifier: Apache-2.0
//
// Records that tell a short story: who started whom, and what the last one did. Stories come from
// case files, so nothing in them is believed.
#ifndef VEDETTE_ENGINE_TESTING_STORY_H_
#define VEDETTE_ENGINE_TESTING_STORY_H_

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "sensor/decode/record_builder.h"

namespace vedette {

// A member's value as the case file has it: a scalar, or several for arguments.
struct StoryValue {
  std::vector<std::string> texts;
  bool is_list = false;
};
using StoryValues = std::map<std::string, StoryValue>;

// A process_seen or process_exec begins a process, child of the one before (`in_place: true`: it is
// the one before, which runs another program now); every other event is an act of the latest
// process. A process has its parent's user, login, terminal, container and
// working directory unless it says otherwise. What is not said is usual:
//   exe_requested  exe_path          comm       its last part, 15 bytes
//   args           the comm          login_uid  1000
//   mode           a regular file    flags      O_RDONLY; names joined by | are understood
//   family         by the address    socket_type, protocol: TCP
// `container: true` puts a process into a Docker container, `truncated: [exe_path]` says that a
// text was longer. Other keys are the members of the kind's record, the header's among them.
class Story {
 public:
  // kInvalidArgument says what is wrong with the event.
  absl::Status Add(absl::string_view kind, StoryValues values);
  const std::vector<RecordBytes>& records() const { return records_; }

 private:
  absl::Status AddProcess(const KindInfo& info, StoryValues values);
  absl::StatusOr<bool> TakeInPlace(const KindInfo& info, StoryValues& values) const;
  absl::Status AddAct(const KindInfo& info, StoryValues values);
  absl::Status Build(const KindInfo& info, const StoryValues& values);

  StoryValues inherited_;  // By the next process.
  std::string comm_;
  std::string uid_ = "0";
  uint32_t processes_ = 0;
  uint32_t pid_ = 0, parent_pid_ = 0;  // Of the latest.
  std::vector<RecordBytes> records_;
};

}  // namespace vedette

#endif  // VEDETTE_ENGINE_TESTING_STORY_H_
