// SPDX-License-Identifier: Apache-2.0
//
// The programs that decide, at each of their hooks, by tables that name the actor: what is denied
// has no effect and says so, what is not goes on, and each decision is told. In guests alone.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <linux/io_uring.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <iostream>
#include <map>

#include "absl/time/clock.h"
#include "sensor/decode/event_view.h"
#include "sensor/source/enforcer.h"
#include "tests/enforce/acts.h"
#include "tests/kernel/io_uring.h"

namespace vedette {
namespace {

constexpr char kPins[] = "/sys/fs/bpf/vedette_test";

struct Told {
  std::string kind, comm, rule;
  uint32_t flags;
  bool enforces;
};

std::string NameOf(const HookAct& act) { return "vt_" + act.name; }

// A term for each act: of its kind, and its actor's name.
EnforcementImage MakeImage(uint32_t generation, const std::vector<HookAct>& acts, bool denies,
                           bool kills) {
  std::map<uint16_t, std::vector<const HookAct*>> by_kind;
  for (const HookAct& act : acts) by_kind[FindKindByName(act.kind)->kind].push_back(&act);
  EnforcementImage image;
  for (const auto& [number, terms] : by_kind) {
    classify_kind kind = {};
    const uint64_t all = (uint64_t{1} << terms.size()) - 1;
    for (classify_vector& vector : kind.defaults) vector.words[0] = all;
    kind.defaults[CLASSIFY_comm].words[0] = 0;
    kind.used = uint64_t{1} << CLASSIFY_comm;
    for (classify_vector& mode : kind.modes) mode.words[0] = all;
    if (denies) kind.denying.words[0] = all;
    if (kills) kind.killing.words[0] = all;
    for (size_t i = 0; i < terms.size(); ++i) {
      kind.errnos[i] = EPERM;
      classify_key key = {};
      key.generation = generation;
      key.kind = number;
      key.dimension = CLASSIFY_comm;
      const std::string name = NameOf(*terms[i]);
      std::memcpy(key.value, name.data(), name.size());
      // An exec is judged by the name that the process would get.
      if (number == WIRE_process_exec) {
        std::memset(key.value, 0, sizeof(key.value));
        std::memcpy(key.value, "program", 7);
      }
      classify_vector bit = {};
      bit.words[0] = uint64_t{1} << i;
      image.tables.values.emplace_back(key, bit);
      enforce_term term = {};
      term.enforces = denies ? 1 : 0;
      term.kills = kills ? 1 : 0;
      term.name_size = static_cast<uint16_t>(name.size());
      std::memcpy(term.name, name.data(), name.size());
      image.terms.push_back({{generation, number, static_cast<uint16_t>(i)}, term});
    }
    image.tables.kinds.emplace_back(number, kind);
  }
  return image;
}

class HooksTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    // Only a guest's kernel is ours.
    if (std::getenv("VEDETTE_TEST_STRICT") == nullptr) return;
    const KernelSupport support = ProbeKernel();
    EnforcerOptions options;
    options.pin_folder = kPins;
    const char* mode = std::getenv("VEDETTE_TEST_MODE");
    options.mode = ParseSensorMode(mode != nullptr ? mode : "lsm").value_or(SensorMode::kLsm);
    for (const HookAct& act : HookActs()) options.wanted |= KindBit(FindKindByName(act.kind)->kind);
    auto enforcer = Enforcer::Open(support, options);
    ASSERT_TRUE(enforcer.ok()) << enforcer.status();
    enforcer_ = *std::move(enforcer);
    for (const Hook& hook : enforcer_->hooks()) {
      std::cout << "hook " << hook.section << " for " << hook.kind->name << ": "
                << HookStateName(hook.state) << (hook.why.empty() ? "" : ": ") << hook.why << "\n";
    }
  }
  static void TearDownTestSuite() {
    enforcer_.reset();
    if (std::getenv("VEDETTE_TEST_STRICT") != nullptr) RemoveEnforcement(kPins).IgnoreError();
  }
  void SetUp() override {
    if (std::getenv("VEDETTE_TEST_STRICT") == nullptr) GTEST_SKIP() << "in guests alone";
    ASSERT_NE(enforcer_, nullptr);
    folder_ = MakeFolder();
  }
  void TearDown() override { RemoveFolder(folder_); }

  static void Load(const std::vector<HookAct>& acts, bool denies, bool kills = false) {
    const uint32_t generation = enforcer_->next_generation();
    const absl::Status status =
        enforcer_->Load(generation, MakeImage(generation, acts, denies, kills));
    ASSERT_TRUE(status.ok()) << status;
  }

  static bool IsServed(const HookAct& act) {
    // A module is loaded by reading it.
    const std::string kind = act.kind == "kernel_module" ? "kernel_load" : act.kind;
    for (const Hook& hook : enforcer_->hooks()) {
      if (hook.kind->name == kind && hook.state == HookState::kAttached) return true;
    }
    return false;
  }

