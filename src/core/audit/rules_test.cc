// Each rule of the audit: what it finds, and what comes close and is none of its business.
#include <gtest/gtest.h>

#include <map>
#include <set>
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
  /// Its Findings: "subject [target,target] severity", joined by "; ".
  std::string want;
  std::vector<std::string> providers = {"aws"};
  const char* platform = "conformant";
  Scope scope = {};
};

void PrintTo(const Case& c, std::ostream* out) { *out << c.name; }

std::string object(const std::string& kind, const std::string& name, const std::string& rest) {
  const std::string api = kind == "NetworkPolicy"      ? "networking.k8s.io/v1"
                          : kind == "Deployment"       ? "apps/v1"
                          : kind.starts_with("Cilium") ? "cilium.io/v2"
                                                       : "v1";
  return "---\n{apiVersion: " + api + ", kind: " + kind +
         ", metadata: {namespace: shop, name: " + name + rest + "}\n";
}

std::string pod(const std::string& name, const std::string& spec = "", const std::string& ip = "") {
  return object("Pod", name,
                ", labels: {app: " + name + "}}, spec: {containers: [{name: c}]" +
                    (spec.empty() ? "" : ", " + spec) + "}" +
                    (ip.empty() ? "" : ", status: {podIPs: [{ip: '" + ip + "'}]}"));
}

/// A policy with the type Egress; `spec` may hold any further field.
std::string policy(const std::string& name, const std::string& egress,
                   const std::string& selector = "{}") {
  return object(
      "NetworkPolicy", name,
      "}, spec: {podSelector: " + selector + ", policyTypes: [Egress], egress: " + egress + "}");
}

std::string node(const std::string& name, const std::string& addresses,
                 const std::string& labels = "") {
  std::string list;
  for (std::size_t at = 0; at < addresses.size();) {
    const std::size_t end = std::min(addresses.find(' ', at), addresses.size());
    list += "{type: InternalIP, address: '" + addresses.substr(at, end - at) + "'}, ";
    at = end + 1;
  }
  return object("Node", name, ", labels: {" + labels + "}}, status: {addresses: [" + list + "]}");
}

std::string slice(const std::string& addresses, const std::string& port) {
  return "---\n{apiVersion: discovery.k8s.io/v1, kind: EndpointSlice, metadata: {namespace: shop, "
         "name: s-1, labels: {kubernetes.io/service-name: s}}, addressType: IPv4, endpoints: "
         "[{addresses: [" +
         addresses + "]}], ports: [{port: " + port + "}]}\n";
}

std::string probe(const std::string& host, const std::string& port = "80") {
  return "containers: [{name: c, livenessProbe: {httpGet: {host: '" + host + "', port: " + port +
         "}}}]";
}

std::string handled(const std::string& name, const std::string& host, bool host_network = false,
                    const std::string& port = "80") {
  return object(
      "Pod", name,
      "}, spec: {" + probe(host, port) + (host_network ? ", hostNetwork: true" : "") + "}");
}

const std::string kBlog = "[{to: [{ipBlock: {cidr: 0.0.0.0/0, except: [169.254.169.254/32]}}]}]";
const std::string kBlogBoth =
    "[{to: [{ipBlock: {cidr: 0.0.0.0/0, except: [169.254.169.254/32]}}, "
    "{ipBlock: {cidr: '::/0', except: ['fd00:ec2::254/128']}}]}]";

