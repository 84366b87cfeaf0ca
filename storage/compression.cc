// SPDX-License-Identifier: Apache-2.0
//
// No unit test: segment_test drives it through the codec, with bytes that are right and wrong.
#include "storage/compression.h"

#include <zstd.h>

#include <cstring>
#include <memory>

namespace vedette {
namespace {

constexpr int kLevel = 1;
constexpr size_t kShort = 24;  // A frame alone takes 9 bytes and more.
constexpr size_t kPieceMin = 512;
constexpr size_t kPieceMatters = 8192;  // Worth a second try.

struct Free {
  void operator()(ZSTD_CCtx* context) const { ZSTD_freeCCtx(context); }
  void operator()(ZSTD_DCtx* context) const { ZSTD_freeDCtx(context); }
};

ZSTD_CCtx* Compressor() {
  thread_local const std::unique_ptr<ZSTD_CCtx, Free> context(ZSTD_createCCtx());
  return context.get();
}

// Looks for next to no repetitions, and so spends no bits on those that bytes of few values have by
// chance.
ZSTD_CCtx* EntropyCompressor() {
  thread_local const std::unique_ptr<ZSTD_CCtx, Free> context = [] {
    std::unique_ptr<ZSTD_CCtx, Free> made(ZSTD_createCCtx());
    if (made == nullptr) return made;
    ZSTD_CCtx_setParameter(made.get(), ZSTD_c_compressionLevel, kLevel);
    ZSTD_CCtx_setParameter(made.get(), ZSTD_c_hashLog,
                           ZSTD_cParam_getBounds(ZSTD_c_hashLog).lowerBound);
    ZSTD_CCtx_setParameter(made.get(), ZSTD_c_minMatch, 7);
    return made;
  }();
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

size_t AppendCompressedPieces(absl::string_view raw, size_t piece, std::string& to) {
  if (piece < kPieceMin || Compressor() == nullptr || EntropyCompressor() == nullptr) {
    return AppendCompressed(raw, to);
  }
  const size_t begin = to.size();
  const size_t bound = ZSTD_compressBound(piece);
  thread_local std::string other;
  for (size_t at = 0; at < raw.size(); at += piece) {
    const absl::string_view part = raw.substr(at, piece);
    const size_t before = to.size();
    to.resize(before + bound);
    size_t stored =
        ZSTD_compressCCtx(Compressor(), &to[before], bound, part.data(), part.size(), kLevel);
    if (ZSTD_isError(stored)) {
      to.resize(begin);
      return AppendCompressed(raw, to);
    }
    if (part.size() >= kPieceMatters) {
      other.resize(bound);
      const size_t plain =
          ZSTD_compress2(EntropyCompressor(), other.data(), bound, part.data(), part.size());
      if (!ZSTD_isError(plain) && plain < stored) {
        std::memcpy(&to[before], other.data(), plain);
        stored = plain;
      }
    }
    to.resize(before + stored);
  }
  if (to.size() - begin < raw.size()) return to.size() - begin;
  to.resize(begin);
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
