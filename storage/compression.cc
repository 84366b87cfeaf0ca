// SPDX-License-Identifier: Apache-2.0
//
// No unit test: segment_test drives it through the codec, with bytes that are right and wrong.
#include "storage/compression.h"

#include <zstd.h>

#include <memory>

namespace vedette {
namespace {

constexpr int kLevel = 1;
constexpr size_t kShort = 24;  // A frame alone takes 9 bytes and more.

struct Free {
  void operator()(ZSTD_CCtx* context) const { ZSTD_freeCCtx(context); }
  void operator()(ZSTD_DCtx* context) const { ZSTD_freeDCtx(context); }
};

ZSTD_CCtx* Compressor() {
  thread_local const std::unique_ptr<ZSTD_CCtx, Free> context(ZSTD_createCCtx());
  return context.get();
}

ZSTD_DCtx* Decompressor() {
  thread_local const std::unique_ptr<ZSTD_DCtx, Free> context(ZSTD_createDCtx());
  return context.get();
}

}  // namespace

size_t AppendCompressed(absl::string_view raw, std::string& to) {
  const size_t begin = to.size();
  if (raw.size() > kShort && Compressor() != nullptr) {
    const size_t bound = ZSTD_compressBound(raw.size());
    to.resize(begin + bound);
    const size_t stored =
        ZSTD_compressCCtx(Compressor(), &to[begin], bound, raw.data(), raw.size(), kLevel);
    if (!ZSTD_isError(stored) && stored < raw.size()) {
      to.resize(begin + stored);
      return stored;
    }
    to.resize(begin);
  }
  to.append(raw.data(), raw.size());
  return raw.size();
}

bool Decompress(absl::string_view stored, size_t raw_size, std::string& raw) {
  if (stored.size() == raw_size) {
    raw.assign(stored.data(), stored.size());
    return true;
  }
  if (stored.size() > raw_size || Decompressor() == nullptr) return false;
  raw.resize(raw_size);
  return ZSTD_decompressDCtx(Decompressor(), raw.data(), raw_size, stored.data(), stored.size()) ==
         raw_size;
}

}  // namespace vedette
