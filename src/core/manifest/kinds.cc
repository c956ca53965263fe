// Sources: the API references of the languages named; docs/semantics/reading.md RD-40 to RD-42.
#include "core/manifest/kinds.h"

#include <algorithm>

namespace podmoat::manifest {
namespace {

constexpr KindRow kRows[] = {
    {"", "v1", "Pod", Role::pod, true},
    {"networking.k8s.io", "v1", "NetworkPolicy", Role::network_policy, true},
    {"apps", "*", "ReplicaSet", Role::workload, true},
    {"apps", "*", "Deployment", Role::workload, true},
    {"apps", "*", "StatefulSet", Role::workload, true},
    {"apps", "*", "DaemonSet", Role::workload, true},
    {"extensions", "*", "Deployment", Role::workload, true},
    {"extensions", "*", "DaemonSet", Role::workload, true},
    {"extensions", "*", "ReplicaSet", Role::workload, true},
    {"", "v1", "ReplicationController", Role::workload, true},
    {"batch", "*", "Job", Role::workload, true},
    {"batch", "*", "CronJob", Role::workload, true},
    {"", "v1", "Namespace", Role::ns, false},
    {"", "v1", "Node", Role::node, false},
    {"", "v1", "ConfigMap", Role::system_config, true},
    {"crd.projectcalico.org", "*", "FelixConfiguration", Role::system_config, false},
    {"projectcalico.org", "*", "FelixConfiguration", Role::system_config, false},
    {"config.openshift.io", "*", "Network", Role::system_config, false},
    {"apiextensions.k8s.io", "*", "CustomResourceDefinition", Role::system_definition, false},
    {"", "v1", "Service", Role::service, true},
    {"discovery.k8s.io", "*", "EndpointSlice", Role::endpoint_slice, true},
    {"", "v1", "Endpoints", Role::endpoints, true},
    {"rbac.authorization.k8s.io", "*", "ClusterRole", Role::cluster_role, false},
    {"rbac.authorization.k8s.io", "*", "ClusterRoleBinding", Role::cluster_role_binding, false},
    {"", "v1", "ServiceAccount", Role::service_account, true},
    {"networking.istio.io", "*", "Sidecar", Role::mesh, true},
    {"networking.istio.io", "*", "ServiceEntry", Role::mesh, true},
    {"security.istio.io", "*", "AuthorizationPolicy", Role::mesh, true},
    // An old version, or a language that nobody here has heard of.
    {"*", "*", "NetworkPolicy", Role::policy_object, true},
};
/// Policies by their names, in whatever group: FQDNNetworkPolicy of networking.gke.io.
constexpr KindRow kForeignPolicy{"*", "*", "", Role::policy_object, true};
constexpr std::string_view kPolicyEndings[] = {"NetworkPolicy",  "NetworkPolicies",
                                               "FirewallPolicy", "EgressFirewall",
                                               "FirewallRule",   "FirewallRules"};
constexpr KindRow kSkipped{"*", "*", "", Role::skipped, true};

bool fits(std::string_view pattern, std::string_view text) {
  return pattern == "*" || pattern == text;
}

}  // namespace

const KindRow& kind_row(std::string_view api_version, std::string_view kind) {
  const std::size_t slash = api_version.find('/');
  const bool has_group = slash != std::string_view::npos;
  const std::string_view group = has_group ? api_version.substr(0, slash) : "";
  const std::string_view version = has_group ? api_version.substr(slash + 1) : api_version;
  for (const KindRow& row : kRows)
    if (row.kind == kind && fits(row.group, group) && fits(row.version, version)) return row;
  const bool foreign = std::ranges::any_of(
      kPolicyEndings, [&](std::string_view ending) { return kind.ends_with(ending); });
  return foreign ? kForeignPolicy : kSkipped;
}

bool is_workload_kind(std::string_view kind) {
  return std::ranges::any_of(kRows, [&](const KindRow& row) {
    return row.kind == kind && (row.role == Role::workload || row.role == Role::pod);
  });
}

}  // namespace podmoat::manifest
