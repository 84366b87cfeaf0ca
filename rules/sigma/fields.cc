// SPDX-License-Identifier: Apache-2.0
#include "rules/sigma/fields.h"

#include <algorithm>
#include <iterator>
#include <vector>

#include "absl/strings/str_join.h"

namespace vedette {
namespace {

constexpr SigmaSource kSources[] = {
    {SigmaCategory::kProcess, "process_creation", "evt.kind = process_exec",
     "%proc.cmdline (%proc.exepath) as %user.name, parent %proc.pcmdline", "process",
     "proc.exeline"},
    {SigmaCategory::kFile, "file_event", "evt.kind = file_open and evt.is_open_write = true",
     "%fd.name by %proc.cmdline (%proc.exepath) as %user.name", "file", "fd.name"},
    {SigmaCategory::kNetwork, "network_connection", "evt.kind = network_connect",
     "%fd.name by %proc.cmdline (%proc.exepath) as %user.name", "network", ""},
};

constexpr uint8_t Bit(SigmaCategory category) {
  return static_cast<uint8_t>(1U << static_cast<unsigned>(category));
}
constexpr uint8_t kFile = Bit(SigmaCategory::kFile);
constexpr uint8_t kNetwork = Bit(SigmaCategory::kNetwork);
constexpr uint8_t kAll = Bit(SigmaCategory::kProcess) | kFile | kNetwork;

constexpr auto kText = SigmaField::Type::kText;
constexpr auto kNumber = SigmaField::Type::kNumber;
constexpr auto kAddress = SigmaField::Type::kAddress;
constexpr auto kNever = SigmaField::Type::kNever;

constexpr absl::string_view kOfWindows = "programs of Linux have none";

constexpr SigmaField kFields[] = {
    {"Image", kAll, kText, "proc.exepath", "", ""},
    {"CommandLine", kAll, kText, "proc.exeline", "", ""},
    {"ProcessId", kAll, kNumber, "proc.pid", "", ""},
    {"CurrentDirectory", kAll, kText, "proc.cwd", "", ""},
    {"User", kAll, kText, "user.name", "", ""},
    {"ParentImage", kAll, kText, "proc.pexepath", "", ""},
    {"ParentCommandLine", kAll, kText, "proc.pcmdline", "", ""},
    {"ParentProcessId", kAll, kNumber, "proc.ppid", "", ""},
    {"ParentUser", kAll, kNever, "", "", "the user of the parent is not known"},
    {"TargetFilename", kFile, kText, "fd.name", "", ""},
    {"DestinationIp", kNetwork, kAddress, "fd.rip", "fd.rnet", ""},
    {"DestinationPort", kNetwork, kNumber, "fd.rport", "", ""},
    {"SourceIp", kNetwork, kAddress, "fd.lip", "fd.lnet", ""},
    {"SourcePort", kNetwork, kNumber, "fd.lport", "", ""},
    {"Protocol", kNetwork, kText, "fd.l4proto", "", ""},
    {"Initiated", kNetwork, SigmaField::Type::kAlwaysOn, "", "", ""},
    {"DestinationHostname", kNetwork, kNever, "", "", "names of peers are not looked up"},
    {"SourceHostname", kNetwork, kNever, "", "", "names of hosts are not looked up"},
    {"OriginalFileName", kAll, kNever, "", "", kOfWindows},
    {"Product", kAll, kNever, "", "", kOfWindows},
    {"Company", kAll, kNever, "", "", kOfWindows},
    {"Description", kAll, kNever, "", "", kOfWindows},
    {"FileVersion", kAll, kNever, "", "", kOfWindows},
    {"IntegrityLevel", kAll, kNever, "", "", kOfWindows},
    {"Hashes", kAll, kNever, "", "", "files are not hashed"},
    {"md5", kAll, kNever, "", "", "files are not hashed"},
    {"sha1", kAll, kNever, "", "", "files are not hashed"},
    {"sha256", kAll, kNever, "", "", "files are not hashed"},
};

}  // namespace

const SigmaSource* FindSigmaSource(absl::string_view category) {
  const auto* const found = std::find_if(std::begin(kSources), std::end(kSources),
                                         [&](const auto& row) { return row.name == category; });
  return found == std::end(kSources) ? nullptr : found;
}

std::string SigmaSourceNames() {
  std::vector<absl::string_view> names;
  for (const SigmaSource& source : kSources) names.push_back(source.name);
  return absl::StrJoin(names, ", ");
}

const SigmaField* FindSigmaField(absl::string_view name, SigmaCategory category) {
  const auto* const found =
      std::find_if(std::begin(kFields), std::end(kFields), [&](const SigmaField& field) {
        return field.name == name && (field.categories & Bit(category)) != 0;
      });
  return found == std::end(kFields) ? nullptr : found;
}

}  // namespace vedette
