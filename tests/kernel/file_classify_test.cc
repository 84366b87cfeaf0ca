// SPDX-License-Identifier: Apache-2.0
//
// What the kernel's classifier was given of an act is what user space reads out of its record: else
// the one drops what the other would want. The tables here tell by the survivors what that was.
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>

#include "absl/strings/match.h"
#include "sensor/schema/classify.h"
#include "tests/kernel/file_fixture.h"

namespace vedette {
namespace {

// The low byte of the survivors is the mode. Of the next two bits, one goes where the path was
// looked up and lies in our directories, the other where it lies elsewhere.
constexpr uint64_t kInside = 1 << 8, kOutside = 1 << 9;
// Likewise of the new name of what has two.
constexpr uint64_t kTargetInside = 1 << 10, kTargetOutside = 1 << 11;
constexpr char kPrefix[] = "/tmp/vedette_act_";

classify_vector Without(uint64_t bits) {
  classify_vector vector;
  std::fill(std::begin(vector.words), std::end(vector.words), ~uint64_t{0});
  vector.words[0] &= ~bits;
  return vector;
}

std::pair<classify_path_key, classify_vector> Node(uint32_t generation, uint32_t kind,
                                                   absl::string_view prefix, uint64_t missing) {
  classify_path_key key = {};
  key.prefix_bits = static_cast<uint32_t>(64 + 8 * prefix.size());
  key.generation = generation;
  key.kind = kind;
  std::memcpy(key.path, prefix.data(), prefix.size());
  return {key, Without(missing)};
}

// Lets everything through; `telling`: and says by which mode and path.
ClassifierImage MakeImage(uint32_t generation, bool telling) {
  ClassifierImage image;
  for (const KindInfo& info : Kinds()) {
    auto& [number, kind] = image.kinds.emplace_back(info.kind, classify_kind{});
    // All but those that are told by traits, of which this image has none.
    kind.used = ~(uint64_t{1} << CLASSIFY_lineage | uint64_t{1} << CLASSIFY_capability |
                  uint64_t{1} << CLASSIFY_container);
    std::fill(std::begin(kind.defaults), std::end(kind.defaults), Without(0));
    kind.alerting = Without(0);
    for (uint64_t mode = 0; mode < CLASSIFY_MODES; ++mode) {
      kind.modes[mode] = Without(telling ? ~mode & 0xff : 0);
    }
    image.paths.push_back(Node(generation, info.kind, "", telling ? kOutside : 0));
    if (telling) image.paths.push_back(Node(generation, info.kind, kPrefix, kInside));
    if (info.kind != WIRE_file_rename && info.kind != WIRE_file_link) {
      kind.used &= ~(uint64_t{1} << CLASSIFY_target);
      continue;
    }
    const uint32_t trie = CLASSIFY_TRIE(target, info.kind);
    image.paths.push_back(Node(generation, trie, "", telling ? kTargetOutside : 0));
    if (telling) image.paths.push_back(Node(generation, trie, kPrefix, kTargetInside));
  }
  return image;
}

class FileClassifyTest : public FileActTest {
 protected:
  void SetUp() override {
    FileActTest::SetUp();
    ASSERT_TRUE(source().LoadClassifier(1, MakeImage(1, true)).ok());
  }
  void TearDown() override {
    ASSERT_TRUE(source().LoadClassifier(2, MakeImage(2, false)).ok());
    FileActTest::TearDown();
  }

