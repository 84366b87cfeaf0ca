// SPDX-License-Identifier: Apache-2.0
//
// A file as the place where a command writes its results.
#ifndef VEDETTE_CLI_OUTPUT_FILE_H_
#define VEDETTE_CLI_OUTPUT_FILE_H_

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/file.h"
#include "cli/io.h"

namespace vedette {

// Stands in for standard output: Print() goes to the file, all else where `io` writes it. The file
// (0600, for it may hold secrets) appears under its name when Commit() has gone well, and replaces
// what was there; until then it is PATH.partial-PID, and goes away without it. Not thread-safe.
class OutputFile : public Io {
 public:
  // `io` outlives it.
  static absl::StatusOr<std::unique_ptr<OutputFile>> Create(const std::string& path, Io& io);
  ~OutputFile() override;

  const Screen& screen() const override { return screen_; }
  void Print(absl::string_view text) override;
  void PrintError(absl::string_view text) override { io_.PrintError(text); }
  bool closed() const override { return !written_.ok(); }
  absl::Status written() const override { return written_; }
  absl::StatusOr<size_t> Read(char* to, size_t size) override { return io_.Read(to, size); }

  // Everything is on disk, or why it is not.
  absl::Status Commit();

 private:
  OutputFile(std::string path, std::string partial, OwnedFd fd, Io& io);
  void Flush();

  const std::string path_, partial_;
  OwnedFd fd_;
  Io& io_;
  Screen screen_;  // None: no colours, lines of any length.
  std::string buffer_;
  absl::Status written_;
  bool committed_ = false;
};

}  // namespace vedette

#endif  // VEDETTE_CLI_OUTPUT_FILE_H_
