// Whole objects: what the API server would refuse or drop, defaults, and how objects are joined.
#include "core/manifest/reader.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

namespace podmoat::manifest {
namespace {

/// A text in pieces of `step` bytes.
class Text : public ByteSource {
 public:
  explicit Text(std::string text, std::size_t step = 7) : text_(std::move(text)), step_(step) {}
  Result<std::size_t> read(std::span<char> into) override {
    const std::size_t count = std::min({into.size(), step_, text_.size() - at_});
    text_.copy(into.data(), count, at_);
    at_ += count;
    return count;
  }

 private:
  std::string text_;
  std::size_t step_;
  std::size_t at_ = 0;
};

model::Snapshot read(const std::string& text, std::size_t step = 7) {
  Reader reader;
  Text source(text, step);
  EXPECT_TRUE(reader.add("f", source));
  return reader.finish();
}

/// "invalid bad-cidr 8:5", a line each.
std::string said(const model::Snapshot& snapshot) {
  static constexpr const char* kLevels[] = {"error", "invalid", "warning"};
  std::string out;
  for (const Diagnostic& d : snapshot.diagnostics)
    out += std::string(kLevels[static_cast<int>(d.level)]) + " " + d.code + " " +
           std::to_string(d.place.line) + ":" + std::to_string(d.place.column) + "\n";
  return out;
}

/// A policy whose spec is `spec`, in flow style on line 4.
std::string policy(const std::string& spec) {
  return "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: p, namespace: "
         "shop}\nspec: " +
         spec + "\n";
}

TEST(NetworkPolicy, is_refused_as_the_api_server_refuses_it) {
  struct Case {
    const char *rule, *spec, *want;
  } constexpr kCases[] = {
      {"fine", "{egress: [{to: [{ipBlock: {cidr: 0.0.0.0/0, except: [10.0.0.0/8]}}]}]}", ""},
      {"RD-10", "{egress: {}}", "invalid wrong-type 4:8\n"},
      {"RD-10", "{podSelector: {matchLabels: {a: 1}}}", "invalid wrong-type 4:36\n"},
      {"RD-23", "{egress: [{to: [{}]}]}", "invalid empty-peer 4:23\n"},
      {"RD-23", "{egress: [{to: [{ipBlock: {cidr: 1.0.0.0/8}, podSelector: {}}]}]}",
       "invalid peer-both 4:23\n"},
      {"RD-24", "{egress: [{to: [{ipBlock: {}}]}]}", "invalid missing-cidr 4:24\n"},
      {"RD-24", "{egress: [{to: [{ipBlock: {cidr: 1.0.0.0}}]}]}", "invalid bad-cidr 4:34\n"},
      {"RD-24", "{egress: [{to: [{ipBlock: {cidr: 1.0.0.0/8, except: [2.0.0.0/16]}}]}]}",
       "invalid bad-except 4:60\n"},
      {"RD-24", "{egress: [{to: [{ipBlock: {cidr: 1.0.0.0/8, except: [1.0.0.0/8]}}]}]}",
       "invalid bad-except 4:60\n"},
      {"RD-24", "{egress: [{to: [{ipBlock: {cidr: 1.0.0.0/8, except: ['::/96']}}]}]}",
       "invalid bad-except 4:60\n"},
      {"RD-24", "{egress: [{to: [{ipBlock: {cidr: 1.0.0.9/8}}]}]}",
       "warning cidr-host-bits 4:34\n"},
      {"RD-24", "{egress: [{to: [{ipBlock: {cidr: 010.0.0.0/8}}]}]}",
       "warning cidr-leading-zeros 4:34\n"},
      {"RD-25", "{egress: [{ports: [{port: 0}]}]}", "invalid port-range 4:27\n"},
      {"RD-25", "{egress: [{ports: [{port: '80'}]}]}", "invalid bad-port-name 4:27\n"},
      {"RD-25", "{egress: [{ports: [{port: 80, endPort: 79}]}]}", "invalid bad-end-port 4:37\n"},
      {"RD-25", "{egress: [{ports: [{port: web, endPort: 80}]}]}", "invalid bad-end-port 4:38\n"},
      {"RD-25", "{egress: [{ports: [{endPort: 80}]}]}", "invalid bad-end-port 4:27\n"},
      {"RD-25", "{egress: [{ports: [{protocol: tcp}]}]}", "invalid bad-protocol 4:27\n"},
      {"RD-26", "{policyTypes: [egress]}", "invalid bad-policy-type 4:22\n"},
      {"RD-22", "{podSelector: {matchExpressions: [{key: a, operator: In}]}}",
       "invalid bad-values 4:50\n"},
      {"RD-22", "{podSelector: {matchExpressions: [{key: a, operator: Exists, values: [b]}]}}",
       "invalid bad-values 4:68\n"},
      {"RD-22", "{podSelector: {matchExpressions: [{key: a, operator: Is}]}}",
       "invalid bad-operator 4:50\n"},
      {"RD-21", "{podSelector: {matchLabels: {'a b': c}}}", "invalid bad-label-key 4:36\n"},
      {"RD-21", "{podSelector: {matchLabels: {a: 'c-'}}}", "invalid bad-label-value 4:36\n"},
      {"RD-27", "{egress: [{from: [{podSelector: {}}]}]}", "warning misplaced-peers 4:18\n"},
      {"RD-27", "{ingress: [{to: [{podSelector: {}}]}]}", "warning misplaced-peers 4:19\n"},
      {"RD-27", "{egress: [{port: [{port: 80}]}]}", "warning unknown-field 4:18\n"},
      {"RD-27", "{podSelector: {app: web}}", "warning unknown-field 4:22\n"},
      {"RD-28", "{egress: [~]}", "warning null-rule 4:17\n"},
      {"all are collected", "{egress: [{to: [{}], ports: [{port: 0}]}], policyTypes: [x]}",
       "invalid empty-peer 4:23\ninvalid port-range 4:37\ninvalid bad-policy-type 4:64\n"},
  };
  for (const Case& c : kCases) {
    const model::Snapshot snapshot = read(policy(c.spec));
    EXPECT_EQ(said(snapshot), c.want) << c.rule << ' ' << c.spec;
    const bool refused = std::string_view(c.want).contains("invalid");
    EXPECT_EQ(snapshot.network_policies.size(), refused ? 0U : 1U) << c.spec;
  }
}

TEST(NetworkPolicy, has_the_defaults_of_the_api_server) {
  struct Case {
    const char* spec;
    bool ingress, egress, given;
  } constexpr kCases[] = {
      {"{}", true, false, false},
      {"{egress: []}", true, false, false},
      {"{egress: [{}]}", true, true, false},
      {"{policyTypes: []}", true, false, false},
      {"{policyTypes: [Egress]}", false, true, true},
      {"{policyTypes: [Ingress], egress: [{}]}", true, false, true},
  };
  for (const Case& c : kCases) {
    const model::Snapshot snapshot = read(policy(c.spec));
    ASSERT_EQ(snapshot.network_policies.size(), 1U) << c.spec;
    const model::NetworkPolicy& p = snapshot.network_policies[0];
    EXPECT_EQ(p.isolates_ingress, c.ingress) << c.spec;
    EXPECT_EQ(p.isolates_egress, c.egress) << c.spec;
    EXPECT_EQ(p.types_given, c.given) << c.spec;
  }
}

std::string object(const std::string& kind, const std::string& name, const std::string& rest) {
  const std::string group = kind == "Pod"                        ? "v1"
                            : kind == "Job" || kind == "CronJob" ? "batch/v1"
                                                                 : "apps/v1";
  return "---\napiVersion: " + group + "\nkind: " + kind + "\nmetadata: {name: " + name + "," +
         rest;
}

std::string owned(const std::string& kind, const std::string& owner,
                  const std::string& labels = "") {
  return " labels: {" + labels + "}, ownerReferences: [{controller: true, kind: " + kind +
         ", name: " + owner + "}]}\n";
}

TEST(Reader, counts_a_pod_for_its_workload) {
  const std::string none = "}\n";
  const std::string hash = "pod-template-hash: 5f";
  struct Case {
    const char* name;
    std::string text;
    const char* want;
  } const kCases[] = {
      {"a bare Pod", object("Pod", "a", none), "a:Pod/a "},
      {"a workload alone", object("Deployment", "d", none), ":Deployment/d "},
      {"none of its replicas", object("Deployment", "d", none) + "spec: {replicas: 0}\n",
       ":Deployment/d "},
      {"RD-45: the whole chain",
       object("Deployment", "d", none) + object("ReplicaSet", "r", owned("Deployment", "d")) +
           object("Pod", "a", owned("ReplicaSet", "r")),
       "a:Deployment/d "},
      {"RD-45: a ReplicaSet without its Deployment",
       object("ReplicaSet", "r", owned("Deployment", "d")) +
           object("Pod", "a", owned("ReplicaSet", "r")),
       "a:Deployment/d "},
      {"RD-45: only the Pod, and its hash", object("Pod", "a", owned("ReplicaSet", "d-5f", hash)),
       "a:Deployment/d "},
      {"RD-45: only the Pod, another hash", object("Pod", "a", owned("ReplicaSet", "d-6f", hash)),
       "a:ReplicaSet/d-6f "},
      {"RD-45: a CronJob's",
       object("CronJob", "c", none) + object("Job", "j", owned("CronJob", "c")), ":CronJob/c "},
      {"RD-46: one Pod is enough",
       object("Deployment", "d", none) + object("Pod", "a", owned("ReplicaSet", "d-5f", hash)),
       "a:Deployment/d "},
      {"RD-46: Pods of an earlier template, by their labels",
       object("Deployment", "d", none) + "spec: {template: {metadata: {labels: {new: x}}}}\n" +
           object("Pod", "a", owned("ReplicaSet", "d-5f", hash)),
       ":Deployment/d a:Deployment/d "},
      {"RD-46: Pods of an earlier template, by their spec",
       object("Deployment", "d", none) + "spec: {template: {spec: {hostNetwork: true}}}\n" +
           object("Pod", "a", owned("ReplicaSet", "d-5f", hash)),
       ":Deployment/d a:Deployment/d "},
      {"RD-46: what is filled in is no other template",
       object("Deployment", "d", none) + "spec: {template: {spec: {containers: [{name: c}]}}}\n" +
           object("Pod", "a", owned("ReplicaSet", "d-5f", hash)) +
           "spec: {serviceAccountName: default, containers: [{name: c, image: x}]}\n",
       "a:Deployment/d "},
      {"RD-46: an old ReplicaSet of a Deployment that is not in the input",
       object("ReplicaSet", "d-4e", owned("Deployment", "d")) +
           "spec: {template: {metadata: {labels: {pod-template-hash: 4e}}}}\n" +
           object("Pod", "a", owned("ReplicaSet", "d-5f", hash)),
       "a:Deployment/d "},
      {"RD-33: a Pod that has ended", object("Pod", "a", none) + "status: {phase: Succeeded}\n",
       ""},
      {"a circle of owners",
       object("ReplicaSet", "r", owned("ReplicaSet", "s")) +
           object("ReplicaSet", "s", owned("ReplicaSet", "r")) +
           object("Pod", "a", owned("ReplicaSet", "r")),
       "a:ReplicaSet/r "},
  };
  for (const Case& c : kCases) {
    const model::Snapshot snapshot = read(c.text);
    std::string got;
    for (const model::Pod& pod : snapshot.pods) got += pod.name + ":" + pod.workload.str() + " ";
    EXPECT_EQ(got, c.want) << c.name;
    EXPECT_EQ(said(snapshot), "") << c.name;
  }
}

TEST(Reader, joins_objects) {
  const model::Snapshot twice = read(policy("{}") + "---\n" + policy("{egress: [{}]}"));
  EXPECT_EQ(said(twice), "warning duplicate-object 6:1\n");
  ASSERT_EQ(twice.network_policies.size(), 1U);
  EXPECT_TRUE(twice.network_policies[0].isolates_egress);
  ASSERT_EQ(twice.namespaces.size(), 1U);
  EXPECT_FALSE(twice.namespaces[0].complete);
  EXPECT_EQ(twice.namespaces[0].labels.str(), "kubernetes.io/metadata.name=shop");

  const model::Snapshot kept = read(policy("{}") + "---\n" + policy("{policyTypes: [x]}"));
  EXPECT_EQ(kept.network_policies.size(), 1U) << "a refused update leaves what was there";

  const model::Snapshot lists = read(
      "apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: PodList\n  items:\n  - "
      "metadata: {name: a}\n- apiVersion: v1\n  kind: Namespace\n  metadata: {name: default, "
      "labels: {x: z}}\n- {apiVersion: v1, kind: ConfigMap}\n- {apiVersion: cilium.io/v2, kind: "
      "CiliumNetworkPolicy, metadata: {name: c}}\n- {apiVersion: crd.antrea.io/v1beta1, kind: "
      "NetworkPolicy, metadata: {name: np}}\n");
  EXPECT_EQ(said(lists), "");
  EXPECT_EQ(lists.pods.size(), 1U);
  EXPECT_EQ(lists.skipped.at("ConfigMap"), 1U);
  EXPECT_EQ(lists.policy_objects.size(), 2U);
  ASSERT_EQ(lists.namespaces.size(), 1U);
  EXPECT_EQ(lists.namespaces[0].labels.str(), "kubernetes.io/metadata.name=default,x=z");
}

TEST(Reader, warns_of_what_it_passes_over) {
  const std::string made =
      ", metadata: {name: r, namespace: shop}, spec: {template: {spec: "
      "{containers: [{name: c}]}}}}\n";
  struct Case {
    const char* name;
    std::string text;
    const char* want;
  } const kCases[] = {
      {"RD-42: a workload that nobody here knows",
       "{apiVersion: argoproj.io/v1alpha1, kind: Rollout" + made, "warning unread-workload 2:1\n"},
      {"RD-42: a workload in a group that has none", "{apiVersion: v1, kind: Deployment" + made,
       "warning unread-workload 2:1\n"},
      {"RD-42: a template of something else",
       "{apiVersion: a/v1, kind: B, spec: {template: {spec: {size: 1}}}}\n", ""},
      {"RD-36: a Node without an address",
       "{apiVersion: v1, kind: Node, metadata: {name: n1}, status: {addresses: [{type: Hostname, "
       "address: n1}]}}\n",
       "warning node-without-address 2:1\n"},
      {"RD-36: a Node with one",
       "{apiVersion: v1, kind: Node, metadata: {name: n1}, status: {addresses: [{type: InternalIP, "
       "address: 10.0.0.1}]}}\n",
       ""},
  };
  for (const Case& c : kCases) EXPECT_EQ(said(read("---\n" + c.text)), c.want) << c.name;
}

TEST(Reader, knows_policies_of_any_group_by_their_names) {
  const auto unread = [](const std::string& kind, const std::string& metadata) {
    return read("---\n{apiVersion: x.io/v1, kind: " + kind + ", metadata: " + metadata + "}\n")
        .policy_objects;
  };
  for (const char* kind : {"FQDNNetworkPolicy", "MyNetworkPolicies", "HostFirewallPolicy",
                           "TenantEgressFirewall", "FirewallRule", "FirewallRules"}) {
    const auto found = unread(kind, "{name: p, namespace: shop}");
    ASSERT_EQ(found.size(), 1U) << kind;
    EXPECT_EQ(found[0].object.ns, "shop") << kind;
  }
  const auto everywhere = unread("FQDNNetworkPolicy", "{name: p}");
  ASSERT_EQ(everywhere.size(), 1U);
  EXPECT_EQ(everywhere[0].object.ns, "") << "it may be of every namespace";
  EXPECT_TRUE(unread("NetworkPolicyReport", "{name: p}").empty());
}

TEST(Reader, says_what_is_no_manifest) {
  EXPECT_EQ(said(read("just text\n")), "error not-an-object 1:1\n");
  EXPECT_EQ(said(read("a: 1\n")), "error not-an-object 1:1\n");
  EXPECT_EQ(said(read("\xff\xfe"
                      "a")),
            "error not-utf8 1:1\n");
  EXPECT_EQ(said(read("")), "");
}

TEST(Reader, does_not_mind_how_bytes_arrive) {
  const std::string text = policy("{}") + "--- # x\n" + object("Pod", "a", "}\n") + "---\n---\n" +
                           object("Pod", "b", " labels: {a: 1}}\n");
  const std::string whole = said(read(text, 1 << 20));
  EXPECT_EQ(whole, "invalid wrong-type 15:30\n");
  for (std::size_t step = 1; step < 40; ++step) {
    const model::Snapshot snapshot = read(text, step);
    EXPECT_EQ(said(snapshot), whole) << step;
    EXPECT_EQ(snapshot.pods.size(), 1U) << step;
  }
}

TEST(Reader, has_bounds_for_a_line_without_end) {
  class Endless : public ByteSource {
   public:
    Result<std::size_t> read(std::span<char> into) override {
      std::ranges::fill(into, 'x');
      return given_ > (std::size_t{1} << 30U) ? 0 : (given_ += into.size(), into.size());
    }

   private:
    std::size_t given_ = 0;
  };
  Reader reader;
  Endless source;
  EXPECT_TRUE(reader.add("f", source));
  EXPECT_EQ(said(reader.finish()), "error yaml-size 1:1\n");
}

TEST(Reader, reads_the_manifests_at_hand) {
  const auto root = std::filesystem::path(__FILE__).parent_path() / "../../..";
  const auto folder = root / "../shared/manifests";
  if (!std::filesystem::exists(folder)) GTEST_SKIP() << "no ../shared/manifests beside the sources";
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (entry.path().extension() != ".yaml") continue;
    std::ifstream in(entry.path());
    const std::string text((std::istreambuf_iterator<char>(in)), {});
    for (const Diagnostic& d : read(text, 4096).diagnostics)
      EXPECT_EQ(d.level, Level::warning) << entry.path() << ": " << d.message;
  }
}

/// A Pod in flow style, on one line.
std::string pod(const std::string& name, const std::string& labels, const std::string& spec) {
  return "---\n{apiVersion: v1, kind: Pod, metadata: {name: " + name + ", labels: " + labels +
         "}, spec: " + spec + "}\n";
}

// A spec or a label set that was read before is known by its text.
TEST(Pods, share_what_is_alike_and_nothing_else) {
  const std::string small = "{containers: [{name: c, ports: [{name: a, containerPort: 1}]}]}";
  const std::string other = "{containers: [{name: c, ports: [{name: a, containerPort: 2}]}]}";
  const std::string large = "{containers: [{name: c, workingDir: " + std::string(5000, 'x') +
                            ", ports: [{name: a, containerPort: 1}]}]}";
  const auto snapshot = read(pod("a", "{k: v}", small) + pod("b", "{k: v}", small) +
                             pod("c", "{kv: ''}", other) + pod("d", "{k: v, l: w}", large));
  ASSERT_EQ(snapshot.pods.size(), 4U);
  const auto& pods = snapshot.pods;
  EXPECT_EQ(said(snapshot), "");
  EXPECT_EQ(pods[0].spec, pods[1].spec);
  EXPECT_NE(pods[0].spec, pods[2].spec);
  EXPECT_EQ(pods[0].spec, pods[3].spec) << "a folder is read by nobody";
  EXPECT_EQ(snapshot.pod_specs.size(), 2U);
  EXPECT_EQ(pods[0].labels, pods[1].labels);
  EXPECT_EQ(snapshot.pod_labels.size(), 3U);
}

TEST(Pods, are_refused_each_for_the_same_mistake) {
  const std::string spec = "{containers: [{name: c, ports: [{name: a, containerPort: 70000}]}]}";
  const auto snapshot = read(pod("a", "{k: v}", spec) + pod("b", "{k: v}", spec) +
                             pod("c", "{k: '-'}", "{}") + pod("d", "{k: '-'}", "{}"));
  EXPECT_TRUE(snapshot.pods.empty());
  EXPECT_EQ(std::ranges::count(snapshot.diagnostics, std::string("port-range"), &Diagnostic::code),
            2);
  EXPECT_EQ(
      std::ranges::count(snapshot.diagnostics, std::string("bad-label-value"), &Diagnostic::code),
      2);
}

TEST(Pods, are_in_the_order_of_their_names_however_they_were_read) {
  const auto snapshot = read(pod("c", "{}", "{}") + pod("a", "{}", "{}") + pod("b", "{}", "{}") +
                             pod("a", "{new: 'yes'}", "{}"));
  ASSERT_EQ(snapshot.pods.size(), 3U);
  EXPECT_EQ(snapshot.pods[0].name, "a");
  EXPECT_EQ(snapshot.labels_of(snapshot.pods[0]).str(), "new=yes");
  EXPECT_EQ(snapshot.pods[1].name, "b");
  EXPECT_EQ(snapshot.pods[2].name, "c");
}

}  // namespace
}  // namespace podmoat::manifest
