// The rules about what a Platform does with policies, as a table: each finds what it should, and
// nothing where it should not.
#include <gmock/gmock.h>

#include "core/audit/audit.h"
#include "core/platform/detect.h"
#include "support/yaml_cluster.h"

namespace podmoat::audit {
namespace {

std::string pod(const std::string& spec = "", const std::string& ip = "10.1.0.5") {
  return "---\n{apiVersion: v1, kind: Pod, metadata: {namespace: shop, name: web, labels: {app: "
         "web}, ownerReferences: [{kind: StatefulSet, name: web, controller: true}]}, spec: "
         "{containers: [{name: c}]" +
         (spec.empty() ? "" : ", " + spec) + "}, status: {podIPs: [{ip: '" + ip + "'}]}}\n";
}

std::string policy(const std::string& name, const std::string& egress) {
  return "---\n{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {namespace: shop, "
         "name: " +
         name + "}, spec: {podSelector: {}, policyTypes: [Egress], egress: " + egress + "}}\n";
}

std::string daemon_set(const std::string& name, const std::string& image) {
  return "---\n{apiVersion: apps/v1, kind: DaemonSet, metadata: {namespace: kube-system, name: " +
         name + "}, spec: {template: {spec: {hostNetwork: true, containers: [{name: c, image: '" +
         image + "'}]}}}}\n";
}

const std::string kBare =
    "---\n{apiVersion: v1, kind: Pod, metadata: {namespace: shop, name: web}, spec: {containers: "
    "[{name: c}]}}\n";
const std::string kDeny = policy("deny", "[]");
const std::string kExcept =
    policy("a", "[{to: [{ipBlock: {cidr: 0.0.0.0/0, except: [169.254.169.254/32]}}]}]");
const std::string kAll = policy("b", "[{to: [{ipBlock: {cidr: 0.0.0.0/0}}]}]");
const std::string kCilium =
    "---\n{apiVersion: cilium.io/v2, kind: CiliumNetworkPolicy, metadata: {namespace: shop, name: "
    "c}, spec: {endpointSelector: {}, egressDeny: [{toEntities: [world]}]}}\n";
const std::string kTwo =
    daemon_set("calico-node", "calico/node:v3") + daemon_set("azure-npm", "azure-npm:v1");

struct Case {
  const char* name;
  const char* rule;
  std::string objects;
  const char* platform;  ///< "": what the objects show
  const char* want;      ///< severities, joined by a blank
  Credentials credentials{};
};

std::vector<Case> cases() {
  const Credentials closed{.hop_limit = 1U, .v2_only = true};
  return {
      {"two plugins", "PM-018", pod() + kTwo, "", "medium"},
      {"settings that are assumed", "PM-018", pod() + daemon_set("cilium", "cilium/cilium:v1"), "",
       "low"},
      {"one plugin", "PM-018", pod() + daemon_set("antrea-agent", "a"), "", ""},
      {"the user says which", "PM-018", pod() + kTwo, "antrea", ""},

      {"closed, and too late", "PM-019", pod() + kDeny, "eks", "medium"},
      {"open anyway", "PM-019", pod() + kAll, "eks", ""},
      {"in time", "PM-019", pod() + kDeny, "calico", ""},

      {"a family in use", "PM-020", pod("", "fd00:1::1") + kDeny, "eks-ipv6", "high"},
      {"perhaps in use", "PM-020", pod("", "fd00:1::1") + kDeny, "calico", "medium"},
      {"not in use", "PM-020", pod() + kDeny, "eks", "info"},
      {"both are policed", "PM-020", pod() + kDeny, "antrea", ""},
      {"no policies", "PM-020", pod(), "eks", ""},

      {"on Windows", "PM-021", pod("os: {name: windows}") + kDeny, "eks", "high"},
      {"without an owner", "PM-021", kBare + kDeny, "eks", "medium"},
      {"held", "PM-021", kBare + kDeny, "antrea", ""},
      {"no policy selects it", "PM-021", pod("os: {name: windows}"), "eks", ""},

      {"redirected", "PM-022", pod() + kDeny + daemon_set("kube2iam", "kube2iam:1"), "calico",
       "info"},
      {"not redirected", "PM-022", pod() + kDeny, "calico", ""},

      {"withheld", "PM-023", pod(), "conformant", "info", closed},
      {"IMDSv1 stays", "PM-023", pod(), "conformant", "", {.hop_limit = 1U}},
      {"two hops", "PM-023", pod(), "conformant", "", {.hop_limit = 2U, .v2_only = true}},
      {"nobody reaches it", "PM-023", pod() + kDeny, "conformant", "", closed},
      {"withheld, so milder", "PM-001", pod(), "conformant", "low", closed},
      {"on the host network it is not", "PM-006", pod("hostNetwork: true"), "conformant", "high",
       closed},

      {"another's language", "PM-024", pod() + kCilium, "calico", "medium"},
      {"its own", "PM-024", pod() + kCilium, "cilium", ""},
      {"perhaps its own", "PM-024", pod() + kCilium, "conformant", ""},

      {"the NodePort range", "PM-025", pod() + kDeny, "kube-router", "low"},
      {"the whole node", "PM-025", pod() + kDeny, "weave", ""},

      {"an except of another", "PM-026", pod() + kExcept + kAll, "eks", "low"},
      {"of its own only", "PM-026", pod() + kExcept + kAll, "calico", ""},
      {"nobody else allows it", "PM-026", pod() + kExcept, "eks", ""},
  };
}

class PlatformRules : public testing::TestWithParam<Case> {};

TEST_P(PlatformRules, find_what_they_should_and_no_more) {
  const Case& c = GetParam();
  const model::Snapshot snapshot = test::cluster_of(c.objects);
  for (const Diagnostic& d : snapshot.diagnostics) ASSERT_NE(d.level, Level::error) << d.message;
  const std::string named = c.platform;
  const model::Platform platform =
      named.empty() ? platform::detect(snapshot).platform
                    : platform::with_agents(*model::find_platform(named), snapshot);
  const catalog::Guard guard =
      catalog::guard(test::builtin_catalog(), snapshot,
                     {.providers = {"aws"}, .targets = {"aws-imds"}, .node_blocks = {}}, platform);
  Scope scope;
  scope.namespaces = {"shop"};
  const Question question{snapshot, platform, model::Basis::given, test::builtin_catalog(), guard,
                          {"aws"},  scope,    c.credentials};
  const Report report = audit(question);
  std::string found;
  for (const Finding& finding : report.findings) {
    EXPECT_FALSE(finding.message.empty());
    EXPECT_FALSE(finding.remedy.empty()) << finding.rule->id;
    if (finding.rule->id == c.rule)
      found += (found.empty() ? "" : " ") + std::string(name_of(finding.severity));
  }
  EXPECT_EQ(found, c.want) << c.name << "\n" << c.objects;
}

INSTANTIATE_TEST_SUITE_P(Table, PlatformRules, testing::ValuesIn(cases()));

TEST(PlatformRulesTable, each_has_a_case_on_both_sides) {
  for (int id = 18; id <= 26; ++id) {
    const std::string rule = "PM-0" + std::to_string(id);
    int with = 0;
    int without = 0;
    for (const Case& c : cases())
      if (c.rule == rule) ++(std::string_view(c.want).empty() ? without : with);
    EXPECT_GT(with, 0) << rule;
    EXPECT_GT(without, 0) << rule;
  }
}

}  // namespace
}  // namespace podmoat::audit
