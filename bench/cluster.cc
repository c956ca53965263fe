// Names, namespaces, Nodes and policies of the made-up cluster; cluster_pod.cc writes its Pods.
#include "cluster.h"

#include <fmt/format.h>

#include <array>

namespace podmoat::bench {

namespace {

constexpr std::array kTeams = {"shop", "payments", "search",  "media", "ml",
                               "data", "identity", "billing", "edge",  "platform"};
constexpr std::array kStages = {"dev", "test", "staging", "prod"};
constexpr std::array kApps = {"web",    "api",     "worker", "cache", "queue",
                              "report", "gateway", "sync",   "auth",  "render"};
constexpr std::array kExcepts = {"169.254.169.254/32", "10.0.0.0/8", "172.16.0.0/12",
                                 "192.168.0.0/16", "100.64.0.0/10"};

}  // namespace

void Cluster::reseed(std::uint64_t kind, std::uint32_t number) {
  random_.seed(size_.seed * 0x9e3779b97f4a7c15U + (kind << 32U) + number);
}

std::string Cluster::hex(std::size_t digits) {
  return fmt::format("{:016x}", random_()).substr(0, digits);
}

std::string Cluster::uid() {
  return hex(8) + "-" + hex(4) + "-4" + hex(3) + "-9" + hex(3) + "-" + hex(12);
}

std::string Cluster::namespace_name(std::uint32_t number) {
  return fmt::format("{}-{}-{}", kTeams[number % kTeams.size()],
                     kStages[number / kTeams.size() % kStages.size()], number);
}

Cluster::Workload Cluster::workload_of(std::uint32_t pod) {
  const std::uint32_t number = pod % size_.workloads();
  reseed(1, number);
  Workload out;
  out.number = number;
  out.ns = namespace_name(number % size_.namespaces());
  out.app = fmt::format("{}-{}", kApps[below(kApps.size())], number);
  out.hash = hex(9);
  const std::uint32_t kind = below(20);
  out.owner_kind = kind < 15 ? "ReplicaSet" : kind < 18 ? "StatefulSet" : "DaemonSet";
  out.owner = out.owner_kind == "ReplicaSet" ? out.app + "-" + out.hash : out.app;
  out.host_network = kind == 19;
  out.containers = number % 8 == 0 ? 2 : 1;
  return out;
}

std::string Cluster::pod_name(const Workload& workload, std::uint32_t pod) {
  if (workload.owner_kind == "StatefulSet")
    return fmt::format("{}-{}", workload.app, pod / size_.workloads());
  return fmt::format("{}-{:05x}", workload.owner, pod & 0xfffffU);
}

std::string Cluster::pod_address(std::uint32_t pod) {
  return fmt::format("10.{}.{}.{}", 64 + pod / 62500, pod / 250 % 250, pod % 250 + 2);
}

std::string Cluster::node_name(std::uint32_t pod) const {
  const std::uint32_t number = pod % size_.nodes();
  return fmt::format("ip-10-0-{}-{}.eu-central-1.compute.internal", number / 250, number % 250);
}

void Cluster::head(const char* version, const char* kind) {
  out_.open_map();
  out_.text("apiVersion", version);
  out_.text("kind", kind);
}

void Cluster::identity() {
  out_.text("resourceVersion", std::to_string(100000 + below(90000000)));
  out_.text("uid", uid());
}

void Cluster::name_space(std::uint32_t number) {
  reseed(2, number);
  const std::string name = namespace_name(number);
  head("v1", "Namespace");
  out_.open_map("metadata");
  out_.text("creationTimestamp", "2026-03-01T08:00:00Z");
  out_.open_map("labels");
  out_.text("kubernetes.io/metadata.name", name);
  out_.text("stage", kStages[number / kTeams.size() % kStages.size()]);
  out_.text("team", kTeams[number % kTeams.size()]);
  out_.close();
  out_.text("name", name);
  identity();
  out_.close();
  out_.open_map("status");
  out_.text("phase", "Active");
  out_.close();
  out_.close();
}

void Cluster::node(std::uint32_t number) {
  reseed(3, number);
  const std::string name = node_name(number);
  const std::string address = fmt::format("10.0.{}.{}", number / 250, number % 250);
  head("v1", "Node");
  out_.open_map("metadata");
  out_.open_map("labels");
  out_.text("kubernetes.io/hostname", name);
  out_.text("kubernetes.io/os", "linux");
  out_.text("topology.kubernetes.io/zone", fmt::format("eu-central-1{}", "abc"[number % 3]));
  out_.close();
  out_.text("name", name);
  identity();
  out_.close();
  out_.open_map("spec");
  out_.text("providerID", fmt::format("aws:///eu-central-1{}/i-0{}", "abc"[number % 3], hex(16)));
  out_.close();
  out_.open_map("status");
  out_.open_list("addresses");
  for (const auto& [type, value] : {std::pair{"InternalIP", address}, {"Hostname", name}}) {
    out_.open_map();
    out_.text("address", value);
    out_.text("type", type);
    out_.close();
  }
  out_.close();
  out_.close();
  out_.close();
}

void Cluster::policy_types(bool ingress, bool egress) {
  out_.open_list("policyTypes");
  if (ingress) out_.text("Ingress");
  if (egress) out_.text("Egress");
  out_.close();
}

void Cluster::ports(std::uint32_t count) {
  constexpr std::array kPorts = {80, 443, 5432, 6379, 8080, 9092};
  out_.open_list("ports");
  for (std::uint32_t i = 0; i < count; ++i) {
    out_.open_map();
    out_.number("port", kPorts[below(kPorts.size())]);
    out_.text("protocol", "TCP");
    out_.close();
  }
  out_.close();
}

void Cluster::dns_rule() {
  out_.open_map();
  out_.open_list("ports");
  for (const char* protocol : {"UDP", "TCP"}) {
    out_.open_map();
    out_.number("port", 53);
    out_.text("protocol", protocol);
    out_.close();
  }
  out_.close();
  out_.open_list("to");
  out_.open_map();
  out_.open_map("namespaceSelector");
  out_.open_map("matchLabels");
  out_.text("kubernetes.io/metadata.name", "kube-system");
  out_.close();
  out_.close();
  out_.close();
  out_.close();
  out_.close();
}

void Cluster::internet_rule() {
  out_.open_map();
  if (below(3) == 0) ports(1 + below(2));
  out_.open_list("to");
  out_.open_map();
  out_.open_map("ipBlock");
  out_.text("cidr", "0.0.0.0/0");
  const std::uint32_t first = below(3) == 0 ? 1 : 0;  // a third forgets the metadata server
  out_.open_list("except");
  for (std::uint32_t i = first; i <= first + below(4); ++i)
    out_.text(kExcepts[i % kExcepts.size()]);
  out_.close();
  out_.close();
  out_.close();
  out_.close();
  out_.close();
}

void Cluster::peer_rule(const char* peers) {
  out_.open_map();
  ports(1 + below(3));
  out_.open_list(peers);
  out_.open_map();
  out_.open_map("namespaceSelector");
  out_.open_map("matchLabels");
  out_.text("team", kTeams[below(kTeams.size())]);
  out_.close();
  out_.close();
  out_.open_map("podSelector");
  out_.open_map("matchLabels");
  out_.text("tier", below(2) == 0 ? "front" : "back");
  out_.close();
  out_.close();
  out_.close();
  out_.close();
  out_.close();
}

void Cluster::pod_selector(const std::string& ns) {
  // One of the workloads that live in this namespace.
  const std::uint32_t round = below(size_.workloads() / size_.namespaces() + 1);
  const std::uint32_t space = static_cast<std::uint32_t>(std::stoul(ns.substr(ns.rfind('-') + 1)));
  const auto saved = random_;
  const Workload workload = workload_of((round * size_.namespaces() + space) % size_.workloads());
  random_ = saved;
  out_.open_map("podSelector");
  if (below(4) == 0) {
    out_.open_list("matchExpressions");
    out_.open_map();
    out_.text("key", "tier");
    out_.text("operator", "In");
    out_.open_list("values");
    out_.text("front");
    out_.text("back");
    out_.close();
    out_.close();
    out_.close();
  } else {
    out_.open_map("matchLabels");
    out_.text("app.kubernetes.io/name", workload.app);
    out_.close();
  }
  out_.close();
}

bool Cluster::denies_all(std::uint32_t policy) const {
  return policy < size_.namespaces() && policy % 2 == 0;
}

std::string Cluster::policy_name(std::uint32_t number) const {
  return fmt::format("{}-{}", denies_all(number) ? "default-deny" : "allow", number);
}

std::string Cluster::pod_key(std::uint32_t number) {
  const Workload workload = workload_of(number);
  return workload.ns + "/" + pod_name(workload, number);
}

std::string Cluster::policy_key(std::uint32_t number) const {
  return namespace_name(number % size_.namespaces()) + "/" + policy_name(number);
}

void Cluster::policy(std::uint32_t number) {
  if (is_foreign(number)) return foreign_policy(number);
  reseed(4, number);
  const std::string ns = namespace_name(number % size_.namespaces());
  head("networking.k8s.io/v1", "NetworkPolicy");
  out_.open_map("metadata");
  out_.text("creationTimestamp", "2026-03-02T10:00:00Z");
  out_.text("name", policy_name(number));
  out_.text("namespace", ns);
  identity();
  out_.close();
  out_.open_map("spec");
  if (denies_all(number)) {
    out_.key("podSelector");
    out_.empty_map();
    policy_types(true, true);
  } else {
    const std::uint32_t shape = below(8);
    const bool egress = shape != 0;
    const bool ingress = shape < 4;
    if (egress) {
      out_.open_list("egress");
      dns_rule();
      if (shape % 2 == 1) internet_rule();
      for (std::uint32_t i = below(3); i > 0; --i) peer_rule("to");
      out_.close();
    }
    if (ingress) {
      out_.open_list("ingress");
      for (std::uint32_t i = 1 + below(2); i > 0; --i) peer_rule("from");
      out_.close();
    }
    pod_selector(ns);
    policy_types(ingress, egress);
  }
  out_.close();
  out_.close();
}

}  // namespace podmoat::bench
