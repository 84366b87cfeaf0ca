// SPDX-License-Identifier: Apache-2.0
//
// The order of many texts that share their beginnings, as paths do.
#ifndef VEDETTE_STORAGE_TEXT_ORDER_H_
#define VEDETTE_STORAGE_TEXT_ORDER_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/strings/string_view.h"
#include "storage/column_data.h"

namespace vedette {

// How many bytes both begin with.
size_t SharedBeginning(absl::string_view a, absl::string_view b);

// Sorts numbers of texts by the bytes of these, unsigned, as std::sort would; reads each byte about
// once, so that long common beginnings cost little. Of two equal texts either may come first.
void SortByText(const TextSet& texts, std::vector<uint32_t>& numbers);

}  // namespace vedette

#endif  // VEDETTE_STORAGE_TEXT_ORDER_H_
