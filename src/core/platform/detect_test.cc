// Detection as a table: what stands in a cluster, and which Platform that is.
#include "core/platform/detect.h"

#include <gtest/gtest.h>

#include "support/yaml_cluster.h"

namespace podmoat::platform {
namespace {

using model::Answer;
using model::Platform;

/// A DaemonSet of one container; `more` are further members of the container.
std::string daemon_set(const std::string& ns, const std::string& name, const std::string& image,
                       const std::string& more = "") {
  return "---\napiVersion: apps/v1\nkind: DaemonSet\nmetadata: {name: " + name +
         ", namespace: " + ns +
         "}\nspec: {selector: {}, template: {spec: {containers: [{name: " + name + ", image: \"" +
         image + "\"" + (more.empty() ? "" : ", ") + more + "}]}}}\n";
}

std::string config(const std::string& name, const std::string& data) {
  return "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: " + name +
         ", namespace: kube-system}\ndata: {" + data + "}\n";
}

Platform detected(const std::string& text) { return detect(test::cluster_of(text)).platform; }

const std::string kCalico = daemon_set("kube-system", "calico-node", "calico/node:v3.30.0");
const std::string kCilium = daemon_set("kube-system", "cilium", "quay.io/cilium/cilium:v1.18.0");

TEST(Detect, tells_the_plugin) {
  struct Row {
    const char* what;
    std::string text;
    const char* name;
  };
  const Row rows[] = {
      {"nothing", "", "conformant"},
      {"by name", kCalico, "calico"},
      {"by image", daemon_set("kube-system", "net", "registry:5000/rancher/mirrored-calico-node:1"),
       "calico"},
      {"not by an image that only ends so", daemon_set("kube-system", "net", "notcalico/node:1"),
       "conformant"},
      {"not in a tenant's namespace", daemon_set("shop", "calico-node", "calico/node:1"),
       "conformant"},
      {"an identity agent is no plugin",
       daemon_set("kube-system", "kube2iam", "jtblin/kube2iam:0.11"), "conformant"},
      {"Cilium by its configuration", config("cilium-config", "enable-policy: default"), "cilium"},
      {"two", kCalico + kCilium, "unclear"},
      {"the same twice", kCalico + daemon_set("calico-system", "calico-node", "calico/node:v3"),
       "calico"},
      {"a network beside it", kCalico + daemon_set("kube-flannel", "kube-flannel-ds", "flannel:1"),
       "calico"},
  };
  for (const Row& row : rows) EXPECT_EQ(detected(row.text).name, row.name) << row.what;
}

TEST(Detect, says_on_what_it_rests) {
  const Detected nothing = detect(test::cluster_of(""));
  EXPECT_EQ(nothing.basis, model::Basis::assumed);
  EXPECT_TRUE(nothing.platform.evidence.empty());
  const Detected calico = detect(test::cluster_of(kCalico));
  EXPECT_EQ(calico.basis, model::Basis::detected);
  EXPECT_EQ(calico.platform.evidence,
            std::vector<std::string>{"DaemonSet kube-system/calico-node (cluster.yaml:2)"});
}

TEST(Detect, contradictions_are_unknown_and_the_rest_stays) {
  const Platform platform = detected(kCalico + kCilium + config("cilium-config", "a: b"));
  EXPECT_EQ(platform.enforces.answer, Answer::yes);
  EXPECT_EQ(platform.cidr_matches_nodes.answer, Answer::unknown);
  EXPECT_EQ(platform.cidr_matches_nodes.source, "calico says yes, cilium says no");
  EXPECT_EQ(platform.reads("NetworkPolicy"), Answer::yes);
  EXPECT_EQ(platform.reads("Calico"), Answer::unknown);
  EXPECT_EQ(platform.reads("Cilium"), Answer::unknown);
  EXPECT_EQ(platform.reads("Antrea"), Answer::no);
  EXPECT_EQ(platform.unclear.size(), 1u);
}

TEST(Detect, calico_settings) {
  const auto v6 = [](const std::string& text) { return detected(text).ipv6_policed.answer; };
  const std::string off = daemon_set("kube-system", "calico-node", "calico/node:v3",
                                     "env: [{name: FELIX_IPV6SUPPORT, value: \"false\"}]");
  const std::string felix =
      "---\napiVersion: crd.projectcalico.org/v1\nkind: FelixConfiguration\nmetadata: {name: "
      "default}\nspec: {ipv6Support: true}\n";
  EXPECT_EQ(v6(kCalico), Answer::unknown);
  EXPECT_EQ(v6(off), Answer::no);
  EXPECT_EQ(v6(kCalico + felix), Answer::yes);
  EXPECT_EQ(v6(off + felix), Answer::no) << "the variable comes first";
}

TEST(Detect, cilium_settings) {
  const auto with = [](const std::string& data) {
    return detected(kCilium + config("cilium-config", data));
  };
  EXPECT_EQ(with("enable-policy: never").enforces.answer, Answer::no);
  EXPECT_EQ(with("enable-policy: always").denies_by_default.answer, Answer::yes);
  EXPECT_EQ(with("enable-policy: default").denies_by_default.answer, Answer::no);
  EXPECT_EQ(with("policy-cidr-match-mode: nodes").cidr_matches_nodes.answer, Answer::yes);
  EXPECT_EQ(with("enable-host-firewall: \"true\"").host_policies.answer, Answer::yes);
  EXPECT_TRUE(with("enable-policy: default").unclear.empty());
  EXPECT_EQ(detected(kCilium).unclear.size(), 1u) << "its settings are not in the input";
  EXPECT_EQ(detected(kCilium + "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: "
                               "cilium-config, namespace: shop}\ndata: {enable-policy: never}\n")
                .enforces.answer,
            Answer::yes)
      << "a tenant's ConfigMap says nothing";
}

TEST(Detect, aws_settings) {
  const auto aws = [](const std::string& arguments, const std::string& env) {
    return daemon_set("kube-system", "aws-node", "amazon-k8s-cni:v1",
                      "args: [" + arguments + "], env: [" + env + "]");
  };
  const auto variable = [](const std::string& name, const std::string& value) {
    return "{name: " + name + ", value: \"" + value + "\"}";
  };
  const std::string on = "--enable-network-policy=true";
  EXPECT_EQ(detected(aws(on, "")).name, "eks");
  EXPECT_EQ(detected(aws("--enable-network-policy, \"true\"", "")).name, "eks");
  EXPECT_EQ(detected(aws("--enable-network-policy=false", "")).name, "eks-no-policy");
  EXPECT_EQ(detected(aws("", "")).name, "eks-no-policy");
  EXPECT_EQ(detected(aws(on, variable("ENABLE_IPv6", "true"))).name, "eks-ipv6");
  EXPECT_EQ(detected(aws(on, variable("ENABLE_V6_EGRESS", "true"))).hidden_family.answer,
            Answer::yes);
  EXPECT_EQ(
      detected(aws(on, variable("NETWORK_POLICY_ENFORCING_MODE", "strict"))).starts_closed.answer,
      Answer::yes);
  EXPECT_EQ(detected(kCalico + aws("", "")).name, "calico") << "off beside another";
  EXPECT_EQ(detected(kCalico + aws(on, "")).name, "unclear");
}

TEST(Detect, aws_by_its_pods_alone) {
  const auto pod = [](const std::string& spec) {
    return "apiVersion: v1\nkind: Pod\nmetadata: {name: aws-node-1, namespace: kube-system, "
           "ownerReferences: [{kind: DaemonSet, name: aws-node, controller: true}]}\nspec: " +
           spec + "\n";
  };
  EXPECT_EQ(detected(pod("{containers: [{name: aws-eks-nodeagent, image: a, args: "
                         "[--enable-network-policy=true]}]}"))
                .name,
            "eks");
  const Platform platform = detected(pod("{}"));
  EXPECT_EQ(platform.enforces.answer, Answer::unknown);
  EXPECT_EQ(platform.ipv4_policed.answer, Answer::unknown);
  EXPECT_EQ(platform.unclear.size(), 2u);
}

TEST(Detect, versions) {
  const auto queues = [](const std::string& tag) {
    return detected(daemon_set("kube-system", "kube-network-policies",
                               "registry.k8s.io/networking/kube-network-policies" + tag));
  };
  EXPECT_EQ(queues(":v1.1.0").own_node_policed.answer, Answer::yes);
  EXPECT_EQ(queues(":v1.10.2").own_node_policed.answer, Answer::yes);
  EXPECT_EQ(queues(":v1.0.9").own_node_policed.answer, Answer::no);
  EXPECT_EQ(queues(":latest").own_node_policed.answer, Answer::unknown);
  EXPECT_EQ(queues("@sha256:00").own_node_policed.answer, Answer::unknown);
  const auto kind = [](const std::string& tag) {
    return detected(daemon_set("kube-system", "kindnet", "kindest/kindnetd" + tag)).enforces.answer;
  };
  EXPECT_EQ(kind(":v20240813-c6f155d6"), Answer::yes);
  EXPECT_EQ(kind(":v20240513-cd2ac642"), Answer::no);
  EXPECT_EQ(kind(":dev"), Answer::unknown);
}

TEST(Detect, cilium_by_version) {
  const auto cilium = [](const std::string& tag, const std::string& data = "") {
    return detected(daemon_set("kube-system", "cilium", "quay.io/cilium/cilium" + tag) +
                    (data.empty() ? "" : config("cilium-config", data)));
  };
  const std::string on = "enable-k8s-cluster-network-policy: \"true\"";
  const auto cnp = [&](const std::string& tag, const std::string& data) {
    return cilium(tag, data).reads("ClusterNetworkPolicy");
  };
  EXPECT_TRUE(cilium(":v1.14.5", "a: b").ignores_no_default_deny);
  EXPECT_TRUE(cilium(":1.15.9@sha256:00", "a: b").ignores_no_default_deny);
  EXPECT_FALSE(cilium(":v1.16.0", "a: b").ignores_no_default_deny);
  EXPECT_TRUE(
      cilium(":v1.16.0", "enable-non-default-deny-policies: \"false\"").ignores_no_default_deny);
  EXPECT_TRUE(detected(daemon_set("kube-system", "net", "quay.io/cilium/cilium:v1.14.5") + kCalico)
                  .ignores_no_default_deny)
      << "beside another plugin";
  EXPECT_TRUE(detected("---\napiVersion: apps/v1\nkind: DaemonSet\nmetadata: {name: cilium, "
                       "namespace: kube-system}\nspec: {selector: {}, template: {spec: "
                       "{containers: [{name: cilium-agent, image: \"mirror/c:v1.14.5\"}]}}}\n")
                  .ignores_no_default_deny)
      << "from a mirror, by the name of the container";
  EXPECT_FALSE(detected(daemon_set("kube-system", "anetd", "gke.gcr.io/cilium/cilium:v1.14.5"))
                   .ignores_no_default_deny)
      << "GKE's is a fork";
  EXPECT_TRUE(cilium(":v1.14.5", "a: b").unclear.empty());
  for (const char* tag : {"", ":latest", "@sha256:00"}) {
    EXPECT_FALSE(cilium(tag, "a: b").ignores_no_default_deny) << tag;
    EXPECT_EQ(cilium(tag, "a: b").unclear.size(), 1u) << tag;
  }
  EXPECT_EQ(detected(config("cilium-config", "a: b")).unclear.size(), 1u);

  EXPECT_EQ(cnp(":v1.20.2", on), Answer::yes);
  EXPECT_EQ(cnp(":v1.20.2", "a: b"), Answer::no) << "off by default";
  EXPECT_EQ(cnp(":v1.20.2", ""), Answer::unknown) << "its settings are not in the input";
  EXPECT_EQ(cnp(":v1.19.4", on), Answer::no) << "not in that version";
  EXPECT_EQ(cnp("", on), Answer::yes) << "older charts do not write it";
  EXPECT_EQ(cnp("", ""), Answer::unknown);
}

TEST(Detect, cilium_blocks_that_hold_pods) {
  const auto with = [](const std::string& mode, const std::string& addresses) {
    return detected(kCilium + config("cilium-config", "policy-cidr-match-mode: " + mode) +
                    "---\napiVersion: v1\nkind: Pod\nmetadata: {name: a, namespace: b}\nspec: "
                    "{}\nstatus: {podIPs: [" +
                    addresses + "]}\n");
  };
  const std::string v4 = "{ip: 10.1.0.5}";
  EXPECT_EQ(with("nodes", v4).cidr_matches_pods.answer, Answer::no);
  EXPECT_EQ(with("pods", v4).cidr_matches_pods.answer, Answer::yes);
  EXPECT_EQ(with("pods", v4).cidr_matches_nodes.answer, Answer::no);
  EXPECT_EQ(with("nodes pods", v4).cidr_matches_pods.answer, Answer::yes);
  EXPECT_EQ(with("nodes pods", v4).cidr_matches_nodes.answer, Answer::yes);
  EXPECT_EQ(with("pods", v4 + ", {ip: \"fd01::5\"}").cidr_matches_pods.answer, Answer::unknown)
      << "a block of one family holds the Pod at both addresses";
}

TEST(Detect, calico_by_version) {
  struct Row {
    const char* tag;
    Answer admin;
    Answer cluster;
    bool lacks_tiers;
  };
  const Row rows[] = {
      {":v3.26", Answer::no, Answer::no, true},
      {":v3.28.5", Answer::no, Answer::no, true},
      {":v3.29.1-build20250101", Answer::unknown, Answer::no, false},
      {":v3.30.2", Answer::yes, Answer::no, false},
      {":v3.31.0", Answer::yes, Answer::no, false},
      {":v3.32.1", Answer::no, Answer::yes, false},
      {":v4.0.0", Answer::no, Answer::yes, false},
      {":master", Answer::unknown, Answer::unknown, false},
      {"", Answer::unknown, Answer::unknown, false},
  };
  for (const Row& row : rows) {
    const Platform platform =
        detected(daemon_set("kube-system", "calico-node", std::string("calico/node") + row.tag));
    EXPECT_EQ(platform.reads("AdminNetworkPolicy"), row.admin) << row.tag;
    EXPECT_EQ(platform.reads("ClusterNetworkPolicy"), row.cluster) << row.tag;
    EXPECT_EQ(platform.lacks_tiers, row.lacks_tiers) << row.tag;
  }
  EXPECT_FALSE(
      detected(daemon_set("calico-system", "calico-node", "tigera/cnx-node:v3.19.0")).lacks_tiers)
      << "Calico Enterprise counts otherwise";
  const std::string gke =
      "---\napiVersion: v1\nkind: Node\nmetadata: {name: n1, labels: "
      "{cloud.google.com/gke-nodepool: p}}\n";
  const Platform on_gke =
      detected(gke + daemon_set("kube-system", "calico-node", "gke.gcr.io/calico/node:v3.32.0"));
  EXPECT_EQ(on_gke.reads("ClusterNetworkPolicy"), Answer::unknown) << "GKE chooses what it brings";
}

TEST(Detect, kube_network_policies_by_build) {
  struct Row {
    const char* tag;
    Answer admin;
    Answer cluster;
  };
  const Row rows[] = {
      {"v1.1.1", Answer::no, Answer::no},
      {"v1.1.1-npa-v1alpha1", Answer::yes, Answer::no},
      {"v1.1.1-npa-v1alpha2", Answer::no, Answer::yes},
      {"v1.1.1-iptracker", Answer::no, Answer::no},
      {"v1.1.1-mine", Answer::unknown, Answer::unknown},
      {"v1.0.0-npa-v1alpha2", Answer::no, Answer::unknown},
      {"v0.8.1", Answer::unknown, Answer::unknown},
      {"latest", Answer::unknown, Answer::unknown},
  };
  for (const Row& row : rows) {
    const Platform platform = detected(daemon_set("kube-system", "kube-network-policies",
                                                  std::string("kube-network-policies:") + row.tag));
    EXPECT_EQ(platform.reads("AdminNetworkPolicy"), row.admin) << row.tag;
    EXPECT_EQ(platform.reads("ClusterNetworkPolicy"), row.cluster) << row.tag;
  }
}

TEST(Detect, weave_by_a_name_or_an_image) {
  const auto weave = [](const std::string& image, const std::string& more = "") {
    return detected(daemon_set("kube-system", "weave-net", image, more));
  };
  EXPECT_EQ(weave("weaveworks/weave-npc:2.8.1").name, "weave");
  EXPECT_EQ(weave("registry:5000/weave-npc@sha256:00").name, "weave");
  EXPECT_EQ(weave("weaveworks/weave-kube:2.8.1").enforces.answer, Answer::no) << "without its npc";
  const Platform by_name = detected(
      "---\napiVersion: v1\nkind: Pod\nmetadata: {name: weave-net-1, namespace: kube-system, "
      "ownerReferences: [{kind: DaemonSet, name: weave-net, controller: true}]}\nspec: {}\n");
  EXPECT_EQ(by_name.name, "weave");
  EXPECT_EQ(by_name.enforces.answer, Answer::unknown);
}

TEST(Detect, a_platform_that_the_objects_contradict) {
  const auto said = [](const std::string& name, const std::string& text) {
    return contradiction(*model::find_platform(name), test::cluster_of(text));
  };
  EXPECT_EQ(said("calico", kCilium),
            "--platform says calico, and DaemonSet kube-system/cilium (cluster.yaml:2) shows that "
            "platform cilium enforces policies");
  EXPECT_EQ(said("aks-cilium", kCilium), "") << "the same family";
  EXPECT_EQ(said("calico", ""), "") << "nothing tells";
  EXPECT_EQ(said("calico", kCilium + kCalico), "") << "it is one of two";
  EXPECT_EQ(said("calico", kCilium + config("cilium-config", "enable-policy: never")), "")
      << "what is there enforces nothing";
}

TEST(Detect, redirects_whatever_the_plugin_is) {
  const std::string agent =
      daemon_set("kube-system", "kube2iam", "jtblin/kube2iam:0.11", "args: [--app-port=8282]");
  const Platform platform = detected(kCalico + agent);
  ASSERT_EQ(platform.redirects.size(), 1u);
  EXPECT_EQ(platform.redirects[0].str(),
            "169.254.169.254:80/TCP goes to port 8282 of the Pod's own node");
  const std::string server = daemon_set("kube-system", "gke-metadata-server", "g:1");
  EXPECT_EQ(detected(kCalico + server).redirects[0].str(),
            "169.254.169.254:80/TCP goes to 169.254.169.252:988 on some nodes, perhaps on all");
  EXPECT_TRUE(
      detected(daemon_set("kube-system", "anetd", "cilium/cilium:1") + server).redirects.empty());
  const model::Snapshot snapshot = test::cluster_of(agent);
  EXPECT_EQ(with_agents(*model::find_platform("antrea"), snapshot).redirects.size(), 1u);
}

}  // namespace
}  // namespace podmoat::platform
