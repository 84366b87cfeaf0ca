// SPDX-License-Identifier: Apache-2.0
//
// Tables as the kernel takes them, for tests and benchmarks that do without the daemon.
#ifndef VEDETTE_TESTS_CLASSIFIER_IMAGE_H_
#define VEDETTE_TESTS_CLASSIFIER_IMAGE_H_

#include "rules/classify/tables.h"
#include "sensor/source/classifier_maps.h"

namespace vedette {

inline ClassifierImage MakeImage(const ClassifierTables& tables) {
  ClassifierImage image;
  for (const KindTables& kind : tables.kinds) {
    image.kinds.emplace_back(static_cast<uint16_t>(kind.kind), kind.vectors);
  }
  image.values = tables.values;
  image.names = tables.names;
  image.paths = tables.paths;
  image.traits = tables.traits;
  return image;
}

}  // namespace vedette

#endif  // VEDETTE_TESTS_CLASSIFIER_IMAGE_H_
