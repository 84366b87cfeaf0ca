// SPDX-License-Identifier: Apache-2.0
// No unit test: it is one.
#include "tests/kernel/own_sensor.h"

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"

namespace vedette {
namespace {

std::map<int, std::string> DescriptorsOfBpf() {
  std::map<int, std::string> found;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fdinfo", error)) {
    int fd = 0;
    if (!absl::SimpleAtoi(entry.path().filename().string(), &fd)) continue;
    std::stringstream text;
    text << std::ifstream(entry.path()).rdbuf();
    if (text.str().find("map_id:") == std::string::npos &&
        text.str().find("link_id:") == std::string::npos) {
      continue;
    }
    found[fd] = text.str();
  }
  return found;
}

}  // namespace

void OwnSensorTest::OpenOwn(RingSourceOptions options) {
  const std::map<int, std::string> before = DescriptorsOfBpf();
  const KernelSupport support = ProbeKernel();
  const auto scope = ResolveScope(absl::StrCat("pid:", getpid()));
  ASSERT_TRUE(scope.ok()) << scope.status();
  options.scope = *scope;
  options.mode = source().mode();
  auto opened = RingSource::Open(support, std::move(options));
  ASSERT_TRUE(opened.ok()) << opened.status();
  own_ = *std::move(opened);
  descriptors_ = DescriptorsOfBpf();
  for (const auto& [fd, text] : before) descriptors_.erase(fd);
}

void OwnSensorTest::RecordAll(KindSet kinds) {
  constexpr uint32_t kGeneration = 1;
  ClassifierImage image;
  for (const KindInfo& info : Kinds()) {
    if ((kinds & KindBit(info.kind)) == 0) continue;
    classify_kind kind = {};
    for (classify_vector& vector : kind.defaults) vector.words[0] = 1;
    for (classify_vector& vector : kind.modes) vector.words[0] = 1;
    image.kinds.emplace_back(info.kind, kind);
    classify_path_key any = {};
    any.prefix_bits = 64;
    any.generation = kGeneration;
    any.kind = info.kind;
    image.paths.emplace_back(any, kind.defaults[0]);
  }
  const absl::Status loaded = own_->LoadClassifier(kGeneration, image);
  ASSERT_TRUE(loaded.ok()) << loaded;
}

std::vector<Seen> OwnSensorTest::PollFor(absl::Duration time) {
  std::vector<Seen> seen;
  const absl::Time end = absl::Now() + time;
  do {
    const auto count = own_->Poll(absl::Milliseconds(10), [&](absl::Span<const std::byte> bytes) {
      const auto view = EventView::Parse(bytes);
      ASSERT_TRUE(view.has_value()) << "a record that is not well-formed";
      if (view->kind() != WIRE_process_seen) seen.push_back(ReadOut(*view));
    });
    EXPECT_TRUE(count.ok()) << count.status();
  } while (absl::Now() < end);
  return seen;
}

}  // namespace vedette
