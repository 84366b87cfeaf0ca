// SPDX-License-Identifier: Apache-2.0
// No unit test: tests/kernel and tests/native load both builds.
#include "sensor/source/open_object.h"

#include <bpf/libbpf.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstdlib>

#include "sensor/bpf/sensor_object.skel.h"
#include "sensor/bpf/sensor_object_direct.skel.h"

namespace vedette {

namespace {

// Some megabytes of our own file have been read once. Their pages come back from it should anybody
// read them again.
void ForgetPages(const bpf_object_skeleton& skeleton) {
  const auto page = static_cast<uintptr_t>(sysconf(_SC_PAGESIZE));
  const auto begin = reinterpret_cast<uintptr_t>(skeleton.data);
  const uintptr_t first = (begin + page - 1) / page * page;
  const uintptr_t end = (begin + skeleton.data_sz) / page * page;
  if (first < end) madvise(reinterpret_cast<void*>(first), end - first, MADV_DONTNEED);
}

}  // namespace

sensor_object* OpenSensorObject(bool direct_reads) {
  auto* object = static_cast<sensor_object*>(std::calloc(1, sizeof(sensor_object)));
  if (object == nullptr) return nullptr;
  int error = sensor_object__create_skeleton(object);
  if (error == 0) {
    if (direct_reads) {  // The other build's bytes: the skeleton finds maps and programs by name.
      size_t size = 0;
      object->skeleton->data = const_cast<void*>(sensor_object_direct__elf_bytes(&size));
      object->skeleton->data_sz = size;
    }
    error = bpf_object__open_skeleton(object->skeleton, nullptr);
  }
  if (error == 0) {
    ForgetPages(*object->skeleton);
    return object;
  }
  sensor_object__destroy(object);
  errno = -error;
  return nullptr;
}

}  // namespace vedette
