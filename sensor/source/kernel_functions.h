// SPDX-License-Identifier: Apache-2.0
//
// What the running kernel's BTF says of its functions, and the constants that programs need.
#ifndef VEDETTE_SENSOR_SOURCE_KERNEL_FUNCTIONS_H_
#define VEDETTE_SENSOR_SOURCE_KERNEL_FUNCTIONS_H_

#include <cstdint>
#include <memory>

#include "absl/strings/string_view.h"
#include "sensor/schema/control.h"

struct btf;

namespace vedette {

// Reads the BTF once. Without one it knows no parameters, and takes every target for there.
class KernelFunctions {
 public:
  KernelFunctions();

  // Does the kernel have the function or the tracepoint that the section names?
  bool HasTarget(absl::string_view section) const;
  // Of the function; 0 if there is none of that name.
  uint32_t ParameterCount(const char* function) const;
  // What is the same for every object of this boot; the rest is zero.
  sensor_config Constants() const;

 private:
  struct FreeBtf {
    void operator()(btf* types) const;
  };
  std::unique_ptr<btf, FreeBtf> types_;
};

}  // namespace vedette

#endif  // VEDETTE_SENSOR_SOURCE_KERNEL_FUNCTIONS_H_
