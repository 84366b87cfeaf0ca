// SPDX-License-Identifier: Apache-2.0
#include "engine/enrich/spare_blocks.h"

#include <new>

namespace vedette {

SpareBlocks::~SpareBlocks() {
  for (const std::vector<void*>& spares : spares_) {
    for (void* block : spares) ::operator delete(block);
  }
}

void* SpareBlocks::do_allocate(size_t bytes, size_t alignment) {
  std::vector<void*>* spares = SparesOf(bytes, alignment);
  if (spares == nullptr) return std::pmr::new_delete_resource()->allocate(bytes, alignment);
  if (spares->empty()) {
    const auto size = static_cast<size_t>(spares - spares_.data() + 1) * kStep;
    return ::operator new(size);
  }
  void* block = spares->back();
  spares->pop_back();
  return block;
}

void SpareBlocks::do_deallocate(void* block, size_t bytes, size_t alignment) {
  std::vector<void*>* spares = SparesOf(bytes, alignment);
  if (spares == nullptr) {
    std::pmr::new_delete_resource()->deallocate(block, bytes, alignment);
  } else if (spares->size() == kSparesMax) {
    ::operator delete(block);
  } else {
    spares->push_back(block);
  }
}

std::vector<void*>* SpareBlocks::SparesOf(size_t bytes, size_t alignment) {
  if (bytes == 0 || bytes > kBlockMax || alignment > __STDCPP_DEFAULT_NEW_ALIGNMENT__) {
    return nullptr;
  }
  return &spares_[(bytes - 1) / kStep];
}

}  // namespace vedette
