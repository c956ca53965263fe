// The rules about accounts, kubelets and meshes: what each finds, and what comes close and is none
// of its business.
#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "core/audit/audit.h"
#include "support/yaml_cluster.h"

namespace podmoat::audit {
namespace {

struct Case {
  const char* name;
  const char* rule;
  std::string objects;
  std::string want;  ///< "subject severity", joined by "; "
};

void PrintTo(const Case& c, std::ostream* out) { *out << c.name; }

std::string pod(const std::string& spec = "") {
  return "---\n{apiVersion: v1, kind: Pod, metadata: {namespace: mon, name: agent, labels: {app: "
         "agent}}, spec: {" +
         spec + "containers: [{name: c, image: agent}]}}\n";
}

std::string rule(const std::string& resources, const std::string& verbs = "get",
                 const std::string& groups = "''", const std::string& more = "") {
  return "{apiGroups: [" + groups + "], resources: [" + resources + "], verbs: [" + verbs + "]" +
         more + "}";
}

std::string role(const std::string& rules, const std::string& name = "reader",
                 const std::string& more = "") {
  return "---\n{apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRole, metadata: {name: '" +
         name + "'" + more + ", rules: [" + rules + "]}\n";
}

std::string bound(const std::string& subject, const std::string& name = "reader") {
  return "---\n{apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRoleBinding, metadata: "
         "{name: 'b:1'}, roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: "
         "'" +
         name + "'}, subjects: [" + subject + "]}\n";
}

const std::string kNode =
    "---\n{apiVersion: v1, kind: Node, metadata: {name: a}, status: {addresses: [{type: "
    "InternalIP, address: 10.0.0.1}]}}\n";
const std::string kDefault = "{kind: ServiceAccount, namespace: mon, name: default}";

std::string group(const std::string& name) {
  return "{kind: Group, apiGroup: rbac.authorization.k8s.io, name: '" + name + "'}";
}

std::string account(const std::string& automounts) {
  return "---\n{apiVersion: v1, kind: ServiceAccount, metadata: {namespace: mon, name: default}, "
         "automountServiceAccountToken: " +
         automounts + "}\n";
}

std::string deny(const std::string& cidr) {
  return "---\n{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {namespace: mon, "
         "name: p}, spec: {podSelector: {}, policyTypes: [Egress], egress: [{to: [{ipBlock: {cidr: "
         "0.0.0.0/0, except: ['" +
         cidr + "']}}]}]}}\n";
}

std::string role_of(const std::string& one_rule) { return role(one_rule, "reader", "}"); }

std::string aggregator(const std::string& name, const std::string& label,
                       const std::string& rules = "") {
  return role(rules, name,
              "}, aggregationRule: {clusterRoleSelectors: [{matchLabels: {" + label + "}}]}");
}

std::vector<Case> nodes_proxy() {
  const std::string base = pod() + kNode + bound(kDefault);
  const auto with = [&](const std::string& one_rule) { return base + role_of(one_rule); };
  const std::string held = role_of(rule("nodes/proxy"));
  const std::string source =
      role(rule("nodes/proxy"), "part", ", labels: {into: metrics, also: all}}");
  const std::string critical = "Pod/agent critical";
  return {
      {"get on nodes/proxy", "PM-015", with(rule("nodes/proxy")), critical},
      {"create, which POSTs to exec", "PM-015", with(rule("nodes/proxy", "create")), critical},
      {"every verb", "PM-015", with(rule("nodes/proxy", "'*'")), critical},
      {"every resource", "PM-015", with(rule("'*'")), critical},
      {"every resource's proxy", "PM-015", with(rule("'*/proxy'")), critical},
      {"every group", "PM-015", with(rule("nodes/proxy", "get", "'*'")), critical},
      {"among others", "PM-015", with(rule("pods, nodes/proxy", "list, get", "apps, ''")),
       critical},
      {"some nodes only", "PM-015", with(rule("nodes/proxy", "get", "''", ", resourceNames: [a]")),
       critical},
      {"nodes/* is no wildcard of RBAC", "PM-015", with(rule("'nodes/*'")), ""},
      {"*/metrics", "PM-015", with(rule("'*/metrics'")), ""},
      {"nodes alone", "PM-015", with(rule("nodes")), ""},
      {"other verbs", "PM-015", with(rule("nodes/proxy", "list, watch, update")), ""},
      {"another group", "PM-015", with(rule("nodes/proxy", "get", "metrics.k8s.io")), ""},
      {"URLs", "PM-015", with("{nonResourceURLs: ['*'], verbs: ['*']}"), ""},

      {"another account", "PM-015",
       pod("serviceAccountName: other, ") + kNode + bound(kDefault) + held, ""},
      {"the account by its name as a user", "PM-015",
       pod() + kNode +
           bound("{kind: User, apiGroup: rbac.authorization.k8s.io, name: "
                 "'system:serviceaccount:mon:default'}") +
           held,
       critical},
      {"all accounts", "PM-015", pod() + kNode + bound(group("system:serviceaccounts")) + held,
       critical},
      {"the accounts of its namespace", "PM-015",
       pod() + kNode + bound(group("system:serviceaccounts:mon")) + held, critical},
      {"the accounts of another", "PM-015",
       pod() + kNode + bound(group("system:serviceaccounts:shop")) + held, ""},
      {"everybody with credentials", "PM-015",
       pod() + kNode + bound(group("system:authenticated")) + held, critical},
      {"everybody without", "PM-015", pod() + kNode + bound(group("system:unauthenticated")) + held,
       ""},
      {"a RoleBinding is for a namespace, and nodes are in none", "PM-015",
       pod() + kNode + held +
           "---\n{apiVersion: rbac.authorization.k8s.io/v1, kind: RoleBinding, metadata: "
           "{namespace: mon, name: b}, roleRef: {apiGroup: rbac.authorization.k8s.io, kind: "
           "ClusterRole, name: reader}, subjects: [" +
           kDefault + "]}\n",
       ""},

      {"aggregated", "PM-015", base + source + aggregator("reader", "into: metrics"), critical},
      {"aggregated twice", "PM-015",
       base + source +
           role("", "middle",
                ", labels: {up: 'yes'}}, aggregationRule: "
                "{clusterRoleSelectors: [{matchLabels: {also: all}}]}") +
           aggregator("reader", "up: 'yes'"),
       critical},
      {"aggregated in a circle", "PM-015",
       base +
           role("", "middle",
                ", labels: {x: z}}, aggregationRule: {clusterRoleSelectors: "
                "[{matchLabels: {x: z}}]}") +
           aggregator("reader", "x: z"),
       ""},
      {"another label is aggregated", "PM-015", base + source + aggregator("reader", "into: logs"),
       ""},
      {"rules that were aggregated before the parts were lost", "PM-015",
       base + aggregator("reader", "into: metrics", rule("nodes/proxy")), critical},

      {"the port is closed", "PM-015", with(rule("nodes/proxy")) + deny("10.0.0.0/24"), ""},
      {"the port is perhaps closed", "PM-015", pod() + bound(kDefault) + held + deny("10.0.0.0/24"),
       "Pod/agent high"},
      {"nobody knows where the nodes are, and all is open", "PM-015",
       pod() + bound(kDefault) + held, critical},
      {"on the host network", "PM-015",
       pod("hostNetwork: true, ") + kNode + bound(kDefault) + held + deny("0.0.0.0/0"), critical},

      {"the Pod wants no token", "PM-015",
       pod("automountServiceAccountToken: false, ") + kNode + bound(kDefault) + held,
       "Pod/agent medium"},
      {"its account wants none", "PM-015", base + held + account("false"), "Pod/agent medium"},
      {"its account wants none, and the Pod does", "PM-015",
       pod("automountServiceAccountToken: true, ") + kNode + bound(kDefault) + held +
           account("false"),
       critical},
      {"a volume has one", "PM-015",
       pod("automountServiceAccountToken: false, volumes: [{name: t, projected: {sources: "
           "[{configMap: {name: x}}, {serviceAccountToken: {path: token}}]}}], ") +
           kNode + bound(kDefault) + held,
       critical},

      {"cluster-admin needs no ClusterRole in the input", "PM-015",
       pod() + kNode + bound(kDefault, "cluster-admin"), critical},
      {"the kubelet's own role", "PM-015",
       pod() + kNode + bound(kDefault, "system:kubelet-api-admin"), critical},
      {"a default role without the right", "PM-015",
       pod() + kNode + bound(kDefault, "system:auth-delegator"), ""},
      {"a role that is not in the input", "PM-015", base, "Pod/agent low"},
      {"a role that the API server refuses", "PM-015", with("{verbs: [get]}"), "Pod/agent low"},
  };
}

std::string kubelet(const std::string& text, const std::string& name = "kubelet-config",
                    const std::string& ns = "kube-system") {
  return pod() + "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {namespace: " + ns +
         ", name: " + name + "}\ndata:\n  kubelet: |\n" + text;
}

std::vector<Case> kubelets() {
  return {
      {"everybody", "PM-027",
       kubelet("    authentication: {anonymous: {enabled: true}}\n    authorization: {mode: "
               "AlwaysAllow}\n"),
       " critical"},
      {"everybody with a token", "PM-027", kubelet("    authorization: {mode: AlwaysAllow}\n"),
       " critical"},
      {"anonymous", "PM-027", kubelet("    authentication: {anonymous: {enabled: true}}\n"),
       " high"},
      {"the read-only port", "PM-027", kubelet("    readOnlyPort: 10255\n"), " high"},
      {"a read-only port elsewhere", "PM-027", kubelet("    readOnlyPort: 20255\n"), " high"},
      {"a port elsewhere", "PM-027", kubelet("    port: 20250\n"), " medium"},
      {"the name of an older kubeadm", "PM-027",
       kubelet("    readOnlyPort: 10255\n", "kubelet-config-1.22"), " high"},
      {"as kubeadm writes it", "PM-027",
       kubelet("    authentication:\n      anonymous:\n        enabled: false\n      webhook:\n"
               "        enabled: true\n    authorization:\n      mode: Webhook\n    port: 10250\n"),
       ""},
      {"nothing said", "PM-027", kubelet("    kind: KubeletConfiguration\n"), ""},
      {"another ConfigMap", "PM-027", kubelet("    readOnlyPort: 10255\n", "other"), ""},
      {"another namespace", "PM-027", kubelet("    readOnlyPort: 10255\n", "kubelet-config", "mon"),
       ""},
      {"no YAML", "PM-027", kubelet("    a: [\n"), ""},
  };
}

std::string istio(const std::string& group, const std::string& kind, const std::string& spec) {
  return pod() + "---\n{apiVersion: " + group + ".istio.io/v1, kind: " + kind +
         ", metadata: {namespace: mon, name: m}, spec: {" + spec + "}}\n";
}

std::string mesh(const std::string& mode) {
  return pod() +
         "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {namespace: istio-system, name: "
         "istio}\ndata:\n  mesh: |\n    outboundTrafficPolicy:\n      mode: " +
         mode + "\n";
}

std::string running(const std::string& image, const std::string& more = "") {
  return "---\n{apiVersion: v1, kind: Pod, metadata: {namespace: mon, name: agent}, spec: {" +
         more + "containers: [{name: a, image: app}, {name: b, image: '" + image + "'}]}}\n";
}

std::vector<Case> consumers() {
  const std::string info = "Pod/agent info";
  return {
      {"by its image", "PM-016", running("registry.k8s.io/autoscaling/cluster-autoscaler:v1.34.0"),
       info},
      {"of a mirror with a port, by digest", "PM-016",
       running("mirror:5000/x/cluster-autoscaler@sha256:00"), info},
      {"without a registry", "PM-016", running("cluster-autoscaler"), info},
      {"in an init container", "PM-016",
       running("app", "initContainers: [{name: i, image: 'q/aws-ebs-csi-driver:1'}], "), info},
      {"on the host network", "PM-016", running("amazon-k8s-cni:v1", "hostNetwork: true, "), info},
      {"closed already", "PM-016", running("metrics-server:1") + kNode + deny("10.0.0.0/8"), info},
      {"two in one Pod", "PM-016",
       running("metrics-server:1", "initContainers: [{name: i, image: external-dns}], ") + kNode,
       info + "; " + info},
      {"another name that ends alike", "PM-016", running("my-cluster-autoscaler:1"), ""},
      {"its name as a folder", "PM-016", running("cluster-autoscaler/tool:1"), ""},
      {"a consumer of another cloud", "PM-016", running("hetznercloud/hcloud-csi-driver:2"), ""},
      {"no consumer", "PM-016", running("app:1"), ""},
  };
}

std::vector<Case> meshes() {
  return {
      {"Sidecar", "PM-017",
       istio("networking", "Sidecar", "outboundTrafficPolicy: {mode: REGISTRY_ONLY}"), " info"},
      {"a Sidecar without", "PM-017", istio("networking", "Sidecar", "egress: []"), ""},
      {"ServiceEntry", "PM-017", istio("networking", "ServiceEntry", "hosts: [a.b]"), " info"},
      {"AuthorizationPolicy", "PM-017", istio("security", "AuthorizationPolicy", ""), " info"},
      {"several are one", "PM-017",
       istio("security", "AuthorizationPolicy", "") + mesh("REGISTRY_ONLY"), " info"},
      {"the mesh", "PM-017", mesh("REGISTRY_ONLY"), " info"},
      {"the mesh as it comes", "PM-017", mesh("ALLOW_ANY"), ""},
      {"what nobody takes for a fence", "PM-017", istio("networking", "VirtualService", ""), ""},
  };
}

Report report_of(const model::Snapshot& snapshot) {
  const catalog::Guard guard = catalog::guard(
      test::builtin_catalog(), snapshot, {.providers = {"aws"}, .targets = {}, .node_blocks = {}});
  const Question question{
      snapshot, model::conformant(), model::Basis::given, test::builtin_catalog(), guard, {"aws"},
      {}};
  return audit(question);
}

std::string found(const Report& report, std::string_view rule) {
  std::string out;
  for (const Finding& finding : report.findings)
    if (finding.rule->id == rule)
      out += (out.empty() ? "" : "; ") + finding.subject + " " +
             std::string(name_of(finding.severity));
  return out;
}

class RulesOfCluster : public testing::TestWithParam<Case> {};

TEST_P(RulesOfCluster, find_what_they_should_and_no_more) {
  const Case& c = GetParam();
  const model::Snapshot snapshot = test::cluster_of(c.objects);
  for (const Diagnostic& d : snapshot.diagnostics) ASSERT_NE(d.level, Level::error) << d.message;
  EXPECT_EQ(found(report_of(snapshot), c.rule), c.want) << c.objects;
}

INSTANTIATE_TEST_SUITE_P(NodesProxy, RulesOfCluster, testing::ValuesIn(nodes_proxy()));
INSTANTIATE_TEST_SUITE_P(Kubelets, RulesOfCluster, testing::ValuesIn(kubelets()));
INSTANTIATE_TEST_SUITE_P(Consumers, RulesOfCluster, testing::ValuesIn(consumers()));
INSTANTIATE_TEST_SUITE_P(Meshes, RulesOfCluster, testing::ValuesIn(meshes()));

TEST(NodesProxyFinding, names_the_binding_the_role_and_the_nodes) {
  const model::Snapshot snapshot =
      test::cluster_of(pod() + kNode + bound(kDefault) +
                       role_of(rule("nodes/proxy", "get", "''", ", resourceNames: [n2, n1]")));
  for (const Finding& finding : report_of(snapshot).findings) {
    if (finding.rule->id != "PM-015") continue;
    EXPECT_EQ(finding.message,
              "ServiceAccount mon/default may get nodes/proxy and the Subject reaches kubelet-api "
              "(10.0.0.1:10250/TCP): together that is commands in every container of the nodes n1, "
              "n2");
    EXPECT_TRUE(finding.fixable);
    ASSERT_EQ(finding.because.size(), 2U);
    EXPECT_EQ(finding.because[0].object.str(), "ClusterRoleBinding b:1");
    EXPECT_EQ(finding.because[0].rule, "subjects[0]");
    EXPECT_EQ(finding.because[1].object.str(), "ClusterRole reader");
    EXPECT_EQ(finding.because[1].rule, "rules[0]");
    EXPECT_GT(finding.because[1].place.line, 0U);
    return;
  }
  FAIL() << "no Finding";
}

}  // namespace
}  // namespace podmoat::audit
