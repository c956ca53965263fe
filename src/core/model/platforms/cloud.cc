// Plugins that one cloud has: the agent of the AWS VPC CNI, and Azure's network policy manager.
#include "core/model/platforms/tables.h"

namespace podmoat::model {
namespace {

using enum Answer;
using enum Mark;
using P = Platform;

constexpr std::string_view kRules = "aws/aws-network-policy-agent pkg/fwruleprocessor";

Platform eks() {
  return profile(
      {"eks", "AWS VPC CNI with its network policy agent, in a cluster with IPv4 Pods", "aws"},
      {{&P::enforces, yes, verified, "aws/aws-network-policy-agent"},
       {&P::cidr_matches_pods, yes, verified, kRules},
       {&P::cidr_matches_nodes, yes, verified, kRules},
       {&P::whole_range_matches_nodes, yes, verified, kRules},
       {&P::cidr_matches_host_link_local, yes, derived,
        "the program sits on the Pod's interface and sees addresses only"},
       {&P::own_node_policed, no, verified,
        "aws/aws-network-policy-agent pkg/fwruleprocessor: the node's primary address is allowed "
        "before every rule (#56, #65)"},
       {&P::own_node_accepts, yes, derived, "nothing else stands in between"},
       {&P::node_port_range_policed, no, derived,
        "on the Pod's own node no port is policed: ownNodePoliced"},
       {&P::ipv4_policed, yes, verified, kRules},
       {&P::ipv6_policed, no, verified,
        "aws/aws-network-policy-agent pkg/ebpf/c: the program for IPv4 lets every other packet "
        "pass; "
        "Pods have IPv6 only with ENABLE_V6_EGRESS"},
       {&P::hidden_family, no, verified,
        "aws/amazon-vpc-cni-k8s README: ENABLE_V6_EGRESS is false unless set"},
       {&P::except_is_local, no, verified,
        "aws/aws-network-policy-agent pkg/fwruleprocessor: an exception denies its block to the "
        "Pod, "
        "whatever other policies allow, unless the same block is a rule"},
       {&P::sees_service_addresses, yes, verified,
        "aws/amazon-network-policy-controller-k8s: policies see the ClusterIP"},
       {&P::starts_closed, no, verified,
        "aws/aws-network-policy-agent README: NETWORK_POLICY_ENFORCING_MODE is standard unless "
        "set, "
        "and new Pods start with everything allowed"},
       {&P::host_policies, no, verified,
        "aws/amazon-network-policy-controller-k8s pkg/resolvers/endpoints.go"},
       {&P::bare_pods_policed, unknown, verified,
        "EKS user guide (2024-12): only Pods with an owner are held; the controller's code of "
        "2026-05 makes no such difference"},
       {&P::windows_policed, no, verified, "EKS user guide, network policies: Linux nodes only"},
       {&P::fargate_policed, no, verified, "EKS user guide, network policies: not on Fargate"},
       {&P::all_reaches_nodes, yes, derived, kRules},
       {&P::denies_by_default, no, verified,
        "aws/aws-network-policy-agent README: only NETWORK_POLICY_ENFORCING_MODE strict does"},
       {&P::other_languages, no, derived, "it reads no policies but those listed"}},
      {{"NetworkPolicy", yes, verified, "aws/aws-network-policy-agent"},
       {"ClusterNetworkPolicy", no, verified,
        "aws/aws-network-policy-agent#496 (2025-12) is about networking.k8s.aws, and no other kind "
        "is read"}});
}

Platform npm() {
  return profile(
      {"aks-npm", "AKS with Azure's network policy manager", "npm"},
      {{&P::enforces, yes, verified, "Azure/azure-container-networking npm"},
       {&P::cidr_matches_pods, yes, derived, "iptables rules on addresses"},
       {&P::cidr_matches_nodes, yes, derived, "iptables rules on addresses"},
       {&P::whole_range_matches_nodes, yes, derived, "iptables rules on addresses"},
       {&P::cidr_matches_host_link_local, yes, derived, "iptables rules on addresses"},
       {&P::own_node_policed, no, verified,
        "MicrosoftDocs/azure-aks-docs migrate-from-npm-to-cilium-network-policy: rules hang in "
        "FORWARD, so egress to the Pod's own node is allowed"},
       {&P::own_node_accepts, yes, derived, "nothing else stands in between"},
       {&P::node_port_range_policed, no, derived,
        "on the Pod's own node no port is policed: ownNodePoliced"},
       {&P::ipv4_policed, yes, verified, "Azure/azure-container-networking npm"},
       {&P::ipv6_policed, no, verified, "Azure/azure-container-networking npm: IPv4 only"},
       {&P::hidden_family, no, derived, "its Pods have the addresses that their status names"},
       {&P::except_is_local, unknown, memory, "was not looked up"},
       {&P::sees_service_addresses, no, derived, "FORWARD comes after PREROUTING"},
       {&P::starts_closed, unknown, memory, "was not looked up"},
       {&P::host_policies, no, derived, "their traffic is the node's, which FORWARD does not see"},
       {&P::bare_pods_policed, yes, derived, "it watches Pods, not their owners"},
       {&P::windows_policed, unknown, verified,
        "Azure/azure-container-networking npm on Windows: no named ports, SCTP, except or negative "
        "selectors"},
       {&P::fargate_policed, no, derived, "azure-npm does not run on virtual nodes"},
       {&P::all_reaches_nodes, yes, derived, "iptables rules on addresses"},
       {&P::denies_by_default, no, derived, "the language's own default"},
       {&P::other_languages, no, derived, "it reads no policies but those listed"}},
      {{"NetworkPolicy", yes, verified, "Azure/azure-container-networking npm"}});
}

}  // namespace

std::vector<Platform> cloud_platforms() {
  return {
      eks(),
      changed(eks(),
              {"eks-ipv6", "AWS VPC CNI with its network policy agent, in a cluster with IPv6 Pods",
               "aws"},
              {{&P::ipv4_policed, no, verified,
                "EKS user guide and aws/amazon-vpc-cni-k8s README: IPv4 rules are ignored in IPv6 "
                "clusters, and ENABLE_V4_EGRESS gives every Pod a way out over IPv4 by default"},
               {&P::hidden_family, yes, verified,
                "aws/amazon-vpc-cni-k8s README: ENABLE_V4_EGRESS is true unless set"},
               {&P::ipv6_policed, yes, verified, kRules}}),
      changed(without_policies(),
              {"eks-no-policy", "AWS VPC CNI without its network policy agent", "none"},
              {{&P::enforces, no, verified,
                "aws/aws-network-policy-agent README: enable-network-policy is off by default"}}),
      npm(),
      changed(
          without_policies(),
          {"aks-no-policy", "AKS without a network policy engine: Azure CNI or kubenet", "none"},
          {{&P::enforces, no, verified,
            "MicrosoftDocs/azure-aks-docs: without a network policy engine policies have no "
            "effect"}}),
  };
}

}  // namespace podmoat::model
