// SPDX-License-Identifier: Apache-2.0
//
// What a program was given when it began, and how it came to run.
#include <elf.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "tests/kernel/kernel_fixture.h"
#include "tests/kernel/loopback.h"

namespace vedette {
namespace {

class ProcessExecFactsTest : public KernelTest {};

constexpr char kShell[] = "/bin/sh";

std::string Number(uint64_t number) { return absl::StrCat(number); }

// A file with this text that may be run. Nobody has it open for writing afterwards.
void WriteProgram(const std::string& path, const std::string& text) {
  std::ofstream(path, std::ios::trunc) << text;
  chmod(path.c_str(), 0755);
}

// What stat(2) says of the descriptors.
struct Given {
  struct stat in, out, err;
};

TEST_F(ProcessExecFactsTest, TheStandardDescriptorsAreThoseOfTheExec) {
  int channel[2];
  ASSERT_EQ(pipe2(channel, O_CLOEXEC), 0);
  const pid_t pid = Act([&channel] {
    int in[2];
    if (pipe(in) != 0) return 1;
    const int null = open("/dev/null", O_WRONLY);
    char path[] = "/tmp/vedette_stderr_XXXXXX";
    const int file = mkstemp(path);
    unlink(path);
    if (null < 0 || file < 0) return 2;
    dup2(in[0], 0);
    dup2(null, 1);
    dup2(file, 2);
    Given given = {};
    fstat(0, &given.in);
    fstat(1, &given.out);
    fstat(2, &given.err);
    if (write(channel[1], &given, sizeof(given)) != sizeof(given)) return 3;
    execl(kShell, "sh", "-c", ":", nullptr);
    return 4;
  });
  Given given = {};
  ASSERT_EQ(read(channel[0], &given, sizeof(given)), static_cast<ssize_t>(sizeof(given)));
  close(channel[0]);
  close(channel[1]);
  const Seen exec = Expect("process_exec", {{"pid", Number(static_cast<uint64_t>(pid))}});
  EXPECT_EQ(exec.members.at("stdin_ino"), Number(given.in.st_ino));
  EXPECT_EQ(exec.members.at("stdin_dev"), Number(given.in.st_dev));
  EXPECT_EQ(exec.members.at("stdin_mode"), Number(given.in.st_mode));
  EXPECT_EQ(exec.members.at("stdin_rdev"), "0");
  EXPECT_TRUE(S_ISFIFO(given.in.st_mode));
  EXPECT_EQ(exec.members.at("stdout_ino"), Number(given.out.st_ino));
  EXPECT_EQ(exec.members.at("stdout_mode"), Number(given.out.st_mode));
  EXPECT_EQ(exec.members.at("stdout_rdev"), Number(makedev(1, 3)));
  EXPECT_EQ(exec.members.at("stderr_ino"), Number(given.err.st_ino));
  EXPECT_EQ(exec.members.at("stderr_dev"), Number(given.err.st_dev));
  EXPECT_EQ(exec.members.at("stderr_mode"), Number(given.err.st_mode));
}

TEST_F(ProcessExecFactsTest, ADescriptorThatClosesOnExecIsClosed) {
  const pid_t pid = Act([] {
    fcntl(0, F_SETFD, FD_CLOEXEC);
    execl(kShell, "sh", "-c", ":", nullptr);
    return 1;
  });
  const Seen exec = Expect("process_exec", {{"pid", Number(static_cast<uint64_t>(pid))}});
  EXPECT_EQ(exec.members.at("stdin_ino"), "0");
  EXPECT_EQ(exec.members.at("stdin_mode"), "0");
}

TEST_F(ProcessExecFactsTest, AShellOnASocketHasTheSameSocketForBoth) {
  const pid_t pid = Act([] {
    const int server = socket(AF_INET, SOCK_STREAM, 0);
    const Loopback any(AF_INET);
    if (bind(server, any.get(), any.size()) != 0) return 1;
    if (listen(server, 1) != 0) return 2;
    const Loopback address = Loopback::Of(server);
    const int client = socket(AF_INET, SOCK_STREAM, 0);
    if (connect(client, address.get(), address.size()) != 0) return 3;
    dup2(client, 0);
    dup2(client, 1);
    execl(kShell, "sh", "-c", ":", nullptr);
    return 4;
  });
  const Seen exec = Expect("process_exec", {{"pid", Number(static_cast<uint64_t>(pid))}});
  EXPECT_EQ(exec.members.at("stdin_family"), Number(AF_INET));
  EXPECT_EQ(exec.members.at("stdout_family"), Number(AF_INET));
  EXPECT_NE(exec.members.at("stdin_ino"), "0");
  EXPECT_EQ(exec.members.at("stdin_ino"), exec.members.at("stdout_ino"));
  EXPECT_EQ(exec.members.at("stdin_dev"), exec.members.at("stdout_dev"));
}

TEST_F(ProcessExecFactsTest, AScriptIsTheProgramBehindItsInterpreter) {
  const char path[] = "/tmp/vedette_script";
  WriteProgram(path, absl::StrCat("#!", kShell, "\nexit 0\n"));
  const pid_t pid = Act([&path] {
    execl(path, path, nullptr);
    return 1;
  });
  const Seen exec = Expect("process_exec", {{"pid", Number(static_cast<uint64_t>(pid))}});
  EXPECT_EQ(exec.members.at("exe_script"), "1");
  EXPECT_EQ(exec.members.at("exe_requested"), path);
  char* const shell = realpath(kShell, nullptr);
  EXPECT_EQ(exec.members.at("exe_path"), shell);
  std::free(shell);
  unlink(path);
  const pid_t plain = Act([] {
    execl(kShell, "sh", "-c", ":", nullptr);
    return 1;
  });
  const Seen program = Expect("process_exec", {{"pid", Number(static_cast<uint64_t>(plain))}});
  EXPECT_EQ(program.members.at("exe_script"), "0");
}

// What this very program names as its interpreter; empty if it is static.
std::string OwnLoader() {
  std::ifstream file("/proc/self/exe", std::ios::binary);
  Elf64_Ehdr header = {};
  file.read(reinterpret_cast<char*>(&header), sizeof(header));
  for (int i = 0; i < header.e_phnum; ++i) {
    Elf64_Phdr segment = {};
    file.seekg(static_cast<std::streamoff>(header.e_phoff) + i * header.e_phentsize);
    file.read(reinterpret_cast<char*>(&segment), sizeof(segment));
    if (segment.p_type != PT_INTERP) continue;
    std::string path(segment.p_filesz, '\0');
    file.seekg(static_cast<std::streamoff>(segment.p_offset));
    file.read(path.data(), static_cast<std::streamsize>(path.size()));
    return path.c_str();
  }
  return "";
}

std::string OwnPath() {
  char path[4096];
  const ssize_t size = readlink("/proc/self/exe", path, sizeof(path));
  return size > 0 ? std::string(path, static_cast<size_t>(size)) : "";
}

TEST_F(ProcessExecFactsTest, TheLoaderAsAProgramIsKnownByWhatOtherProgramsName) {
  if (InMode(SensorMode::kTracepoint)) {
    const pid_t pid = Act([] {
      execl(kShell, "sh", "-c", ":", nullptr);
      return 1;
    });
    const Seen exec = Expect("process_exec", {{"pid", Number(static_cast<uint64_t>(pid))}});
    EXPECT_EQ(exec.members.at("exe_loader"), "0") << "nothing tells this mode";
    GTEST_SKIP() << "tracepoint mode has no hook for what an exec opens";
  }
  const std::string loader = OwnLoader(), own = OwnPath();
  ASSERT_NE(loader, "");
  // A dynamic program makes it known. By hand it goes under another name.
  const pid_t dynamic = Act([&own] {
    execl(own.c_str(), "it", "--gtest_list_tests", "--gtest_filter=-*", nullptr);
    return 1;
  });
  const Seen first = Expect("process_exec", {{"pid", Number(static_cast<uint64_t>(dynamic))}});
  EXPECT_EQ(first.members.at("exe_loader"), "1");
  const pid_t by_hand = Act([&] {
    if (link(loader.c_str(), "/tmp/vedette_innocent") != 0 &&
        symlink(loader.c_str(), "/tmp/vedette_innocent") != 0) {
      return 1;
    }
    execl("/tmp/vedette_innocent", "innocent", own.c_str(), "--gtest_list_tests",
          "--gtest_filter=-*", nullptr);
    return 2;
  });
  unlink("/tmp/vedette_innocent");
  const Seen exec = Expect("process_exec", {{"pid", Number(static_cast<uint64_t>(by_hand))}});
  EXPECT_EQ(exec.members.at("exe_loader"), "2");
}

// A script's interpreter is opened as a loader is, and this exec fails afterwards. The program that
// runs next has no loader (busybox is static), and runs what was the interpreter.
TEST_F(ProcessExecFactsTest, TheInterpreterOfAScriptThatFailedIsNoLoader) {
  if (InMode(SensorMode::kTracepoint)) GTEST_SKIP() << "nothing is known of loaders";
  const std::string interpreter = "/tmp/vedette_interpreter", script = "/tmp/vedette_fails";
  const std::string own = OwnPath();
  WriteProgram(interpreter, "no program\n");
  WriteProgram(script, absl::StrCat("#!", interpreter, "\n"));
  const std::string then = absl::StrCat("cat ", own, " > ", interpreter, "; exec ", interpreter,
                                        " --gtest_list_tests --gtest_filter=-*");
  const pid_t pid = Act([&] {
    execl(script.c_str(), "fails", nullptr);
    execl(kShell, "sh", "-c", then.c_str(), nullptr);
    return 1;
  });
  const Seen exec = Expect("process_exec", {{"pid", absl::StrCat(pid)}, {"exe_path", interpreter}});
  EXPECT_EQ(exec.members.at("exe_loader"), "1");
  unlink(interpreter.c_str());
  unlink(script.c_str());
}

bool SeesMeasurements(absl::Span<const Hook> hooks) {
  return std::any_of(hooks.begin(), hooks.end(), [](const Hook& hook) {
    return hook.program == "process_exec__ima__also_measured_digest" &&
           hook.state == HookState::kAttached;
  });
}

std::string Sha256Of(const std::string& path) {
  FILE* const pipe = popen(absl::StrCat("sha256sum ", path).c_str(), "r");
  char hex[65] = {};
  if (fread(hex, 1, 64, pipe) != 64) return "no sha256sum";
  pclose(pipe);
  return hex;
}

// A kernel whose list of security modules lacks IMA panics at the first file that it measures.
bool MayMeasure() {
  std::ifstream file("/proc/cmdline");
  const std::string line((std::istreambuf_iterator<char>(file)), {});
  return line.find("lsm=") == std::string::npos || line.find("integrity") != std::string::npos;
}

TEST_F(ProcessExecFactsTest, WhatTheKernelHasMeasuredIsTold) {
  if (!MayMeasure()) GTEST_SKIP() << "this kernel was booted without IMA";
  if (!SeesMeasurements(source().hooks())) GTEST_SKIP() << "no hook for measurements here";
  std::ofstream policy("/sys/kernel/security/ima/policy");
  policy << "measure func=BPRM_CHECK\n";
  policy.close();
  if (!policy) GTEST_SKIP() << "this kernel takes no policy of IMA";
  const std::string program = "/tmp/vedette_measured";
  std::ifstream from(kShell, std::ios::binary);
  std::ofstream(program, std::ios::binary) << from.rdbuf();
  chmod(program.c_str(), 0755);
  const pid_t pid = Act([&program] {
    execl(program.c_str(), "sh", "-c", ":", nullptr);
    return 1;
  });
  const Seen exec = Expect("process_exec", {{"pid", absl::StrCat(pid)}});
  const std::string digest = Sha256Of(program);
  unlink(program.c_str());
  if (exec.members.at("exe_digest_algorithm") != "5") {
    EXPECT_NE(exec.members.at("exe_digest_algorithm"), "0");
    GTEST_SKIP() << "this kernel measures with another algorithm than SHA-256";
  }
  EXPECT_EQ(absl::BytesToHexString(exec.members.at("exe_digest")), digest);
}

}  // namespace
}  // namespace vedette
