// SPDX-License-Identifier: Apache-2.0
//
// Where a command writes: its results to standard output, everything else to standard error; and
// where it reads, if it is one that answers standard input. Through here, so that a test can read
// it and a reader who has gone (| head) ends a command quietly.
#ifndef VEDETTE_CLI_IO_H_
#define VEDETTE_CLI_IO_H_

#include <cstddef>
#include <memory>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "cli/exit_code.h"

namespace vedette {

// What standard output can show.
struct Screen {
  size_t columns = 0;   // Of the terminal; 0: no terminal, lines may be of any length.
  bool colour = false;  // A terminal that shows colours, and no NO_COLOR.
  bool utf8 = false;
};

// Not thread-safe.
class Io {
 public:
  virtual ~Io() = default;

  virtual const Screen& screen() const = 0;
  virtual void Print(absl::string_view text) = 0;
  virtual void PrintError(absl::string_view text) = 0;
  // Nobody reads standard output any more (or it cannot be written): stop making more of it.
  virtual bool closed() const = 0;
  // Why standard output could not be written; OK where it could, or where its reader has gone.
  virtual absl::Status written() const { return absl::OkStatus(); }
  // Waits for standard input and takes what is there, at most `size` bytes. 0: it has ended.
  virtual absl::StatusOr<size_t> Read(char* to, size_t size) = 0;

  // In which times are shown to people.
  absl::TimeZone zone() const { return zone_; }
  void SetZone(absl::TimeZone zone) { zone_ = zone; }

  // "vedette: MESSAGE" on standard error.
  void Complain(absl::string_view message);
  // The same for an error, and its exit code.
  ExitCode Fail(const absl::Status& status);
  // The same for an error that the command line alone has.
  ExitCode Mistake(const absl::Status& status);

 private:
  absl::TimeZone zone_ = absl::LocalTimeZone();
};

// Standard output and error of this process.
std::unique_ptr<Io> NewStandardIo();

// Keeps what is written, for tests.
class CapturedIo : public Io {
 public:
  explicit CapturedIo(Screen screen = {}) : screen_(screen) {}
  const Screen& screen() const override { return screen_; }
  void Print(absl::string_view text) override { out_.append(text.data(), text.size()); }
  void PrintError(absl::string_view text) override { error_.append(text.data(), text.size()); }
  bool closed() const override { return false; }
  absl::StatusOr<size_t> Read(char* to, size_t size) override {
    const size_t taken = in_.copy(to, size, read_);
    read_ += taken;
    return taken;
  }

  void SetInput(std::string text) { in_ = std::move(text); }
  const std::string& out() const { return out_; }
  const std::string& error() const { return error_; }

 private:
  Screen screen_;
  std::string in_, out_, error_;
  size_t read_ = 0;
};

}  // namespace vedette

#endif  // VEDETTE_CLI_IO_H_
