// SPDX-License-Identifier: Apache-2.0
//
// Numbers of the kernel's interface by their names. Pure; any thread; never allocates.
#ifndef VEDETTE_ENGINE_ENRICH_FLAG_NAMES_H_
#define VEDETTE_ENGINE_ENRICH_FLAG_NAMES_H_

#include <cstdint>

#include "absl/functional/function_ref.h"
#include "absl/strings/string_view.h"

namespace vedette {

using EachName = absl::FunctionRef<void(absl::string_view name)>;

// O_RDWR, O_CREAT, ...: the access mode first. Flags of open(2), as this machine numbers them.
void ForEachOpenFlag(uint32_t flags, EachName each);

// CAP_CHOWN, ...: in order of their numbers.
void ForEachCapability(uint64_t set, EachName each);

// "SUCCESS" for 0 and above, "ENOENT" for -ENOENT; empty for an error without a name.
absl::string_view ResultName(int64_t result);

// "AF_INET"; empty for a family that is none of those that events have often.
absl::string_view AddressFamilyName(uint64_t family);

}  // namespace vedette

#endif  // VEDETTE_ENGINE_ENRICH_FLAG_NAMES_H_
