// SPDX-License-Identifier: Apache-2.0
#include "rules/classify/field_map.h"

#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "rules/classify/approximation_case.h"

namespace vedette {
namespace {

const std::string kLong(300, 'x');
const std::string kCut = kLong.substr(0, CLASSIFY_PATH_MAX - 1);

std::string Address(const std::string& text) {
  TestProgram program;
  program.Is("fd.rip", "=", {text});
  const IpAddress& address = program->predicates[0].literals[0].address;
  return AddressKey(address, address.is_v6 ? 128 : 32);
}

const ApproximationCase kValueCases[] = {
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
    {"a server that is the own side",
     WIRE_network_accept,
     "fd.sport",
     "=",
     {"22"},
     HashKey(22u),
     "sure"},
    {"another server", WIRE_network_bind, "fd.sport", "=", {"22"}, HashKey(9u), "never"},
    {"the own port of a socket", WIRE_network_bind, "fd.lport", "=", {"22"}, HashKey(22u), "sure"},
    {"a client that has no port yet",
     WIRE_network_connect,
     "fd.cport",
     "!=",
     {"22"},
     HashKey(0u),
     "never"},
    {"a server of datagrams", WIRE_network_send, "fd.sport", "=", {"22"}, ModeKey(0), "may"},
    {"the family of a new socket",
     WIRE_network_socket,
     "fd.typechar",
     "=",
     {"4"},
     ModeKey(CLASSIFY_IPV4),
     "sure"},
    {"the other family of a bind",
     WIRE_network_bind,
     "fd.typechar",
     "=",
     {"4"},
     ModeKey(CLASSIFY_IPV6),
     "never"},
    {"a listen that failed",
     WIRE_network_listen,
     "evt.failed",
     "=",
     {"true"},
     ModeKey(CLASSIFY_FAILED),
     "sure"},
    {"either port", WIRE_network_connect, "fd.port", "=", {"22"}, ModeKey(0), "may"},
    {"files have no port", WIRE_file_open, "fd.rport", "=", {"22"}, ModeKey(0), "never"},
    {"files do not differ in their ports",
     WIRE_file_open,
     "fd.rport",
     "!=",
     {"22"},
     ModeKey(0),
     "never"},
};

const ApproximationCase kPathCases[] = {
    {"a last part", WIRE_file_open, "fd.filename", "=", {"a"}, NameKey("a"), "sure"},
    {"another last part", WIRE_file_open, "fd.filename", "=", {"a"}, NameKey("ab"), "never"},
    {"another last part differs",
     WIRE_file_open,
     "fd.filename",
     "!=",
     {"a"},
     NameKey("ab"),
     "sure"},
    {"the root has no last part", WIRE_file_open, "fd.filename", "!=", {"a"}, NameKey(""), "never"},
    {"no last part has a slash",
     WIRE_file_open,
     "fd.filename",
     "=",
     {"a/b"},
     NameKey("a/b"),
     "never"},
    {"a long last part is cut", WIRE_file_open, "fd.filename", "=", {kLong}, NameKey(kLong), "may"},
    {"and may differ", WIRE_file_open, "fd.filename", "!=", {kLong}, NameKey(kLong), "may"},
    {"a part of a last part",
     WIRE_file_open,
     "fd.filename",
     "startswith",
     {"a"},
     NameKey("b"),
     "may"},
    {"a last part of a removal", WIRE_file_unlink, "fd.filename", "=", {"a"}, ModeKey(0), "never"},
    {"a program", WIRE_file_open, "proc.exepath", "=", {"/a"}, PathKey("/a"), "sure"},
    {"no program differs from none",
     WIRE_file_open,
     "proc.exepath",
     "!=",
     {"/a"},
     PathKey(""),
     "never"},
    {"no program does not exist",
     WIRE_file_open,
     "proc.exepath",
     "exists",
     {},
     PathKey(""),
     "never"},
    {"no program begins with nothing",
     WIRE_file_open,
     "proc.exepath",
     "startswith",
     {""},
     PathKey(""),
     "never"},
    {"another program differs",
     WIRE_network_bind,
     "proc.exepath",
     "!=",
     {"/a"},
     PathKey("/b"),
     "sure"},
    {"a long program",
     WIRE_file_open,
     "proc.exepath",
     "=",
     {kLong},
     PathKey(kLong.substr(0, CLASSIFY_EXE_MAX - 1)),
     "may"},
    {"a peer", WIRE_network_connect, "fd.rip", "=", {"10.0.0.1"}, Address("10.0.0.1"), "sure"},
    {"another peer",
     WIRE_network_connect,
     "fd.sip",
     "=",
     {"10.0.0.1"},
     Address("10.0.0.2"),
     "never"},
    {"no peer differs from none",
     WIRE_network_connect,
     "fd.rip",
     "!=",
     {"10.0.0.1"},
     std::string(kNoAddressKey),
     "never"},
    {"a network",
     WIRE_network_connect,
     "fd.rnet",
     "=",
     {"10.0.0.0/31"},
     Address("10.0.0.1"),
     "sure"},
    {"beside a network",
     WIRE_network_connect,
     "fd.rnet",
     "=",
     {"10.0.0.0/31"},
     Address("10.0.0.2"),
     "never"},
    {"outside of networks",
     WIRE_network_accept,
     "fd.cnet",
     "!=",
     {"10.0.0.0/31"},
     Address("10.0.0.2"),
     "sure"},
    {"an own address", WIRE_network_bind, "fd.snet", "in", {"::/0"}, Address("::1"), "sure"},
    {"of another version",
     WIRE_network_bind,
     "fd.snet",
     "in",
     {"::/0"},
     Address("1.2.3.4"),
     "never"},
    {"the own address of a connection",
     WIRE_network_connect,
     "fd.lip",
     "=",
     {"::1"},
     ModeKey(0),
     "may"},
    {"either address", WIRE_network_connect, "fd.ip", "=", {"::1"}, ModeKey(0), "may"},
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
    {"the name of a connection", WIRE_network_connect, "fd.name", "=", {"/a"}, ModeKey(0), "may"},
};

TEST(FieldMapTest, Values) {
  for (const ApproximationCase& c : kValueCases) CheckApproximation(c);
}

TEST(FieldMapTest, Paths) {
  for (const ApproximationCase& c : kPathCases) CheckApproximation(c);
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
