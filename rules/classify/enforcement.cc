// SPDX-License-Identifier: Apache-2.0
#include "rules/classify/enforcement.h"

#include <algorithm>
#include <iterator>
#include <set>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/check.h"
#include "base/status_macros.h"
#include "rules/classify/field_map.h"
#include "rules/classify/trait_fields.h"
#include "rules/lang/operators.h"

namespace vedette {
namespace {

// Beside what can be denied, a rule about it often holds for these: what has failed is over.
constexpr KindSet kOver = KindBit(WIRE_process_exec_failed);

void SetBit(classify_vector& vector, size_t n) { vector.words[n / 64] |= 1ull << (n % 64); }

bool IsDimension(absl::string_view field) {
  // A comparison that every value of the dimension satisfies or none does is exact.
  return field == "proc.name" || field == "user.uid" || field == "fd.name" ||
         field == "fs.path.name" || field == "fs.path.source" || field == "fs.path.target" ||
         field == "fd.rport" || field == "fd.lport" || field == "fd.filename" ||
         field == "proc.exepath" || field == "proc.lineage.name";
}

Undecidable Reason(const Program& program, uint32_t predicate, EventKind kind) {
  const Predicate& part = program.predicates[predicate];
  Undecidable reason;
  reason.predicate = predicate;
  const absl::string_view name = FindKind(kind)->name;
  const std::string text = part.text;
  if (!part.IsPlain()) {
    reason.message =
        absl::StrCat("the kernel cannot decide this part: it is worked out from values");
    reason.hint = "compare a field with constants";
    return reason;
  }
  const absl::string_view field = part.field.field().name;
  if (field == "evt.type") {
    const KindInfo& info = *FindKind(kind);
    reason.message = absl::StrCat("the kernel cannot decide this part: ", name,
                                  " has one hook for several system calls");
    reason.hint = absl::StrCat("say `evt.kind = ", name, "`, or name all of them: ", info.types);
    return reason;
  }
  if (field == "thread.cap_effective" && kind == WIRE_process_exec) {
    reason.message =
        "the kernel cannot decide this part: when it is asked about a program it does not know yet "
        "with which capabilities that will run";
    reason.hint = "decide by user.uid, or another act of the program";
    return reason;
  }
  if (field == "thread.cap_effective") {
    reason.message = absl::StrCat("the kernel cannot decide this part: of ", field,
                                  " it does not know \"", part.op->name, "\"");
    reason.hint = "what it decides: contains with the name of a capability, and exists";
    return reason;
  }
  if (IsDimension(field)) {
    reason.message = absl::StrCat("the kernel cannot decide this part: of ", field,
                                  " it does not know \"", part.op->name, "\"");
    reason.hint = "what it decides: =, !=, in, and of paths startswith and pmatch";
    return reason;
  }
  reason.message = absl::StrCat("the kernel cannot decide this part: it does not know ", field,
                                " when it is asked about ", name);
  reason.hint = "`vedette rules explain` shows what it knows; `action: alert` takes any condition";
  constexpr absl::string_view kOfAncestors[] = {"proc.pname", "proc.aname", "proc.pexepath",
                                                "proc.aexepath"};
  if (std::find(std::begin(kOfAncestors), std::end(kOfAncestors), field) !=
      std::end(kOfAncestors)) {
    reason.hint = "of ancestors it knows proc.lineage.name: the programs from which one descends";
  }
  return reason;
}

std::string NamesOf(KindSet kinds) {
  std::vector<absl::string_view> names;
  for (const KindInfo& info : Kinds()) {
    if ((kinds & KindBit(info.kind)) != 0) names.push_back(info.name);
  }
  return absl::StrJoin(names, ", ");
}

// The paths that a term names: its points that are in the set.
void AddPaths(const DimensionSet& set, std::set<std::string>& paths) {
  for (const DimensionSet::Point& point : set.points()) {
    std::string path = point.key;
    if (path.empty() || path[0] != '/') continue;
    if (path.back() == '\0') {
      path.pop_back();
    } else {
      path.resize(path.rfind('/') + 1);  // What lies in this directory.
    }
    paths.insert(std::move(path));
  }
}

absl::Status CheckTraits(const std::vector<Term>& terms, classify_dimension dimension,
                         absl::string_view field, absl::string_view kind) {
  if (TraitsOf(terms, dimension).size() <= kTraitsMax) return absl::OkStatus();
  return absl::ResourceExhaustedError(absl::StrCat("the rules that deny and kill compare ", field,
                                                   " with more than ", kTraitsMax, " lists for ",
                                                   kind, ", the kernel holds no more"));
}

}  // namespace

KindSet DecidableKinds() {
  constexpr KindSet kKinds =
      KindBit(WIRE_process_exec) | KindBit(WIRE_process_credentials) |
      KindBit(WIRE_process_namespace) | KindBit(WIRE_process_ptrace) |
      KindBit(WIRE_process_signal) | KindBit(WIRE_file_open) | KindBit(WIRE_file_unlink) |
      KindBit(WIRE_file_rename) | KindBit(WIRE_file_link) | KindBit(WIRE_file_symlink) |
      KindBit(WIRE_file_mkdir) | KindBit(WIRE_file_mknod) | KindBit(WIRE_file_chmod) |
      KindBit(WIRE_file_chown) | KindBit(WIRE_file_xattr) | KindBit(WIRE_file_truncate) |
      KindBit(WIRE_file_mount) | KindBit(WIRE_file_umount) | KindBit(WIRE_file_receive) |
      KindBit(WIRE_file_mmap) | KindBit(WIRE_file_mprotect) | KindBit(WIRE_network_connect) |
      KindBit(WIRE_network_socket) | KindBit(WIRE_network_bind) | KindBit(WIRE_network_listen) |
      KindBit(WIRE_network_send) | KindBit(WIRE_kernel_bpf) | KindBit(WIRE_kernel_module) |
      KindBit(WIRE_kernel_load);
  return kKinds;
}

Decidability DecidabilityOf(const Program& program, uint32_t index) {
  const Rule& rule = program.rules[index];
  Decidability found;
  std::set<uint32_t> told;
  for (const KindInfo& info : Kinds()) {
    if ((rule.kinds & DecidableKinds() & KindBit(info.kind)) == 0) continue;
    for (const Term& term : DecidingTermsOf(program, info.kind, index)) {
      const TermOwner& owner = term.owners[0];
      found.decided = true;
      for (const uint32_t predicate : owner.widened) {
        if (!told.insert(predicate).second) continue;
        found.reasons.push_back(Reason(program, predicate, info.kind));
      }
      if (!owner.merged || !owner.widened.empty() || !told.insert(~0u).second) continue;
      found.reasons.push_back({std::nullopt,
                               "the condition has too many alternatives for the kernel",
                               "make several rules of it"});
    }
  }
  const KindSet beside = rule.kinds & ~DecidableKinds() & ~kOver;
  if (beside != 0) {
    const bool all = (beside & (beside - 1)) != 0 && !found.decided;
    found.reasons.push_back(
        {std::nullopt,
         absl::StrCat(ActionName(rule.action), ": nothing can be denied when it comes to ",
                      all ? "these events" : NamesOf(beside).substr(0, 200)),
         "say which acts are meant, for example `evt.kind = file_open`"});
  }
  return found;
}

// A term that holds for root, whatever the program and its path.
std::string WhyLocksOut(const Program& program, uint32_t index) {
  const std::string root = HashKey(0);
  for (const EventKind kind : {WIRE_process_exec, WIRE_file_open, WIRE_file_mmap}) {
    for (const Term& term : DecidingTermsOf(program, static_cast<EventKind>(kind), index)) {
      const auto& sets = term.box.sets;
      const bool every_name = sets[CLASSIFY_comm].otherwise() && sets[CLASSIFY_name].otherwise();
      const bool of_root = sets[CLASSIFY_user].Contains(root);
      const bool every_program =
          sets[CLASSIFY_exe].Contains("/usr/bin/") || sets[CLASSIFY_exe].Contains("/bin/");
      const bool every_path = sets[CLASSIFY_path].Contains("/") ||
                              sets[CLASSIFY_path].Contains("/usr/") ||
                              sets[CLASSIFY_path].Contains("/bin/");
      const auto& origins = sets[CLASSIFY_lineage].points();
      const bool every_origin =
          std::none_of(origins.begin(), origins.end(), [](const auto& trait) { return trait.in; });
      // Root has all capabilities: what it has to have excludes nobody.
      const auto& powers = sets[CLASSIFY_capability].points();
      const bool every_power =
          std::all_of(powers.begin(), powers.end(), [](const auto& trait) { return trait.in; });
      const auto& containers = sets[CLASSIFY_container].points();
      const bool every_container =
          std::none_of(containers.begin(), containers.end(), [](const auto& trait) {
            return trait.in ? ExcludesHost(trait.key) : trait.key == "container.id = host";
          });
      if (every_name && every_program && of_root && every_path && every_origin && every_power &&
          every_container) {
        return absl::StrCat("it holds for what every program of root does all the time (",
                            FindKind(static_cast<EventKind>(kind))->name, ")");
      }
    }
  }
  return "";
}

absl::StatusOr<EnforcementTables> BuildEnforcement(
    const Program& program, uint32_t generation, const std::function<bool(const Rule&)>& monitors) {
  EnforcementTables made;
  made.tables.generation = generation;
  std::set<std::string> paths;
  for (const KindInfo& info : Kinds()) {
    if ((DecidableKinds() & KindBit(info.kind)) == 0) continue;
    std::vector<Term> terms = DecidingTermsOf(program, info.kind);
    terms.erase(std::remove_if(
                    terms.begin(), terms.end(),
                    [&](const Term& term) { return !program.rules[term.owners[0].rule].decided; }),
                terms.end());
    if (terms.empty()) continue;
    if (terms.size() > kTermsMax) {
      return absl::ResourceExhaustedError(
          absl::StrCat("the rules that deny and kill have ", terms.size(), " alternatives for ",
                       info.name, ", the kernel holds ", kTermsMax));
    }
    RETURN_IF_ERROR(CheckTraits(terms, CLASSIFY_lineage, "proc.lineage.name", info.name));
    RETURN_IF_ERROR(CheckTraits(terms, CLASSIFY_capability, "thread.cap_effective", info.name));
    RETURN_IF_ERROR(CheckTraits(terms, CLASSIFY_container, "containers", info.name));
    AddContainerTraits(program, info.kind, terms, made.tables);
    KindTables kind = MakeKindTables(info.kind, std::move(terms), made.tables);
    classify_vector lineage_unjudged = {};
    classify_vector container_unjudged = {};
    for (size_t n = 0; n < kind.terms.size(); ++n) {
      const Rule& rule = program.rules[kind.terms[n].owners[0].rule];
      const DimensionSet& path = kind.terms[n].box.sets[CLASSIFY_path];
      const bool enforces = rule.mode == ActionMode::kEnforce && !monitors(rule);
      if (enforces) SetBit(kind.vectors.denying, n);
      if (rule.action == Action::kKill) SetBit(kind.vectors.killing, n);
      const auto& sets = kind.terms[n].box.sets;
      const bool closed = rule.denial.fail == OnFailure::kClosed;
      const bool names_path = !path.IsAll() || !sets[CLASSIFY_name].IsAll();
      if (names_path && !closed) SetBit(kind.vectors.failing_open, n);
      if (!sets[CLASSIFY_target].IsAll() && !closed) SetBit(kind.vectors.failing_open_target, n);
      if (closed || sets[CLASSIFY_lineage].IsAll()) SetBit(lineage_unjudged, n);
      if (closed || sets[CLASSIFY_container].IsAll()) SetBit(container_unjudged, n);
      kind.vectors.errnos[n] = rule.denial.error_number;
      AddPaths(path, paths);
      AddPaths(sets[CLASSIFY_exe], paths);
      AddPaths(sets[CLASSIFY_target], paths);
    }
    for (auto& [place, traits] : made.tables.traits) {
      if (place.first != info.kind) continue;
      if (place.second == CLASSIFY_PLACE_lineage) traits.unjudged = lineage_unjudged;
      if (place.second == CLASSIFY_PLACE_container) traits.unjudged = container_unjudged;
    }
    made.tables.wanted |= KindBit(info.kind);
    made.tables.kinds.push_back(std::move(kind));
  }
  made.paths.assign(paths.begin(), paths.end());
  return made;
}

std::shared_ptr<const Program> KillingAlone(const Program& program) {
  auto made = std::make_shared<Program>(program);
  for (Rule& rule : made->rules) {
    const KindSet asked = rule.kinds & DecidableKinds();
    const bool kills = rule.action == Action::kKill && asked == KindBit(WIRE_process_exec);
    rule.decided = rule.decided && kills;
  }
  return made;
}

KindSet DecidedKinds(const Program& program) {
  KindSet kinds = 0;
  for (const Rule& rule : program.rules) {
    if (rule.decided) kinds |= rule.kinds & DecidableKinds();
  }
  return kinds;
}

}  // namespace vedette
