// Exceptions in the audit: what they leave is info, what goes beyond is reported as before, and
// what is not known does not make a Pod look safer. docs/semantics/exceptions.md EX-5 to EX-9.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "core/audit/audit.h"
#include "support/yaml_cluster.h"

namespace podmoat::audit {
namespace {

constexpr Date kToday{2026, 11, 26};

struct Case {
  const char* name;
  std::string objects;
  std::string
      exceptions;  ///< the items of spec.exceptions, each without its reason, which is "why"
  /// Findings but PM-013 and PM-018 on: "rule subject [targets] severity"; Exceptions are PM-028.
  std::string want;
  std::size_t spared = 0;
  std::size_t unknown = 0;
  std::vector<std::string> providers = {"aws"};
  Scope scope = {};
  std::vector<std::string> more = {};  ///< Targets beside those of the clouds and the nodes
};

void PrintTo(const Case& c, std::ostream* out) { *out << c.name; }

std::string pod(const std::string& name, const std::string& labels, const std::string& spec = "") {
  return "---\n{apiVersion: v1, kind: Pod, metadata: {namespace: shop, name: " + name +
         ", labels: {" + labels + "}}, spec: {containers: [{name: c}]" + spec + "}}\n";
}

/// A Pod of Deployment d, by way of its ReplicaSet.
std::string replica(const std::string& name, const std::string& labels) {
  return "---\n{apiVersion: v1, kind: Pod, metadata: {namespace: shop, name: " + name +
         ", labels: {" + labels +
         "}, ownerReferences: [{apiVersion: apps/v1, kind: ReplicaSet, name: d-1, controller: true,"
         " uid: u}]}, spec: {containers: [{name: c}]}}\n";
}

std::string policy(const std::string& name, const std::string& egress) {
  return "---\n{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {namespace: shop, "
         "name: " +
         name + "}, spec: {podSelector: {}, policyTypes: [Egress], egress: " + egress + "}}\n";
}

const std::string kNode =
    "---\n{apiVersion: v1, kind: Node, metadata: {name: n1}, status: {addresses: [{type: "
    "InternalIP,"
    " address: 10.0.0.1}]}}\n";
const std::string kUnread =
    "---\n{apiVersion: crd.example.com/v1, kind: NetworkPolicy, metadata: {namespace: shop, name: "
    "x}, spec: {}}\n";
const std::string kWeb = "{podSelector: {matchLabels: {app: web}}, targets: [aws-imds]";

std::vector<Case> cases() {
  const std::string web = pod("web", "app: web");
  const std::string open = "PM-001 Pod/web [aws-imds] critical";
  const std::string left = "PM-001 Pod/web [aws-imds] info";
  return {
      {"all that it reaches", web, kWeb + "}", left, 1},
      {"nobody else", web + pod("db", "app: db"), kWeb + "}",
       "PM-001 Pod/db [aws-imds] critical; " + left, 1},
      {"not the other Targets", web + kNode, kWeb + "}",
       "PM-002 Pod/web [kubelet-api,kubelet-readonly] critical; " + left},
      {"a Target that shares the flow, and not one beside it",
       web,
       kWeb + "}",
       "PM-001 Pod/web [azure-wireserver] critical; PM-001 Pod/web [aws-imds,azure-imds] info",
       0,
       0,
       {"aws", "azure"}},
      {"a Target of another cloud", web, "{namespace: shop, targets: [gcp-mds]}", open},
      {"on its last day", web, kWeb + ", until: 2026-11-26}", left, 1},
      {"not on the day after", web, kWeb + ", until: 2026-11-25}",
       open + "; PM-028  [aws-imds] low"},
      {"by ServiceAccount", web + pod("job", "app: job", ", serviceAccountName: builder"),
       "{serviceAccount: builder, targets: [aws-imds]}", open + "; PM-001 Pod/job [aws-imds] info",
       1},
      {"some Pods of a workload, by a label that no policy asks for",
       replica("a", "app: web, tier: front") + replica("b", "app: web, tier: back"),
       "{podSelector: {matchLabels: {tier: front}}, targets: [aws-imds]}",
       "PM-001 ReplicaSet/d-1 [aws-imds] critical; PM-001 ReplicaSet/d-1 [aws-imds] info", 1},
      {"not by labels of a namespace that are not known", web,
       "{namespaceSelector: {matchLabels: {team: a}}, targets: [aws-imds]}",
       open + "; PM-028  [aws-imds] info"},
      {"by labels of a namespace that are known",
       web + "---\n{apiVersion: v1, kind: Namespace, metadata: {name: shop, labels: {team: a}}}\n",
       "{namespaceSelector: {matchLabels: {team: a}}, targets: [aws-imds]}", left, 1},
      {"on the host network, where loopback and nodes are left out",
       pod("web", "app: web", ", hostNetwork: true") + kNode, kWeb + "}",
       "PM-006 Pod/web [kubelet-api,kubelet-readonly] high; PM-006 Pod/web [aws-imds] info"},
      {"what is not decided", web + policy("deny", "[]") + kUnread, kWeb + "}",
       "PM-012 Pod/web [aws-imds] info"},
      {"what is not decided beyond it", web + policy("deny", "[]") + kUnread + kNode, kWeb + "}",
       "PM-012 Pod/web [kubelet-api,kubelet-readonly] medium; PM-012 Pod/web [aws-imds] info", 0,
       1},
      {"an except that an Exception undoes",
       web +
           policy("guard", "[{to: [{ipBlock: {cidr: 0.0.0.0/0, except: [169.254.169.254/32]}}]}]") +
           policy("given-back", "[{to: [{ipBlock: {cidr: 169.254.169.254/32}}]}]"),
       kWeb + "}", left, 1},
      {"of two the reasons are both told, and the flows are joined", web + kNode,
       kWeb + "}, {namespace: shop, targets: [kubelet-api, kubelet-readonly]}",
       left + "; PM-002 Pod/web [kubelet-api,kubelet-readonly] info", 1},
      {"nobody", web, "{podSelector: {matchLabels: {app: wob}}, targets: [aws-imds]}",
       open + "; PM-028  [aws-imds] info"},
      {"of Targets that could be anywhere the one that it names",
       web,
       "{namespace: shop, targets: [kubelet-api]}",
       open + "; PM-002 Pod/web [kubelet-readonly] low; PM-002 Pod/web [kubelet-api] info",
       0,
       0,
       {"aws"},
       {},
       {"kubelet-api", "kubelet-readonly"}},
      {"nobody of those that were asked about",
       web,
       "{podSelector: {matchLabels: {app: wob}}, targets: [aws-imds]}",
       open,
       0,
       0,
       {"aws"},
       {.namespaces = {"shop"}, .include = {}, .exclude = {}, .pods = {}}},
  };
}

std::string str(const Finding& finding) {
  std::string targets;
  for (const std::string& target : finding.targets)
    targets += (targets.empty() ? "" : ",") + target;
  return std::string(finding.rule->id) + " " + finding.subject + " [" + targets + "] " +
         std::string(name_of(finding.severity));
}

class Exceptions : public testing::TestWithParam<Case> {};

TEST_P(Exceptions, leave_what_they_say) {
  const Case& c = GetParam();
  const model::Snapshot snapshot = test::cluster_of(c.objects);
  const catalog::Catalog& catalog = test::builtin_catalog();
  catalog::Choice choice{.providers = c.providers, .targets = {"aws-imds", "azure-imds"}};
  choice.targets.emplace_back("azure-wireserver");
  choice.targets.emplace_back("gcp-mds");
  std::erase_if(choice.targets, [&](const std::string& target) {
    return std::ranges::find(c.providers, catalog.find(target)->provider) == c.providers.end();
  });
  if (!snapshot.nodes.empty()) {
    choice.targets.emplace_back("kubelet-api");
    choice.targets.emplace_back("kubelet-readonly");
  }
  choice.targets.insert(choice.targets.end(), c.more.begin(), c.more.end());
  choice.exceptions = test::exceptions_of(c.exceptions);
  choice.today = kToday;
  const catalog::Guard guard = catalog::guard(catalog, snapshot, choice);
  const Report report = audit(
      {snapshot, model::conformant(), model::Basis::assumed, catalog, guard, c.providers, c.scope});
  std::string seen;
  for (const Finding& finding : report.findings) {
    const bool counts = finding.rule->id == "PM-028" || finding.rule->id <= "PM-004" ||
                        finding.rule->id == "PM-006" || finding.rule->id == "PM-012";
    if (counts) seen += (seen.empty() ? "" : "; ") + str(finding);
    EXPECT_EQ(finding.message.find("an Exception leaves it that: why") != std::string::npos,
              finding.severity == Severity::info && !finding.subject.empty())
        << finding.message;
  }
  EXPECT_EQ(seen, c.want);
  EXPECT_EQ(report.summary.spared, c.spared);
  EXPECT_EQ(report.summary.unknown, c.unknown);
}

INSTANTIATE_TEST_SUITE_P(All, Exceptions, testing::ValuesIn(cases()));

}  // namespace
}  // namespace podmoat::audit
