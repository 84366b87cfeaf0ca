// SPDX-License-Identifier: Apache-2.0
#include "sensor/source/replay_source.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "sensor/schema/history.h"
#include "sensor/schema/wire.h"
#include "sensor/source/record_file.h"

namespace vedette {
namespace {

constexpr size_t kBufferBytes = size_t{256} << 10;
constexpr size_t kPollRecordsMax = 4096;
static_assert(kBufferBytes >= WIRE_RECORD_MAX);

uint32_t NumberAt(const std::byte* bytes) {
  uint32_t number = 0;
  std::memcpy(&number, bytes, sizeof(number));
  return number;
}

}  // namespace

ReplaySource::ReplaySource(std::string path, OwnedFd fd)
    : path_(std::move(path)), fd_(std::move(fd)), buffer_(kBufferBytes) {}

absl::StatusOr<std::unique_ptr<ReplaySource>> ReplaySource::Open(const std::string& path) {
  ASSIGN_OR_RETURN(OwnedFd fd, OpenFile(path, O_RDONLY));
  std::unique_ptr<ReplaySource> source(new ReplaySource(path, std::move(fd)));
  RETURN_IF_ERROR(source->ReadHeader());
  return source;
}

// Makes `wanted` bytes available behind begin_; false if the file ends before. `wanted` fits the
// buffer.
absl::StatusOr<bool> ReplaySource::Fill(size_t wanted) {
  if (end_ - begin_ >= wanted) return true;
  std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
  end_ -= begin_;
  begin_ = 0;
  while (end_ < wanted) {
    const ssize_t got = read(fd_.get(), buffer_.data() + end_, buffer_.size() - end_);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return absl::ErrnoToStatus(errno, absl::StrCat("read ", path_));
    if (got == 0) return false;
    end_ += static_cast<size_t>(got);
  }
  return true;
}

absl::Status ReplaySource::CheckVersion(uint32_t version) const {
  if (version >= WIRE_VERSION_OLDEST && version <= WIRE_VERSION) return absl::OkStatus();
  const uint32_t swapped = __builtin_bswap32(version);
  if (swapped >= WIRE_VERSION_OLDEST && swapped <= WIRE_VERSION) {
    return absl::FailedPreconditionError(
        absl::StrCat(path_, " was recorded on a machine of the other byte order: replay it there"));
  }
  return absl::FailedPreconditionError(absl::StrCat(
      path_, " has record format ", version, ", this program reads ", WIRE_VERSION_OLDEST, " to ",
      WIRE_VERSION, ": replay it with the version of vedette that recorded it, or a later one"));
}

absl::Status ReplaySource::ReadHeader() {
  ASSIGN_OR_RETURN(const bool whole, Fill(kRecordFileHeaderBytes));
  const auto* bytes = reinterpret_cast<const char*>(buffer_.data());
  if (!whole || absl::string_view(bytes, kRecordFileMagic.size()) != kRecordFileMagic) {
    return absl::InvalidArgumentError(
        absl::StrCat(path_, " is no record file: `vedette run --record FILE` makes one"));
  }
  version_ = NumberAt(buffer_.data() + kRecordFileMagic.size());
  RETURN_IF_ERROR(CheckVersion(version_));
  upgrade_.emplace(version_);
  const uint32_t size = NumberAt(buffer_.data() + kRecordFileMagic.size() + sizeof(version_));
  if (size > kRecordMetadataBytesMax) {
    return absl::InvalidArgumentError(absl::StrCat(path_, ": damaged: ", size,
                                                   " bytes of metadata, at most ",
                                                   kRecordMetadataBytesMax, " are possible"));
  }
  begin_ += kRecordFileHeaderBytes;
  // In pieces: memory is taken as bytes arrive, not as the file promises.
  std::string metadata;
  while (metadata.size() < size) {
    const size_t piece = std::min<size_t>(size - metadata.size(), buffer_.size());
    ASSIGN_OR_RETURN(const bool there, Fill(piece));
    if (!there) {
      return absl::InvalidArgumentError(
          absl::StrCat(path_, ": damaged: it ends inside its metadata"));
    }
    metadata.append(reinterpret_cast<const char*>(buffer_.data()) + begin_, piece);
    begin_ += piece;
  }
  offset_ = kRecordFileHeaderBytes + size;
  absl::StatusOr<HostMetadata> host = ParseHostMetadata(metadata);
  if (!host.ok()) {
    return absl::InvalidArgumentError(absl::StrCat(path_, ": damaged: ", host.status().message()));
  }
  host_ = *std::move(host);
  return absl::OkStatus();
}

// Ends the file here: `why`, and how much is behind it.
absl::Status ReplaySource::SkipRest(const std::string& why) {
  ++malformed_;
  bytes_skipped_ = end_ - begin_;
  begin_ = end_ = 0;
  ended_ = true;
  while (true) {
    ASSIGN_OR_RETURN(const bool more, Fill(1));
    if (!more) break;
    bytes_skipped_ += end_;
    end_ = 0;
  }
  damage_ = absl::StrCat(path_, ": record ", records_ + 1, " at byte ", offset_, " ", why,
                         bytes_skipped_, " bytes skipped");
  return absl::OkStatus();
}

absl::StatusOr<size_t> ReplaySource::Poll(absl::Duration, RecordCallback each) {
  size_t count = 0;
  while (!ended_ && count < kPollRecordsMax) {
    ASSIGN_OR_RETURN(const bool more, Fill(sizeof(uint32_t)));
    if (!more && end_ == begin_) {
      ended_ = true;
      break;
    }
    const uint32_t size = more ? NumberAt(buffer_.data() + begin_) : 0;
    if (more && (size < sizeof(wire_header) || size > WIRE_RECORD_MAX)) {
      RETURN_IF_ERROR(
          SkipRest(absl::StrCat("says that it has ", size, " bytes, ", sizeof(wire_header), " to ",
                                WIRE_RECORD_MAX, " are possible; ")));
      break;
    }
    ASSIGN_OR_RETURN(const bool whole, Fill(more ? size : sizeof(uint32_t)));
    if (!whole) {
      RETURN_IF_ERROR(SkipRest("is cut off; "));
      break;
    }
    each(upgrade_->Apply(absl::MakeConstSpan(buffer_.data() + begin_, size)));
    begin_ += size;
    offset_ += size;
    ++records_;
    ++count;
  }
  if (count > 0 || !ended_) return count;
  return absl::OutOfRangeError(damage_.empty() ? absl::StrCat("end of ", path_) : damage_);
}

}  // namespace vedette
