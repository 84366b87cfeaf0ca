// SPDX-License-Identifier: Apache-2.0
// No unit test: it is one.
#include "tests/kernel/kernel_fixture.h"

#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <iostream>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/time/clock.h"
#include "tests/kernel/kernel_results.h"

namespace vedette {
namespace {

std::string TextOf(const EventView& view, const Member& member) {
  if (member.shape == MemberShape::kText) return std::string(view.Text(member));
  if (member.shape == MemberShape::kBytes) {
    const Value value = view.Get(member);
    if (value.kind == Value::Kind::kText) return std::string(value.text);
    return absl::BytesToHexString(absl::string_view(
        reinterpret_cast<const char*>(view.bytes().data()) + member.offset, member.size));
  }
  const uint64_t number = view.Number(member);
  return member.is_signed ? absl::StrCat(static_cast<int64_t>(number)) : absl::StrCat(number);
}

}  // namespace

Seen ReadOut(const EventView& view) {
  Seen seen;
  seen.kind = std::string(view.info().name);
  seen.header = view.header();
  for (const absl::Span<const Member> members : {HeaderMembers(), view.info().members}) {
    for (const Member& member : members) {
      seen.members[std::string(member.name)] = TextOf(view, member);
      if (member.shape == MemberShape::kText) {
        seen.truncated[std::string(member.name)] = view.Truncated(member);
      }
    }
  }
  return seen;
}

std::unique_ptr<RingSource> KernelTest::source_;
std::string KernelTest::why_not_;
std::vector<Seen> KernelTest::seen_;
std::map<std::string, uint8_t> KernelTest::expected_;

// All suites share one sensor: in a guest it takes seconds to load.
class KernelTest::CloseAtEnd : public ::testing::Environment {
 public:
  void TearDown() override {
    if (source_ != nullptr) WriteKernelResults(*source_, expected_);
    source_.reset();
  }
};

void KernelTest::SetUpTestSuite() {
  if (source_ != nullptr || !why_not_.empty()) return;
  ::testing::AddGlobalTestEnvironment(new CloseAtEnd);
  RingSourceOptions options;
  if (const char* mode = std::getenv("VEDETTE_TEST_MODE"); mode != nullptr) {
    options.mode = ParseSensorMode(mode);
    ASSERT_TRUE(options.mode.has_value()) << mode;
  }
  const KernelSupport support = ProbeKernel();
  const auto scope = ResolveScope(absl::StrCat("pid:", getpid()));
  ASSERT_TRUE(scope.ok()) << scope.status();
  options.scope = *scope;
  options.with_environment = true;
  if (const char* without = std::getenv("VEDETTE_TEST_WITHOUT"); without != nullptr) {
    options.disabled_hooks = absl::StrSplit(without, ',');
  }
  auto source = RingSource::Open(support, options);
  if (!source.ok()) {
    why_not_ = std::string(source.status().message());
    return;
  }
  source_ = *std::move(source);
  for (const Hook& hook : source_->hooks()) {
    std::cout << "hook " << hook.section << " for " << hook.kind->name << ": "
              << HookStateName(hook.state) << (hook.fired ? ", fired" : "")
              << (hook.why.empty() ? "" : ": ") << hook.why << "\n";
  }
}

bool KernelTest::AskedBefore(absl::string_view kind) {
  for (const Hook& hook : source_->hooks()) {
    if (hook.kind->name != kind || hook.state != HookState::kAttached) continue;
    return absl::StartsWith(hook.section, "lsm/") ||
           absl::StartsWith(hook.section, "fexit/security_");
  }
  return false;
}

void KernelTest::TearDownTestSuite() { seen_.clear(); }

void KernelTest::SetUp() {
  // A guest must not skip: there the mode was chosen because it works.
  if (source_ == nullptr && std::getenv("VEDETTE_TEST_STRICT") != nullptr) FAIL() << why_not_;
  if (source_ == nullptr) GTEST_SKIP() << why_not_;
  Collect(absl::ZeroDuration());
  seen_.clear();
}

pid_t KernelTest::Act(const std::function<int()>& act) {
  int ends[2];
  if (pipe(ends) != 0) return -1;
  const pid_t child = fork();
  if (child == 0) {
    const pid_t actor = fork();
    if (actor == 0) {
      close(ends[0]);
      close(ends[1]);
      _exit(act());
    }
    (void)!write(ends[1], &actor, sizeof(actor));
    int status = 0;
    waitpid(actor, &status, 0);
    _exit(WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
  }
  pid_t actor = -1;
  (void)!read(ends[0], &actor, sizeof(actor));
  close(ends[0]);
  close(ends[1]);
  int status = 0;
  waitpid(child, &status, 0);
  EXPECT_EQ(WEXITSTATUS(status), 0) << "the act itself failed";
  return actor;
}

void KernelTest::Collect(absl::Duration timeout) {
  const absl::Time end = absl::Now() + timeout;
  do {
    const auto count = source_->Poll(absl::Milliseconds(10), [](absl::Span<const std::byte> bytes) {
      const auto view = EventView::Parse(bytes);
      ASSERT_TRUE(view.has_value()) << "the kernel sent a record that is not well-formed";
      seen_.push_back(ReadOut(*view));
    });
    ASSERT_TRUE(count.ok()) << count.status();
    if (*count == 0 && timeout == absl::ZeroDuration()) return;
  } while (absl::Now() < end);
}

std::vector<const Seen*> KernelTest::FindAll(
    absl::string_view kind, const std::map<std::string, std::string>& members) const {
  std::vector<const Seen*> found;
  for (const Seen& seen : seen_) {
    if (seen.kind != kind) continue;
    bool all = true;
    for (const auto& [name, value] : members) {
      const auto member = seen.members.find(name);
      all = all && member != seen.members.end() && member->second == value;
    }
    if (all) found.push_back(&seen);
  }
  return found;
}

const Seen* KernelTest::Find(absl::string_view kind,
                             const std::map<std::string, std::string>& members) const {
  const std::vector<const Seen*> found = FindAll(kind, members);
  return found.empty() ? nullptr : found.front();
}

Seen KernelTest::Expect(absl::string_view kind, const std::map<std::string, std::string>& members) {
  for (int tries = 0; tries < 50; ++tries) {
    if (const Seen* seen = Find(kind, members)) {
      expected_.try_emplace(seen->kind, 0xff).first->second &= seen->header.flags;
      return *seen;
    }
    Collect(absl::Milliseconds(100));
  }
  std::string wanted, got;
  for (const auto& [name, value] : members) absl::StrAppend(&wanted, " ", name, "=", value);
  for (const Seen& seen : seen_) {
    absl::StrAppend(&got, "\n  ", seen.kind);
    for (const auto& [name, value] : members) {
      const auto member = seen.members.find(name);
      absl::StrAppend(&got, " ", name, "=", member == seen.members.end() ? "-" : member->second);
    }
  }
  ADD_FAILURE() << "no " << kind << wanted << "; seen:" << got;
  return {};
}

bool KernelTest::Saw(absl::string_view kind, const std::map<std::string, std::string>& members) {
  return Count(kind, members) > 0;
}

int KernelTest::Count(absl::string_view kind, const std::map<std::string, std::string>& members) {
  Collect(absl::Milliseconds(200));
  return static_cast<int>(FindAll(kind, members).size());
}

}  // namespace vedette
