// SPDX-License-Identifier: Apache-2.0
//
// By the system call itself: only sensor/ includes libbpf.
#include "tests/bench/empty_program.h"

#include <linux/bpf.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstring>

namespace vedette {
namespace {

int Bpf(bpf_cmd command, bpf_attr& attributes) {
  return static_cast<int>(syscall(SYS_bpf, command, &attributes, sizeof(attributes)));
}

}  // namespace

absl::StatusOr<OwnedFd> AttachEmptyProgram() {
  bpf_insn instructions[2];
  std::memset(instructions, 0, sizeof(instructions));
  instructions[0].code = BPF_ALU64 | BPF_MOV | BPF_K;  // r0 = 0
  instructions[1].code = BPF_JMP | BPF_EXIT;
  bpf_attr attributes;
  std::memset(&attributes, 0, sizeof(attributes));
  attributes.prog_type = BPF_PROG_TYPE_RAW_TRACEPOINT;
  attributes.insns = reinterpret_cast<uintptr_t>(instructions);
  attributes.insn_cnt = 2;
  attributes.license = reinterpret_cast<uintptr_t>("GPL");
  const OwnedFd program(Bpf(BPF_PROG_LOAD, attributes));
  if (!program.valid()) return absl::ErrnoToStatus(errno, "load an empty program");

  std::memset(&attributes, 0, sizeof(attributes));
  attributes.raw_tracepoint.name = reinterpret_cast<uintptr_t>("sys_exit");
  attributes.raw_tracepoint.prog_fd = static_cast<uint32_t>(program.get());
  OwnedFd link(Bpf(BPF_RAW_TRACEPOINT_OPEN, attributes));
  if (!link.valid()) return absl::ErrnoToStatus(errno, "attach an empty program");
  return link;
}

int CountTracingPrograms() {
  int count = 0;
  bpf_attr attributes;
  std::memset(&attributes, 0, sizeof(attributes));
  while (Bpf(BPF_PROG_GET_NEXT_ID, attributes) == 0) {
    const uint32_t id = attributes.next_id;
    std::memset(&attributes, 0, sizeof(attributes));
    attributes.prog_id = id;
    const OwnedFd program(Bpf(BPF_PROG_GET_FD_BY_ID, attributes));
    bpf_prog_info info;
    std::memset(&info, 0, sizeof(info));
    std::memset(&attributes, 0, sizeof(attributes));
    attributes.info.bpf_fd = static_cast<uint32_t>(program.get());
    attributes.info.info_len = sizeof(info);
    attributes.info.info = reinterpret_cast<uintptr_t>(&info);
    if (program.valid() && Bpf(BPF_OBJ_GET_INFO_BY_FD, attributes) == 0) {
      switch (info.type) {
        case BPF_PROG_TYPE_RAW_TRACEPOINT:
        case BPF_PROG_TYPE_TRACEPOINT:
        case BPF_PROG_TYPE_KPROBE:
        case BPF_PROG_TYPE_TRACING:
        case BPF_PROG_TYPE_LSM:
          ++count;
          break;
        default:
          break;
      }
    }
    std::memset(&attributes, 0, sizeof(attributes));
    attributes.start_id = id;
  }
  return count;
}

}  // namespace vedette
