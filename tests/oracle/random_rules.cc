// SPDX-License-Identifier: Apache-2.0
// No unit test: the test that uses it wants a good part of its rules to hold.
#include "tests/oracle/random_rules.h"

#include <fcntl.h>

#include <algorithm>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/check.h"
#include "rules/lang/load.h"

namespace vedette {
namespace {

using Texts = std::vector<std::string>;

const Texts kNames = {"sh",   "bash", "SH", "cat", "nginx", "nc", "ncat", "\xc3\xa9t\xc3\xa9",
                      "x\xff"};
const Texts kPaths = {"/etc/shadow",
                      "/etc/ssh/sshd_config",
                      "/etc",
                      "/tmp/x",
                      "/tmp/Y/z.sh",
                      "/usr/bin/cat",
                      "/",
                      "//tmp//x",
                      "/home/ann/.ssh",
                      "/usr/bin/\xc3\xa9t\xc3\xa9"};
const Texts kAddresses = {"10.0.0.1", "10.1.2.3", "192.168.0.1", "::1", "fd00::1"};
const Texts kNetworks = {"10.0.0.0/8", "10.0.0.0/30", "0.0.0.0/0", "fd00::/7", "192.168.0.1"};
const Texts kTypes = {"open", "openat", "openat2", "connect", "execve", "clone", "fork"};

const Texts kTextFields = {
    "proc.name",     "proc.name",      "proc.aname",    "proc.aname[0]", "proc.aname[2]",
    "proc.pname",    "proc.exepath",   "proc.pexepath", "proc.aexepath", "proc.acmdline",
    "proc.cmdline",  "proc.cmdline",   "proc.pcmdline", "proc.args",     "proc.args[1]",
    "proc.env",      "proc.env[HOME]", "proc.cwd",      "fd.name",       "fd.name",
    "fd.name",       "fd.nameraw",     "fd.directory",  "fd.filename",   "fd.typechar",
    "evt.arg.flags", "container.id",   "evt.res",       "user.name",     "proc.sname",
    "proc.exe",      "proc.exeline",   "proc.aexe[1]"};
const Texts kNumberFields = {"proc.pid",  "user.uid",  "evt.rawres",    "fd.port",      "fd.rport",
                             "fd.sport",  "fd.lport",  "proc.apid",     "fd.num",       "evt.num",
                             "proc.vpid", "proc.ppid", "proc.cmdnargs", "user.loginuid"};
const Texts kBoolFields = {"evt.is_open_read", "evt.is_open_write", "evt.failed",
                           "proc.is_sid_leader"};
const Texts kTextOperators = {"=",        "==",    "!=",        "in",         "intersects",
                              "contains", "in",    "icontains", "startswith", "endswith",
                              "glob",     "iglob", "pmatch",    "regex",      "exists"};
// Of these a transformer may take the value, and the right side.
const Texts kCallFields = {"proc.name",    "proc.pname",    "proc.exepath", "proc.pexepath",
                           "proc.cmdline", "proc.args",     "proc.args[1]", "proc.cwd",
                           "fd.name",      "fd.filename",   "fd.directory", "proc.env[HOME]",
                           "proc.exe",     "evt.arg.flags", "evt.type",     "container.id"};
const Texts kRelations = {"=",          "!=",       "contains", "icontains",
                          "startswith", "endswith", "glob",     "iglob"};
const Texts kOrders = {"<", "<=", ">", ">="};  // Of texts with what is worked out.
const Texts kNumberRelations = {"=", "!=", "<", ">="};
const Texts kNumberOperators = {"=", "!=", "in", "intersects", "<", ">=", "exists"};
const Texts kPatterns = {"*",   "/etc/*",   "*sh",   "*/[st]*", "/tmp/?/z.*",
                         "?a*", "*config*", "[^a]*", "s\\h",    "*n[cg]*"};
const Texts kRegexes = {".*sh",      "(bash|sh)", ".*(?i)SSH.*",     "/etc/(shadow|ssh/.*)", ".*",
                        "[a-z]+",    "n(c|cat)?", "(?i)k.*|.*cat.*", ".*\\xc3\\xa9.*",       "..t.",
                        ".*-c .*|nc"};

const std::string& Pick(Random& random, const Texts& from) { return from[random() % from.size()]; }

// A text of the stock, or a piece of one.
std::string RandomText(Random& random) {
  std::string text = Pick(random, random() % 2 == 0 ? kNames : kPaths);
  switch (random() % 8) {
    case 0:
      text = text.substr(0, random() % (text.size() + 1));
      break;
    case 1:
      text = text.substr(random() % (text.size() + 1));
      break;
    case 2:
      text = text.substr(text.size() / 3, text.size() / 2);
      break;
    case 3:
      text = random() % 2 == 0 ? absl::AsciiStrToUpper(text) : absl::AsciiStrToLower(text);
      break;
    default:
      break;
  }
  return text;
}

std::string Quote(const std::string& text) {
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      absl::StrAppend(&quoted, "\\", std::string(1, c));
    } else if (absl::ascii_isprint(static_cast<unsigned char>(c))) {
      quoted += c;
    } else {
      absl::StrAppend(&quoted, "\\x", absl::Hex(static_cast<unsigned char>(c), absl::kZeroPad2));
    }
  }
  return quoted + "\"";
}

