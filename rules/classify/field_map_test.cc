// SPDX-License-Identifier: Apache-2.0
#include "rules/classify/field_map.h"

#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "rules/classify/test_program.h"

namespace vedette {
namespace {

const std::string kLong(300, 'x');
const std::string kCut = kLong.substr(0, CLASSIFY_PATH_MAX - 1);

struct Case {
  absl::string_view name;
  EventKind kind;
  absl::string_view field;
  absl::string_view op;
  std::vector<std::string> literals;
  std::string key;            // Of the dimension's set.
  absl::string_view verdict;  // "never", "may", "sure"
};

std::string Mode(uint32_t mode) { return std::string(1, static_cast<char>(mode)); }

const Case kValueCases[] = {
    {"a name", WIRE_process_exec, "proc.name", "=", {"nc"}, HashKey("nc"), "sure"},
    {"another name", WIRE_process_exec, "proc.name", "=", {"nc"}, HashKey("ncat"), "never"},
    {"no name is no name's equal", WIRE_file_open, "proc.name", "=", {""}, HashKey(""), "never"},
    {"no name does not differ", WIRE_file_open, "proc.name", "!=", {"nc"}, HashKey(""), "never"},
    {"another name differs", WIRE_file_open, "proc.name", "!=", {"nc"}, HashKey("sh"), "sure"},
    {"the same does not differ", WIRE_file_open, "proc.name", "!=", {"nc"}, HashKey("nc"), "never"},
    {"no name does not exist", WIRE_file_open, "proc.name", "exists", {}, HashKey(""), "never"},
    {"too long for a comm", WIRE_file_open, "proc.name", "=", {kLong}, HashKey(kLong), "never"},
    {"differs from what is too long",
     WIRE_file_open,
     "proc.name",
     "!=",
     {kLong},
     HashKey("x"),
     "sure"},
    {"a part of a name", WIRE_file_open, "proc.name", "startswith", {"n"}, HashKey("nc"), "may"},
    {"a part of another", WIRE_file_open, "proc.name", "contains", {"n"}, HashKey("sh"), "may"},
    {"root", WIRE_file_open, "user.uid", "=", {"0"}, HashKey(0u), "sure"},
    {"not root", WIRE_file_open, "user.uid", "!=", {"0"}, HashKey(0u), "never"},
    {"a user in a list", WIRE_file_open, "user.uid", "in", {"0", "7"}, HashKey(7u), "sure"},
    {"no such user", WIRE_file_open, "user.uid", "=", {"4294967296"}, HashKey(0u), "never"},
    {"a user always exists", WIRE_file_open, "user.uid", "exists", {}, HashKey(0u), "sure"},
    {"more than a user", WIRE_file_open, "user.uid", ">", {"3"}, HashKey(1u), "may"},
    {"a port", WIRE_network_connect, "fd.rport", "=", {"22"}, HashKey(22u), "sure"},
    {"port 0 or none", WIRE_network_connect, "fd.rport", "=", {"0"}, HashKey(0u), "may"},
    {"port 0 is not 22", WIRE_network_connect, "fd.sport", "=", {"22"}, HashKey(0u), "never"},
    {"port 0 or none differs", WIRE_network_connect, "fd.sport", "!=", {"22"}, HashKey(0u), "may"},
    {"another port differs", WIRE_network_connect, "fd.sport", "!=", {"22"}, HashKey(9u), "sure"},
    {"no such port", WIRE_network_connect, "fd.sport", "=", {"65558"}, HashKey(22u), "never"},
    {"the peer's port of an accept",
     WIRE_network_accept,
     "fd.rport",
     "=",
     {"22"},
     HashKey(22u),
     "sure"},
    {"another port of an accept",
     WIRE_network_accept,
     "fd.rport",
     "=",
     {"22"},
     HashKey(9u),
     "never"},
    {"a server that is the own side", WIRE_network_accept, "fd.sport", "=", {"22"}, Mode(0), "may"},
    {"a server of datagrams", WIRE_network_send, "fd.sport", "=", {"22"}, Mode(0), "may"},
    {"the family of a new socket",
     WIRE_network_socket,
     "fd.typechar",
     "=",
     {"4"},
     Mode(CLASSIFY_IPV4),
     "sure"},
    {"the other family of a bind",
     WIRE_network_bind,
     "fd.typechar",
     "=",
     {"4"},
     Mode(CLASSIFY_IPV6),
     "never"},
    {"a listen that failed",
     WIRE_network_listen,
     "evt.failed",
     "=",
     {"true"},
     Mode(CLASSIFY_FAILED),
     "sure"},
    {"either port", WIRE_network_connect, "fd.port", "=", {"22"}, Mode(0), "may"},
    {"files have no port", WIRE_file_open, "fd.rport", "=", {"22"}, Mode(0), "never"},
    {"files do not differ in their ports",
     WIRE_file_open,
     "fd.rport",
     "!=",
     {"22"},
     Mode(0),
     "never"},
};

const Case kPathCases[] = {
    {"a path", WIRE_file_open, "fd.name", "=", {"/a"}, PathKey("/a"), "sure"},
    {"a longer path", WIRE_file_open, "fd.name", "=", {"/a"}, PathKey("/ab"), "never"},
    {"a shorter path", WIRE_file_open, "fd.name", "=", {"/a"}, PathKey("/"), "never"},
    {"differs", WIRE_file_open, "fd.name", "!=", {"/a"}, PathKey("/ab"), "sure"},
    {"does not differ", WIRE_file_open, "fd.name", "!=", {"/a"}, PathKey("/a"), "never"},
    {"one of two", WIRE_file_open, "fd.name", "in", {"/a", "/b"}, PathKey("/b"), "sure"},
    {"a prefix is its own", WIRE_file_open, "fd.name", "startswith", {"/a"}, PathKey("/a"), "sure"},
    {"a prefix", WIRE_file_open, "fd.name", "startswith", {"/a"}, PathKey("/ab"), "sure"},
    {"no prefix", WIRE_file_open, "fd.name", "startswith", {"/a"}, PathKey("/b"), "never"},
    {"the empty prefix", WIRE_file_open, "fd.name", "startswith", {""}, PathKey("/b"), "sure"},
    {"a judged path exists", WIRE_file_open, "fd.name", "exists", {}, PathKey("/b"), "sure"},
    {"too long", WIRE_file_open, "fd.name", "=", {kLong}, PathKey(kCut), "may"},
    {"too long for others", WIRE_file_open, "fd.name", "=", {kLong}, PathKey("/a"), "never"},
    {"differs from what is too long",
     WIRE_file_open,
     "fd.name",
     "!=",
     {kLong},
     PathKey("/a"),
     "sure"},
    {"the end", WIRE_file_open, "fd.name", "endswith", {"x"}, PathKey("/b"), "may"},
    {"a glob", WIRE_file_open, "fd.name", "glob", {"/a/*"}, PathKey("/a/b"), "may"},
    {"not a glob", WIRE_file_open, "fd.name", "glob", {"/a/*"}, PathKey("/b/b"), "never"},
    {"a glob without a star", WIRE_file_open, "fd.name", "glob", {"/a"}, PathKey("/a"), "may"},
    {"its directory", WIRE_file_open, "fd.directory", "=", {"/a"}, PathKey("/a/b"), "may"},
    {"a directory itself", WIRE_file_open, "fd.directory", "=", {"/a/"}, PathKey("/a"), "may"},
    {"a neighbour", WIRE_file_open, "fd.directory", "=", {"/a"}, PathKey("/ab"), "never"},
    {"the root", WIRE_file_open, "fd.directory", "in", {"/", "/b"}, PathKey("/ab"), "may"},
    {"not in a directory", WIRE_file_open, "fd.directory", "!=", {"/a"}, PathKey("/a/b"), "may"},
    {"the name of a connection", WIRE_network_connect, "fd.name", "=", {"/a"}, Mode(0), "may"},
};

const Case kModeCases[] = {
    {"reading", WIRE_file_open, "evt.is_open_read", "=", {"true"}, Mode(CLASSIFY_READ), "sure"},
    {"not reading", WIRE_file_open, "evt.is_open_read", "=", {"true"}, Mode(0), "never"},
    {"reading is false", WIRE_file_open, "evt.is_open_read", "=", {"false"}, Mode(0), "sure"},
    {"reading differs", WIRE_file_open, "evt.is_open_read", "!=", {"true"}, Mode(0), "sure"},
    {"an exec reads nothing",
     WIRE_process_exec,
     "evt.is_open_read",
     "=",
     {"false"},
     Mode(0),
     "sure"},
    {"a result", WIRE_file_open, "fd.num", ">=", {"0"}, Mode(CLASSIFY_READ), "sure"},
    {"an error", WIRE_file_open, "fd.num", ">=", {"0"}, Mode(CLASSIFY_FAILED), "never"},
    {"above zero", WIRE_file_open, "fd.num", ">", {"0"}, Mode(0), "may"},
    {"below zero", WIRE_file_open, "fd.num", "<", {"0"}, Mode(CLASSIFY_FAILED), "sure"},
    {"one error", WIRE_file_open, "evt.rawres", "=", {"-13"}, Mode(CLASSIFY_FAILED), "may"},
    {"no error", WIRE_file_open, "evt.rawres", "=", {"-13"}, Mode(0), "never"},
    {"no descriptor", WIRE_file_open, "evt.rawres", "!=", {"3"}, Mode(CLASSIFY_FAILED), "sure"},
    {"no descriptor of an open",
     WIRE_file_open,
     "fd.num",
     "=",
     {"-1"},
     Mode(CLASSIFY_FAILED),
     "sure"},
    {"a socket has one",
     WIRE_network_connect,
     "fd.num",
     ">=",
     {"0"},
     Mode(CLASSIFY_FAILED),
     "sure"},
    {"no type after a failure",
     WIRE_file_open,
     "fd.type",
     "exists",
     {},
     Mode(CLASSIFY_FAILED | CLASSIFY_FILE),
     "never"},
    {"a file's type", WIRE_file_open, "fd.type", "=", {"file"}, Mode(CLASSIFY_FILE), "sure"},
    {"no open, no reading",
     WIRE_network_connect,
     "evt.is_open_read",
     "=",
     {"true"},
     Mode(0),
     "never"},
    {"success", WIRE_file_open, "evt.res", "=", {"SUCCESS"}, Mode(0), "sure"},
    {"an error's name", WIRE_file_open, "evt.res", "=", {"EPERM"}, Mode(CLASSIFY_FAILED), "may"},
    {"success has no such name", WIRE_file_open, "evt.res", "=", {"EPERM"}, Mode(0), "never"},
    {"an error is no success",
     WIRE_file_open,
     "evt.res",
     "=",
     {"SUCCESS"},
     Mode(CLASSIFY_FAILED),
     "never"},
    {"failed", WIRE_network_connect, "evt.failed", "=", {"true"}, Mode(CLASSIFY_FAILED), "sure"},
    {"an exec may know that it did not fail",
     WIRE_process_exec,
     "evt.failed",
     "=",
     {"false"},
     Mode(0),
     "may"},
    {"an exec never failed", WIRE_process_exec, "evt.failed", "=", {"true"}, Mode(0), "never"},
    {"a file", WIRE_file_open, "fd.typechar", "=", {"f"}, Mode(CLASSIFY_FILE), "sure"},
    {"no file", WIRE_file_open, "fd.typechar", "=", {"f"}, Mode(0), "never"},
    {"a pipe", WIRE_file_open, "fd.typechar", "=", {"p"}, Mode(0), "may"},
    {"a file is no pipe", WIRE_file_open, "fd.typechar", "=", {"p"}, Mode(CLASSIFY_FILE), "never"},
    {"nothing, or no file", WIRE_file_open, "fd.typechar", "!=", {"f"}, Mode(0), "may"},
    {"IPv4", WIRE_network_connect, "fd.typechar", "in", {"4", "6"}, Mode(CLASSIFY_IPV4), "sure"},
    {"IPv6 is not IPv4",
     WIRE_network_connect,
     "fd.typechar",
     "=",
     {"4"},
     Mode(CLASSIFY_IPV6),
     "never"},
    {"not a file", WIRE_network_connect, "fd.typechar", "=", {"f"}, Mode(CLASSIFY_FILE), "may"},
    {"the only type", WIRE_network_connect, "evt.type", "=", {"connect"}, Mode(0), "sure"},
    {"one of the types", WIRE_file_open, "evt.type", "=", {"openat"}, Mode(0), "may"},
    {"all the types", WIRE_process_exec, "evt.type", "in", {"execve", "execveat"}, Mode(0), "sure"},
    {"no type of the kind", WIRE_file_open, "evt.type", "=", {"connect"}, Mode(0), "never"},
    {"differs from all types", WIRE_file_open, "evt.type", "!=", {"connect"}, Mode(0), "sure"},
    {"the direction", WIRE_file_open, "evt.dir", "=", {"<"}, Mode(0), "sure"},
    {"the other direction", WIRE_file_open, "evt.dir", "=", {">"}, Mode(0), "never"},
    {"the kind", WIRE_file_open, "evt.kind", "=", {"file_open"}, Mode(0), "sure"},
    {"the category", WIRE_file_open, "evt.category", "!=", {"file"}, Mode(0), "never"},
    {"what only user space knows", WIRE_file_open, "proc.pname", "=", {"sh"}, Mode(0), "may"},
};

void Check(const Case& c) {
  TestProgram program;
  program.Is(c.field, c.op, c.literals);
  const Approximation known = Approximate(program->predicates[0], c.kind);
  const bool may = known.may.Contains(c.key);
  const bool sure = known.sure.Contains(c.key);
  EXPECT_EQ(sure ? "sure" : may ? "may" : "never", c.verdict) << c.name;
  EXPECT_TRUE(may || !sure) << c.name;
}

TEST(FieldMapTest, Values) {
  for (const Case& c : kValueCases) Check(c);
}

TEST(FieldMapTest, Paths) {
  for (const Case& c : kPathCases) Check(c);
}

TEST(FieldMapTest, Modes) {
  for (const Case& c : kModeCases) Check(c);
}

// What a mode cannot be must not make it look as if user space had to look again.
TEST(FieldMapTest, TypesThatTheModeKnowsAreExact) {
  TestProgram program;
  program.Is("fd.typechar", "in", {"4", "6"});
  program.Is("fd.typechar", "=", {"4"});
  EXPECT_TRUE(Approximate(program->predicates[0], WIRE_network_connect).exact());
  EXPECT_TRUE(Approximate(program->predicates[1], WIRE_network_connect).exact());
}

TEST(FieldMapTest, AFieldWithAnArgumentIsAnotherField) {
  TestProgram program;
  program.Is("proc.name", "=", {"sh"});
  Predicate predicate = program->predicates[0];
  predicate.field.argument = "1";
  EXPECT_TRUE(Approximate(predicate, WIRE_file_open).may.IsAll());
}

TEST(FieldMapTest, JudgedPaths) {
  EXPECT_TRUE(IsJudgedPath("/etc/passwd"));
  EXPECT_TRUE(IsJudgedPath(kCut));
  EXPECT_FALSE(IsJudgedPath(kCut + "x"));
  EXPECT_FALSE(IsJudgedPath(""));
  EXPECT_FALSE(IsJudgedPath(absl::string_view("/a\0b", 4)));
}

}  // namespace
}  // namespace vedette
