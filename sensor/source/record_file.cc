// SPDX-License-Identifier: Apache-2.0
#include "sensor/source/record_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "sensor/schema/wire.h"

namespace vedette {
namespace {

constexpr size_t kBufferBytes = size_t{256} << 10;

void AppendNumber(uint32_t number, std::string& to) {
  char bytes[sizeof(number)];
  std::memcpy(bytes, &number, sizeof(number));
  to.append(bytes, sizeof(bytes));
}

// A path with a slip of the finger in it must not cost anybody a file.
absl::Status EmptyOldRecording(int fd, const std::string& path) {
  struct stat now;
  if (fstat(fd, &now) != 0) return absl::ErrnoToStatus(errno, absl::StrCat("stat ", path));
  if (!S_ISREG(now.st_mode) || now.st_size == 0) return absl::OkStatus();
  std::string begin(kRecordFileMagic.size(), '\0');
  const ssize_t got = pread(fd, begin.data(), begin.size(), 0);
  if (got != static_cast<ssize_t>(begin.size()) || begin != kRecordFileMagic) {
    return absl::FailedPreconditionError(
        absl::StrCat(path, " is there and is no recording: name another file"));
  }
  if (ftruncate(fd, 0) == 0) return absl::OkStatus();
  return absl::ErrnoToStatus(errno, absl::StrCat("truncate ", path));
}

}  // namespace

RecordWriter::RecordWriter(std::string path, OwnedFd fd)
    : path_(std::move(path)), fd_(std::move(fd)) {
  buffer_.reserve(kBufferBytes + WIRE_RECORD_MAX);
}

RecordWriter::~RecordWriter() { Flush().IgnoreError(); }

absl::StatusOr<std::unique_ptr<RecordWriter>> RecordWriter::Create(const std::string& path,
                                                                   const HostMetadata& host) {
  const std::string metadata = FormatHostMetadata(host);
  if (metadata.size() > kRecordMetadataBytesMax) {
    return absl::ResourceExhaustedError(
        absl::StrCat(path, ": the host has too many users and groups for a record file"));
  }
  ASSIGN_OR_RETURN(OwnedFd fd, OpenFile(path, O_RDWR | O_CREAT, 0600));
  RETURN_IF_ERROR(EmptyOldRecording(fd.get(), path));
  std::unique_ptr<RecordWriter> writer(new RecordWriter(path, std::move(fd)));
  writer->buffer_.append(kRecordFileMagic.data(), kRecordFileMagic.size());
  AppendNumber(WIRE_VERSION, writer->buffer_);
  AppendNumber(static_cast<uint32_t>(metadata.size()), writer->buffer_);
  writer->buffer_ += metadata;
  writer->bytes_ = writer->buffer_.size();
  RETURN_IF_ERROR(writer->Flush());
  return writer;
}

absl::Status RecordWriter::Write(absl::Span<const std::byte> record) {
  if (!failed_.ok()) return failed_;
  uint32_t size = 0;
  const bool fits = record.size() >= sizeof(wire_header) && record.size() <= WIRE_RECORD_MAX;
  if (fits) std::memcpy(&size, record.data(), sizeof(size));
  if (!fits || size != record.size()) {
    return absl::InvalidArgumentError(absl::StrCat(path_, ": a record of ", record.size(),
                                                   " bytes does not begin with its size"));
  }
  buffer_.append(reinterpret_cast<const char*>(record.data()), record.size());
  bytes_ += record.size();
  ++records_;
  return buffer_.size() < kBufferBytes ? absl::OkStatus() : Flush();
}

absl::Status RecordWriter::Flush() {
  if (!failed_.ok() || buffer_.empty() || !fd_.valid()) return failed_;
  failed_ = WriteFd(fd_.get(), buffer_, path_);
  buffer_.clear();
  return failed_;
}

absl::Status RecordWriter::Close() {
  absl::Status flushed = Flush();
  if (!fd_.valid()) return flushed;
  // Network file systems report a failed write here.
  if (close(fd_.Release()) != 0 && failed_.ok()) {
    failed_ = absl::ErrnoToStatus(errno, absl::StrCat("close ", path_));
  }
  absl::Status result = failed_;
  if (failed_.ok()) failed_ = absl::FailedPreconditionError(absl::StrCat(path_, " is closed"));
  return result;
}

}  // namespace vedette
