// SPDX-License-Identifier: Apache-2.0
#ifndef VEDETTE_ENGINE_ARENA_H_
#define VEDETTE_ENGINE_ARENA_H_

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <memory>

#include "absl/strings/string_view.h"

namespace vedette {

// Memory for the texts of one event. Bounded and made once, so that the way of an event does not
// allocate; what does not fit is cut, and Truncations() counts it. Not thread-safe.
class Arena {
 public:
  static constexpr size_t kCapacity = 256 * 1024;

  void Clear() { used_ = 0; }

  // A copy that lives until Clear().
  absl::string_view Copy(absl::string_view text) {
    char* to = bytes_.get() + used_;
    const size_t size = std::min(text.size(), kCapacity - used_);
    if (size < text.size()) ++truncations_;
    if (size > 0) std::memcpy(to, text.data(), size);
    used_ += size;
    return {to, size};
  }

  // The texts one behind the other, as one.
  template <typename... Texts>
  absl::string_view Join(const Texts&... texts) {
    const char* begin = bytes_.get() + used_;
    const size_t before = used_;
    (Copy(texts), ...);
    return {begin, used_ - before};
  }

  size_t truncations() const { return truncations_; }

 private:
  std::unique_ptr<char[]> bytes_ = std::make_unique<char[]>(kCapacity);
  size_t used_ = 0;
  size_t truncations_ = 0;
};

}  // namespace vedette

#endif  // VEDETTE_ENGINE_ARENA_H_
