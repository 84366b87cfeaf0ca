// SPDX-License-Identifier: Apache-2.0
#include "rules/classify/explain.h"

#include <arpa/inet.h>

#include <algorithm>
#include <cstddef>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "base/check.h"
#include "base/text.h"
#include "rules/classify/field_map.h"
#include "rules/classify/trait_fields.h"
#include "sensor/schema/calls.h"
#include "sensor/schema/capabilities.h"

namespace vedette {
namespace {

constexpr size_t kListedMax = 8;

std::string CommText(const std::string& key) {
  const std::string text = key.substr(0, key.find('\0'));
  return text.empty() ? "<no name>" : EscapeControl(text);
}

std::string NumberText(const std::string& key) {
  uint32_t number = 0;
  for (size_t i = 0; i < sizeof(number); ++i) {
    number |= static_cast<uint32_t>(static_cast<uint8_t>(key[i])) << (8 * i);
  }
  return absl::StrCat(number);
}

std::string PathText(const std::string& key) {
  if (!key.empty() && key.back() == '\0') return EscapeControl(key.substr(0, key.size() - 1));
  return absl::StrCat(EscapeControl(key), "*");
}

std::string ExeText(const std::string& key) {
  return key == PathKey("") ? "<none>" : PathText(key);
}

// A name that fills the key stands for all that begin so.
std::string NameText(const std::string& key) {
  return key.back() == '\0' ? CommText(key) : absl::StrCat(EscapeControl(key), "*");
}

std::string ScopeText(const std::string& key) {
  return key[0] == CLASSIFY_HOST ? "host" : "<any container>";
}

std::string LineageText(const std::string& key) {
  std::vector<std::string> names;
  for (const std::string& name : NamesOfTrait(key)) names.push_back(CommText(name));
  return absl::StrJoin(names, ", ");
}

std::string PlainText(const std::string& key) { return EscapeControl(key); }

std::string CapabilityText(const std::string& key) {
  std::vector<absl::string_view> names;
  for (size_t i = 0; i < std::size(kCapabilityNames); ++i) {
    if ((MaskOfTrait(key) >> i & 1) != 0) names.push_back(kCapabilityNames[i]);
  }
  return names.size() == std::size(kCapabilityNames) ? "<any>" : absl::StrJoin(names, ", ");
}

std::string CallText(const std::string& key) {
  uint32_t number = 0;
  CHECK(absl::SimpleAtoi(NumberText(key), &number));
  const bool compat = (static_cast<uint8_t>(key[4]) & WIRE_FLAG_COMPAT) != 0;
  return std::string(CallName(NativeCalls(compat), static_cast<int32_t>(number)));
}

// A letter for each bit: field_map.h.
std::string AddressText(const std::string& key) {
  if (key == kNoAddressKey) return "<none>";
  IpAddress address;
  address.is_v6 = key[0] == '6';
  const size_t bits = key.size() - 1;
  for (size_t bit = 0; bit < bits; ++bit) {
    const unsigned one = key[bit + 1] == '1' ? 0x80u >> (bit % 8) : 0;
    address.bytes[bit / 8] = static_cast<uint8_t>(address.bytes[bit / 8] | one);
  }
  const bool whole = bits == (address.is_v6 ? 128u : 32u);
  char text[INET6_ADDRSTRLEN] = "";
  inet_ntop(address.is_v6 ? AF_INET6 : AF_INET, address.bytes.data(), text, sizeof(text));
  return absl::StrCat(text, whole ? "" : absl::StrCat("/", bits));
}

struct ModeBit {
  uint32_t bit;
  absl::string_view name;
};
constexpr ModeBit kObjectBits[] = {
    {CLASSIFY_READ, "for reading"},     {CLASSIFY_WRITE, "for writing"},
    {CLASSIFY_CREATE, "creating"},      {CLASSIFY_FAILED, "failed"},
    {CLASSIFY_DENIED, "not permitted"}, {CLASSIFY_FILE, "file"},
    {CLASSIFY_DIRECTORY, "directory"},
};
constexpr ModeBit kSocketBits[] = {
    {CLASSIFY_TCP, "TCP"},   {CLASSIFY_UDP, "UDP"},       {CLASSIFY_ICMP, "ICMP"},
    {CLASSIFY_RAW, "raw"},   {CLASSIFY_FAILED, "failed"}, {CLASSIFY_SOCKET_DENIED, "not permitted"},
    {CLASSIFY_IPV4, "IPv4"}, {CLASSIFY_IPV6, "IPv6"},
};

absl::Span<const ModeBit> ModeBitsOf(EventKind kind) {
  const KindInfo* info = FindKind(kind);
  const bool is_socket = info != nullptr && info->category == "net";
  return is_socket ? absl::MakeConstSpan(kSocketBits) : absl::MakeConstSpan(kObjectBits);
}

bool HasMode(const DimensionSet& set, uint32_t mode) {
  return set.Contains(std::string(1, static_cast<char>(mode)));
}

// Bits that all modes of a set agree on.
struct Agreed {
  uint32_t set = CLASSIFY_MODES - 1;
  uint32_t clear = CLASSIFY_MODES - 1;
  bool Fits(uint32_t mode) const { return (~mode & set) == 0 && (mode & clear) == 0; }
};

// Bits of which each is enough for a mode, where the agreed ones fit.
std::vector<absl::string_view> Alternatives(absl::Span<const ModeBit> bits, const DimensionSet& set,
                                            const Agreed& agreed) {
  std::vector<absl::string_view> names;
  for (const ModeBit& bit : bits) {
    bool enough = ((agreed.set | agreed.clear) & bit.bit) == 0;
    for (uint32_t mode = 0; enough && mode < CLASSIFY_MODES; ++mode) {
      if (agreed.Fits(mode) && (mode & bit.bit) != 0) enough = HasMode(set, mode);
    }
    if (enough) names.push_back(bit.name);
  }
  return names;
}

// "for reading, not failed, file or directory". Where words do not say all, how many modes it is.
std::string ModesText(absl::Span<const ModeBit> bits, const DimensionSet& set) {
  Agreed agreed;
  size_t count = 0;
  for (uint32_t mode = 0; mode < CLASSIFY_MODES; ++mode) {
    if (!HasMode(set, mode)) continue;
    agreed.set &= mode;
    agreed.clear &= ~mode;
    ++count;
  }
  std::vector<std::string> parts;
  size_t fitting = CLASSIFY_MODES;
  for (const ModeBit& bit : bits) {
    if (((agreed.set | agreed.clear) & bit.bit) == 0) continue;
    parts.push_back(absl::StrCat((agreed.set & bit.bit) != 0 ? "" : "not ", bit.name));
    fitting /= 2;
  }
  if (count < fitting) {
    const std::vector<absl::string_view> any = Alternatives(bits, set, agreed);
    const bool is_all = count == fitting - (fitting >> any.size());
    parts.push_back(is_all ? absl::StrJoin(any, " or ")
                           : absl::StrCat(count, " of ", fitting, " modes"));
  }
  return absl::StrCat("act is ", absl::StrJoin(parts, ", "));
}

// By dimension: what its values are called, and one of them as text.
struct DimensionText {
  absl::string_view label;
  std::string (*text)(const std::string& key);
};
constexpr DimensionText kTexts[] = {
    {"proc.name", CommText},                   // comm
    {"user.uid", NumberText},                  // user
    {"path", PathText},                        // path
    {"mode", nullptr},                         // mode
    {"fd.rport", NumberText},                  // port
    {"fd.filename", NameText},                 // name
    {"fd.lport", NumberText},                  // own_port
    {"address", AddressText},                  // address
    {"proc.exepath", ExeText},                 // exe
    {"evt.type", CallText},                    // call
    {"container.id", ScopeText},               // scope
    {"proc.lineage.name", LineageText},        // lineage
    {"thread.cap_effective", CapabilityText},  // capability
    {"container", PlainText},                  // container
    {"fs.path.target", PathText},              // target
};
static_assert(std::size(kTexts) == kDimensions);

std::string ListOf(const DimensionSet& set, bool in, std::string (*text)(const std::string&)) {
  std::vector<std::string> listed;
  for (const DimensionSet::Point& point : set.points()) {
    if (point.in == in) listed.push_back(text(point.key));
  }
  if (listed.empty()) return "";
  if (text == NumberText) {  // Their keys are little-endian.
    std::sort(listed.begin(), listed.end(), [](const std::string& a, const std::string& b) {
      return a.size() != b.size() ? a.size() < b.size() : a < b;
    });
  }
  listed.erase(std::unique(listed.begin(), listed.end()), listed.end());
  const size_t more = listed.size() - std::min(listed.size(), kListedMax);
  listed.resize(listed.size() - more);
  const std::string rest = more > 0 ? absl::StrCat(" and ", more, " more") : "";
  return absl::StrCat("(", absl::StrJoin(listed, ", "), rest, ")");
}

// "proc.lineage.name in (httpd, nginx) and not in (sshd)"
std::string TraitsText(const DimensionText& dimension, const DimensionSet& set) {
  std::vector<std::string> parts;
  for (const DimensionSet::Point& point : set.points()) {
    parts.push_back(absl::StrCat(point.in ? "in (" : "not in (", dimension.text(point.key), ")"));
  }
  return absl::StrCat(dimension.label, " ", absl::StrJoin(parts, " and "));
}

const TermOwner* FindOwner(const Term& term, uint32_t rule) {
  const auto at = std::lower_bound(term.owners.begin(), term.owners.end(), rule,
                                   [](const TermOwner& o, uint32_t r) { return o.rule < r; });
  return at != term.owners.end() && at->rule == rule ? &*at : nullptr;
}

TermExplanation ExplainTerm(EventKind kind, const Term& term, const TermOwner& owner,
                            size_t number) {
  TermExplanation explanation;
  explanation.term = static_cast<uint32_t>(number);
  for (const DimensionInfo& dimension : Dimensions()) {
    std::string text = Describe(kind, dimension.dimension, term.box.sets[dimension.dimension]);
    if (!text.empty()) explanation.kernel.push_back(std::move(text));
  }
  explanation.widened = owner.widened;
  explanation.merged = owner.merged;
  explanation.exact = owner.exact();
  explanation.sharers = static_cast<uint32_t>(term.owners.size() - 1);
  return explanation;
}

}  // namespace

std::string Describe(EventKind kind, classify_dimension dimension, const DimensionSet& set) {
  const DimensionText& text = kTexts[dimension];
  if (set.IsAll()) return "";
  if (set.IsNone()) {
    return Dimensions()[dimension].may_be_unjudged
               ? absl::StrCat(text.label, " is one that the kernel cannot judge")
               : absl::StrCat(text.label, " has no such value");
  }
  if (set.lookup() == Lookup::kIndex) return ModesText(ModeBitsOf(kind), set);
  if (set.lookup() == Lookup::kTraits) return TraitsText(text, set);
  const std::string listed = ListOf(set, !set.otherwise(), text.text);
  const std::string excepted = ListOf(set, set.otherwise(), text.text);
  return absl::StrCat(text.label, set.otherwise() ? " not in " : " in ", listed,
                      excepted.empty() ? "" : " except ", excepted);
}

bool KindExplanation::exact() const {
  return std::all_of(terms.begin(), terms.end(), [](const TermExplanation& t) { return t.exact; });
}

bool RuleExplanation::exact() const {
  return !kinds.empty() && std::all_of(kinds.begin(), kinds.end(),
                                       [](const KindExplanation& k) { return k.exact(); });
}

RuleExplanation Explain(const Program& program, const ClassifierTables& tables, uint32_t rule) {
  CHECK_LT(rule, program.rules.size());
  RuleExplanation explanation;
  for (const KindTables& kind : tables.kinds) {
    KindExplanation of_kind{kind.kind, {}};
    for (size_t number = 0; number < kind.terms.size(); ++number) {
      const Term& term = kind.terms[number];
      const TermOwner* owner = FindOwner(term, rule);
      if (owner != nullptr) of_kind.terms.push_back(ExplainTerm(kind.kind, term, *owner, number));
    }
    if (!of_kind.terms.empty()) explanation.kinds.push_back(std::move(of_kind));
  }
  return explanation;
}

}  // namespace vedette
