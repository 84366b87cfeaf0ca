// SPDX-License-Identifier: Apache-2.0
#include "rules/lang/attack.h"

#include <algorithm>
#include <cstdint>
#include <iterator>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/strip.h"

namespace vedette {
namespace {

// As of version 19. Numbers are not used again, so this table grows and nothing goes.
struct Technique {
  uint16_t number;
  uint8_t subs;  // The last of its sub-techniques; they begin at 1.
};
constexpr Technique kTechniques[] = {
    {1001, 3},  {1003, 8},  {1005, 0},  {1006, 0},  {1007, 0},  {1008, 0}, {1010, 0},  {1011, 1},
    {1012, 0},  {1014, 0},  {1016, 2},  {1018, 0},  {1020, 1},  {1021, 8}, {1025, 0},  {1027, 18},
    {1029, 0},  {1030, 0},  {1033, 0},  {1036, 12}, {1037, 5},  {1039, 0}, {1040, 0},  {1041, 0},
    {1046, 0},  {1047, 0},  {1048, 3},  {1049, 0},  {1052, 1},  {1053, 7}, {1055, 15}, {1056, 4},
    {1057, 0},  {1059, 13}, {1068, 0},  {1069, 3},  {1070, 10}, {1071, 5}, {1072, 0},  {1074, 2},
    {1078, 4},  {1080, 0},  {1082, 0},  {1083, 0},  {1087, 4},  {1090, 4}, {1091, 0},  {1092, 0},
    {1095, 0},  {1098, 7},  {1102, 3},  {1104, 0},  {1105, 0},  {1106, 0}, {1110, 4},  {1111, 0},
    {1112, 0},  {1113, 0},  {1114, 3},  {1115, 0},  {1119, 0},  {1120, 0}, {1123, 0},  {1124, 0},
    {1125, 0},  {1127, 3},  {1129, 0},  {1132, 2},  {1133, 0},  {1134, 5}, {1135, 0},  {1136, 3},
    {1137, 6},  {1140, 0},  {1176, 2},  {1185, 0},  {1187, 0},  {1189, 0}, {1190, 0},  {1195, 3},
    {1197, 0},  {1199, 0},  {1200, 0},  {1201, 0},  {1202, 0},  {1203, 0}, {1204, 5},  {1205, 2},
    {1207, 0},  {1210, 0},  {1211, 0},  {1212, 0},  {1213, 6},  {1216, 2}, {1217, 0},  {1218, 15},
    {1219, 3},  {1220, 0},  {1221, 0},  {1222, 2},  {1480, 2},  {1482, 0}, {1484, 2},  {1485, 1},
    {1486, 0},  {1489, 0},  {1490, 0},  {1491, 2},  {1495, 0},  {1496, 4}, {1497, 3},  {1498, 2},
    {1499, 4},  {1505, 6},  {1518, 2},  {1525, 0},  {1526, 0},  {1528, 0}, {1529, 0},  {1530, 0},
    {1531, 0},  {1534, 0},  {1535, 0},  {1537, 0},  {1538, 0},  {1539, 0}, {1542, 5},  {1543, 5},
    {1546, 18}, {1547, 15}, {1548, 6},  {1550, 4},  {1552, 8},  {1553, 6}, {1554, 0},  {1555, 6},
    {1556, 9},  {1557, 4},  {1558, 5},  {1559, 3},  {1560, 3},  {1561, 2}, {1562, 13}, {1563, 2},
    {1564, 14}, {1565, 3},  {1566, 4},  {1567, 4},  {1568, 3},  {1569, 3}, {1570, 0},  {1571, 0},
    {1572, 0},  {1573, 2},  {1574, 14}, {1578, 5},  {1580, 0},  {1583, 8}, {1584, 8},  {1585, 3},
    {1586, 3},  {1587, 4},  {1588, 7},  {1589, 3},  {1590, 6},  {1591, 4}, {1592, 4},  {1593, 3},
    {1594, 0},  {1595, 3},  {1596, 5},  {1597, 2},  {1598, 4},  {1599, 1}, {1600, 2},  {1601, 2},
    {1602, 2},  {1606, 2},  {1608, 6},  {1609, 0},  {1610, 0},  {1611, 0}, {1612, 0},  {1613, 0},
    {1614, 1},  {1615, 0},  {1619, 0},  {1620, 0},  {1621, 0},  {1622, 0}, {1647, 0},  {1648, 0},
    {1649, 0},  {1650, 0},  {1651, 0},  {1652, 0},  {1653, 0},  {1654, 0}, {1656, 0},  {1657, 0},
    {1659, 0},  {1665, 0},  {1666, 0},  {1667, 0},  {1668, 0},  {1669, 0}, {1671, 0},  {1672, 0},
    {1673, 0},  {1674, 0},  {1675, 0},  {1677, 0},  {1678, 0},  {1679, 0}, {1680, 0},  {1681, 0},
    {1682, 0},  {1683, 2},  {1684, 2},  {1685, 6},  {1686, 3},  {1687, 0}, {1688, 0},  {1689, 0},
    {1690, 0},
};
constexpr uint16_t kTactics[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 40, 42, 43, 112};

constexpr absl::string_view kForms =
    "ids are T1059 (technique), T1059.004 (sub-technique) and TA0002 (tactic)";

bool AllDigits(absl::string_view text) {
  return text.find_first_not_of("0123456789") == absl::string_view::npos;
}

const Technique* FindTechnique(int number) {
  const auto* const found =
      std::find_if(std::begin(kTechniques), std::end(kTechniques),
                   [&](const Technique& technique) { return technique.number == number; });
  return found == std::end(kTechniques) ? nullptr : found;
}

int NumberOf(absl::string_view digits) {
  int number = 0;
  return absl::SimpleAtoi(digits, &number) ? number : -1;
}

// What is there instead.
std::string HintFor(absl::string_view id, Reporter& reporter) {
  if (id[1] == 'A') return "tactics are TA0001 to TA0011, TA0040, TA0042, TA0043 and TA0112";
  const Technique* technique = FindTechnique(NumberOf(id.substr(1, 4)));
  if (technique != nullptr && technique->subs == 0) {
    return absl::StrFormat("T%04d has no sub-techniques", technique->number);
  }
  if (technique != nullptr) {
    return absl::StrFormat("sub-techniques of T%04d go up to T%04d.%03d", technique->number,
                           technique->number, technique->subs);
  }
  std::vector<std::string> ids;
  for (const Technique& each : kTechniques) ids.push_back(absl::StrFormat("T%04d", each.number));
  const std::vector<absl::string_view> names(ids.begin(), ids.end());
  return reporter.DidYouMean(id.substr(0, 5), names);
}

}  // namespace

bool IsAttackId(absl::string_view text) {
  if (absl::ConsumePrefix(&text, "TA")) return text.size() == 4 && AllDigits(text);
  if (!absl::ConsumePrefix(&text, "T") || text.size() < 4) return false;
  const absl::string_view sub = text.substr(4);
  return AllDigits(text.substr(0, 4)) &&
         (sub.empty() || (sub.size() == 4 && sub[0] == '.' && AllDigits(sub.substr(1))));
}

bool IsKnownAttackId(absl::string_view id) {
  if (id[1] == 'A') {
    const int number = NumberOf(id.substr(2));
    return std::find(std::begin(kTactics), std::end(kTactics), number) != std::end(kTactics);
  }
  const Technique* technique = FindTechnique(NumberOf(id.substr(1, 4)));
  if (technique == nullptr || id.size() == 5) return technique != nullptr;
  const int sub = NumberOf(id.substr(6));
  return sub >= 1 && sub <= technique->subs;
}

void CheckKnownAttackId(absl::string_view id, const Place& place, Reporter& reporter) {
  if (IsKnownAttackId(id)) return;
  reporter.Warning(place, absl::StrCat("ATT&CK has no \"", id, "\" (as of version 19)"),
                   HintFor(id, reporter));
}

void AddAttackIdsOfTags(const std::vector<std::string>& tags, std::vector<std::string>& ids) {
  for (const std::string& tag : tags) {
    if (!IsAttackId(tag) || std::find(ids.begin(), ids.end(), tag) != ids.end()) continue;
    ids.push_back(tag);
  }
}

void CheckAttackTag(absl::string_view tag, const Place& place, Reporter& reporter) {
  if (IsAttackId(tag)) return CheckKnownAttackId(tag, place, reporter);
  absl::string_view rest = tag;
  if (!absl::ConsumePrefix(&rest, "TA")) absl::ConsumePrefix(&rest, "T");
  const bool begins_as_id = rest.size() < tag.size() && !rest.empty() &&
                            absl::ascii_isdigit(static_cast<unsigned char>(rest[0]));
  if (!begins_as_id) return;
  reporter.Warning(place,
                   absl::StrCat("the tag \"", tag, "\" looks like an id of ATT&CK and is none"),
                   std::string(kForms));
}

}  // namespace vedette
