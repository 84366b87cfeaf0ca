// SPDX-License-Identifier: Apache-2.0
//
// Digests of executables, by file: what is known of each, who waits for it, and who makes it.
// Making one takes as long as reading the file, so it happens elsewhere (engine/digest), and the
// state says how far it is.
#ifndef VEDETTE_ENGINE_ENRICH_EXE_DIGESTS_H_
#define VEDETTE_ENGINE_ENRICH_EXE_DIGESTS_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "engine/enrich/program_record.h"

namespace vedette {

// DIGEST_STATE(name, text, what it means)
#define DIGEST_STATES(DIGEST_STATE)                                                             \
  DIGEST_STATE(kUnknown, "", "nobody has asked for it")                                         \
  DIGEST_STATE(kPending, "pending", "it is being made")                                         \
  DIGEST_STATE(kOk, "ok", "it is known")                                                        \
  DIGEST_STATE(kTooLarge, "too large", "the file is larger than digests.bytes_max")             \
  DIGEST_STATE(kGone, "gone", "the program had ended, or the file changed, before it was read") \
  DIGEST_STATE(kRemote, "remote", "the file system may answer late or never (FUSE, NFS, SMB)")  \
  DIGEST_STATE(kUnreadable, "unreadable", "the file cannot be read")                            \
  DIGEST_STATE(kBusy, "busy", "too many others were waiting")

enum class DigestState : uint8_t {
#define DIGEST_STATE(name, ...) name,
  DIGEST_STATES(DIGEST_STATE)
#undef DIGEST_STATE
};
absl::string_view DigestStateName(DigestState state);

using Sha256 = std::array<uint8_t, 32>;

struct ExeDigest {
  DigestState state = DigestState::kUnknown;
  Sha256 sha256{};  // If the state is kOk.
};
std::string HexOf(const Sha256& sha256);  // 64 digits, lower case.

// The one that the kernel's measurement (IMA) has put into a process_exec record, if it is a
// SHA-256.
std::optional<ExeDigest> MeasuredDigest(const ProgramRecord& exec);

// A file in one state of its content: the kernel changes ctime with every write, and lets nobody
// set it.
struct FileIdentity {
  uint64_t ino = 0, ctime_ns = 0, mtime_ns = 0;
  uint32_t dev = 0;

  static FileIdentity OfExecutable(const wire_process_exec& exec) {
    return {exec.exe_ino, exec.exe_ctime_ns, exec.exe_mtime_ns, exec.exe_dev};
  }
  bool IsNone() const { return ino == 0; }  // A thread of the kernel.
  friend bool operator==(const FileIdentity&, const FileIdentity&) = default;
  template <typename H>
  friend H AbslHashValue(H h, const FileIdentity& f) {
    return H::combine(std::move(h), f.ino, f.ctime_ns, f.mtime_ns, f.dev);
  }
};

// What whoever makes a digest has to know to find the file.
struct DigestRequest {
  FileIdentity file;
  uint32_t pid = 0, parent_pid = 0;
  uint32_t fs_magic = 0;
  std::string path;  // In the process's mount namespace.
};

// Makes digests on a thread of its own.
class DigestMaker {
 public:
  virtual ~DigestMaker() = default;
  // Never blocks. False: too many are waiting.
  virtual bool Request(DigestRequest request) = 0;
};

// Not thread-safe: lives on the pipeline thread. Holds at most `files_max` files, the oldest give
// way, and of each the programs that wait for it, at most kWaitingMax: of further ones the store
// has no digest if it comes late.
class ExeDigests {
 public:
  static constexpr size_t kWaitingMax = 256;

  explicit ExeDigests(size_t files_max = 8192) : files_max_(files_max) {}

  // Null if nobody has asked. Valid until the next call that is not const.
  const ExeDigest* Find(const FileIdentity& file) const;

  enum class Next { kMake, kWait, kKnown };
  // The program runs the file. kMake: nobody has asked for this digest yet, or the last attempt
  // came too late; the state is kPending from now on, and Settle() has to follow.
  Next Want(const FileIdentity& file, uint64_t exec_id);

  // The digest, or why there is none. Gives the programs that waited.
  std::vector<uint64_t> Settle(const FileIdentity& file, const ExeDigest& digest);

  size_t files() const { return files_.size(); }

 private:
  struct Entry {
    ExeDigest digest;
    std::vector<uint64_t> waiting;
  };

  const size_t files_max_;
  absl::flat_hash_map<FileIdentity, Entry> files_;
  std::deque<FileIdentity> order_;  // As they came.
};

}  // namespace vedette

#endif  // VEDETTE_ENGINE_ENRICH_EXE_DIGESTS_H_
