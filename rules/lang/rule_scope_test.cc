// SPDX-License-Identifier: Apache-2.0
#include "rules/lang/rule_scope.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "rules/lang/testing.h"

namespace vedette {
namespace {

using testing::HasSubstr;

std::string Scoped(absl::string_view scope, absl::string_view condition = "proc.name = x") {
  return absl::StrCat(RuleYaml("r", condition), "  scope: ", scope, "\n");
}

struct Case {
  absl::string_view name, scope, part;
};

constexpr Case kCases[] = {
    {"the host", "{host: true}", "container.id = host"},
    {"any container", "{host: false}", "container.id != host"},
    {"a runtime", "{runtime: docker}", "container.type = docker"},
    {"a namespace", "{namespace: prod}", "k8s.ns.name = prod"},
    {"one of several", "{namespace: [a, b]}", "(k8s.ns.name = a or k8s.ns.name = b)"},
    {"a glob", "{pod: \"shop-*\"}", "k8s.pod.name glob shop-*"},
    {"an image", "{image: nginx}",
     "(container.image = nginx or container.image.repository = nginx)"},
    {"a container", "{container: web}",
     "(container.name = web or container.id = web or container.full_id = web)"},
    {"a label", "{labels: {app: shop}}",
     "(container.label[app] = shop or k8s.pod.label[app] = shop)"},
    {"a service", "{service: ssh}",
     "(proc.cgroup endswith /ssh.service or proc.cgroup contains /ssh.service/)"},
    {"a slice", "{slice: user.slice}",
     "(proc.cgroup endswith /user.slice or proc.cgroup contains /user.slice/)"},
    {"unknown ones too", "{namespace: prod, unknown: apply}",
     "(k8s.ns.name = prod or (container.id != host and not container.name exists))"},
    {"all of them", "{host: false, namespace: prod}",
     "container.id != host and k8s.ns.name = prod"},
};

TEST(RuleScope, IsAPartOfTheCondition) {
  for (const Case& test : kCases) {
    const std::string expected = absl::StrCat(test.part, " and (proc.name = x or proc.pid = 1)");
    EXPECT_EQ(ConditionsOf({Scoped(test.scope, "proc.name = x or proc.pid = 1")}),
              ConditionsOf({RuleYaml("r", expected)}))
        << test.name;
  }
}

TEST(RuleScope, HoldsForEachStepOfASequenceAndForExceptions) {
  const std::string rule =
      "- rule: r\n  desc: d\n  output: o\n  priority: notice\n  scope: {host: true}\n"
      "  sequence: {within: 1m, by: proc.exec_id, steps: [proc.name = a, proc.name = b]}\n";
  const std::string conditions = ConditionsOf({rule});
  EXPECT_THAT(conditions, HasSubstr("container.id = host and proc.name = a"));
  EXPECT_THAT(conditions, HasSubstr("container.id = host and proc.name = b"));
}

TEST(RuleScope, CanBeReplacedAndTakenBack) {
  const std::string base = Scoped("{host: true}");
  EXPECT_THAT(ConditionsOf({base,
                            "- rule: r\n  scope: {host: false}\n"
                            "  override: {scope: replace}\n"}),
              HasSubstr("container.id != host and proc.name = x"));
  EXPECT_EQ(ConditionsOf({base, "- rule: r\n  scope: null\n  override: {scope: replace}\n"}),
            "r: proc.name = x\n");
}

TEST(RuleScope, MistakesAreNamedWithTheirPlace) {
  const std::pair<absl::string_view, absl::string_view> kMistakes[] = {
      {"{}", "the scope is empty"},
      {"{unknown: apply}", "\"unknown\" alone is no scope"},
      {"{namespace: a, unknown: maybe}", "\"unknown\" is apply or skip"},
      {"{namespase: a}", "namespase"},
      {"{namespace: []}", "has 1 to 64 values"},
      {"{namespace: 'a\"b'}", "no quotes"},
      {"{labels: app}", "\"labels\" is a map"},
      {"{labels: {'a]b': c}}", "no brackets"},
      {"{service: 'a/b'}", "is the name of a unit"},
      {"{host: perhaps}", "host"},
      {"prod", "\"scope\" is a map"},
  };
  for (const auto& [scope, message] : kMistakes) {
    EXPECT_THAT(MessagesOf({Scoped(scope)}), HasSubstr(message)) << scope;
  }
}

}  // namespace
}  // namespace vedette