template <typename Make>
std::string List(Random& random, Make make) {
  Texts items;
  for (size_t count = random() % 4; count > 0; --count) items.push_back(make());
  return absl::StrCat("(", absl::StrJoin(items, ", "), ")");
}

template <typename Make>
std::string RightSide(Random& random, const std::string& op, Make make) {
  if (op == "exists") return op;
  const bool list = op == "in" || op == "intersects" || op == "pmatch";
  return absl::StrCat(op, " ", list ? List(random, make) : make());
}

std::string CompareTexts(Random& random) {
  const std::string& op = Pick(random, kTextOperators);
  const auto literal = [&] {
    if (op == "regex") return Quote(Pick(random, kRegexes));
    const bool pattern = (op == "glob" || op == "iglob" || op == "pmatch") && random() % 2 == 0;
    return Quote(pattern ? Pick(random, kPatterns) : RandomText(random));
  };
  return absl::StrCat(Pick(random, kTextFields), " ", RightSide(random, op, literal));
}

std::string CompareNumbers(Random& random) {
  const std::string& op = Pick(random, kNumberOperators);
  return absl::StrCat(Pick(random, kNumberFields), " ",
                      RightSide(random, op, [&] { return absl::StrCat(random() % 6); }));
}

// Transformers inside one another, over fields and constants.
std::string TextCall(Random& random, int depth) {
  const std::string inner =
      depth == 0 || random() % 3 == 0 ? Pick(random, kCallFields) : TextCall(random, depth - 1);
  switch (random() % 8) {
    case 0:
      return absl::StrCat("concat(", inner, ", ", Quote(RandomText(random)), ")");
    case 1:
      return absl::StrCat("join(\"/\", (", inner, ", proc.name, \"a\"))");
    case 2:
      return absl::StrCat("getopt(", inner, ", \"xc:\")[c]");
    case 3:
      return absl::StrCat("b64(", inner, ")");
    case 4:
      return absl::StrCat("toupper(", inner, ")");
    case 5:
    case 6:
      return absl::StrCat("basename(", inner, ")");
    default:
      return absl::StrCat("tolower(", inner, ")");
  }
}

std::string RightCall(Random& random) {
  return random() % 2 == 0 ? absl::StrCat("val(", Pick(random, kCallFields), ")")
                           : TextCall(random, 1);
}

// With a side that is worked out for each event, or a modifier.
std::string CompareCalls(Random& random) {
  const auto text = [&] { return Quote(RandomText(random)); };
  switch (random() % 6) {
    case 0:
      return absl::StrCat(Pick(random, kTextFields), " ", Pick(random, kRelations), " ",
                          RightCall(random));
    case 1:
      return absl::StrCat(TextCall(random, 2), " ",
                          Pick(random, random() % 4 == 0 ? kOrders : kRelations), " ",
                          RightCall(random));
    case 2:
      return absl::StrCat("len(", Pick(random, kCallFields), ") ", Pick(random, kNumberRelations),
                          " ", random() % 3 == 0 ? "val(proc.pid)" : absl::StrCat(random() % 12));
    case 3:
      return absl::StrCat(Pick(random, kTextFields), " ", Pick(random, kRelations), " ",
                          Pick(random, {"oneof ", "anyof ", "allof "}), List(random, text));
    case 4:
      return absl::StrCat(TextCall(random, 2), random() % 2 == 0 ? " in " : " pmatch ",
                          List(random, text));
    default:
      return absl::StrCat(TextCall(random, 2), " ", Pick(random, kRelations), " ", text());
  }
}

