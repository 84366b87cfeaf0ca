// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
#include "sensor/schema/calls.h"

#include <array>

namespace vedette {
namespace {

// A table: the name as Falco has it, and the numbers by CallTable; -1: that machine has no such
// call. Facts from the kernel's own headers (asm/unistd).
// clang-format off
constexpr Call kCalls[] = {
    {"accept", {43, -1, 202, 285}},
    {"accept4", {288, 364, 242, 366}},
    {"acct", {163, 51, 89, 51}},
    {"add_key", {248, 286, 217, 309}},
    {"adjtimex", {159, 124, 171, 124}},
    {"bind", {49, 361, 200, 282}},
    {"bpf", {321, 357, 280, 386}},
    {"capset", {126, 185, 91, 185}},
    {"chmod", {90, 15, -1, 15}},
    {"chown", {92, 182, -1, 182}},
    {"chown32", {-1, 212, -1, 212}},
    {"chroot", {161, 61, 51, 61}},
    {"clock_adjtime", {305, 343, 266, 372}},
    {"clock_settime", {227, 264, 112, 262}},
    {"clock_settime64", {-1, 404, -1, 404}},
    {"clone", {56, 120, 220, 120}},
    {"clone3", {435, 435, 435, 435}},
    {"close", {3, 6, 57, 6}},
    {"connect", {42, 362, 203, 283}},
    {"copy_file_range", {326, 377, 285, 391}},
    {"creat", {85, 8, -1, 8}},
    {"delete_module", {176, 129, 106, 129}},
    {"execve", {59, 11, 221, 11}},
    {"execveat", {322, 358, 281, 387}},
    {"fchmod", {91, 94, 52, 94}},
    {"fchmodat", {268, 306, 53, 333}},
    {"fchmodat2", {452, 452, 452, 452}},
    {"fchown", {93, 95, 55, 95}},
    {"fchown32", {-1, 207, -1, 207}},
    {"fchownat", {260, 298, 54, 325}},
    {"finit_module", {313, 350, 273, 379}},
    {"fork", {57, 2, -1, 2}},
    {"fremovexattr", {199, 237, 16, 237}},
    {"fsconfig", {431, 431, 431, 431}},
    {"fsetxattr", {190, 228, 7, 228}},
    {"fsmount", {432, 432, 432, 432}},
    {"fsopen", {430, 430, 430, 430}},
    {"fspick", {433, 433, 433, 433}},
    {"ftruncate", {77, 93, 46, 93}},
    {"ftruncate64", {-1, 194, -1, 194}},
    {"init_module", {175, 128, 105, 128}},
    {"io_uring_register", {427, 427, 427, 427}},
    {"io_uring_setup", {425, 425, 425, 425}},
    {"ioperm", {173, 101, -1, -1}},
    {"iopl", {172, 110, -1, -1}},
    {"kexec_file_load", {320, -1, 294, 401}},
    {"kexec_load", {246, 283, 104, 347}},
    {"keyctl", {250, 288, 219, 311}},
    {"kill", {62, 37, 129, 37}},
    {"landlock_restrict_self", {446, 446, 446, 446}},
    {"lchown", {94, 16, -1, 16}},
    {"lchown32", {-1, 198, -1, 198}},
    {"link", {86, 9, -1, 9}},
    {"linkat", {265, 303, 37, 330}},
    {"listen", {50, 363, 201, 284}},
    {"lremovexattr", {198, 236, 15, 236}},
    {"lsetxattr", {189, 227, 6, 227}},
    {"memfd_create", {319, 356, 279, 385}},
    {"memfd_secret", {447, 447, 447, -1}},
    {"mkdir", {83, 39, -1, 39}},
    {"mkdirat", {258, 296, 34, 323}},
    {"mknod", {133, 14, -1, 14}},
    {"mknodat", {259, 297, 33, 324}},
    {"mmap", {9, 90, 222, -1}},
    {"mmap2", {-1, 192, -1, 192}},
    {"mount", {165, 21, 40, 21}},
    {"mount_setattr", {442, 442, 442, 442}},
    {"move_mount", {429, 429, 429, 429}},
    {"mprotect", {10, 125, 226, 125}},
    {"open", {2, 5, -1, 5}},
    {"open_by_handle_at", {304, 342, 265, 371}},
    {"openat", {257, 295, 56, 322}},
    {"openat2", {437, 437, 437, 437}},
    {"perf_event_open", {298, 336, 241, 364}},
    {"personality", {135, 136, 92, 136}},
    {"pidfd_getfd", {438, 438, 438, 438}},
    {"pidfd_open", {434, 434, 434, 434}},
    {"pidfd_send_signal", {424, 424, 424, 424}},
    {"pivot_root", {155, 217, 41, 218}},
    {"pkey_mprotect", {329, 380, 288, 394}},
    {"prctl", {157, 172, 167, 172}},
    {"pread", {17, 180, 67, 180}},
    {"preadv", {295, 333, 69, 361}},
    {"process_vm_readv", {310, 347, 270, 376}},
    {"process_vm_writev", {311, 348, 271, 377}},
    {"ptrace", {101, 26, 117, 26}},
    {"pwrite", {18, 181, 68, 181}},
    {"pwritev", {296, 334, 70, 362}},
    {"quotactl", {179, 131, 60, 131}},
    {"read", {0, 3, 63, 3}},
    {"readv", {19, 145, 65, 145}},
    {"reboot", {169, 88, 142, 88}},
    {"recvfrom", {45, 371, 207, 292}},
    {"recvmmsg", {299, 337, 243, 365}},
    {"recvmsg", {47, 372, 212, 297}},
    {"removexattr", {197, 235, 14, 235}},
    {"removexattrat", {466, 466, 466, 466}},
    {"rename", {82, 38, -1, 38}},
    {"renameat", {264, 302, 38, 329}},
    {"renameat2", {316, 353, 276, 382}},
    {"request_key", {249, 287, 218, 310}},
    {"rmdir", {84, 40, -1, 40}},
    {"rt_sigqueueinfo", {129, 178, 138, 178}},
    {"rt_tgsigqueueinfo", {297, 335, 240, 363}},
    {"seccomp", {317, 354, 277, 383}},
    {"sendfile", {40, 187, 71, 187}},
    {"sendmmsg", {307, 345, 269, 374}},
    {"sendmsg", {46, 370, 211, 296}},
    {"sendto", {44, 369, 206, 290}},
    {"setdomainname", {171, 121, 162, 121}},
    {"setfsgid", {123, 139, 152, 139}},
    {"setfsgid32", {-1, 216, -1, 216}},
    {"setfsuid", {122, 138, 151, 138}},
    {"setfsuid32", {-1, 215, -1, 215}},
    {"setgid", {106, 46, 144, 46}},
    {"setgid32", {-1, 214, -1, 214}},
    {"sethostname", {170, 74, 161, 74}},
    {"setns", {308, 346, 268, 375}},
    {"setregid", {114, 71, 143, 71}},
    {"setregid32", {-1, 204, -1, 204}},
    {"setresgid", {119, 170, 149, 170}},
    {"setresgid32", {-1, 210, -1, 210}},
    {"setresuid", {117, 164, 147, 164}},
    {"setresuid32", {-1, 208, -1, 208}},
    {"setreuid", {113, 70, 145, 70}},
    {"setreuid32", {-1, 203, -1, 203}},
    {"settimeofday", {164, 79, 170, 79}},
    {"setuid", {105, 23, 146, 23}},
    {"setuid32", {-1, 213, -1, 213}},
    {"setxattr", {188, 226, 5, 226}},
    {"setxattrat", {463, 463, 463, 463}},
    {"socket", {41, 359, 198, 281}},
    {"socketpair", {53, 360, 199, 288}},
    {"splice", {275, 313, 76, 340}},
    {"swapoff", {168, 115, 225, 115}},
    {"swapon", {167, 87, 224, 87}},
    {"symlink", {88, 83, -1, 83}},
    {"symlinkat", {266, 304, 36, 331}},
    {"syslog", {103, 103, 116, 103}},
    {"tgkill", {234, 270, 131, 268}},
    {"tkill", {200, 238, 130, 238}},
    {"truncate", {76, 92, 45, 92}},
    {"truncate64", {-1, 193, -1, 193}},
    {"umount", {-1, 22, -1, -1}},
    {"umount2", {166, 52, 39, 52}},
    {"unlink", {87, 10, -1, 10}},
    {"unlinkat", {263, 301, 35, 328}},
    {"unshare", {272, 310, 97, 337}},
    {"userfaultfd", {323, 374, 282, 388}},
    {"vfork", {58, 190, -1, 190}},
    {"write", {1, 4, 64, 4}},
    {"writev", {20, 146, 66, 146}},
};
// clang-format on
// x32 programs add this bit to x86-64's numbers; 520 and 545 are their own execve and execveat.
constexpr int32_t kX32Bit = 0x40000000;

constexpr size_t kTables = 4;
using Names = std::array<absl::string_view, kCallNumbersMax>;

std::array<Names, kTables> NamesByNumber() {
  std::array<Names, kTables> names;
  for (const Call& call : kCalls) {
    for (size_t table = 0; table < kTables; ++table) {
      if (call.numbers[table] < 0) continue;
      names[table][static_cast<size_t>(call.numbers[table])] = call.name;
    }
  }
  return names;
}

}  // namespace

CallTable NativeCalls(bool compat) {
#if defined(__aarch64__)
  return compat ? CallTable::kArm : CallTable::kArm64;
#else
  return compat ? CallTable::kI386 : CallTable::kX86_64;
#endif
}

absl::Span<const Call> Calls() { return kCalls; }

absl::string_view CallName(CallTable table, int32_t number) {
  if (number < 0) return "";
  if (table == CallTable::kX86_64 && (number & kX32Bit) != 0) {
    number &= ~kX32Bit;
    if (number == 520) return "execve";
    if (number == 545) return "execveat";
  }
  static const auto* const names = new std::array<Names, kTables>(NamesByNumber());
  const Names& of_table = (*names)[static_cast<size_t>(table)];
  return static_cast<size_t>(number) < of_table.size() ? of_table[static_cast<size_t>(number)] : "";
}

}  // namespace vedette
