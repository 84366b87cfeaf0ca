// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
//
// The kernel programs tell some system calls apart by number, of four kinds of machines. Their
// compiler does not know names, so here their source is held against the table that does.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <sstream>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "sensor/schema/calls.h"

namespace vedette {
namespace {

constexpr int32_t kNone = -2;  // How the programs write: not on this machine.

std::string Source(const std::filesystem::path& path) {
  std::ifstream stream(path);
  std::stringstream text;
  text << stream.rdbuf();
  return text.str();
}

using Numbers = std::array<int32_t, 4>;

bool IsCall(const Numbers& numbers) {
  return std::any_of(Calls().begin(), Calls().end(), [&](const Call& call) {
    for (size_t table = 0; table < numbers.size(); ++table) {
      if (numbers[table] != kNone && numbers[table] != call.numbers[table]) return false;
    }
    return true;
  });
}

TEST(BpfNumbers, FourNumbersAreOneCallsOnFourMachines) {
  const std::regex four(
      R"((?:CALL_IS|NUMBER_HERE)\([^,()]+, (-?\d+), (-?\d+),\s+(-?\d+),\s+(-?\d+)\))");
  int found = 0;
  for (const auto& file : std::filesystem::directory_iterator("sensor/bpf")) {
    const std::string text = Source(file.path());
    for (std::sregex_iterator at(text.begin(), text.end(), four), end; at != end; ++at, ++found) {
      Numbers numbers = {};
      for (size_t i = 0; i < numbers.size(); ++i) numbers[i] = std::stoi((*at)[i + 1]);
      EXPECT_TRUE(IsCall(numbers)) << file.path() << ": " << at->str() << " is no call of all four";
    }
  }
  EXPECT_GE(found, 30) << "the pattern no longer finds them";
}

TEST(BpfNumbers, TheSieveLetsNoWrongNumberThrough) {
  EXPECT_TRUE(IsCall({257, 295, 56, 322}));
  EXPECT_TRUE(IsCall({kNone, 193, kNone, 193}));
  EXPECT_FALSE(IsCall({257, 295, 56, 323}));
}

// Of the switches in process_numbers_*.h: what each returned name stands for.
const std::map<std::string, std::set<absl::string_view>> kNamesByConstant = {
    {"EXECVE", {"execve"}},
    {"EXECVEAT", {"execveat"}},
    {"SETNS", {"setns"}},
    {"UNSHARE", {"unshare"}},
    {"PTRACE", {"ptrace"}},
    {"PROCESS_VM", {"process_vm_readv", "process_vm_writev"}},
    {"SEND_SIGNAL", {"kill", "tkill", "tgkill", "rt_sigqueueinfo", "rt_tgsigqueueinfo"}},
    {"PRCTL", {"prctl"}},
    {"CHROOT", {"chroot"}},
    {"PIVOT_ROOT", {"pivot_root"}},
    {"SETFSUID", {"setfsuid", "setfsuid32"}},
    {"SETFSGID", {"setfsgid", "setfsgid32"}},
};
constexpr int32_t kFirstOfX32 = 512;  // Numbers of x32 alone, which the table does not have.

// Holds the cases of a switch against the table; what was found, by constant.
std::map<std::string, std::set<absl::string_view>> CheckSwitch(const std::string& text,
                                                               CallTable table) {
  std::map<std::string, std::set<absl::string_view>> found;
  std::set<absl::string_view> names;
  for (const absl::string_view line : absl::StrSplit(text, '\n')) {
    std::cmatch part;
    const char *begin = line.data(), *end = line.data() + line.size();
    if (std::regex_search(begin, end, part, std::regex(R"(case (\d+):)"))) {
      const int32_t number = std::stoi(part[1]);
      if (table == CallTable::kX86_64 && number >= kFirstOfX32) continue;
      names.insert(CallName(table, number));
    } else if (std::regex_search(begin, end, part, std::regex(R"(return (\w+);)"))) {
      found[part[1]] = names;
      names.clear();
    }
  }
  found.erase("OTHER_CALL");
  return found;
}

TEST(BpfNumbers, CasesOfProcessCallsAreTheirCalls) {
  struct Machine {
    std::string name;
    CallTable native, compat;
  };
  for (const Machine& machine : {Machine{"x86", CallTable::kX86_64, CallTable::kI386},
                                 Machine{"arm64", CallTable::kArm64, CallTable::kArm}}) {
    const std::string text =
        Source(absl::StrCat("sensor/bpf/process_numbers_", machine.name, ".h"));
    for (const bool compat : {false, true}) {
      const size_t at = text.find(compat ? " compat_process_call(" : " native_process_call(");
      ASSERT_NE(at, std::string::npos) << machine.name;
      auto expected = kNamesByConstant;
      const CallTable table = compat ? machine.compat : machine.native;
      for (auto& [constant, names] : expected) {  // Without those that the machine lacks.
        for (const Call& call : Calls()) {
          if (call.Number(table) < 0) names.erase(call.name);
        }
      }
      EXPECT_EQ(CheckSwitch(text.substr(at, text.find("\n}\n", at) - at), table), expected)
          << machine.name << (compat ? ", compat" : "");
    }
  }
}

}  // namespace
}  // namespace vedette
