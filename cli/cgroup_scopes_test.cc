// SPDX-License-Identifier: Apache-2.0
#include "cli/cgroup_scopes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/listening_source.h"
#include "sensor/decode/record_builder.h"

namespace vedette {
namespace {

using testing::ElementsAre;
using testing::Pair;

RecordBytes Program(EventKind kind, uint64_t cgroup, const char* path) {
  return RecordBuilder(kind).Set("cgroup_id", cgroup).Set("cgroup", path).Build();
}

TEST(CgroupScopesTest, TellsOfEachCgroupOnce) {
  ListeningSource source;
  CgroupScopes scopes(true);
  scopes.OnRecord(Program(WIRE_process_seen, 5, "/init.scope"), source);
  scopes.OnRecord(Program(WIRE_process_exec, 7, "/lxc.payload.web/init.scope"), source);
  scopes.OnRecord(Program(WIRE_process_exec, 7, "/lxc.payload.web/init.scope"), source);
  scopes.OnRecord(RecordBuilder(WIRE_file_open).Set("cgroup_id", 9).Build(), source);
  EXPECT_THAT(source.told, ElementsAre(Pair(5, CLASSIFY_HOST), Pair(7, CLASSIFY_CONTAINER)));
}

TEST(CgroupScopesTest, SaysNothingOfAContainerWithTheNameOfTheHost) {
  ListeningSource source;
  CgroupScopes scopes(true);
  scopes.OnRecord(Program(WIRE_process_exec, 7, "/lxc.payload.host"), source);
  EXPECT_TRUE(source.told.empty());
}

TEST(CgroupScopesTest, IgnoresWhatIsNoRecord) {
  ListeningSource source;
  CgroupScopes scopes(true);
  RecordBytes cut = Program(WIRE_process_exec, 7, "/lxc.payload.web");
  scopes.OnRecord(absl::MakeConstSpan(cut).subspan(0, 20), source);
  scopes.OnRecord(absl::MakeConstSpan(cut).subspan(0, cut.size() - 1), source);
  EXPECT_TRUE(source.told.empty());
}

TEST(CgroupScopesTest, OneThatWasMadeIsToldBeforeAProgramBeginsInItAndForgottenAtItsEnd) {
  ListeningSource source;
  CgroupScopes scopes(true);
  scopes.OnChange({7, false, "/lxc.payload.web"}, source);
  EXPECT_THAT(source.told, ElementsAre(Pair(7, CLASSIFY_CONTAINER)));
  scopes.OnRecord(Program(WIRE_process_exec, 7, "/lxc.payload.web"), source);
  EXPECT_EQ(source.told.size(), 1u);
  scopes.OnChange({8, true, ""}, source);
  EXPECT_TRUE(source.forgotten.empty()) << "nobody was told of it";
  scopes.OnChange({7, true, ""}, source);
  EXPECT_THAT(source.forgotten, ElementsAre(7));
  EXPECT_EQ(scopes.size(), 0u);
}

TEST(CgroupScopesTest, WhoMakesCgroupsWithoutEndPushesOutNobody) {
  ListeningSource source;
  CgroupScopes scopes(true);
  scopes.OnRecord(Program(WIRE_process_exec, 1000000, "/a"), source);
  for (uint64_t id = 1; id < 100000; ++id) scopes.OnChange({id, false, "/b"}, source);
  EXPECT_LT(scopes.size(), 4096u);
  scopes.OnRecord(Program(WIRE_process_exec, 1000000, "/a"), source);
  EXPECT_EQ(source.told.size(), scopes.size()) << "nobody was told twice";
}

TEST(CgroupScopesTest, OfVersion2NothingIsSaidWhereVersion1TellsWhoIsWhere) {
  ListeningSource source;
  CgroupScopes scopes(false);
  scopes.OnChange({7, false, "/lxc.payload.web"}, source);
  EXPECT_TRUE(source.told.empty());
}

}  // namespace
}  // namespace vedette