std::vector<Case> metadata_and_nodes() {
  const std::string nodes = node("a", "10.0.0.1");
  return {
      {"open: no policy", "PM-001", pod("web"), "Pod/web [aws-imds] critical"},
      {"closed: the address is excepted in both families", "PM-001",
       pod("web") + policy("p", kBlogBoth), ""},
      {"closed: another port", "PM-001",
       pod("web") + policy("p", "[{to: [{ipBlock: {cidr: 0.0.0.0/0}}], ports: [{port: 443}]}]"),
       ""},
      {"open by the second policy", "PM-001",
       pod("web") + policy("p", kBlogBoth) + policy("q", "[{ports: [{port: 80}]}]"),
       "Pod/web [aws-imds] critical"},
      {"Targets reached by the same rules are one Finding",
       "PM-001",
       pod("web"),
       "Pod/web [aws-imds,azure-imds,azure-wireserver] critical",
       {"aws", "azure"}},
      {"a Target has its own severity",
       "PM-001",
       pod("web"),
       "Pod/web [digitalocean-metadata] high",
       {"digitalocean"}},
      {"two Pods of one workload that say the same", "PM-001",
       object("Deployment", "d", "}, spec: {template: {metadata: {labels: {app: d}}}}"),
       "Deployment/d [aws-imds] critical"},
      {"an address that nobody knows cannot be acted on",
       "PM-001",
       pod("web"),
       "Pod/web [cloudstack-virtual-router] low",
       {"cloudstack"}},

      {"open node port", "PM-002", pod("web") + nodes,
       "Pod/web [kubelet-api,kubelet-readonly,etcd-client,etcd-peer,docker-plain,docker-tls] "
       "critical"},
      {"node port without nodes", "PM-002", pod("web"),
       "Pod/web [kubelet-api,kubelet-readonly,etcd-client,etcd-peer,docker-plain,docker-tls] low"},
      {"open in one family of nodes that nobody knows: undecided", "PM-002",
       pod("web") + policy("p", kBlog), ""},
      {"node ports closed", "PM-002",
       pod("web") + nodes +
           policy("p", "[{to: [{ipBlock: {cidr: 0.0.0.0/0, except: [10.0.0.0/8]}}]}]"),
       ""},
      {"etcd is where the control plane is", "PM-002",
       pod("web") + nodes + node("cp", "10.0.9.9", "node-role.kubernetes.io/control-plane: ''") +
           policy("p", "[{to: [{ipBlock: {cidr: 10.0.0.0/24}}]}]"),
       "Pod/web [kubelet-api,kubelet-readonly,docker-plain,docker-tls] critical"},

      {"closed in IPv4, open in IPv6", "PM-004",
       pod("web") + policy("p",
                           "[{to: [{ipBlock: {cidr: 0.0.0.0/0, except: [169.254.169.254/32]}}, "
                           "{ipBlock: {cidr: '::/0'}}]}]"),
       "Pod/web [aws-imds] high"},
      {"open in both is PM-001", "PM-004", pod("web"), ""},
      {"closed in both", "PM-004", pod("web") + policy("p", kBlogBoth), ""},

      {"on the host network", "PM-006", pod("web", "hostNetwork: true") + policy("p", "[]"),
       "Pod/web [aws-imds,kubelet-api,kubelet-readonly,etcd-client,etcd-peer,docker-plain,"
       "docker-tls] high"},
      {"not on the host network", "PM-006", pod("web", "hostNetwork: false"), ""},
  };
}

