// SPDX-License-Identifier: Apache-2.0
#include "cli/io.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/text.h"
#include "integrations/format/terminal.h"

namespace vedette {
namespace {

// The first of the variables that is set decides, as for every program.
bool LocaleIsUtf8() {
  for (const char* name : {"LC_ALL", "LC_CTYPE", "LANG"}) {
    const char* value = std::getenv(name);
    if (value == nullptr || *value == '\0') continue;
    const std::string lower = absl::AsciiStrToLower(value);
    return absl::StrContains(lower, "utf-8") || absl::StrContains(lower, "utf8");
  }
  return false;
}

Screen DetectScreen() {
  Screen screen;
  winsize size = {};
  if (isatty(STDOUT_FILENO) == 1) {
    const bool known = ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
    screen.columns = known ? size.ws_col : 80;
  }
  screen.colour = WantsColour(STDOUT_FILENO);
  screen.utf8 = LocaleIsUtf8();
  return screen;
}

class StandardIo : public Io {
 public:
  const Screen& screen() const override { return screen_; }

  void Print(absl::string_view text) override {
    if (closed_) return;
    errno = 0;
    absl::Status written = WriteFd(STDOUT_FILENO, text, "standard output");
    const bool reader_has_gone = errno == EPIPE;
    closed_ = !written.ok();
    if (!reader_has_gone) written_ = std::move(written);
  }

  void PrintError(absl::string_view text) override {
    // There is nobody left to tell.
    WriteFd(STDERR_FILENO, text, "standard error").IgnoreError();
  }

  bool closed() const override { return closed_; }
  absl::Status written() const override { return written_; }

  absl::StatusOr<size_t> Read(char* to, size_t size) override {
    while (true) {
      const ssize_t taken = read(STDIN_FILENO, to, size);
      if (taken >= 0) return static_cast<size_t>(taken);
      if (errno != EINTR) return absl::ErrnoToStatus(errno, "standard input");
    }
  }

 private:
  const Screen screen_ = DetectScreen();
  bool closed_ = false;
  absl::Status written_;
};

}  // namespace

// A message may quote what it complains of.
void Io::Complain(absl::string_view message) {
  PrintError(absl::StrCat("vedette: ", EscapeControlInLines(message), "\n"));
}

ExitCode Io::Fail(const absl::Status& status) {
  Complain(status.message());
  return ExitCodeOf(status);
}

std::unique_ptr<Io> NewStandardIo() { return std::make_unique<StandardIo>(); }

}  // namespace vedette
