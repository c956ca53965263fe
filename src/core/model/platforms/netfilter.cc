// kube-router, kube-network-policies and others that write iptables or nftables rules.
#include <utility>

#include "core/model/platforms/tables.h"

namespace podmoat::model {
namespace {

using enum Answer;
using enum Mark;
using P = Platform;

/// What rules on addresses in the filter table come to, whoever writes them.
Platform filter(const Title& title, std::string_view source) {
  return profile(
      title,
      {{&P::enforces, yes, verified, source},
       {&P::cidr_matches_pods, yes, derived, "rules on addresses"},
       {&P::cidr_matches_nodes, yes, derived, "rules on addresses"},
       {&P::whole_range_matches_nodes, yes, derived, "rules on addresses"},
       {&P::cidr_matches_host_link_local, yes, derived, "rules on addresses"},
       {&P::own_node_policed, yes, verified, source},
       {&P::own_node_accepts, yes, derived, "nothing else stands in between"},
       {&P::node_port_range_policed, yes, derived, "judged like every other port"},
       {&P::ipv4_policed, yes, verified, source},
       {&P::ipv6_policed, yes, derived, source},
       {&P::hidden_family, no, derived, "its Pods have the addresses that their status names"},
       {&P::except_is_local, yes, derived, source},
       {&P::sees_service_addresses, no, verified, source},
       {&P::starts_closed, unknown, memory, "was not looked up"},
       {&P::host_policies, no, verified, source},
       {&P::bare_pods_policed, yes, derived, "it watches Pods, not their owners"},
       {&P::windows_policed, no, derived, "it runs on Linux nodes only"},
       {&P::fargate_policed, no, derived, "it does not run on virtual nodes"},
       {&P::all_reaches_nodes, yes, derived, "rules on addresses"},
       {&P::denies_by_default, no, derived, "the language's own default"},
       {&P::other_languages, no, derived, "it reads no policies but those listed"}},
      {{"NetworkPolicy", yes, verified, source}});
}

Platform kube_router() {
  constexpr std::string_view kChains = "cloudnativelabs/kube-router pkg/controllers/netpol";
  return changed(
      filter({"kube-router", "kube-router with its firewall", "kube-router"}, kChains),
      {"kube-router", "kube-router with its firewall", "kube-router"},
      {{&P::own_node_policed, yes, verified,
        "cloudnativelabs/kube-router pkg/controllers/netpol: its chains hang in INPUT too"},
       {&P::node_port_range_policed, no, verified,
        "cloudnativelabs/kube-router pkg/controllers/netpol: KUBE-ROUTER-INPUT returns first for "
        "local destinations in the NodePort range"},
       {&P::starts_closed, no, verified,
        "cloudnativelabs/kube-router docs/troubleshoot.md: a Pod sends freely until its chain is "
        "there, unless --netpol-default-deny is given"},
       {&P::denies_by_default, no, verified,
        "cloudnativelabs/kube-router pkg/controllers/netpol/pod.go: a Pod without a policy of a "
        "direction gets KUBE-NWPLCY-DEFAULT, which accepts; --netpol-default-deny is about the "
        "start of a Pod alone"}});
}

Platform queues(const Title& title) {
  constexpr std::string_view kController =
      "kubernetes-sigs/kube-network-policies pkg/dataplane/controller.go";
  Platform out = changed(
      filter(title, kController), title,
      {{&P::own_node_policed, yes, verified,
        "kubernetes-sigs/kube-network-policies#339 (v1.1.0): new connections of Pods are queued in "
        "INPUT too"},
       {&P::except_is_local, yes, verified,
        "kubernetes-sigs/kube-network-policies pkg/networkpolicy: policies are evaluated one by "
        "one"}});
  return speaking(
      std::move(out),
      {{"ClusterNetworkPolicy", unknown, verified,
        "kubernetes-sigs/kube-network-policies install-cnp.yaml: an image of its own"},
       {"AdminNetworkPolicy", unknown, verified,
        "kubernetes-sigs/kube-network-policies install-anp.yaml: an image of its own"}});
}

Platform old_queues() {
  const Title title{"kube-network-policies-old", "kube-network-policies before 1.1.0",
                    "kube-network-policies"};
  return changed(
      queues(title), title,
      {{&P::own_node_policed, no, verified,
        "kubernetes-sigs/kube-network-policies#283: before v1.1.0 packets to the own node "
        "are never seen"},
       {&P::node_port_range_policed, no, derived,
        "on the Pod's own node no port is policed: ownNodePoliced"}});
}

Platform kindnet() {
  const Title title{"kindnet", "kindnet, which carries kube-network-policies since kind 0.24",
                    "kube-network-policies"};
  return changed(
      queues(title), title,
      {{&P::enforces, unknown, third_party,
        "kubernetes-sigs/kind#842: policies are enforced since kind 0.24, and by nothing "
        "before"},
       {&P::own_node_policed, unknown, derived,
        "depends on the kube-network-policies that it was built with: policed from 1.1.0"},
       {&P::node_port_range_policed, unknown, derived, "as ownNodePoliced"}});
}

Platform weave() {
  constexpr std::string_view kNpc = "weaveworks/weave prog/weave-npc/main.go";
  return changed(filter({"weave", "Weave Net with weave-npc", "weave"}, kNpc),
                 {"weave", "Weave Net with weave-npc", "weave"},
                 {{&P::own_node_policed, no, verified,
                   "weaveworks/weave prog/weave-npc/main.go: what goes to a local address returns "
                   "first (weaveworks/weave#3924)"},
                  {&P::node_port_range_policed, no, derived,
                   "on the Pod's own node no port is policed: ownNodePoliced"},
                  {&P::sees_service_addresses, no, derived, "FORWARD comes after PREROUTING"},
                  {&P::ipv6_policed, unknown, memory, "was not looked up"}});
}

Platform romana() {
  constexpr std::string_view kAgent = "romana/romana agent (2018)";
  return changed(
      filter({"romana", "Romana (not maintained since 2018)", "romana"}, kAgent),
      {"romana", "Romana (not maintained since 2018)", "romana"},
      {{&P::own_node_policed, no, verified, "romana/romana agent: rules hang in FORWARD"},
       {&P::node_port_range_policed, no, derived,
        "on the Pod's own node no port is policed: ownNodePoliced"},
       {&P::sees_service_addresses, no, derived, "FORWARD comes after PREROUTING"},
       {&P::ipv6_policed, unknown, memory, "was not looked up"},
       {&P::except_is_local, unknown, memory, "was not looked up"}});
}

}  // namespace

std::vector<Platform> netfilter_platforms() {
  return {kube_router(),
          changed(kube_router(),
                  {"k3s", "k3s, which has kube-router's firewall built in", "kube-router"},
                  {{&P::enforces, yes, verified,
                    "k3s-io/k3s: kube-router's controller runs unless --disable-network-policy is "
                    "given"}}),
          queues({"kube-network-policies", "kube-network-policies from 1.1.0",
                  "kube-network-policies"}),
          old_queues(),
          kindnet(),
          weave(),
          romana()};
}

}  // namespace podmoat::model