std::string Compare(Random& random) {
  switch (random() % 15) {
    case 0:
    case 1:
    case 2:
      return CompareNumbers(random);
    case 3:
      return absl::StrCat(Pick(random, kBoolFields), random() % 2 == 0 ? " = true" : " = false");
    case 4:
      return absl::StrCat("evt.type in ", List(random, [&] { return Pick(random, kTypes); }));
    case 5:
      if (random() % 2 == 0) {
        return absl::StrCat(random() % 2 == 0 ? "fd.net " : "fd.snet ",
                            RightSide(random, "in", [&] { return Pick(random, kNetworks); }));
      }
      return absl::StrCat(random() % 2 == 0 ? "fd.ip " : "fd.sip ",
                          RightSide(random, random() % 3 == 0 ? "!=" : "=",
                                    [&] { return Pick(random, kAddresses); }));
    case 6:
      return random() % 2 == 0 ? "shells" : "sensitive";  // Macros.
    case 7:
    case 8:
    case 9:
      return CompareCalls(random);
    default:
      return CompareTexts(random);
  }
}

std::string Combine(Random& random, int depth) {
  if (depth == 0 || random() % 4 == 0) return Compare(random);
  if (random() % 3 == 0) return absl::StrCat("not (", Combine(random, depth - 1), ")");
  Texts parts;
  const size_t count = 2 + random() % 2;
  while (parts.size() < count) parts.push_back(absl::StrCat("(", Combine(random, depth - 1), ")"));
  return absl::StrJoin(parts, random() % 3 == 0 ? " or " : " and ");
}

constexpr char kMacros[] = R"(
- list: shell_names
  items: [sh, bash]
- macro: shells
  condition: proc.name in (shell_names) or proc.pname in (shell_names, nginx)
- macro: sensitive
  condition: (fd.name startswith /etc/ and not fd.name endswith .conf) or fd.name contains .ssh
)";

}  // namespace

std::string RandomCondition(Random& random) { return Combine(random, 3); }

std::shared_ptr<const Program> RandomRuleSet(Random& random, size_t rules) {
  std::vector<NamedCondition> conditions;
  while (conditions.size() < rules) conditions.push_back({"random", RandomCondition(random)});
  const RuleSource macros{"macros.yaml", kMacros};
  const LoadResult result = LoadRules({&macros, 1}, conditions);
  CHECK(result.program != nullptr) << result.diagnostics.ToText();
  return result.program;
}

void AddRandomProcesses(Random& random, TestHost& host) {
  for (uint64_t id = 1; id <= 8; ++id) {
    host.Give(RecordBuilder(WIRE_process_exec)
                  .Set("exec_id", id)
                  .Set("pid", id)
                  .Set("sid", random() % 9)
                  .Set("vpid", random() % 4)
                  .Set("parent_exec_id", random() % 9)
                  .Set("parent_pid", random() % 9)
                  .Set("login_uid", random() % 3)
                  .Set("comm", Pick(random, kNames))
                  .Set("exe_path", Pick(random, kPaths))
                  .Set("cwd", Pick(random, kPaths))
                  .SetArguments(
                      "args", {Pick(random, kNames), RandomText(random), "-c", RandomText(random)})
                  .SetArguments("env", {"HOME=" + RandomText(random)}));
  }
}

RecordBuilder RandomEvent(Random& random) {
  const EventKind kKinds[] = {WIRE_file_open,       WIRE_file_open,    WIRE_file_open,
                              WIRE_network_connect, WIRE_process_exec, WIRE_process_fork,
                              WIRE_process_exit};
  const EventKind kind = kKinds[random() % std::size(kKinds)];
  RecordBuilder record(kind);
  record.Set("exec_id", random() % 10)
      .Set("pid", random() % 6)
      .Set("uid", random() % 3)
      .Set("comm", Pick(random, kNames));
  if (kind == WIRE_process_exec) record.Set("exe_path", Pick(random, kPaths));
  if (kind == WIRE_file_open) {
    const int kFlags[] = {O_RDONLY, O_WRONLY, O_RDWR | O_CREAT};
    record.Set("name", Pick(random, kPaths))
        .Set("flags", kFlags[random() % 3])
        .Set("result", static_cast<int>(random() % 5) - 2);
    if (random() % 4 != 0) record.Set("path", Pick(random, kPaths)).Set("mode", 0100644);
  }
  if (kind == WIRE_network_connect) {
    record.Set("remote_address", Pick(random, kAddresses))
        .Set("remote_port", random() % 6)
        .Set("local_port", random() % 6);
    if (random() % 2 == 0) record.Set("local_address", "10.0.0.1");
  }
  return record;
}

}  // namespace vedette
