// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>

#include "tests/kernel/file_fixture.h"

namespace vedette {
namespace {

constexpr char kNoAccess[] = "in tracepoint mode each read and write of the host would pay for it";

class FileContentTest : public FileActTest {};

TEST_F(FileContentTest, AFileThatIsCutIsTold) {
  const pid_t pid = Act([&] { return truncate(path_.c_str(), 3); });
  ExpectObject(ExpectAct("file_truncate", pid, "path", path_), object_);
}

TEST_F(FileContentTest, AnOpenFileThatIsCutIsTold) {
  const pid_t pid = Act([&] { return ftruncate(open(path_.c_str(), O_RDWR), 3); });
  const Seen seen = ExpectAct("file_truncate", pid, "path", path_);
  ExpectObject(seen, object_);
  EXPECT_EQ(seen.header.flags & WIRE_FLAG_LOOSE_PATH, 0);
}

TEST_F(FileContentTest, AnOpenThatCutsIsTold) {
  if (!AskedBefore("file_truncate")) GTEST_SKIP() << "the flags of file_open tell it in this mode";
  const pid_t pid = Act([&] { return open(path_.c_str(), O_WRONLY | O_TRUNC) < 0; });
  ExpectAct("file_truncate", pid, "path", path_);
}

int SendDescriptor(int socket, int fd) {
  char byte = 0, control[CMSG_SPACE(sizeof(int))] = {};
  iovec data = {&byte, 1};
  msghdr message = {};
  message.msg_iov = &data;
  message.msg_iovlen = 1;
  message.msg_control = control;
  message.msg_controllen = sizeof(control);
  cmsghdr* part = CMSG_FIRSTHDR(&message);
  part->cmsg_level = SOL_SOCKET;
  part->cmsg_type = SCM_RIGHTS;
  part->cmsg_len = CMSG_LEN(sizeof(int));
  std::memcpy(CMSG_DATA(part), &fd, sizeof(fd));
  return sendmsg(socket, &message, 0) == 1 ? 0 : 1;
}

int ReceiveDescriptor(int socket) {
  char byte = 0, control[CMSG_SPACE(sizeof(int))] = {};
  iovec data = {&byte, 1};
  msghdr message = {};
  message.msg_iov = &data;
  message.msg_iovlen = 1;
  message.msg_control = control;
  message.msg_controllen = sizeof(control);
  if (recvmsg(socket, &message, 0) != 1 || CMSG_FIRSTHDR(&message) == nullptr) return -1;
  int fd = -1;
  std::memcpy(&fd, CMSG_DATA(CMSG_FIRSTHDR(&message)), sizeof(fd));
  return fd;
}

TEST_F(FileContentTest, ADescriptorInAMessageIsTold) {
  if (!AskedBefore("file_receive"))
    GTEST_SKIP() << "in tracepoint mode messages are not looked into";
  const pid_t pid = Act([&] {
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends) != 0) return 1;
    const pid_t child = fork();
    if (child == 0) _exit(SendDescriptor(ends[1], open(path_.c_str(), O_RDONLY)));
    const int fd = ReceiveDescriptor(ends[0]);
    waitpid(child, nullptr, 0);
    return fd >= 0 ? 0 : 2;
  });
  ExpectObject(ExpectAct("file_receive", pid, "path", path_), object_);
}

TEST_F(FileContentTest, ADescriptorThatIsTakenIsTold) {
  const pid_t pid = Act([&] {
    int ends[2];
    if (pipe(ends) != 0) return 1;
    const pid_t child = fork();
    if (child == 0) {
      const int fd = open(path_.c_str(), O_RDONLY);
      (void)!write(ends[1], &fd, sizeof(fd));
      pause();
    }
    int fd = -1;
    (void)!read(ends[0], &fd, sizeof(fd));
    const int process = static_cast<int>(syscall(SYS_pidfd_open, child, 0));
    const int taken = static_cast<int>(syscall(SYS_pidfd_getfd, process, fd, 0));
    kill(child, SIGKILL);
    waitpid(child, nullptr, 0);
    return taken >= 0 ? 0 : 2;
  });
  const Seen seen = ExpectAct("file_receive", pid, "path", path_);
  ExpectObject(seen, object_);
  EXPECT_EQ(seen.header.syscall, SYS_pidfd_getfd);
}

TEST_F(FileContentTest, AFirstReadAndAFirstWriteAreToldOnce) {
  if (!AskedBefore("file_access")) GTEST_SKIP() << kNoAccess;
  const pid_t pid = Act([&] {
    char bytes[4];
    const int fd = open(path_.c_str(), O_RDWR);
    for (int i = 0; i < 3; ++i) {
      if (pread(fd, bytes, 4, 0) != 4 || pwrite(fd, bytes, 4, 0) != 4) return 1;
    }
    return 0;
  });
  const Seen read = ExpectAct("file_access", pid, "access", "4");
  EXPECT_EQ(read.members.at("path"), path_);
  ExpectObject(read, object_);
  const Seen write = ExpectAct("file_access", pid, "access", "2");
  EXPECT_EQ(write.members.at("path"), path_);
  EXPECT_EQ(std::stoull(write.members.at("sequence")) == std::stoull(read.members.at("sequence")),
            false);
}

