// Agents on the nodes: some rewrite the metadata address before a policy sees it, some have an
// address of their own. docs/semantics/platforms.md PF-50 to PF-53.
#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

#include "base/check.h"
#include "core/platform/detect.h"
#include "core/platform/evidence.h"

namespace podmoat::platform {
namespace {

using model::Answer;
using model::Component;
using model::Redirect;

Address address(std::string_view text) {
  const auto parsed = parse_address(text);
  PODMOAT_CHECK(parsed.has_value());
  return *parsed;
}

/// An agent that takes the metadata address to a port of its node.
struct Agent {
  Component component;
  const char* name;
  const char* flag;        ///< that names the port
  std::uint16_t port = 0;  ///< without the flag
  const char* source;
};

constexpr Agent kAgents[] = {
    {Component::kube2iam, "kube2iam", "app-port", 8181, "jtblin/kube2iam README; #147, #308"},
    {Component::kiam, "kiam agent", "port", 8181, "uswitch/kiam#160"},
    {Component::aad_pod_identity, "NMI of aad-pod-identity", "nmi-port", 2579,
     "Azure/aad-pod-identity#1195"},
};

std::uint16_t port_of(const Agent& agent, const Found& found) {
  for (const model::SystemContainer& container : found.workload->containers)
    if (const auto flag = container.find_flag(agent.flag)) {
      std::uint16_t port = 0;
      const char* end = flag->value.data() + flag->value.size();
      if (std::from_chars(flag->value.data(), end, port).ptr == end && port != 0) return port;
    }
  return agent.port;
}

constexpr std::string_view kGkeLabel = "iam.gke.io/gke-metadata-server-enabled";

bool runs_gke_server(const model::Node& node) {
  const std::string* value = node.labels.find(kGkeLabel);
  return value != nullptr && *value == "true";
}

/// What the input tells of the GKE metadata server.
struct GkeServer {
  std::string evidence{};  ///< its DaemonSet, or a node that has the label; "" if nothing tells
  std::size_t nodes = 0;   ///< that have the label
};

GkeServer gke_server(const Evidence& evidence) {
  GkeServer out;
  const auto& nodes = evidence.snapshot().nodes;
  out.nodes = nodes_with_gke_server(evidence.snapshot());
  if (const auto first = std::ranges::find_if(nodes, runs_gke_server); first != nodes.end())
    out.evidence = evidence.text(first->object) + ", " + std::string(kGkeLabel) + "=true";
  if (const Found* found = evidence.find(Component::gke_metadata_server))
    out.evidence = found->text;
  return out;
}

/// PF-50, PF-53. Adds the Redirect of the GKE metadata server, unless it is sure that there is
/// none.
void add_gke_server(const Evidence& evidence, std::optional<bool> workload_identity,
                    model::Platform& platform) {
  // GKE Dataplane V2 judges the address before it is redirected.
  if (platform.name == "gke-dataplane-v2") return;
  const GkeServer server = gke_server(evidence);
  const bool seen = !server.evidence.empty();
  const bool said = workload_identity.has_value();
  if (!seen && (said ? !*workload_identity : platform.name != "gke-calico")) return;

  Redirect out{"GKE metadata server",
               address("169.254.169.254"),
               Protocol::tcp,
               80,
               address("169.254.169.252"),
               988,
               "GKE, Use Workload Identity; kubernetes/kubernetes#68078",
               seen   ? server.evidence
               : said ? "--workload-identity on"
                      : "neither the nodes nor --workload-identity tell"};
  const bool contradicted = seen && said && !*workload_identity;
  const bool judged_later = seen || (said && platform.engine == "calico");
  out.there = judged_later && !contradicted ? Answer::yes : Answer::unknown;
  if (contradicted || server.nodes == 0)
    out.plain = Answer::unknown;
  else
    out.plain = server.nodes == evidence.snapshot().nodes.size() ? Answer::no : Answer::yes;
  if (out.there == Answer::unknown || out.plain == Answer::unknown)
    out.question = "which nodes run the GKE metadata server: their label " +
                   std::string(kGkeLabel) + "=true, or --workload-identity, tells";
  platform.redirects.push_back(std::move(out));
}

/// PF-51. One in a namespace that anybody may have made is believed only against the Pods: it may
/// be there or not.
void add_agent(const Agent& agent, const Evidence& evidence, model::Platform& platform) {
  const Found* own = evidence.find(agent.component);
  const Found* found = own != nullptr ? own : evidence.find_elsewhere(agent.component);
  if (found == nullptr) return;
  Redirect out{agent.name,   address("169.254.169.254"), Protocol::tcp, 80,
               std::nullopt, port_of(agent, *found),     agent.source,  found->text};
  if (own == nullptr) {
    out.there = out.plain = Answer::unknown;
    out.question = "whether " + found->text + ", outside of the cluster's own namespaces, is the " +
                   agent.name;
  }
  platform.redirects.push_back(std::move(out));
}

/// PF-52. The addresses of the EKS Pod Identity agent, and those that NodeLocal DNSCache is told.
void add_host_addresses(const Evidence& evidence, model::Platform& platform) {
  if (evidence.find(Component::eks_pod_identity) != nullptr)
    for (const char* text : {"169.254.170.23", "fd00:ec2::23"})
      platform.host_addresses.push_back(address(text));
  const Found* dns = evidence.find(Component::node_local_dns);
  if (dns == nullptr) return;
  for (const model::SystemContainer& container : dns->workload->containers) {
    const auto flag = container.find_flag("localip");
    std::string_view rest = flag ? std::string_view(flag->value) : "";
    while (!rest.empty()) {
      const std::size_t comma = std::min(rest.find(','), rest.size());
      if (const auto parsed = parse_address(rest.substr(0, comma)))
        platform.host_addresses.push_back(*parsed);
      rest.remove_prefix(std::min(comma + 1, rest.size()));
    }
  }
}

}  // namespace

std::size_t nodes_with_gke_server(const model::Snapshot& snapshot) {
  return static_cast<std::size_t>(std::ranges::count_if(snapshot.nodes, runs_gke_server));
}

model::Platform with_agents(model::Platform platform, const model::Snapshot& snapshot,
                            std::optional<bool> workload_identity) {
  const Evidence evidence(snapshot);
  add_gke_server(evidence, workload_identity, platform);
  for (const Agent& agent : kAgents) add_agent(agent, evidence, platform);
  add_host_addresses(evidence, platform);
  return platform;
}

}  // namespace podmoat::platform