std::vector<Case> excepts() {
  const std::string pods = pod("web");
  return {
      {"undone by another policy", "PM-003", pods + policy("p", kBlog) + policy("q", "[{}]"),
       "Pod/web [aws-imds] high"},
      {"undone by two halves", "PM-003",
       pods + policy("p", kBlog) +
           policy("q", "[{to: [{ipBlock: {cidr: 0.0.0.0/1}}, {ipBlock: {cidr: 128.0.0.0/1}}]}]"),
       "Pod/web [aws-imds] high"},
      {"undone for several Targets at once",
       "PM-003",
       pods + policy("p", kBlog) + policy("q", "[{}]"),
       "Pod/web [aws-imds,azure-imds] high",
       {"aws", "azure"}},
      {"undone at another port of the Target than the first that is open",
       "PM-003",
       pods +
           policy("p",
                  "[{to: [{ipBlock: {cidr: 0.0.0.0/0, except: [169.254.169.254/32]}}], "
                  "ports: [{port: 443}]}]") +
           policy("q", "[{to: [{ipBlock: {cidr: 169.254.169.254/32}}]}]"),
       "Pod/web [gcp-mds] high",
       {"gcp"}},
      {"not undone", "PM-003", pods + policy("p", kBlog), ""},
      {"undone for other Pods", "PM-003",
       pods + policy("p", kBlog) + policy("q", "[{}]", "{matchLabels: {app: other}}"), ""},
      {"the except is for a port that the other rule does not open", "PM-003",
       pods +
           policy("p",
                  "[{to: [{ipBlock: {cidr: 0.0.0.0/0, except: [169.254.169.254/32]}}], "
                  "ports: [{port: 443}]}]") +
           policy("q", "[{to: [{ipBlock: {cidr: 169.254.169.254/32}}], ports: [{port: 80}]}]"),
       ""},
      {"nothing is enforced",
       "PM-003",
       pods + policy("p", kBlog) + policy("q", "[{}]"),
       "",
       {"aws"},
       "none"},

      {"IPv4 only", "PM-005", pods + policy("p", kBlog), "Pod/web [] medium"},
      {"IPv4 only, but for DNS", "PM-005",
       pods + policy("p", kBlog) + policy("dns", "[{ports: [{port: 53, protocol: UDP}]}]"),
       "Pod/web [] medium"},
      {"IPv4 in two halves", "PM-005",
       pods + policy("p", "[{to: [{ipBlock: {cidr: 0.0.0.0/1}}]}]") +
           policy("q", "[{to: [{ipBlock: {cidr: 128.0.0.0/1, except: [169.254.0.0/16]}}]}]"),
       "Pod/web [] medium"},
      {"two quarters", "PM-005",
       pods + policy("p", "[{to: [{ipBlock: {cidr: 0.0.0.0/1}}, {ipBlock: {cidr: 128.0.0.0/2}}]}]"),
       ""},
      {"both families", "PM-005", pods + policy("p", kBlogBoth), ""},
      {"all ports without `to` are both families", "PM-005",
       pods + policy("p", kBlog) + policy("q", "[{}]"), ""},
      {"part of IPv4 only", "PM-005", pods + policy("p", "[{to: [{ipBlock: {cidr: 10.0.0.0/8}}]}]"),
       ""},
      {"Pods without IPv6 addresses lose nothing", "PM-005",
       pod("web", "", "10.1.0.1") + policy("p", kBlog), ""},
      {"Pods with IPv6 addresses do", "PM-005", pod("web", "", "fd00::1") + policy("p", kBlog),
       "Pod/web [] medium"},
      {"an unread policy may open it", "PM-005",
       pods + policy("p", kBlog) + object("CiliumNetworkPolicy", "c", "}, spec: {}"), ""},

      {"DNS of GCP cut with the metadata server",
       "PM-007",
       pods + policy("p", kBlog),
       "Pod/web [gcp-dns-ntp] medium",
       {"gcp"}},
      {"DNS opened by another rule",
       "PM-007",
       pods + policy("p", kBlog) +
           policy("q",
                  "[{ports: [{port: 53}, {port: 53, protocol: UDP}, {port: 123, protocol: "
                  "UDP}]}]"),
       "",
       {"gcp"}},
      {"one of the Neighbour's ports is still cut",
       "PM-007",
       pods + policy("p", kBlog) + policy("q", "[{ports: [{port: 53, protocol: UDP}]}]"),
       "Pod/web [gcp-dns-ntp] medium",
       {"gcp"}},
      {"the rule would not have opened DNS",
       "PM-007",
       pods + policy("p",
                     "[{to: [{ipBlock: {cidr: 0.0.0.0/0, except: [169.254.169.254/32]}}], "
                     "ports: [{port: 443}]}]"),
       "",
       {"gcp"}},
      {"nothing ever opened it", "PM-007", pods + policy("p", "[]"), "", {"gcp"}},
      {"of a cloud that is not there", "PM-007", pods + policy("p", kBlog), "", {"aws"}},
      {"of clouds that may be there",
       "PM-007",
       pods + policy("p", kBlog),
       "Pod/web [gcp-dns-ntp,oci-dns-ntp] low",
       {}},
  };
}

