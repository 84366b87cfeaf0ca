// SPDX-License-Identifier: Apache-2.0
//
// A rotating file of JSON lines. A batch is in the file as a whole or not at all: what a full disk
// cut off is taken back, so that readers see whole lines and a retry leaves no doubles.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/status_macros.h"
#include "integrations/format/json.h"
#include "integrations/sinks/registry.h"
#include "integrations/sinks/write_error.h"

namespace vedette {
namespace {

using Type = SinkOption::Type;

constexpr SinkOption kOptions[] = {
    {"path", Type::kAbsolutePath, kRequired, "The file; made with mode 0600"},
    {"events_path", Type::kAbsolutePath, "",
     "The file for events, which are not mixed with alerts"},
    {"size_max", Type::kSize, "100MiB", "Begin a new file before this one grows larger; 0: never"},
    {"keep", Type::kCount, "5", "How many old files stay, as PATH.1 (youngest) to PATH.<keep>"},
};

class FileSink : public Sink {
 public:
  FileSink(std::string path, uint64_t size_max, uint64_t keep)
      : path_(std::move(path)), size_max_(size_max), keep_(keep) {}

  absl::Status Open() {
    // O_NONBLOCK: a pipe at this path must not hang us; it has no meaning for a file.
    ASSIGN_OR_RETURN(OwnedFd fd, OpenFile(path_, O_RDWR | O_APPEND | O_CREAT | O_NONBLOCK, 0600));
    struct stat now = {};
    if (fstat(fd.get(), &now) != 0) return WriteError(errno, path_);
    if (!S_ISREG(now.st_mode)) {
      return absl::InvalidArgumentError(absl::StrCat(path_, " is not a regular file"));
    }
    // A daemon that was killed, or a machine that lost power, can leave half a line.
    char last = '\n';
    const bool read = now.st_size == 0 || pread(fd.get(), &last, 1, now.st_size - 1) == 1;
    if (!read) return WriteError(errno, path_);
    fd_ = std::move(fd);
    half_line_ = last != '\n';
    return absl::OkStatus();
  }

  absl::Status Deliver(absl::Span<const Alert> batch, absl::Time) override {
    std::string lines;
    for (const Alert& alert : batch) {
      AppendJson(alert, lines);
      lines += '\n';
    }
    return Append(std::move(lines));
  }

  absl::Status DeliverEvents(absl::Span<const DeliveredEvent> batch, absl::Time) override {
    std::string lines;
    for (const DeliveredEvent& event : batch) absl::StrAppend(&lines, event.json, "\n");
    return Append(std::move(lines));
  }

  absl::Status Flush() override {
    if (!fd_.valid() || fdatasync(fd_.get()) == 0) return absl::OkStatus();
    return WriteError(errno, path_);
  }

 private:
  absl::Status Append(std::string lines) {
    ASSIGN_OR_RETURN(uint64_t size, Ready());
    if (size_max_ > 0 && size > 0 && size + lines.size() > size_max_) {
      RETURN_IF_ERROR(Rotate());
      size = 0;
    }
    if (half_line_) lines.insert(lines.begin(), '\n');
    const absl::Status written = Write(lines);
    if (written.ok()) {
      half_line_ = false;
    } else if (ftruncate(fd_.get(), static_cast<off_t>(size)) != 0) {
      half_line_ = true;
    }
    return written;
  }

  // The file that is at the path now, open; its size. Somebody may have moved or removed it.
  absl::StatusOr<uint64_t> Ready() {
    struct stat at_path = {};
    struct stat open = {};
    const bool there = stat(path_.c_str(), &at_path) == 0;
    const bool same = there && fd_.valid() && fstat(fd_.get(), &open) == 0 &&
                      open.st_ino == at_path.st_ino && open.st_dev == at_path.st_dev;
    if (same) return static_cast<uint64_t>(at_path.st_size);
    fd_.Reset();
    const absl::Status opened = Open();
    // It was possible at the start, so whoever took the directory or the permission may give it
    // back.
    if (!opened.ok()) return absl::UnavailableError(opened.message());
    if (fstat(fd_.get(), &open) != 0) return WriteError(errno, path_);
    return static_cast<uint64_t>(open.st_size);
  }

  absl::Status Rotate() {
    if (keep_ == 0) {
      if (ftruncate(fd_.get(), 0) != 0) return WriteError(errno, path_);
      half_line_ = false;
      return absl::OkStatus();
    }
    // A file that is missing in the row of old ones is no error.
    for (uint64_t n = keep_; n > 1; --n) rename(Old(n - 1).c_str(), Old(n).c_str());
    if (rename(path_.c_str(), Old(1).c_str()) != 0) return WriteError(errno, path_);
    fd_.Reset();
    const absl::Status opened = Open();
    return opened.ok() ? opened : absl::UnavailableError(opened.message());
  }

  absl::Status Write(absl::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t done = write(fd_.get(), bytes.data(), bytes.size());
      if (done < 0 && errno == EINTR) continue;
      if (done < 0) return WriteError(errno, path_);
      bytes.remove_prefix(static_cast<size_t>(done));
    }
    // Delivered is what a loss of power does not take; a full disk may show here first.
    return Flush();
  }

  std::string Old(uint64_t n) const { return absl::StrCat(path_, ".", n); }

  const std::string path_;
  const uint64_t size_max_;
  const uint64_t keep_;
  OwnedFd fd_;
  bool half_line_ = false;  // The file does not end with a newline.
};

absl::StatusOr<std::unique_ptr<Sink>> MakeFor(const CheckedOptions& options,
                                              absl::string_view path) {
  auto sink = std::make_unique<FileSink>(options.Text(path), options.Number("size_max"),
                                         options.Number("keep"));
  RETURN_IF_ERROR(sink->Open());
  return sink;
}

absl::StatusOr<std::unique_ptr<Sink>> Make(const CheckedOptions& options) {
  return MakeFor(options, "path");
}

absl::StatusOr<std::unique_ptr<Sink>> MakeEvents(const CheckedOptions& options) {
  return MakeFor(options, "events_path");
}

absl::Status Check(const CheckedOptions& options) {
  if (!options.Has("events_path") || options.Text("events_path") != options.Text("path")) {
    return absl::OkStatus();
  }
  return absl::InvalidArgumentError("events_path: expected another file than path");
}

}  // namespace

namespace sinks {
SinkSpec file();
SinkSpec file() {
  return {.options = kOptions,
          .make = Make,
          .check = Check,
          .make_events = MakeEvents,
          .events_need = "events_path"};
}
}  // namespace sinks

}  // namespace vedette
