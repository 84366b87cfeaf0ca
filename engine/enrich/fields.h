// SPDX-License-Identifier: Apache-2.0
//
// What the getters of the context fields share. The getters themselves are in fields_<family>.cc,
// one `void Get_<id>(const Event&, const FieldRef&, Values&)` for each row of CONTEXT_FIELDS; a
// missing one does not link. Each is called for events of the row's kinds only, with no values yet.
#ifndef VEDETTE_ENGINE_ENRICH_FIELDS_H_
#define VEDETTE_ENGINE_ENRICH_FIELDS_H_

#include <array>
#include <cstddef>
#include <cstdint>

#include "absl/strings/string_view.h"
#include "engine/event.h"
#include "sensor/schema/context.h"

namespace vedette {

#define DECLARE_GETTER(id, ...) \
  void Get_##id(const Event& event, const FieldRef& ref, Values& values);
CONTEXT_FIELDS(DECLARE_GETTER)
#undef DECLARE_GETTER

// Builds a text in the arena, piece by piece. Nobody else may use the arena meanwhile.
class ArenaText {
 public:
  explicit ArenaText(Arena& arena) : arena_(arena) {}
  ArenaText& Append(absl::string_view piece) {
    const absl::string_view copy = arena_.Copy(piece);
    if (begin_ == nullptr) begin_ = copy.data();
    size_ += copy.size();
    return *this;
  }
  // The separator goes between pieces only.
  ArenaText& AppendItem(absl::string_view separator, absl::string_view item) {
    if (items_++ > 0) Append(separator);
    return Append(item);
  }
  absl::string_view view() const { return {begin_, size_}; }

 private:
  Arena& arena_;
  const char* begin_ = nullptr;
  size_t size_ = 0;
  size_t items_ = 0;
};

// In the usual notation, IPv6 without brackets. Points into the buffer.
using AddressBuffer = std::array<char, 46>;
absl::string_view AddressText(const IpAddress& address, AddressBuffer& buffer);

// Name and arguments without the first, joined by blanks, in the arena.
absl::string_view CommandLine(absl::string_view name, absl::string_view arguments, Arena& arena);

// The path of the file, as fd.name has it: resolved or, where the open failed, the one that was
// asked for, made absolute and without dots as far as text alone can tell.
absl::string_view FilePath(const Event& event);

// A name that counts from `directory`, made absolute, without dots as far as text alone can tell.
// As it is if it is relative and the directory is not known (empty).
absl::string_view PathFrom(absl::string_view directory, absl::string_view name, Arena& arena);

// A path of the record as rules see it: one that the kernel did not resolve is made absolute.
absl::string_view ResolvedPath(const Event& event, absl::string_view path);

// The path that was asked for, made absolute, symbolic links as they stand. Where the directory is
// not known (a relative name of a file that was found) it is FilePath().
absl::string_view AskedPath(const Event& event);

// fd.typechar; empty where it has no value.
absl::string_view TypeCharOf(const Event& event);

// `10.0.0.1:40000->10.0.0.2:443`, and its right side or the path of a unix socket. Empty otherwise.
absl::string_view ConnectionText(const Event& event);
absl::string_view PeerText(const Event& event);

// As seen from the pid namespace of the process; none where that is not known.
Value VirtualGroup(const Event& event);
Value VirtualThread(const Event& event);

// `2024-05-01 12:00:00.000000042`, in the host's time zone.
absl::string_view DateText(absl::Time time, const Event& event);

// Value::None() for an empty text.
inline Value TextValue(absl::string_view text) {
  return text.empty() ? Value::None() : Value::Text(text);
}

}  // namespace vedette

#endif  // VEDETTE_ENGINE_ENRICH_FIELDS_H_
