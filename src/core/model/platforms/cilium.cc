// Cilium, which knows destinations by identity: Pods, nodes and the world.
#include <utility>

#include "core/model/platforms/tables.h"

namespace podmoat::model {
namespace {

using enum Answer;
using enum Mark;
using P = Platform;

Platform cilium() {
  return profile(
      {"cilium", "Cilium, with the settings of its chart", "cilium"},
      {{&P::enforces, yes, verified, "cilium docs security/policy"},
       {&P::cidr_matches_pods, no, verified,
        "cilium docs security/policy: CIDR rules match only identities outside of the cluster"},
       {&P::cidr_matches_nodes, no, verified,
        "cilium docs security/policy: CIDR rules do not match the identities host and remote-node, "
        "unless policy-cidr-match-mode is nodes"},
       {&P::whole_range_matches_nodes, no, verified,
        "cilium/cilium#47827: not even with policy-cidr-match-mode nodes"},
       {&P::cidr_matches_host_link_local, no, third_party,
        "cilium/cilium#34387: an address on an interface of the node has the identity host "
        "(exceptions with BPF host routing: #35989, #40273)"},
       {&P::own_node_policed, yes, verified, "cilium docs security/policy: the entity host"},
       {&P::own_node_accepts, yes, derived,
        "the host firewall is off unless enable-host-firewall says otherwise"},
       {&P::node_port_range_policed, yes, derived,
        "judged at the backend, or as the entity host like every other port"},
       {&P::ipv4_policed, yes, verified, "cilium docs security/policy"},
       {&P::ipv6_policed, yes, derived, "the same program for both families"},
       {&P::hidden_family, no, derived, "its Pods have the addresses that their status names"},
       {&P::except_is_local, yes, verified,
        "cilium/cilium pkg/k8s/network_policy.go: one CIDR rule for each peer"},
       {&P::sees_service_addresses, no, verified,
        "cilium docs: policies hold for the backend of a Service"},
       {&P::starts_closed, unknown, memory, "was not looked up"},
       {&P::host_policies, no, verified,
        "cilium docs security/host-firewall: nodeSelector policies need enable-host-firewall, "
        "which is off by default"},
       {&P::bare_pods_policed, yes, derived, "Cilium's agent manages every Pod of its network"},
       {&P::windows_policed, no, memory, "Cilium runs on Linux only"},
       {&P::fargate_policed, no, derived, "cilium-agent does not run on virtual nodes"},
       {&P::all_reaches_nodes, yes, verified,
        "cilium/cilium pkg/k8s/network_policy.go: a rule without `to` holds every identity"},
       {&P::denies_by_default, no, verified,
        "cilium docs security/policy/intro: enable-policy is default unless set"},
       {&P::other_languages, no, derived, "it reads no policies but those listed"}},
      {{"NetworkPolicy", yes, verified, "cilium docs network/kubernetes/policy"},
       {"Cilium", yes, verified, "cilium docs security/policy"},
       {"ClusterNetworkPolicy", unknown, derived,
        "cilium/cilium#42338: from 1.20, with enable-k8s-cluster-network-policy"}});
}

Platform gke() {
  Platform out = changed(
      cilium(), {"gke-dataplane-v2", "GKE Dataplane V2: Cilium as Google runs it", "cilium"},
      {{&P::cidr_matches_nodes, no, verified,
        "GKE Dataplane V2: node addresses are reserved identities, which an ipBlock does not "
        "match"},
       {&P::cidr_matches_host_link_local, unknown, derived,
        "the metadata address is judged as it is written, before GKE redirects it; other "
        "link-local "
        "addresses were not looked up"},
       {&P::starts_closed, unknown, memory, "was not looked up"}});
  return speaking(
      std::move(out),
      {{"Cilium", unknown, third_party,
        "GKE, Control cluster-wide communication using network policies: "
        "CiliumClusterwideNetworkPolicy on layers 3 and 4 only, and only once it is switched on "
        "(gcloud container clusters update --enable-cilium-clusterwide-network-policy)"}});
}

}  // namespace

std::vector<Platform> cilium_platforms() {
  return {cilium(), gke(),
          changed(cilium(), {"aks-cilium", "AKS with Azure CNI powered by Cilium", "cilium"},
                  {{&P::cidr_matches_nodes, no, verified,
                    "MicrosoftDocs/azure-aks-docs: an ipBlock selects neither Pods nor nodes"},
                   {&P::cidr_matches_pods, no, verified,
                    "MicrosoftDocs/azure-aks-docs: an ipBlock selects neither Pods nor nodes"},
                   {&P::cidr_matches_host_link_local, unknown, verified,
                    "MicrosoftDocs/azure-aks-docs: LocalDNS needs its CIDR and the entity host, "
                    "both"},
                   {&P::host_policies, no, verified,
                    "MicrosoftDocs/azure-aks-docs: Pods on the host network are not subject to "
                    "policies"}})};
}

}  // namespace podmoat::model
