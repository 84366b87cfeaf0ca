// SPDX-License-Identifier: Apache-2.0
#ifndef VEDETTE_ENGINE_ENRICH_SPARE_BLOCKS_H_
#define VEDETTE_ENGINE_ENRICH_SPARE_BLOCKS_H_

#include <array>
#include <cstddef>
#include <memory_resource>
#include <vector>

namespace vedette {

// Heap memory for what comes and goes all the time: some of what was given back, of each size,
// waits to be taken again. Unlike the standard's pools it keeps no more than kSparesMax blocks of a
// size (1.2 MB in all), whatever its peak was; blocks of more than kBlockMax bytes are the heap's
// alone. Not thread-safe.
class SpareBlocks : public std::pmr::memory_resource {
 public:
  static constexpr size_t kBlockMax = 1024;
  static constexpr size_t kSparesMax = 128;

  SpareBlocks() = default;
  ~SpareBlocks() override;
  SpareBlocks(const SpareBlocks&) = delete;
  SpareBlocks& operator=(const SpareBlocks&) = delete;

 private:
  static constexpr size_t kStep = 64;

  void* do_allocate(size_t bytes, size_t alignment) override;
  void do_deallocate(void* block, size_t bytes, size_t alignment) override;
  bool do_is_equal(const std::pmr::memory_resource& other) const noexcept override {
    return this == &other;
  }
  // Null: of no kept size.
  std::vector<void*>* SparesOf(size_t bytes, size_t alignment);

  std::array<std::vector<void*>, kBlockMax / kStep> spares_;  // Of 64, 128, 192 ... bytes.
};

}  // namespace vedette

#endif  // VEDETTE_ENGINE_ENRICH_SPARE_BLOCKS_H_
