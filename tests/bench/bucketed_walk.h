// SPDX-License-Identifier: Apache-2.0
//
// The usual design of such engines, to be compared with: the rules in buckets by the type of event,
// each condition walked as written and left as soon as it is decided, nothing remembered.
#ifndef VEDETTE_TESTS_BENCH_BUCKETED_WALK_H_
#define VEDETTE_TESTS_BENCH_BUCKETED_WALK_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "engine/event.h"
#include "rules/lang/program.h"

namespace vedette {

class BucketedWalk {
 public:
  explicit BucketedWalk(std::shared_ptr<const Program> program);

  // Ascending; valid until the next call.
  const std::vector<uint32_t>& Match(const Event& event);

 private:
  bool MayBe(uint32_t node, const std::string& type) const;
  bool Holds(uint32_t node, const Event& event);

  const std::shared_ptr<const Program> program_;
  const FieldRef type_field_;
  absl::flat_hash_map<std::string, std::vector<uint32_t>> rules_by_type_;
  Values values_;
  std::vector<uint32_t> matched_;
};

}  // namespace vedette

#endif  // VEDETTE_TESTS_BENCH_BUCKETED_WALK_H_
