// SPDX-License-Identifier: Apache-2.0
#include "engine/enrich/flag_names.h"

#include <fcntl.h>
#include <sys/socket.h>

#include <cstddef>
#include <cstring>
#include <iterator>

#include "sensor/schema/capabilities.h"

namespace vedette {
namespace {

struct FlagName {
  uint32_t bits;
  absl::string_view name;
};

// Those of several bits come before those whose bits they contain.
constexpr FlagName kOpenFlags[] = {
    {O_CREAT, "O_CREAT"},       {O_EXCL, "O_EXCL"},       {O_NOCTTY, "O_NOCTTY"},
    {O_TRUNC, "O_TRUNC"},       {O_APPEND, "O_APPEND"},   {O_NONBLOCK, "O_NONBLOCK"},
    {O_SYNC, "O_SYNC"},         {O_DSYNC, "O_DSYNC"},     {O_ASYNC, "O_ASYNC"},
    {O_DIRECT, "O_DIRECT"},     {O_TMPFILE, "O_TMPFILE"}, {O_DIRECTORY, "O_DIRECTORY"},
    {O_NOFOLLOW, "O_NOFOLLOW"}, {O_NOATIME, "O_NOATIME"}, {O_CLOEXEC, "O_CLOEXEC"},
    {O_PATH, "O_PATH"},
};

}  // namespace

void ForEachOpenFlag(uint32_t flags, EachName each) {
  constexpr absl::string_view kModes[] = {"O_RDONLY", "O_WRONLY", "O_RDWR", "O_ACCMODE"};
  each(kModes[flags & O_ACCMODE]);
  for (const FlagName& flag : kOpenFlags) {
    if ((flags & flag.bits) != flag.bits) continue;
    flags &= ~flag.bits;
    each(flag.name);
  }
}

void ForEachCapability(uint64_t set, EachName each) {
  for (size_t i = 0; i < std::size(kCapabilityNames); ++i) {
    if ((set >> i & 1) != 0) each(kCapabilityNames[i]);
  }
}

absl::string_view ResultName(int64_t result) {
  constexpr int64_t kErrorMax = 4095;  // MAX_ERRNO of the kernel.
  if (result >= 0) return "SUCCESS";
  if (result < -kErrorMax) return "";
  const char* name = strerrorname_np(static_cast<int>(-result));
  return name == nullptr ? absl::string_view() : name;
}

absl::string_view AddressFamilyName(uint64_t family) {
  switch (family) {
    case AF_UNIX:
      return "AF_UNIX";
    case AF_INET:
      return "AF_INET";
    case AF_INET6:
      return "AF_INET6";
    case AF_NETLINK:
      return "AF_NETLINK";
    case AF_PACKET:
      return "AF_PACKET";
    case AF_ALG:
      return "AF_ALG";
    case AF_VSOCK:
      return "AF_VSOCK";
  }
  return "";
}

}  // namespace vedette