std::vector<Case> objects() {
  const std::string nodes = node("a", "10.0.0.1") + node("b", "10.0.0.2");
  const std::string reads = "Pod/web [aws-imds] high";
  const std::string range = "Pod/web [] high";
  return {
      {"an address", "PM-008", handled("web", "169.254.169.254"), reads},
      {"hexadecimal", "PM-008", handled("web", "0xA9FEA9FE"), reads},
      {"octal and one number short", "PM-008", handled("web", "0251.254.43518"), reads},
      {"decimal", "PM-008", handled("web", "2852039166"), reads},
      {"IPv4 mapped", "PM-008", handled("web", "::ffff:169.254.169.254"), reads},
      {"IPv6 in brackets", "PM-008", handled("web", "[FD00:EC2::254]"), reads},
      {"a zone", "PM-008", handled("web", "fe80::1%eth0"), range},
      {"a last dot", "PM-008", handled("web", "Instance-Data.ec2.internal."), reads},
      {"the name of another cloud", "PM-008", handled("web", "metadata.google.internal"), ""},
      {"the name of this cloud",
       "PM-008",
       handled("web", "metadata.google.internal"),
       "Pod/web [gcp-mds] high",
       {"gcp"}},
      {"the node's loopback", "PM-008", handled("web", "127.1"), range},
      {"by name", "PM-008", handled("web", "LOCALHOST"), range},
      {"on the host network loopback is the Pod's own", "PM-008", handled("web", "127.0.0.1", true),
       ""},
      {"elsewhere", "PM-008", handled("web", "10.0.0.9"), ""},
      {"a name", "PM-008", handled("web", "example.org"), ""},
      {"too large a number", "PM-008", handled("web", "4294967296"), ""},
      {"another port of a node", "PM-008", handled("web", "10.0.0.1", false, "8080") + nodes, ""},
      {"the kubelet", "PM-008", handled("web", "10.0.0.1", false, "10250") + nodes,
       "Pod/web [kubelet-api] high"},
      {"two handlers, one Finding", "PM-008",
       object("Pod", "web",
              "}, spec: {" +
                  probe("169.254.169.254").substr(0, probe("169.254.169.254").size() - 2) +
                  ", lifecycle: {preStop: {tcpSocket: {host: 169.254.169.254, port: 80}}}}]}"),
       reads},

      {"an EndpointSlice", "PM-009", slice("169.254.169.254", "80"), " [aws-imds] high"},
      {"another port", "PM-009", slice("169.254.169.254", "8081"), ""},
      {"the API server on a node", "PM-009", nodes + slice("10.0.0.1", "6443"), ""},
      {"the kubelets, as monitoring does, in one Finding", "PM-009",
       nodes + slice("10.0.0.1, 10.0.0.2", "10250"), " [kubelet-api] low"},
      {"an Endpoints object", "PM-009",
       object("Endpoints", "s",
              "}, subsets: [{addresses: [{ip: 'fd00:ec2::254'}], ports: [{port: 80}]}]"),
       " [aws-imds] high"},
      {"an external address", "PM-009",
       object("Service", "s", "}, spec: {externalIPs: [169.254.169.254], ports: [{port: 80}]}"),
       " [aws-imds] high"},
      {"a load balancer at the nodes' addresses", "PM-009",
       nodes + object("Service", "s",
                      "}, spec: {ports: [{port: 443}]}, status: {loadBalancer: {ingress: [{ip: "
                      "10.0.0.1}, {ip: 10.0.0.2}]}}"),
       ""},
      {"an address like any other", "PM-009",
       object("Service", "s", "}, spec: {clusterIP: 10.96.0.1, ports: [{port: 80}]}"), ""},

      {"a misspelt label", "PM-010", pod("web") + policy("p", "[]", "{matchLabels: {app: wbe}}"),
       " [] low"},
      {"a right one", "PM-010", pod("web") + policy("p", "[]", "{matchLabels: {app: web}}"), ""},
      {"an expression", "PM-010",
       pod("web") + policy("p", "[]", "{matchExpressions: [{key: app, operator: DoesNotExist}]}"),
       " [] low"},
      {"no Pods are known", "PM-010", policy("p", "[]"), ""},
      {"an answer about some Pods",
       "PM-010",
       pod("web") + policy("p", "[]", "{matchLabels: {app: wbe}}"),
       "",
       {"aws"},
       "conformant",
       {.namespaces = {}, .include = {}, .exclude = {}, .pods = *model::parse_selector("app=web")}},

      {"refused, for two reasons", "PM-011",
       pod("web") + policy("p", "[{ports: [{port: 9, endPort: 8}]}, {ports: [{port: 70000}]}]"),
       " [] high"},
      {"a Pod that is refused", "PM-011", pod("web") + pod("bad", "hostNetwork: 1"), " [] medium"},
      {"accepted", "PM-011", pod("web") + policy("p", "[{ports: [{port: 9, endPort: 9}]}]"), ""},
      {"out of scope",
       "PM-011",
       pod("web") + policy("p", "[{ports: [{port: 70000}]}]"),
       "",
       {"aws"},
       "conformant",
       {.namespaces = {"other"}, .include = {}, .exclude = {}, .pods = {}}},

      {"an unread policy", "PM-012",
       pod("web") + node("a", "10.0.0.1") + object("CiliumNetworkPolicy", "c", "}, spec: {}"),
       "Pod/web [aws-imds,kubelet-api,kubelet-readonly,etcd-client,etcd-peer,docker-plain,"
       "docker-tls] medium"},
      {"nodes somewhere, and IPv4 open", "PM-012", pod("web") + policy("p", kBlog),
       "Pod/web [kubelet-api,kubelet-readonly,etcd-client,etcd-peer,docker-plain,docker-tls] low"},
      {"decided", "PM-012", pod("web") + node("a", "10.0.0.1") + policy("p", kBlog), ""},

      {"closed by policy", "PM-013", pod("web") + node("a", "10.0.0.1") + policy("p", "[]"),
       " [kubelet-api,kubelet-readonly,etcd-client,etcd-peer,docker-plain,docker-tls] info"},
      {"open", "PM-013", pod("web") + node("a", "10.0.0.1"), ""},
      {"nothing is enforced",
       "PM-013",
       pod("web") + node("a", "10.0.0.1") + policy("p", "[]"),
       "",
       {"aws"},
       "none"},

      {"policies without effect",
       "PM-014",
       pod("web") + policy("p", "[]"),
       " [] critical",
       {"aws"},
       "none"},
      {"no policies", "PM-014", pod("web"), "", {"aws"}, "none"},
      {"policies with effect", "PM-014", pod("web") + policy("p", "[]"), ""},
  };
}