  // As rules/classify reads a record that has a result and no address.
  void ExpectAgreement(absl::string_view kind, pid_t pid) {
    SCOPED_TRACE(kind);
    const Seen seen = Expect(kind, {{"pid", absl::StrCat(pid)}});
    if (seen.members.empty()) return;
    const auto mode = seen.members.find("mode");
    const uint32_t of_object = classify_mode_of_object(
        std::atoi(seen.members.at("result").c_str()),
        mode == seen.members.end() ? 0 : static_cast<uint32_t>(std::atol(mode->second.c_str())));
    const uint64_t told = seen.header.survivors[0];
    EXPECT_EQ(told & 0xff, of_object);
    const bool has_path = seen.members.count("path") > 0;
    ExpectPath(seen, has_path ? "path" : "new_path", kInside, kOutside);
    if (has_path && seen.members.count("new_path") > 0) {
      ExpectPath(seen, "new_path", kTargetInside, kTargetOutside);
    }
  }
  static void ExpectPath(const Seen& seen, const std::string& member, uint64_t in, uint64_t out) {
    const uint64_t told = seen.header.survivors[0];
    const std::string& path = seen.members.at(member);
    const bool judged = (seen.header.flags & WIRE_FLAG_LOOSE_PATH) == 0 &&
                        !seen.truncated.at(member) && !path.empty();
    const bool inside = absl::StartsWith(path, kPrefix);
    EXPECT_EQ((told & in) == 0, judged && inside) << path;
    EXPECT_EQ((told & out) == 0, judged && !inside) << path;
  }
};

TEST_F(FileClassifyTest, BothSidesSeeTheSameOfNames) {
  const pid_t pid = Act([&] {
    const std::string moved = In("moved");
    if (link(path_.c_str(), In("linked").c_str()) != 0) return 1;
    if (symlink("object", In("symbolic").c_str()) != 0) return 2;
    if (mkdir(In("made").c_str(), 0700) != 0) return 3;
    if (mknod(In("pipe").c_str(), S_IFIFO | 0600, 0) != 0) return 4;
    if (rename(path_.c_str(), moved.c_str()) != 0) return 5;
    return unlink(moved.c_str());
  });
  for (const char* kind :
       {"file_link", "file_symlink", "file_mkdir", "file_mknod", "file_rename", "file_unlink"}) {
    ExpectAgreement(kind, pid);
  }
}

TEST_F(FileClassifyTest, BothSidesSeeTheSameOfNewNamesElsewhere) {
  const std::string elsewhere = absl::StrCat("/tmp/vedette_elsewhere_", getpid());
  const std::string further = elsewhere + "_link";
  const pid_t pid = Act([&] {
    if (link(path_.c_str(), further.c_str()) != 0) return 1;
    if (unlink(further.c_str()) != 0) return 2;
    return rename(path_.c_str(), elsewhere.c_str());
  });
  unlink(elsewhere.c_str());
  unlink(further.c_str());
  ExpectAgreement("file_link", pid);
  ExpectAgreement("file_rename", pid);
}

TEST_F(FileClassifyTest, BothSidesSeeTheSameOfDirectoriesAndFailures) {
  const pid_t pid = Act([&] {
    rmdir(directory_.c_str());  // It is not empty.
    return chmod(directory_.c_str(), 0700);
  });
  ExpectAgreement("file_unlink", pid);
  ExpectAgreement("file_chmod", pid);
}

TEST_F(FileClassifyTest, BothSidesSeeTheSameOfAttributesAndContent) {
  const pid_t pid = Act([&] {
    setxattr(path_.c_str(), "user.vedette", "x", 1, 0);
    if (chown(path_.c_str(), getuid(), getgid()) != 0) return 1;
    const int fd = open(path_.c_str(), O_RDWR);
    if (fd < 0 || ftruncate(fd, 3) != 0) return 2;
    void* anonymous =
        mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (mprotect(anonymous, 4096, PROT_READ | PROT_EXEC) != 0) return 3;
    return mmap(nullptr, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE, fd, 0) == MAP_FAILED ? 4 : 0;
  });
  for (const char* kind :
       {"file_xattr", "file_chown", "file_truncate", "file_mprotect", "file_mmap"}) {
    ExpectAgreement(kind, pid);
  }
}

TEST_F(FileClassifyTest, BothSidesSeeTheSameOfFirstAccesses) {
  if (!AskedBefore("file_access")) GTEST_SKIP() << "in tracepoint mode there is no such hook";
  const pid_t pid = Act([&] {
    char byte;
    return read(open(path_.c_str(), O_RDONLY), &byte, 1) == 1 ? 0 : 1;
  });
  ExpectAgreement("file_access", pid);
}

}  // namespace
}  // namespace vedette
