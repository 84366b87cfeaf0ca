// SPDX-License-Identifier: Apache-2.0
#include "engine/match/thresholds.h"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <set>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace vedette {
namespace {

constexpr int64_t kSecond = 1'000'000'000;

// One event: of a group, at a second, with a value.
bool Fires(Thresholds& thresholds, absl::string_view group, int64_t at, uint32_t count,
           int64_t within, std::optional<absl::string_view> value,
           std::vector<AlertEvidence>* told = nullptr) {
  const auto evidence = thresholds.OnOccurrence({.owner = 1,
                                                 .group = group,
                                                 .time_ns = at * kSecond,
                                                 .within_ns = within * kSecond,
                                                 .count = count,
                                                 .repeats = 1,
                                                 .value = value},
                                                [&] {
                                                  AlertEvidence made;
                                                  made.time = absl::FromUnixSeconds(at);
                                                  if (value) made.step = std::string(*value);
                                                  return made;
                                                });
  if (told != nullptr && !evidence.empty()) *told = evidence;
  return !evidence.empty();
}

// Seconds at which three within 10 s fire. "5" is an event, "5x" one with the value x.
std::string Play(absl::string_view events) {
  Thresholds thresholds;
  std::string fired;
  for (const absl::string_view text : absl::StrSplit(events, ' ')) {
    const size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
    const int64_t at = std::stoll(std::string(text.substr(0, digits)));
    const absl::string_view value = text.substr(digits);
    const bool fires =
        Fires(thresholds, "g", at, 3, 10, value.empty() ? std::nullopt : std::optional(value));
    if (fires) absl::StrAppend(&fired, fired.empty() ? "" : " ", text);
  }
  return fired;
}

TEST(Thresholds, CountInASlidingWindow) {
  struct Case {
    const char* name;
    const char* events;
    const char* fired;
  };
  constexpr Case kCases[] = {
      {"too few", "1 2", ""},
      {"enough", "1 2 3", "3"},
      {"too slow", "1 6 12 17", ""},
      {"the window slides", "1 8 9 10", "9"},
      {"what is as old as the window is out", "1 2 11", ""},
      {"once in a window", "1 2 3 4 5 6 7 8 9 10 11 12", "3"},
      {"again in the next one, while it lasts", "1 2 3 9 10 11 12 13 14", "3 13"},
      {"again after a pause", "1 2 3 30 31 32", "3 32"},
      {"one comes late and is in the window", "10 12 9", "9"},
      {"one comes late and is out of it", "10 12 2", ""},
      {"one late one does not turn the clock back", "20 2 21 22", "22"},
      {"different values", "1a 2b 3c", "3c"},
      {"the same values", "1a 2b 3a 4b 5b", ""},
      {"a value is as old as when it was seen last", "1a 9b 10a 12c", "12c"},
      {"a value that was out comes back", "1a 2b 13a 14b 15c", "15c"},
  };
  for (const Case& test : kCases) EXPECT_EQ(Play(test.events), test.fired) << test.name;
}

// Where the sensor counted identical acts, the record of their number counts as many.
TEST(Thresholds, AnEventThatStandsForRepeatsCountsAsMany) {
  Thresholds thresholds;
  int asked = 0;
  const auto fires = [&](int64_t at, uint32_t repeats, std::optional<absl::string_view> value) {
    const Thresholds::Occurrence occurrence = {.owner = 1,
                                               .group = "g",
                                               .time_ns = at * kSecond,
                                               .within_ns = 10 * kSecond,
                                               .count = 5,
                                               .repeats = repeats,
                                               .value = value};
    const auto evidence = [&] {
      ++asked;
      AlertEvidence made;
      made.time = absl::FromUnixNanos(occurrence.time_ns);
      return made;
    };
    return !thresholds.OnOccurrence(occurrence, evidence).empty();
  };
  EXPECT_FALSE(fires(1, 1, std::nullopt));
  EXPECT_FALSE(fires(2, 3, std::nullopt));
  EXPECT_TRUE(fires(3, 1, std::nullopt));
  EXPECT_EQ(asked, 3) << "one piece of evidence for each event";
  thresholds.Forget(1);
  EXPECT_TRUE(fires(50, 4'000'000'000, std::nullopt)) << "and no more memory for more repeats";
  thresholds.Forget(1);
  EXPECT_FALSE(fires(100, 100, "a")) << "it is one value";
}

TEST(Thresholds, TellTheLastOnes) {
  Thresholds thresholds;
  std::vector<AlertEvidence> told;
  for (int i = 1; i <= 20; ++i) Fires(thresholds, "g", i, 20, 100, absl::StrCat("v", i), &told);
  ASSERT_EQ(told.size(), Thresholds::kEvidenceMax);
  EXPECT_EQ(told.front().step, "v13");
  EXPECT_EQ(told.back().step, "v20");
}

TEST(Thresholds, EvidenceThatWouldNotBeToldIsNotMade) {
  Thresholds thresholds;
  size_t asked = 0;
  for (int64_t at = 1; at <= 100; ++at) {
    const auto evidence = [&] {
      ++asked;
      AlertEvidence made;
      made.time = absl::FromUnixNanos(at);
      return made;
    };
    const Thresholds::Occurrence occurrence = {.owner = 1,
                                               .group = "g",
                                               .time_ns = at,
                                               .within_ns = kSecond,
                                               .count = 100,
                                               .repeats = 1,
                                               .value = std::nullopt};
    const auto told = thresholds.OnOccurrence(occurrence, evidence);
    if (at < 100) {
      ASSERT_TRUE(told.empty());
      continue;
    }
    ASSERT_EQ(told.size(), Thresholds::kEvidenceMax);
    EXPECT_EQ(told.front().time, absl::FromUnixNanos(93));
  }
  EXPECT_EQ(asked, Thresholds::kEvidenceMax);
}

TEST(Thresholds, AFloodOfGroupsStaysBounded) {
  constexpr size_t kBytesMax = 64 << 10;
  Thresholds thresholds({kBytesMax, kBytesMax});
  for (int i = 0; i < 10'000; ++i) {
    EXPECT_FALSE(Fires(thresholds, absl::StrCat(i), 1, 2, 100, std::nullopt));
    ASSERT_LE(thresholds.bytes(), kBytesMax);
  }
  EXPECT_EQ(thresholds.evictions(), 10'000 - thresholds.size());
  EXPECT_TRUE(Fires(thresholds, "9999", 2, 2, 100, std::nullopt));
  EXPECT_FALSE(Fires(thresholds, "0", 2, 2, 100, std::nullopt));  // Forgotten.
}

TEST(Thresholds, GroupsWithoutEventsGo) {
  Thresholds thresholds;
  Fires(thresholds, "a", 1, 3, 10, std::nullopt);
  Fires(thresholds, "b", 9, 3, 10, std::nullopt);
  thresholds.Expire(1, 10 * kSecond, 14 * kSecond);
  EXPECT_EQ(thresholds.size(), 1U);
}

// All events are kept and counted again for each.
class Plain {
 public:
  bool Fires(const std::string& group, int64_t at, uint32_t count, int64_t within,
             const std::string& value) {
    auto& [events, fired] = groups_[group];
    events.emplace_back(at, value);
    int64_t latest = events[0].first;
    for (const auto& [time, unused] : events) latest = std::max(latest, time);
    std::set<std::string> values;
    uint32_t number = 0;
    for (const auto& [time, other] : events) {
      if (time <= latest - within) continue;
      ++number;
      values.insert(other);
    }
    const bool reached = (value.empty() ? number : values.size()) >= count;
    if (!reached || (fired && latest - *fired < within)) return false;
    fired = latest;
    return true;
  }

 private:
  struct Group {
    std::vector<std::pair<int64_t, std::string>> events;
    std::optional<int64_t> fired;
  };
  std::map<std::string, Group> groups_;
};

TEST(Thresholds, AgreeWithCountingAgain) {
  std::mt19937 random(5);
  int fired = 0;
  for (int round = 0; round < 400; ++round) {
    Thresholds thresholds;
    Plain plain;
    const auto count = static_cast<uint32_t>(2 + random() % 6);
    const bool distinct = random() % 2 == 0;
    int64_t now = 100;
    for (int i = 0; i < 200; ++i) {
      now += static_cast<int64_t>(random() % 3);
      const int64_t at = now - (random() % 10 == 0 ? static_cast<int64_t>(random() % 15) : 0);
      const std::string group(1, static_cast<char>('a' + random() % 2));
      const std::string value = distinct ? absl::StrCat(random() % 8) : "";
      const bool fires = Fires(thresholds, group, at, count, 10,
                               distinct ? std::optional<absl::string_view>(value) : std::nullopt);
      ASSERT_EQ(fires, plain.Fires(group, at, count, 10, value)) << round << " " << i;
      fired += fires ? 1 : 0;
    }
  }
  EXPECT_GT(fired, 1000);
}

}  // namespace
}  // namespace vedette