Report audit_of(const Case& c, const model::Snapshot& snapshot) {
  const catalog::Guard guard =
      catalog::guard(test::builtin_catalog(), snapshot,
                     {.providers = c.providers, .targets = {}, .node_blocks = {}});
  const Question question{snapshot,
                          *model::find_platform(c.platform),
                          model::Basis::given,
                          test::builtin_catalog(),
                          guard,
                          c.providers,
                          c.scope};
  return audit(question);
}

std::string found(const Report& report, std::string_view rule) {
  std::string out;
  for (const Finding& finding : report.findings) {
    if (finding.rule->id != rule) continue;
    std::string targets;
    for (const std::string& target : finding.targets)
      targets += (targets.empty() ? "" : ",") + target;
    out += (out.empty() ? "" : "; ") + finding.subject + " [" + targets + "] " +
           std::string(name_of(finding.severity));
  }
  return out;
}

class Rules : public testing::TestWithParam<Case> {};

TEST_P(Rules, finds_what_it_should_and_no_more) {
  const Case& c = GetParam();
  const model::Snapshot snapshot = test::cluster_of(c.objects);
  for (const Diagnostic& d : snapshot.diagnostics) ASSERT_NE(d.level, Level::error) << d.message;
  const Report report = audit_of(c, snapshot);
  EXPECT_EQ(found(report, c.rule), c.want) << c.objects;
  std::set<std::string> fingerprints;
  for (const Finding& finding : report.findings) {
    EXPECT_TRUE(fingerprints.insert(finding.fingerprint).second) << finding.message;
    EXPECT_FALSE(finding.message.empty());
    EXPECT_FALSE(finding.remedy.empty()) << finding.rule->id;
  }
}

INSTANTIATE_TEST_SUITE_P(MetadataAndNodes, Rules, testing::ValuesIn(metadata_and_nodes()));
INSTANTIATE_TEST_SUITE_P(Excepts, Rules, testing::ValuesIn(excepts()));
INSTANTIATE_TEST_SUITE_P(Objects, Rules, testing::ValuesIn(objects()));

TEST(RulePages, every_rule_has_a_case_on_both_sides) {
  std::map<std::string, std::pair<int, int>> cases;
  for (const auto& table : {metadata_and_nodes(), excepts(), objects()})
    for (const Case& c : table) ++(c.want.empty() ? cases[c.rule].first : cases[c.rule].second);
  // In rules_of_cluster_test.cc, exceptions_test.cc, and tests/conformance/platform_rules_test.cc.
  const std::set<std::string_view> elsewhere{"PM-015", "PM-016", "PM-017", "PM-027", "PM-028"};
  for (const RuleInfo& rule : rules()) {
    if (elsewhere.contains(rule.id) || (rule.id >= "PM-018" && rule.id <= "PM-026")) continue;
    EXPECT_GT(cases[std::string(rule.id)].first, 0) << rule.id;
    EXPECT_GT(cases[std::string(rule.id)].second, 0) << rule.id;
  }
}

