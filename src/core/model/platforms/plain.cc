// What is assumed when nothing is known, and clusters where nothing enforces policies.
#include "core/model/platforms/tables.h"

namespace podmoat::model {
namespace {

using enum Answer;
using enum Mark;
using P = Platform;

constexpr std::string_view kNothing = "nothing is enforced";

Platform conforming() {
  return profile(
      {"conformant", "policies are enforced exactly as their documentation promises", "kubernetes"},
      {{&P::enforces, yes, derived, "the assumption that this profile makes"},
       {&P::cidr_matches_pods, unknown, verified,
        "kubernetes/api networking/v1 types.go: ipBlock is meant for addresses outside the "
        "cluster; plugins differ on the addresses of Pods"},
       {&P::cidr_matches_nodes, yes, derived,
        "kubernetes.io Network Policies: host-network traffic is most often treated as traffic of "
        "the node's address, which an ipBlock may match"},
       {&P::whole_range_matches_nodes, yes, derived, "as cidrMatchesNodes"},
       {&P::cidr_matches_host_link_local, yes, derived, "as cidrMatchesNodes"},
       {&P::own_node_policed, unknown, verified,
        "kubernetes.io Network Policies: one passage always allows traffic between a Pod and its "
        "node, the one on egress isolation makes no such exception "
        "(kubernetes-sigs/kube-network-policies#283)"},
       {&P::own_node_accepts, unknown, derived, "no part of the language"},
       {&P::node_port_range_policed, yes, derived, "the language knows no such exception"},
       {&P::ipv4_policed, yes, derived, "the language knows no such exception"},
       {&P::ipv6_policed, yes, derived, "the language knows no such exception"},
       {&P::hidden_family, no, derived, "its Pods have the addresses that their status names"},
       {&P::except_is_local, yes, verified,
        "kubernetes/api networking/v1 types.go: an exception belongs to its ipBlock, and policies "
        "add up"},
       {&P::sees_service_addresses, unknown, verified,
        "kubernetes.io Network Policies: whether a policy sees the address before or after a "
        "Service rewrites it is undefined"},
       {&P::starts_closed, yes, verified,
        "kubernetes.io Network Policies: once a policy has been handled, Pods that it selects are "
        "isolated before they start"},
       {&P::host_policies, no, verified,
        "kubernetes.io Network Policies: for Pods on the host network undefined, and most often "
        "ignored"},
       {&P::bare_pods_policed, yes, verified, "kubernetes/api networking/v1 types.go: podSelector"},
       {&P::windows_policed, yes, derived, "the language knows no such exception"},
       {&P::fargate_policed, yes, derived, "the language knows no such exception"},
       {&P::all_reaches_nodes, yes, verified,
        "kubernetes/api networking/v1 types.go: a rule without `to` holds all destinations"},
       {&P::denies_by_default, no, verified,
        "kubernetes.io Network Policies: Pods that no policy selects are not isolated"},
       {&P::other_languages, unknown, derived,
        "no documentation of Kubernetes speaks of a plugin's own policies"}},
      {{"NetworkPolicy", yes, derived, "the assumption that this profile makes"},
       {"AdminNetworkPolicy", yes, derived, "the assumption that this profile makes"},
       {"ClusterNetworkPolicy", yes, derived, "the assumption that this profile makes"}});
}

}  // namespace

Platform without_policies() {
  return profile(
      {"none", "nothing enforces policies: the objects are accepted and have no effect", "none"},
      {{&P::enforces, no, verified,
        "kubernetes.io Network Policies, Prerequisites: without a plugin that implements it, a "
        "NetworkPolicy has no effect"},
       {&P::cidr_matches_pods, no, derived, kNothing},
       {&P::cidr_matches_nodes, no, derived, kNothing},
       {&P::whole_range_matches_nodes, no, derived, kNothing},
       {&P::cidr_matches_host_link_local, no, derived, kNothing},
       {&P::own_node_policed, no, derived, kNothing},
       {&P::own_node_accepts, yes, derived, kNothing},
       {&P::node_port_range_policed, no, derived, kNothing},
       {&P::ipv4_policed, no, derived, kNothing},
       {&P::ipv6_policed, no, derived, kNothing},
       {&P::hidden_family, no, derived, "its Pods have the addresses that their status names"},
       {&P::except_is_local, yes, derived, kNothing},
       {&P::sees_service_addresses, no, derived, kNothing},
       {&P::starts_closed, no, derived, kNothing},
       {&P::host_policies, no, derived, kNothing},
       {&P::bare_pods_policed, no, derived, kNothing},
       {&P::windows_policed, no, derived, kNothing},
       {&P::fargate_policed, no, derived, kNothing},
       {&P::all_reaches_nodes, yes, derived, kNothing},
       {&P::denies_by_default, no, derived, kNothing},
       {&P::other_languages, no, derived, "it reads no policies but those listed"}},
      {});
}

std::vector<Platform> plain_platforms() {
  return {
      conforming(), without_policies(),
      changed(without_policies(), {"flannel", "flannel alone: a network without policies", "none"},
              {{&P::enforces, no, verified,
                "flannel-io/flannel Documentation/netpol.md: policies only with netpol.enabled, "
                "which runs kube-network-policies beside it"}})};
}

}  // namespace podmoat::model
