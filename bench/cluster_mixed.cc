// Policies in other languages than NetworkPolicy, for clusters that mix them: a third of the
// policies of a namespace is the plugin's own, and some hold for the whole cluster.
#include <fmt/format.h>

#include "cluster.h"

namespace podmoat::bench {

bool Cluster::is_foreign(std::uint32_t number) const {
  return size_.mixed != Mixed::none && !denies_all(number) && number % 3 == 1;
}

std::string Cluster::workload_app(std::uint32_t number, const std::string& ns) {
  const std::uint32_t space = static_cast<std::uint32_t>(std::stoul(ns.substr(ns.rfind('-') + 1)));
  const auto saved = random_;
  const Workload workload = workload_of((number * size_.namespaces() + space) % size_.workloads());
  random_ = saved;
  return workload.app;
}

void Cluster::list(std::string_view name, std::initializer_list<std::string_view> items) {
  out_.open_list(name);
  for (const std::string_view item : items) out_.text(item);
  out_.close();
}

void Cluster::calico_policy(std::uint32_t number, const std::string& ns) {
  out_.open_map("spec");
  out_.number("order", 100 + below(2000));
  out_.text("selector",
            fmt::format("app.kubernetes.io/name == '{}' && has(tier)", workload_app(below(8), ns)));
  list("types", {"Egress"});
  out_.open_list("egress");
  out_.open_map();
  out_.text("action", "Allow");
  out_.text("protocol", "TCP");
  out_.open_map("destination");
  list("nets", {"0.0.0.0/0"});
  list("notNets", {number % 2 == 0 ? "169.254.169.254/32" : "10.0.0.0/8"});
  out_.open_list("ports");
  out_.number(80);
  out_.number(443);
  out_.close();
  out_.close();
  out_.close();
  out_.open_map();
  out_.text("action", "Allow");
  out_.open_map("destination");
  out_.text("selector", below(2) == 0 ? "tier == 'front'" : "tier in {'front', 'back'}");
  out_.close();
  out_.close();
  out_.close();
  out_.close();
}

void Cluster::cilium_policy(std::uint32_t number, const std::string& ns) {
  out_.open_map("spec");
  out_.open_map("endpointSelector");
  out_.open_map("matchLabels");
  out_.text("app.kubernetes.io/name", workload_app(below(8), ns));
  out_.close();
  out_.close();
  out_.open_list("egress");
  out_.open_map();
  out_.open_list("toCIDRSet");
  out_.open_map();
  out_.text("cidr", "0.0.0.0/0");
  list("except", {number % 2 == 0 ? "169.254.169.254/32" : "10.0.0.0/8"});
  out_.close();
  out_.close();
  out_.close();
  out_.open_map();
  out_.open_list("toEndpoints");
  out_.open_map();
  out_.open_map("matchLabels");
  out_.text("tier", below(2) == 0 ? "front" : "back");
  out_.close();
  out_.close();
  out_.close();
  out_.close();
  out_.close();
  out_.close();
}

void Cluster::foreign_policy(std::uint32_t number) {
  reseed(7, number);
  const std::string ns = namespace_name(number % size_.namespaces());
  const bool calico = size_.mixed == Mixed::calico;
  head(calico ? "projectcalico.org/v3" : "cilium.io/v2",
       calico ? "NetworkPolicy" : "CiliumNetworkPolicy");
  out_.open_map("metadata");
  out_.text("name", policy_name(number));
  out_.text("namespace", ns);
  identity();
  out_.close();
  calico ? calico_policy(number, ns) : cilium_policy(number, ns);
  out_.close();
}

void Cluster::cluster_policy(std::uint32_t number) {
  reseed(8, number);
  const bool calico = size_.mixed == Mixed::calico;
  head(calico ? "projectcalico.org/v3" : "cilium.io/v2",
       calico ? "GlobalNetworkPolicy" : "CiliumClusterwideNetworkPolicy");
  out_.open_map("metadata");
  out_.text("name", fmt::format("cluster-{}", number));
  out_.close();
  out_.open_map("spec");
  const std::string host = fmt::format("203.0.113.{}/32", number % 250);
  if (calico) {
    out_.number("order", 10 + number);
    out_.text("selector", number % 2 == 0 ? "tier == 'front'" : "tier == 'back'");
    out_.text("namespaceSelector", number % 3 == 0 ? "team == 'search'" : "has(team)");
    list("types", {"Egress"});
    out_.open_list("egress");
    out_.open_map();
    out_.text("action", "Deny");
    out_.open_map("destination");
    list("nets", {host});
    out_.close();
    out_.close();
    out_.open_map();
    out_.text("action", "Pass");
    out_.close();
    out_.close();
  } else {
    out_.open_map("endpointSelector");
    out_.open_map("matchLabels");
    out_.text("tier", number % 2 == 0 ? "front" : "back");
    out_.close();
    out_.close();
    out_.open_map("enableDefaultDeny");
    out_.boolean("egress", false);
    out_.close();
    out_.open_list("egressDeny");
    out_.open_map();
    list("toCIDR", {host});
    out_.close();
    out_.close();
  }
  out_.close();
  out_.close();
}

}  // namespace podmoat::bench