  // What was decided since the last call.
  static std::vector<Told> Decisions() {
    std::vector<Told> told;
    const auto take = [&](absl::Span<const std::byte> record, absl::Span<const DecidedTerm> terms) {
      const auto view = EventView::Parse(record);
      ASSERT_TRUE(view.has_value()) << "a record that is not well-formed";
      for (const DecidedTerm& term : terms) {
        told.push_back({std::string(view->info().name), std::string(view->comm()), term.rule,
                        view->header().flags, term.enforces});
      }
    };
    EXPECT_TRUE(enforcer_->Poll(take).ok());
    for (const DecisionMark& mark : enforcer_->TakeMarks()) enforcer_->Keep(mark);
    return told;
  }

  static void ExpectTold(const HookAct& act, uint32_t flags) {
    const std::string kind = act.kind == "process_exec" ? "process_exec_failed" : act.kind;
    std::string seen;
    for (const Told& told : Decisions()) {
      if (told.kind == kind && told.rule == NameOf(act) &&
          (told.flags & (WIRE_FLAG_DECIDED | WIRE_FLAG_KILL | WIRE_FLAG_MONITORED)) == flags) {
        return;
      }
      seen +=
          " " + told.kind + "/" + told.comm + "/" + told.rule + "/" + std::to_string(told.flags);
    }
    ADD_FAILURE() << "no decision about it; told:" << seen;
  }

  static std::unique_ptr<Enforcer> enforcer_;
  std::string folder_;
};
std::unique_ptr<Enforcer> HooksTest::enforcer_;

TEST_F(HooksTest, EachHookDeniesAndTheNeighbourGoesOn) {
  const std::vector<HookAct> acts = HookActs();
  Load(acts, true);
  for (const HookAct& act : acts) {
    SCOPED_TRACE(act.name);
    if (!IsServed(act)) {
      EXPECT_FALSE(act.needs.empty()) << "no hook is attached";
      continue;
    }
    RemoveFolder(folder_);
    folder_ = MakeFolder();
    Decisions();
    EXPECT_EQ(ActAs(NameOf(act), [&] { return act.act(folder_); }), EPERM);
    EXPECT_TRUE(!act.is_undone || act.is_undone(folder_)) << "it had an effect";
    ExpectTold(act, WIRE_FLAG_DECIDED);
    if (act.kind == "process_exec") continue;  // Its name is the program's, whoever runs it.
    EXPECT_EQ(ActAs("vt_neighbour", [&] { return act.act(folder_); }), 0) << "of another actor";
  }
}

TEST_F(HooksTest, EachHookKillsAndDenies) {
  const std::vector<HookAct> acts = HookActs();
  Load(acts, true, true);
  for (const HookAct& act : acts) {
    if (!IsServed(act)) continue;
    SCOPED_TRACE(act.name);
    RemoveFolder(folder_);
    folder_ = MakeFolder();
    Decisions();
    EXPECT_EQ(ActAs(NameOf(act), [&] { return act.act(folder_); }), kKilled);
    EXPECT_TRUE(!act.is_undone || act.is_undone(folder_)) << "it had an effect";
    ExpectTold(act, WIRE_FLAG_DECIDED | WIRE_FLAG_KILL);
  }
}

TEST_F(HooksTest, WhoMonitorsTellsAndLetsGo) {
  const std::vector<HookAct> acts = HookActs();
  Load(acts, false);
  for (const HookAct& act : acts) {
    if (!IsServed(act)) continue;
    SCOPED_TRACE(act.name);
    RemoveFolder(folder_);
    folder_ = MakeFolder();
    Decisions();
    EXPECT_EQ(ActAs(NameOf(act), [&] { return act.act(folder_); }), 0);
    ExpectTold(act, WIRE_FLAG_DECIDED | WIRE_FLAG_MONITORED);
  }
}

TEST_F(HooksTest, OffDeniesNothingAndOnDeniesAgain) {
  const std::vector<HookAct> acts = HookActs();
  Load(acts, true);
  const HookAct& open = acts[0];
  enforcer_->SetOff(true);
  EXPECT_EQ(ActAs(NameOf(open), [&] { return open.act(folder_); }), 0);
  enforcer_->SetOff(false);
  EXPECT_EQ(ActAs(NameOf(open), [&] { return open.act(folder_); }), EPERM);
}

TEST_F(HooksTest, WhoIsExemptIsNotDenied) {
  const std::vector<HookAct> acts = HookActs();
  const uint32_t generation = enforcer_->next_generation();
  EnforcementImage image = MakeImage(generation, acts, true, false);
  enforce_object self = {};
  char exe[4096] = {};
  ASSERT_GT(readlink("/proc/self/exe", exe, sizeof(exe) - 1), 0);
  ASSERT_TRUE(ObjectAt(exe, self));
  image.spared.push_back(self);
  ASSERT_TRUE(enforcer_->Load(generation, image).ok());
  const HookAct& open = acts[0];
  EXPECT_EQ(ActAs(NameOf(open), [&] { return open.act(folder_); }), 0);
}

}  // namespace
}  // namespace vedette