TEST(Findings, name_every_rule_that_would_have_to_change) {
  const model::Snapshot snapshot = test::cluster_of(pod("web") + policy("p", kBlogBoth) +
                                                    policy("q", "[{}, {ports: [{port: 80}]}]"));
  const Report report = audit_of({"", "", "", ""}, snapshot);
  const Finding& open = report.findings.front();
  EXPECT_EQ(open.rule->id, "PM-001");
  EXPECT_TRUE(open.fixable);
  EXPECT_EQ(open.witness, "169.254.169.254:80/TCP");
  ASSERT_EQ(open.because.size(), 2U);
  EXPECT_EQ(open.because[0].rule, "egress[0]");
  EXPECT_EQ(open.because[1].rule, "egress[1]");
}

TEST(Findings, keep_their_fingerprints_when_lines_move_and_files_are_renamed) {
  const std::string objects = pod("web") + policy("p", kBlog) + policy("q", "[{}]");
  const auto prints = [](const Report& report) {
    std::vector<std::string> out;
    for (const Finding& finding : report.findings) out.push_back(finding.fingerprint);
    return out;
  };
  const model::Snapshot a = test::cluster_of(objects);
  model::Snapshot b = test::cluster_of("# a comment\n\n" + objects + pod("other"));
  b.files = {"renamed.yaml"};
  const Case c{"", "", "", ""};
  const auto all = prints(audit_of(c, b));
  for (const std::string& print : prints(audit_of(c, a)))
    EXPECT_EQ(std::count(all.begin(), all.end(), print), 1);
  EXPECT_EQ(fingerprint(finding("PM-010"), "NetworkPolicy shop/p"), "bb41680b09629a42");
}

// Two Subjects of one workload: a selector mentions a label in which its Pods differ.
TEST(Findings, of_one_workload_say_the_same_once_and_are_told_apart_otherwise) {
  const auto owned = [](const char* name, const char* label) {
    return std::string("---\n{apiVersion: v1, kind: Pod, metadata: {namespace: shop, name: ") +
           name + ", labels: {part: " + label +
           "}, ownerReferences: [{apiVersion: apps/v1, kind: StatefulSet, name: db, controller: "
           "true}]}, spec: {containers: [{name: c}]}}\n";
  };
  const std::string pods = owned("db-0", "a") + owned("db-1", "b");
  const auto open = [&](const std::string& policies, const char* selector) {
    Case c{"", "", "", ""};
    c.scope.pods = *model::parse_selector(selector);
    std::vector<Finding> out;
    for (const Finding& f : audit_of(c, test::cluster_of(pods + policies)).findings)
      if (f.rule->id == "PM-001") out.push_back(f);
    return out;
  };
  const auto same = open(policy("p", "[{}]", "{matchLabels: {part: c}}"), "");
  ASSERT_EQ(same.size(), 1U);
  EXPECT_EQ(same[0].pods, (std::vector<std::string>{"db-0", "db-1"}));
  EXPECT_EQ(same[0].pod_count, 2U);
  const auto apart = open(policy("p", "[{}]", "{matchLabels: {part: b}}"), "");
  ASSERT_EQ(apart.size(), 2U);
  EXPECT_EQ(apart[1].fingerprint, apart[0].fingerprint + "-2");
  const auto one = open("", "part=b");
  ASSERT_EQ(one.size(), 1U) << "-l looks at every Pod of a Subject";
  EXPECT_EQ(one[0].pods, std::vector<std::string>{"db-1"});
}

TEST(Summary, counts_a_Subject_as_its_worst_Verdict) {
  const Report report = audit_of(
      {"", "", "", ""}, test::cluster_of(pod("open") + pod("closed") + node("a", "10.0.0.1") +
                                         policy("p", "[]", "{matchLabels: {app: closed}}")));
  EXPECT_EQ(report.summary.pods, 2U);
  EXPECT_EQ(report.summary.subjects, 2U);
  EXPECT_EQ(report.summary.reachable, 1U);
  EXPECT_EQ(report.summary.unknown, 0U);
}

}  // namespace
}  // namespace podmoat::audit
