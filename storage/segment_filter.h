// SPDX-License-Identifier: Apache-2.0
//
// Whether a segment may have a value in a column: a Bloom filter of 10 bits for each value and six
// probes, about one false "maybe" in a hundred. A "no" is certain.
#ifndef VEDETTE_STORAGE_SEGMENT_FILTER_H_
#define VEDETTE_STORAGE_SEGMENT_FILTER_H_

#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "storage/column_data.h"
#include "storage/number_index.h"

namespace vedette {

// What is looked for: a number in a column (its place in the segment), or a text in any of them, so
// that a name that stands in several costs once. Part of the format: the same in every version.
uint64_t NumberKey(size_t column, int64_t number);
uint64_t TextKey(absl::string_view text);
// A folder: a beginning of a path that ends with '/'. ASCII letters count as small ones.
uint64_t FolderKey(absl::string_view folder);

// Nothing is to be taken out of an absolute path: no "//", "/./" or "/../".
bool IsPlainPath(absl::string_view path);
// Of a segment with a name that was asked for in vain and is no plain path, so that the filter does
// not know which path it was. Segments of version 3 and above have it.
uint64_t UnresolvedKey();
// Whether there is such a name: a row that has no path.
bool HasUnresolved(const ColumnData& names, const ColumnData& paths);

class FilterBuilder {
 public:
  void Add(uint64_t key) { keys_.Code(key); }  // Once is enough.
  // Every folder of a path; those that it shares with `before`, which were added with that, are
  // left out.
  void AddFolders(absl::string_view path, absl::string_view before);
  // Texts by their numbers, in the texts' order; of paths their folders, too.
  void AddTexts(const TextSet& texts, absl::Span<const uint32_t> sorted, bool has_folders);
  std::string Build();

 private:
  NumberIndex keys_;
};

// Any bytes are a filter; an empty one never says no.
bool FilterMayHave(absl::string_view filter, uint64_t key);

}  // namespace vedette

#endif  // VEDETTE_STORAGE_SEGMENT_FILTER_H_
