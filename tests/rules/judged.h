// SPDX-License-Identifier: Apache-2.0
#ifndef VEDETTE_TESTS_RULES_JUDGED_H_
#define VEDETTE_TESTS_RULES_JUDGED_H_

#include <algorithm>
#include <cstring>
#include <iterator>

#include "rules/classify/classifier.h"
#include "sensor/decode/event_view.h"
#include "sensor/decode/record_builder.h"

namespace vedette {

// Writes into the record what the kernel would have judged. Whether it leaves the kernel: what no
// rule and no recording setting wants stays there, but for processes.
inline bool Judge(const Classifier& classifier, RecordBytes& record) {
  const auto view = EventView::Parse(record);
  if (!view || view->info().category == "internal") return true;
  wire_header header = view->header();
  const Survivors survivors = classifier.Classify(InputOf(*view));
  header.generation = classifier.generation();
  std::copy(std::begin(survivors.words), std::end(survivors.words), header.survivors);
  std::memcpy(record.data(), &header, sizeof(header));
  const bool any = std::any_of(std::begin(survivors.words), std::end(survivors.words),
                               [](uint64_t word) { return word != 0; });
  return any || view->info().category == "process";
}

}  // namespace vedette

#endif  // VEDETTE_TESTS_RULES_JUDGED_H_