TEST_F(FileContentTest, BytesThatTheKernelMovesAreAccesses) {
  if (!AskedBefore("file_access")) GTEST_SKIP() << kNoAccess;
  const std::string sent = In("sent"), copied = In("copied");
  const pid_t pid = Act([&] {
    const int from = open(path_.c_str(), O_RDONLY);
    const int to = open(sent.c_str(), O_CREAT | O_WRONLY, 0600);
    return sendfile(to, from, nullptr, 7) == 7 ? 0 : 1;
  });
  const std::string id = absl::StrCat(pid);
  Expect("file_access", {{"pid", id}, {"path", path_}, {"access", "4"}});
  Expect("file_access", {{"pid", id}, {"path", sent}, {"access", "2"}});
  const pid_t copier = Act([&] {
    const int from = open(path_.c_str(), O_RDONLY);
    const int to = open(copied.c_str(), O_CREAT | O_WRONLY, 0600);
    return copy_file_range(from, nullptr, to, nullptr, 7, 0) == 7 ? 0 : 1;
  });
  Expect("file_access", {{"pid", absl::StrCat(copier)}, {"path", path_}, {"access", "4"}});
  Expect("file_access", {{"pid", absl::StrCat(copier)}, {"path", copied}, {"access", "2"}});
}

TEST_F(FileContentTest, SplicedBytesAreAccesses) {
  if (!AskedBefore("file_access")) GTEST_SKIP() << kNoAccess;
  const pid_t pid = Act([&] {
    int ends[2];
    if (pipe(ends) != 0) return 1;
    return splice(open(path_.c_str(), O_RDONLY), nullptr, ends[1], nullptr, 7, 0) == 7 ? 0 : 2;
  });
  Expect("file_access", {{"pid", absl::StrCat(pid)}, {"path", path_}, {"access", "4"}});
}

TEST_F(FileContentTest, AMappingForExecutionIsTold) {
  const pid_t pid = Act([&] {
    return mmap(nullptr, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE, open(path_.c_str(), O_RDONLY),
                0) == MAP_FAILED;
  });
  const Seen seen = ExpectAct("file_mmap", pid, "path", path_);
  ExpectObject(seen, object_);
  EXPECT_EQ(seen.members.at("prot"), absl::StrCat(PROT_READ | PROT_EXEC));
  EXPECT_EQ(seen.members.at("map_flags"), absl::StrCat(MAP_PRIVATE));
}

TEST_F(FileContentTest, AMappingForSharedWritingIsTold) {
  const pid_t pid = Act([&] {
    const int fd = open(path_.c_str(), O_RDWR);
    void* shared = mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    return shared == MAP_FAILED ||
           mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0) == MAP_FAILED;
  });
  const Seen seen = ExpectAct("file_mmap", pid, "path", path_);
  EXPECT_EQ(seen.members.at("prot"), absl::StrCat(PROT_READ | PROT_WRITE));
  EXPECT_EQ(seen.members.at("map_flags"), absl::StrCat(MAP_SHARED));
  EXPECT_FALSE(
      Saw("file_mmap",
          {{"pid", absl::StrCat(pid)}, {"map_flags", absl::StrCat(MAP_PRIVATE)}, {"path", path_}}));
}

TEST_F(FileContentTest, ExecutableMemoryWithoutAFileIsTold) {
  const pid_t pid = Act([&] {
    return mmap(nullptr, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1,
                0) == MAP_FAILED;
  });
  const Seen seen = ExpectAct("file_mmap", pid, "prot", "7");
  EXPECT_EQ(seen.members.at("path"), "");
  EXPECT_EQ(seen.members.at("ino"), "0");
}

TEST_F(FileContentTest, AnExecMapsItsProgramUnreported) {
  char* const shell = realpath("/bin/sh", nullptr);
  const std::string path = shell;
  std::free(shell);
  const pid_t pid = Act([] {
    execl("/bin/sh", "sh", "-c", ":", nullptr);
    return 1;
  });
  Expect("process_exec", {{"pid", absl::StrCat(pid)}});
  EXPECT_FALSE(Saw("file_mmap", {{"pid", absl::StrCat(pid)}, {"path", path}}));
}

TEST_F(FileContentTest, MemoryThatBecomesExecutableIsTold) {
  const pid_t pid = Act([&] {
    void* fixed = reinterpret_cast<void*>(0x20000000);
    void* memory = mmap(fixed, 8192, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
    return memory != fixed || mprotect(memory, 8192, PROT_READ | PROT_EXEC) != 0;
  });
  const Seen seen = ExpectAct("file_mprotect", pid, "prot", absl::StrCat(PROT_READ | PROT_EXEC));
  const bool asked = AskedBefore("file_mprotect");
  EXPECT_EQ(seen.members.at("old_prot"), absl::StrCat(asked ? PROT_READ | PROT_WRITE : 0));
  EXPECT_EQ(seen.members.at("address"), absl::StrCat(0x20000000));
  EXPECT_EQ(seen.members.at("length"), "8192");
  EXPECT_EQ(seen.members.at("path"), "");
}

// Written, then only readable, then executable: no step has both rights.
TEST_F(FileContentTest, ChangedPagesOfAFileThatBecomeExecutableAreTold) {
  const pid_t pid = Act([&] {
    void* memory =
        mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE, open(path_.c_str(), O_RDONLY), 0);
    if (memory == MAP_FAILED) return 1;
    *static_cast<volatile char*>(memory) = 1;
    if (mprotect(memory, 4096, PROT_READ) != 0) return 2;
    return mprotect(memory, 4096, PROT_READ | PROT_EXEC);
  });
  const Seen seen = ExpectAct("file_mprotect", pid, "prot", absl::StrCat(PROT_READ | PROT_EXEC));
  if (!AskedBefore("file_mprotect")) return;
  EXPECT_EQ(seen.members.at("path"), path_);
  EXPECT_EQ(seen.members.at("ino"), absl::StrCat(object_.st_ino));
  EXPECT_EQ(seen.members.at("old_prot"), absl::StrCat(PROT_READ));
}

}  // namespace
}  // namespace vedette
