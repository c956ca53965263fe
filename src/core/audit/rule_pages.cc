// The pages of the rules: what `podmoat explain PM-nnn` shows, and docs/rules.md is made of.
// Framework items are those that name metadata access, egress or host networking; several
// frameworks have no such item, and then none is claimed.
#include <algorithm>
#include <array>

#include "core/audit/finding.h"

namespace podmoat::audit {
namespace {

constexpr std::array<std::string_view, 5> kMetadata{
    "MITRE ATT&CK T1552.005", "MITRE ATT&CK M1037", "Microsoft Threat Matrix MS-TA9033",
    "NSA/CISA Kubernetes Hardening Guide 1.2: Protecting sensitive cloud infrastructure",
    "NIST SP 800-53 SC-7"};
constexpr std::array<std::string_view, 3> kNode{
    "Microsoft Threat Matrix MS-TA9030", "Microsoft Threat Matrix MS-M9014", "NIST SP 800-53 SC-7"};
constexpr std::array<std::string_view, 4> kHostNetwork{"CIS Kubernetes 1.12 5.2.5", "CIS EKS 4.2.4",
                                                       "CIS AKS 4.2.4", "MITRE ATT&CK T1552.005"};
constexpr std::array<std::string_view, 4> kPolicy{"CIS Kubernetes 1.12 5.3.2", "CIS EKS 4.3.2",
                                                  "CIS AKS 4.4.2", "CIS GKE 4.3.2"};
constexpr std::array<std::string_view, 4> kPlugin{"CIS Kubernetes 1.12 5.3.1", "CIS EKS 5.4.4",
                                                  "CIS AKS 5.4.4", "CIS GKE 4.3.1"};
constexpr std::array<std::string_view, 1> kDetour{"NIST SP 800-53 AC-4"};

constexpr std::array<std::string_view, 3> kNodesProxy{
    "CIS Kubernetes 1.12 5.1.10", "MITRE ATT&CK T1609", "Microsoft Threat Matrix MS-TA9030"};
constexpr std::array<std::string_view, 4> kKubelet{
    "CIS Kubernetes 1.12 4.2.1", "CIS Kubernetes 1.12 4.2.2", "CIS Kubernetes 1.12 4.2.4",
    "Microsoft Threat Matrix MS-TA9030"};

constexpr auto kRules = std::to_array<RuleInfo>({
    {.id = "PM-001",
     .name = "metadata-reachable",
     .title = "A Pod reaches an instance metadata service",
     .severity = Severity::critical,
     .what = "Nothing keeps the Pod from the metadata service of the node it runs on: no policy "
             "isolates it for egress, or a rule of one that does lets the address through.",
     .attack = "Whoever runs code in the Pod, or makes it fetch an address of their choice, asks "
               "the service for the node's credentials or its bootstrap data, and acts with the "
               "node's rights in the cloud account.",
     .remedy = "podmoat fix narrows the rules that let it through, or adds a policy for Pods that "
               "nothing isolates",
     .frameworks = kMetadata},
    {.id = "PM-002",
     .name = "node-port-reachable",
     .title = "A Pod reaches a guarded port of the nodes",
     .severity = Severity::critical,
     .what = "The Pod can open connections to a port of a node that gives something away: the "
             "kubelet, etcd, the container runtime.",
     .attack = "The kubelet's API runs commands in every container of the node for whoever may "
               "get nodes/proxy; its read-only port shows every Pod's spec; etcd holds every "
               "Secret.",
     .remedy = "podmoat fix closes these ports of the nodes that are known",
     .frameworks = kNode},
    {.id = "PM-003",
     .name = "except-undone",
     .title = "An except that takes nothing away",
     .severity = Severity::high,
     .what = "A rule excepts a Target from what it allows, and another rule, of the same or of "
             "another policy, allows it all the same. Policies add up; an except subtracts from "
             "its own peer only.",
     .attack = "The hole looks closed to everybody who reads the first policy.",
     .remedy = "narrow the other rule too; podmoat fix edits every rule that lets the Target "
               "through",
     .frameworks = kMetadata},
    {.id = "PM-004",
     .name = "ipv6-open",
     .title = "A metadata service is closed on IPv4 and open on IPv6",
     .severity = Severity::high,
     .what = "The policies keep the Pod from the service's IPv4 address, and let its IPv6 address "
             "through.",
     .attack = "On a dual-stack node with the service's IPv6 side on, the same credentials are "
               "handed out there.",
     .remedy = "except the IPv6 address too; podmoat fix does",
     .frameworks = kMetadata},
    {.id = "PM-005",
     .name = "ipv6-cut",
     .title = "A policy that allows everything in IPv4 cuts off IPv6",
     .severity = Severity::medium,
     .what = "A policy allows 0.0.0.0/0 and no rule of the Pod's policies speaks of IPv6, so every "
             "IPv6 destination is denied.",
     .attack = "None; Pods with IPv6 addresses lose their connections, or wait for each to time "
               "out.",
     .remedy = "add a peer for ::/0, with the IPv6 metadata addresses in its except",
     .frameworks = {}},
    {.id = "PM-006",
     .name = "host-network",
     .title = "A Pod on the host network is beyond any policy",
     .severity = Severity::high,
     .what = "The Pod shares the node's network. No network plugin applies a NetworkPolicy to it, "
             "and the clouds' own restrictions (hop limit, node firewall, workload identity) do "
             "not hold for it either.",
     .attack = "Code in the Pod reaches the metadata service and every port of the node, those "
               "bound to loopback included.",
     .remedy = "take hostNetwork away where it is not needed, and refuse it at admission for "
               "everybody else",
     .frameworks = kHostNetwork},
    {.id = "PM-007",
     .name = "neighbour-cut",
     .title = "An except cuts what honest Pods need",
     .severity = Severity::medium,
     .what = "A rule excepts more than the Target: link-local DNS, the time server or the workload "
             "identity service beside it is cut too, and no other rule lets it through.",
     .attack = "None; name resolution, time or cloud credentials of the Pod's own fail.",
     .remedy = "except the Target's address and ports only",
     .frameworks = {}},
    {.id = "PM-008",
     .name = "handler-host",
     .title = "A probe or lifecycle handler names a guarded host",
     .severity = Severity::high,
     .what = "A probe or lifecycle handler has a host in a guarded range. The kubelet itself makes "
             "that connection, from the node's own network.",
     .attack = "Whoever may create Pods makes every node send requests to its metadata service or "
               "to its own loopback ports, past every policy.",
     .remedy = "leave the host out, so that the kubelet asks the Pod; Pod Security Admission "
               "refuses it from Kubernetes 1.34 on",
     .frameworks = kMetadata},
    {.id = "PM-009",
     .name = "service-detour",
     .title = "A Service leads to a guarded address, or claims it",
     .severity = Severity::high,
     .what = "An EndpointSlice or Endpoints object has a guarded address as backend, or a Service "
             "claims one as its own.",
     .attack = "A Pod that may only reach Services gets to the Target through this one; or what "
               "nodes and Pods send to the Target goes to the Service's Pods.",
     .remedy = "remove the address, and keep who may write EndpointSlices and externalIPs few",
     .frameworks = kDetour},
    {.id = "PM-010",
     .name = "selects-nothing",
     .title = "A policy selects no Pod",
     .severity = Severity::low,
     .what = "No Pod of the policy's namespace has the labels that its podSelector asks for.",
     .attack = "None; a misspelt label leaves the Pods open that it was meant for.",
     .remedy = "compare the selector with the labels of the Pods",
     .frameworks = kPolicy},
    {.id = "PM-011",
     .name = "invalid-policy",
     .title = "An object that the API server refuses",
     .severity = Severity::high,
     .what = "The API server would refuse this object: a policy is then not in force, and of "
             "anything else nothing was judged.",
     .attack = "Whoever reads the file believes in a protection, or in an answer, that does not "
               "exist.",
     .remedy = "correct the object",
     .frameworks = kPolicy},
    {.id = "PM-012",
     .name = "undecided",
     .title = "Whether a Pod reaches a Target is not decided",
     .severity = Severity::medium,
     .what = "Something that would decide is missing or cannot be read.",
     .attack = "As PM-001 and PM-002, if the answer is yes.",
     .remedy = "give what is missing",
     .frameworks = {}},
    {.id = "PM-013",
     .name = "own-node",
     .title = "Whether policy holds on a Pod's own node is not promised",
     .severity = Severity::info,
     .what = "Policies keep Pods from the node ports. The Kubernetes documentation contradicts "
             "itself on whether that holds for the node a Pod runs on, and network plugins differ.",
     .attack = "A Pod reaches the kubelet of its own node where the plugin exempts it.",
     .remedy = "test it with a Pod on each node, or close the ports with a firewall on the nodes",
     .frameworks = {}},
    {.id = "PM-014",
     .name = "not-enforced",
     .title = "Nothing enforces the policies",
     .severity = Severity::critical,
     .what = "There are NetworkPolicies, and the platform has nothing that enforces them. The API "
             "server accepts them without a word.",
     .attack = "Every Pod reaches everything, whatever the policies say.",
     .remedy = "install or switch on a network plugin that enforces NetworkPolicy",
     .frameworks = kPlugin},
    {.id = "PM-015",
     .name = "nodes-proxy",
     .title = "A Pod may run commands in every container of a node",
     .severity = Severity::critical,
     .what = "The Pod's ServiceAccount has the right to get nodes/proxy, and nothing keeps the "
             "Pod from the kubelet's port. To read there is to run commands: exec, attach and "
             "port forwarding are WebSockets, which begin with a GET.",
     .attack = "Code in the Pod takes its token to the kubelet and runs commands in every "
               "container of the node, with the accounts, Secrets and privileges of all of them. "
               "The API server sees none of it.",
     .remedy = "give nodes/metrics, nodes/stats or (with KubeletFineGrainedAuthz) nodes/pods and "
               "nodes/configz in the place of nodes/proxy; podmoat fix closes the port",
     .frameworks = kNodesProxy},
    {.id = "PM-016",
     .name = "known-consumer",
     .title = "A Pod runs a program that needs a Target",
     .severity = Severity::info,
     .what = "The Pod has the image of a program that is known to ask a guarded Target for what it "
             "needs (docs/consumers.md). Whoever closes the Target cuts it off.",
     .attack = "None of its own; but whoever runs code in such a Pod finds the way open.",
     .remedy = "set the flag that spares the Target, or give the Pod an Exception",
     .frameworks = {}},
    {.id = "PM-017",
     .name = "mesh-is-no-boundary",
     .title = "A service mesh is no fence for outgoing traffic",
     .severity = Severity::info,
     .what = "The input has objects of Istio that restrict what sidecars let out, or who may call "
             "whom. They bind the sidecar, and a Pod need not use it: what is not captured goes "
             "past it, UDP always does, and AuthorizationPolicy is about what comes in. So no "
             "Verdict rests on them.",
     .attack = "Code in the Pod sends as the sidecar's user, or uses a protocol or port that is "
               "not captured, and is in the network as if there were no mesh.",
     .remedy = "put a NetworkPolicy beside them; podmoat fix writes it",
     .frameworks = {}},
    {.id = "PM-018",
     .name = "platform-unclear",
     .title = "Which network plugin enforces policies is not clear",
     .severity = Severity::medium,
     .what = "The input shows several plugins that enforce policies, or a plugin without the "
             "settings that say what it does. Facts on which they differ are taken as unknown.",
     .attack = "None by itself: answers that hang on the plugin are undecided, or rest on its "
               "defaults.",
     .remedy =
         "give the DaemonSets and ConfigMaps of the plugin (kubectl get ds,cm -n kube-system), "
         "or say which it is with --platform",
     .frameworks = {}},
    {.id = "PM-019",
     .name = "start-window",
     .title = "New Pods run before their policies hold them",
     .severity = Severity::medium,
     .what = "The plugin starts Pods with everything allowed, and connections that are opened then "
             "stay open.",
     .attack = "A Pod that asks the metadata service first thing gets the node's credentials, "
               "whatever its policies say.",
     .remedy = "set NETWORK_POLICY_ENFORCING_MODE to strict (AWS) or give kube-router "
               "--netpol-default-deny, or close the metadata service to Pods "
               "with a hop limit of 1 and required tokens",
     .frameworks = kMetadata},
    {.id = "PM-020",
     .name = "family-not-policed",
     .title = "Policies do not hold for one of the IP families",
     .severity = Severity::high,
     .what = "The plugin lets IPv4, or IPv6, pass without a look at policies, and Pods have a way "
             "out over it.",
     .attack = "A Pod whose egress is denied reaches the metadata service, and the internet, over "
               "that family.",
     .remedy =
         "switch that family off for Pods (ENABLE_V4_EGRESS, ENABLE_V6_EGRESS), or on for the "
         "plugin (FELIX_IPV6SUPPORT); a hop limit of 1 helps on AWS",
     .frameworks = kPlugin},
    {.id = "PM-021",
     .name = "pods-not-policed",
     .title = "Policies select a Pod that the plugin does not hold",
     .severity = Severity::high,
     .what =
         "The Pod runs where the plugin's agent does not, or the plugin passes over Pods of its "
         "kind.",
     .attack = "Whoever runs code in the Pod reaches what its policies deny.",
     .remedy =
         "run it under a workload on a Linux node, or close what it must not reach outside of "
         "the cluster",
     .frameworks = kPlugin},
    {.id = "PM-022",
     .name = "redirected-metadata",
     .title = "The metadata address is rewritten before policies see it",
     .severity = Severity::info,
     .what = "An agent on the node takes what Pods send to the metadata address, and policies see "
             "the agent's address only.",
     .attack = "A policy that excepts the metadata address looks right and has no effect.",
     .remedy = "write rules for the address that policies see; podmoat fix does",
     .frameworks = kMetadata},
    {.id = "PM-023",
     .name = "not-obtainable",
     .title = "A metadata service is reached and gives no credentials of the node",
     .severity = Severity::info,
     .what =
         "Pods open connections to the service, and by what was said on the command line, or on "
         "AWS Fargate, it hands them nothing of the node's. The severity of PM-001 is lowered for "
         "it.",
     .attack = "None as long as the settings stay; one instance with others is enough. Pods on the "
               "host network are not kept away by them.",
     .remedy = "keep the settings, and close the way there too",
     .frameworks = {}},
    {.id = "PM-024",
     .name = "inert-language",
     .title = "Policies in a language that nothing enforces",
     .severity = Severity::medium,
     .what =
         "The API server takes the objects because their CustomResourceDefinition is there; the "
         "plugin that runs does not read them.",
     .attack = "What they deny is open.",
     .remedy = "write them in a language of the plugin, or name the plugin with --platform if "
               "another one runs",
     .frameworks = kPlugin},
    {.id = "PM-025",
     .name = "node-port-hole",
     .title = "The NodePort range of a Pod's own node is beyond policy",
     .severity = Severity::low,
     .what =
         "The plugin lets Pods reach the ports 30000 to 32767 of their own node before it looks "
         "at policies, whether a Service or a daemon listens there.",
     .attack = "A daemon of the node that listens in the range is open to every Pod.",
     .remedy = "keep daemons out of the range",
     .frameworks = kNode},
    {.id = "PM-026",
     .name = "except-not-local",
     .title = "An except that may cut what another policy allows",
     .severity = Severity::low,
     .what = "Policies add up, but this plugin takes an except for a deny that no other policy "
             "lifts, unless the same block is a rule somewhere.",
     .attack = "None; what honest Pods need may be cut, and what looks closed may open with a "
               "change of the plugin.",
     .remedy = "say the same in both policies",
     .frameworks = {}},
    {.id = "PM-027",
     .name = "kubelet-open",
     .title = "The kubelets let everybody in",
     .severity = Severity::high,
     .what = "The configuration of the kubelets lets in callers without credentials, allows "
             "everything to whoever comes in, opens the read-only port, or moves a port to where "
             "it is not guarded.",
     .attack = "With anonymous access and AlwaysAllow every Pod that reaches the port runs "
               "commands in every container of the node; with AlwaysAllow every token is enough. "
               "The read-only port shows the spec of every Pod, environment included.",
     .remedy = "set authentication.anonymous.enabled to false, authorization.mode to Webhook and "
               "readOnlyPort to 0; guard another port with --catalog",
     .frameworks = kKubelet},
    {.id = "PM-028",
     .name = "idle-exception",
     .title = "An Exception that spares nothing",
     .severity = Severity::low,
     .what =
         "The last day of the Exception is over, or it selects no Pod of the input, or it hangs "
         "on labels of namespaces that are not in the input. It spares nothing then, and what "
         "it was for is reported and fixed like everything else.",
     .attack = "None as long as it is idle. One that selects nobody today may open a Target to the "
               "Pod that gets its labels tomorrow.",
     .remedy = "take it out, or, if it is still needed, give it a new last day",
     .frameworks = {}},
});

}  // namespace

std::span<const RuleInfo> rules() { return kRules; }

const RuleInfo* find_rule(std::string_view id) {
  const auto it = std::find_if(kRules.begin(), kRules.end(),
                               [&](const RuleInfo& rule) { return rule.id == id; });
  return it == kRules.end() ? nullptr : &*it;
}

}  // namespace podmoat::audit
