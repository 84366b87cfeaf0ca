// SPDX-License-Identifier: Apache-2.0
// No unit test: tests/kernel and tests/native load both builds.
#include "sensor/source/open_object.h"

#include <bpf/libbpf.h>

#include <cerrno>
#include <cstdlib>

#include "sensor/bpf/sensor_object.skel.h"
#include "sensor/bpf/sensor_object_direct.skel.h"

namespace vedette {

sensor_object* OpenSensorObject(bool direct_reads) {
  if (!direct_reads) return sensor_object__open();
  // As sensor_object__open() does it, with the other build's bytes: the skeleton finds maps and
  // programs by name.
  auto* object = static_cast<sensor_object*>(std::calloc(1, sizeof(sensor_object)));
  if (object == nullptr) return nullptr;
  int error = sensor_object__create_skeleton(object);
  if (error == 0) {
    size_t size = 0;
    const void* bytes = sensor_object_direct__elf_bytes(&size);
    object->skeleton->data = const_cast<void*>(bytes);
    object->skeleton->data_sz = size;
    error = bpf_object__open_skeleton(object->skeleton, nullptr);
  }
  if (error == 0) return object;
  sensor_object__destroy(object);
  errno = -error;
  return nullptr;
}

}  // namespace vedette
