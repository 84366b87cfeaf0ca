// SPDX-License-Identifier: Apache-2.0
// No unit test: what it says is the kernel's; tests/kernel runs it on several.
#include "sensor/source/kernel_functions.h"

#include <bpf/btf.h>

#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/file.h"

namespace vedette {
namespace {

uint64_t BootSeed() {
  // Any function of the boot id will do: FNV-1a (Fowler, Noll, Vo).
  const auto boot_id = ReadFile("/proc/sys/kernel/random/boot_id", 128);
  uint64_t seed = 0xcbf29ce484222325;
  if (!boot_id.ok()) return seed;
  for (const char c : *boot_id) seed = (seed ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  return seed;
}

}  // namespace

void KernelFunctions::FreeBtf::operator()(btf* types) const { btf__free(types); }

KernelFunctions::KernelFunctions() : types_(btf__load_vmlinux_btf()) {}

bool KernelFunctions::HasTarget(absl::string_view section) const {
  if (types_ == nullptr) return true;
  const size_t slash = section.find('/');
  const std::string function(section.substr(slash + 1));
  if (absl::StartsWith(section, "tp_btf/")) {
    const std::string trace = absl::StrCat("btf_trace_", function);
    return btf__find_by_name_kind(types_.get(), trace.c_str(), BTF_KIND_TYPEDEF) > 0;
  }
  const std::string name =
      absl::StartsWith(section, "lsm") ? absl::StrCat("bpf_lsm_", function) : function;
  return btf__find_by_name_kind(types_.get(), name.c_str(), BTF_KIND_FUNC) > 0;
}

uint32_t KernelFunctions::ParameterCount(const char* function) const {
  if (types_ == nullptr) return 0;
  const btf* kernel = types_.get();
  const int id = btf__find_by_name_kind(kernel, function, BTF_KIND_FUNC);
  const btf_type* type = id > 0 ? btf__type_by_id(kernel, static_cast<uint32_t>(id)) : nullptr;
  const btf_type* prototype = type == nullptr ? nullptr : btf__type_by_id(kernel, type->type);
  return prototype == nullptr ? 0 : btf_vlen(prototype);
}

sensor_config KernelFunctions::Constants() const {
  sensor_config config = {};
  config.boot_seed = BootSeed();
  config.stack_size = 16 * 1024;
  // (dentry, name, value, size, flags), and later the id map in front.
  config.xattr_has_idmap = ParameterCount("bpf_lsm_inode_setxattr") == 6 ? 1 : 0;
  return config;
}

}  // namespace vedette
