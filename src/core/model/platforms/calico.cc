// Calico's Felix, in whatever network it enforces.
#include <utility>

#include "core/model/platforms/tables.h"

namespace podmoat::model {
namespace {

using enum Answer;
using enum Mark;
using P = Platform;

Platform calico() {
  return profile(
      {"calico", "Calico: Felix on iptables, nftables or eBPF", "calico"},
      {{&P::enforces, yes, verified, "projectcalico/calico felix/rules"},
       {&P::cidr_matches_pods, yes, verified,
        "projectcalico/calico felix/rules: nets match whatever address the packet has"},
       {&P::cidr_matches_nodes, yes, verified,
        "projectcalico/calico felix/rules: nets match whatever address the packet has"},
       {&P::whole_range_matches_nodes, yes, verified, "as cidrMatchesNodes"},
       {&P::cidr_matches_host_link_local, yes, verified, "as cidrMatchesNodes"},
       {&P::own_node_policed, yes, verified,
        "projectcalico/calico felix/rules: egress policy of the workload comes before "
        "DefaultEndpointToHostAction"},
       {&P::own_node_accepts, unknown, verified,
        "Felix drops by default what its Pods send to their node, the shipped manifests and chart "
        "set DefaultEndpointToHostAction to ACCEPT"},
       {&P::node_port_range_policed, yes, derived,
        "judged like every other port once the Service is translated"},
       {&P::ipv4_policed, yes, verified, "projectcalico/calico felix/rules"},
       {&P::ipv6_policed, unknown, verified,
        "projectcalico/calico manifests/calico.yaml sets FELIX_IPV6SUPPORT to false, Felix's own "
        "default is true"},
       {&P::hidden_family, no, derived, "its Pods have the addresses that their status names"},
       {&P::except_is_local, yes, derived,
        "projectcalico/calico libcalico-go: except becomes notNets of the same rule"},
       {&P::sees_service_addresses, no, verified,
        "projectcalico/calico felix/rules, filter table; eBPF post_nat_ip_dst"},
       {&P::starts_closed, yes, derived,
        "projectcalico/calico felix/rules/dispatch.go: what comes from an interface whose policy "
        "is "
        "not programmed yet is dropped"},
       {&P::host_policies, yes, verified, "tigera/docs, HostEndpoint"},
       {&P::bare_pods_policed, yes, derived, "every Pod has a WorkloadEndpoint"},
       {&P::windows_policed, unknown, memory,
        "Calico for Windows enforces policies, and is an installation of its own"},
       {&P::fargate_policed, no, derived, "calico-node does not run on virtual nodes"},
       {&P::all_reaches_nodes, yes, verified, "a rule without nets matches every address"},
       {&P::denies_by_default, no, verified,
        "tigera/docs: Pods that no policy selects are ruled by the profile of their namespace, "
        "which allows"},
       {&P::other_languages, no, derived, "it reads no policies but those listed"}},
      {{"NetworkPolicy", yes, verified, "projectcalico/calico libcalico-go conversion"},
       {"Calico", yes, verified, "projectcalico/calico"},
       {"AdminNetworkPolicy", unknown, derived, "Calico 3.29 to 3.31 only"},
       {"ClusterNetworkPolicy", unknown, derived, "from Calico 3.32"}});
}

Platform gke() {
  Platform out = changed(
      calico(),
      {"gke-calico", "GKE with network policy on the iptables dataplane (Calico)", "calico"},
      {{&P::ipv6_policed, unknown, memory, "the setting of GKE's calico-node was not read"},
       {&P::windows_policed, no, memory, "GKE enforces policies on Linux nodes only"}});
  return speaking(
      std::move(out),
      {{"Calico", unknown, memory, "GKE installs Calico's CRDs, support of them is not promised"}});
}

}  // namespace

std::vector<Platform> calico_platforms() {
  return {
      calico(),
      changed(calico(), {"canal", "Canal: flannel's network with Calico's policies", "calico"},
              {{&P::enforces, yes, verified,
                "projectcalico/calico manifests/canal.yaml: calico-node beside flannel"}}),
      gke(),
      changed(calico(), {"aks-calico", "AKS with Calico", "calico"},
              {{&P::ipv6_policed, unknown, derived,
                "AKS installs Calico by its operator, which enables IPv6 where Pods have it"}})};
}

}  // namespace podmoat::model
