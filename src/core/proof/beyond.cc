// Proof::beyond.
#include "core/proof/beyond.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "core/catalog/detour.h"

namespace podmoat::proof {
namespace {

/// Workloads with Pods on the host network, of either side, by namespace.
std::map<std::string, std::set<std::string>> on_host_network(
    const Claim& claim, const std::vector<std::string>& scope) {
  std::map<std::string, std::set<std::string>> found;
  for (const model::Snapshot* side : {&claim.before, &claim.after})
    for (const model::Pod& pod : side->pods)
      if (side->spec_of(pod).host_network && std::binary_search(scope.begin(), scope.end(), pod.ns))
        found[pod.ns].insert(pod.workload.str());
  return found;
}

std::string list(const std::set<std::string>& names) {
  constexpr std::size_t kShown = 3;
  std::string out;
  std::size_t shown = 0;
  for (const std::string& name : names) {
    if (shown == kShown) return out + fmt::format(" and {} more", names.size() - kShown);
    out += (shown++ == 0 ? "" : ", ") + name;
  }
  return out;
}

}  // namespace

std::vector<std::string> beyond(const Claim& claim, const std::vector<std::string>& scope) {
  std::vector<std::string> out;
  if (claim.namespaces.empty())
    out.push_back("namespaces that neither side mentions: no policy stands in them");
  for (const auto& [ns, workloads] : on_host_network(claim, scope))
    out.push_back(fmt::format(
        "namespace {}: Pods on the host network ({}), which {}", ns, list(workloads),
        claim.platform.host_policies.answer == model::Answer::no ? "no policy holds"
                                                                 : "only policies for nodes hold"));
  if (claim.platform.sees_service_addresses.answer != model::Answer::no)
    for (const std::string& detour : catalog::detours(claim.after, claim.guard.must))
      out.push_back(
          fmt::format("{}: it leads a Service to a guarded address (PM-009), and policies "
                      "see the Service's",
                      detour));
  bool nodes = false;
  for (const catalog::Aim& aim : claim.guard.aims) {
    const bool is_node = aim.target->kind == catalog::Kind::node;
    nodes = nodes || (is_node && !aim.anywhere);
    if (aim.anywhere)
      out.push_back(fmt::format("{}: nothing tells {}", aim.target->id,
                                is_node ? "the addresses of the nodes" : "its address"));
  }
  if (claim.guard.nodes_as_told)
    out.emplace_back(
        "addresses of nodes that Kubernetes does not tell (bridges, second interfaces): "
        "--node-cidr "
        "guards them too");
  if (nodes && claim.platform.own_node_policed.answer != model::Answer::yes)
    out.push_back(
        fmt::format("a Pod's own node: platform {} does not promise that policies hold there",
                    claim.platform.name));
  return out;
}

}  // namespace podmoat::proof
