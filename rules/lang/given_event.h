// SPDX-License-Identifier: Apache-2.0
//
// An event as people write it: values of fields by name, for `vedette rules eval` and for tests
// beside rules. What is not given has no value.
#ifndef VEDETTE_RULES_LANG_GIVEN_EVENT_H_
#define VEDETTE_RULES_LANG_GIVEN_EVENT_H_

#include <cstdint>
#include <deque>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "rules/lang/program.h"
#include "sensor/schema/value.h"

namespace vedette {

// One value with the type that its notation has.
struct GivenValue {
  enum class Type : uint8_t { kText, kNumber, kBool, kUntyped };  // kUntyped: YAML without quotes.
  Type type = Type::kUntyped;
  std::string text;
};

// Not thread-safe.
class GivenEvent {
 public:
  // `field` as a rule would name it: `proc.aname[2]`. Several values are those of a list, or of a
  // field that speaks of any of them; none says that it has no value. kInvalidArgument: there is no
  // such field, it is given twice, or its type reads a value otherwise.
  absl::Status Set(const std::string& field, const std::vector<GivenValue>& values);

  // As GetField() of engine/event.h does for a record. Points into this. What is not given of the
  // process and its ancestors follows from what is: the values of `proc.aname` are the ancestors
  // from the parent on, `proc.aname[1]` is `proc.pname`, `proc.aname[0]` `proc.name`; so for exe,
  // exepath, cmdline and pid.
  void Get(const FieldRef& field, Values& values) const;

  // Gives evt.kind, evt.category and evt.type the values that follow from those that are given, if
  // they say of which kind the event is; evt.dir and evt.source always have theirs.
  void Complete();

  // Kinds of events that this can be, by evt.type and evt.kind; all that rules can match where
  // neither is given.
  KindSet Kinds() const;

 private:
  bool HasType() const;
  void Imply(absl::string_view field, absl::string_view value);  // Unless it has a value.

  using Key = std::pair<FieldId, std::string>;

  const std::vector<Value>* Find(absl::string_view field, const std::string& argument) const;
  void AddFirst(const std::vector<Value>* given, Values& values) const;
  void AddAncestor(const struct Lineage& lineage, int32_t generation, Values& values) const;
  void Derive(const FieldRef& field, Values& values) const;

  absl::StatusOr<Value> Read(const std::string& name, FieldType type, const GivenValue& given);

  absl::flat_hash_map<Key, std::vector<Value>> values_;
  std::deque<std::string> texts_;  // Does not move them.
};

}  // namespace vedette

#endif  // VEDETTE_RULES_LANG_GIVEN_EVENT_H_
