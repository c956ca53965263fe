// Plugins on Open vSwitch: Antrea, OVN-Kubernetes and OpenShift's.
#include "core/model/platforms/tables.h"

namespace podmoat::model {
namespace {

using enum Answer;
using enum Mark;
using P = Platform;

Platform antrea() {
  constexpr std::string_view kPipeline = "antrea-io/antrea docs/design/ovs-pipeline.md";
  return profile(
      {"antrea", "Antrea, with the settings of its chart", "antrea"},
      {{&P::enforces, yes, verified, kPipeline},
       {&P::cidr_matches_pods, yes, verified, kPipeline},
       {&P::cidr_matches_nodes, yes, verified, kPipeline},
       {&P::whole_range_matches_nodes, yes, verified, kPipeline},
       {&P::cidr_matches_host_link_local, yes, verified, kPipeline},
       {&P::own_node_policed, yes, derived,
        "antrea-io/antrea docs/design/ovs-pipeline.md: traffic to the local node passes the egress "
        "tables"},
       {&P::own_node_accepts, yes, derived,
        "unless a NodeNetworkPolicy, a gate that is off by default, says otherwise"},
       {&P::node_port_range_policed, yes, derived, "judged like every other port"},
       {&P::ipv4_policed, yes, verified, kPipeline},
       {&P::ipv6_policed, yes, derived, kPipeline},
       {&P::hidden_family, no, derived, "its Pods have the addresses that their status names"},
       {&P::except_is_local, yes, derived,
        "antrea-io/antrea: ipBlock becomes the blocks that are left of it"},
       {&P::sees_service_addresses, no, verified,
        "antrea-io/antrea docs/design/ovs-pipeline.md: EndpointDNAT comes before the egress "
        "tables"},
       {&P::starts_closed, unknown, memory, "was not looked up"},
       {&P::host_policies, no, verified,
        "antrea-io/antrea docs: NodeNetworkPolicy is a gate, off by default"},
       {&P::bare_pods_policed, yes, derived, "it watches Pods, not their owners"},
       {&P::windows_policed, unknown, memory,
        "Antrea runs on Windows nodes; not looked up further"},
       {&P::fargate_policed, no, derived, "antrea-agent does not run on virtual nodes"},
       {&P::all_reaches_nodes, yes, derived, kPipeline},
       {&P::denies_by_default, no, derived, "the language's own default"},
       {&P::other_languages, no, derived, "it reads no policies but those listed"}},
      {{"NetworkPolicy", yes, verified, "antrea-io/antrea docs/antrea-network-policy.md"},
       {"Antrea", yes, verified, "antrea-io/antrea docs/antrea-network-policy.md"},
       {"AdminNetworkPolicy", unknown, derived, "behind the gate AdminNetworkPolicy, deprecated"},
       {"ClusterNetworkPolicy", unknown, derived, "behind the gate ClusterNetworkPolicy"}});
}

Platform ovn() {
  constexpr std::string_view kAcls = "ovn-kubernetes docs/design/acls.md";
  return profile(
      {"ovn-kubernetes", "OVN-Kubernetes", "ovn"},
      {{&P::enforces, yes, verified, kAcls},
       {&P::cidr_matches_pods, yes, derived, "ACLs on addresses"},
       {&P::cidr_matches_nodes, yes, verified,
        "ovn-kubernetes docs/design/acls.md: egress ACLs "
        "match all destinations"},
       {&P::whole_range_matches_nodes, yes, verified, kAcls},
       {&P::cidr_matches_host_link_local, yes, derived, "ACLs on addresses"},
       {&P::own_node_policed, yes, verified, kAcls},
       {&P::own_node_accepts, yes, derived, "nothing else stands in between"},
       {&P::node_port_range_policed, yes, derived, "judged like every other port"},
       {&P::ipv4_policed, yes, verified, kAcls},
       {&P::ipv6_policed, yes, derived, kAcls},
       {&P::hidden_family, no, derived, "its Pods have the addresses that their status names"},
       {&P::except_is_local, yes, derived, "each peer is a match of its own"},
       {&P::sees_service_addresses, no, verified,
        "ovn-kubernetes docs/design/acls.md: from-lport, apply-after-lb"},
       {&P::starts_closed, unknown, memory, "was not looked up"},
       {&P::host_policies, no, verified, "ovn-kubernetes: host-network Pods have no logical port"},
       {&P::bare_pods_policed, yes, derived, "it watches Pods, not their owners"},
       {&P::windows_policed, no, memory, "Windows nodes hang on a hybrid overlay without ACLs"},
       {&P::fargate_policed, no, derived, "ovnkube-node does not run on virtual nodes"},
       {&P::all_reaches_nodes, yes, verified, kAcls},
       {&P::denies_by_default, no, derived, "the language's own default"},
       {&P::other_languages, no, derived, "it reads no policies but those listed"}},
      {{"NetworkPolicy", yes, verified, kAcls},
       {"AdminNetworkPolicy", yes, verified, "ovn-kubernetes docs/design/acls.md, tiers 1 and 3"},
       {"EgressFirewall", yes, verified, kAcls}});
}

Platform openshift_sdn() {
  return profile(
      {"openshift-sdn", "OpenShift SDN in the mode NetworkPolicy (removed in OpenShift 4.17)",
       "openshift-sdn"},
      {{&P::enforces, yes, third_party, "openshift-docs: the mode NetworkPolicy is the default"},
       {&P::cidr_matches_pods, unknown, memory, "was not looked up"},
       {&P::cidr_matches_nodes, yes, derived,
        "openshift/sdn pkg/network/node: OVS flows on addresses"},
       {&P::whole_range_matches_nodes, yes, derived, "as cidrMatchesNodes"},
       {&P::cidr_matches_host_link_local, unknown, memory, "was not looked up"},
       {&P::own_node_policed, unknown, memory, "was not looked up"},
       {&P::own_node_accepts, unknown, memory, "was not looked up"},
       {&P::node_port_range_policed, unknown, memory, "was not looked up"},
       {&P::ipv4_policed, yes, third_party, "openshift-docs"},
       {&P::ipv6_policed, unknown, memory, "was not looked up"},
       {&P::hidden_family, no, derived, "its Pods have the addresses that their status names"},
       {&P::except_is_local, unknown, memory, "was not looked up"},
       {&P::sees_service_addresses, unknown, memory, "was not looked up"},
       {&P::starts_closed, unknown, memory, "was not looked up"},
       {&P::host_policies, no, third_party, "openshift-docs"},
       {&P::bare_pods_policed, yes, derived, "it watches Pods, not their owners"},
       {&P::windows_policed, no, memory, "OpenShift runs Windows nodes with OVN-Kubernetes only"},
       {&P::fargate_policed, no, derived, "sdn does not run on virtual nodes"},
       {&P::all_reaches_nodes, yes, derived, "the language's own meaning"},
       {&P::denies_by_default, no, derived, "the language's own default"},
       {&P::other_languages, no, derived, "it reads no policies but those listed"}},
      {{"NetworkPolicy", unknown, third_party,
        "openshift-docs: egress rules came with OpenShift 4.11 (not looked up)"},
       {"EgressNetworkPolicy", yes, third_party, "openshift-docs"}});
}

}  // namespace

std::vector<Platform> switch_platforms() {
  return {antrea(), ovn(),
          changed(ovn(), {"openshift", "OpenShift with OVN-Kubernetes", "ovn"},
                  {{&P::enforces, yes, verified, "openshift-docs: OVN-Kubernetes is the default"}}),
          openshift_sdn()};
}

}  // namespace podmoat::model
