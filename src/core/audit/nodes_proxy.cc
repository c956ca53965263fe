// A rule matches as kubernetes/kubernetes pkg/apis/rbac/v1/evaluation_helpers.go matches it, a
// subject as pkg/registry/rbac/validation/rule.go does. Only bindings at the scope of the cluster
// count: a node is in no namespace.
#include "core/audit/nodes_proxy.h"

#include <algorithm>
#include <array>
#include <unordered_set>
#include <utility>

namespace podmoat::audit {
namespace {

bool has_any(const std::vector<std::string>& list, std::initializer_list<std::string_view> wanted) {
  return std::ranges::any_of(list, [&](const std::string& item) {
    return std::ranges::find(wanted, item) != wanted.end();
  });
}

/// Roles that every API server makes for itself, and that give no right to nodes/proxy.
/// Source: plugin/pkg/auth/authorizer/rbac/bootstrappolicy/policy.go.
bool is_harmless_default(std::string_view name) {
  static constexpr std::array<std::string_view, 24> kNames{
      "admin",
      "edit",
      "view",
      "system:aggregate-to-admin",
      "system:aggregate-to-edit",
      "system:aggregate-to-view",
      "system:auth-delegator",
      "system:basic-user",
      "system:discovery",
      "system:heapster",
      "system:kube-aggregator",
      "system:kube-controller-manager",
      "system:kube-dns",
      "system:kube-scheduler",
      "system:monitoring",
      "system:node",
      "system:node-bootstrapper",
      "system:node-problem-detector",
      "system:node-proxier",
      "system:persistent-volume-provisioner",
      "system:public-info-viewer",
      "system:service-account-issuer-discovery",
      "system:volume-scheduler",
      "system:cloud-provider"};
  return std::ranges::find(kNames, name) != kNames.end() ||
         name.starts_with("system:controller:") || name.starts_with("system:certificates.k8s.io:");
}

class Roles {
 public:
  explicit Roles(const std::vector<model::ClusterRole>& roles) : roles_(roles) {
    for (const model::ClusterRole& role : roles)
      if (!role.aggregates.empty() || std::ranges::any_of(role.rules, allows_nodes_proxy))
        relevant_.push_back(&role);
  }

  /// How the role of that name gives the right, without binding and subject.
  const std::vector<ProxyGrant>& grants(const std::string& name) {
    const auto [known, is_new] = known_.try_emplace(name);
    if (is_new) known->second = find_grants(name);
    return known->second;
  }

 private:
  std::vector<ProxyGrant> find_grants(const std::string& name) const {
    const auto role = std::ranges::lower_bound(
        roles_, name, {},
        [](const model::ClusterRole& r) -> const std::string& { return r.object.name; });
    std::vector<ProxyGrant> out;
    if (role == roles_.end() || role->object.name != name) {
      const bool known = name == "cluster-admin" || name == "system:kubelet-api-admin";
      if (known || !is_harmless_default(name)) out.push_back({.unknown = !known});
      return out;
    }
    std::unordered_set<const model::ClusterRole*> seen;
    collect(*role, seen, out);
    return out;
  }

  /// RB-4: its own rules, and those of what it aggregates, which may aggregate too.
  void collect(const model::ClusterRole& start, std::unordered_set<const model::ClusterRole*>& seen,
               std::vector<ProxyGrant>& out) const {
    std::vector<const model::ClusterRole*> open{&start};
    seen.insert(&start);
    while (!open.empty()) {
      const model::ClusterRole& role = *open.back();
      open.pop_back();
      for (const model::RoleRule& rule : role.rules)
        if (allows_nodes_proxy(rule)) out.push_back({.role = &role, .rule = &rule});
      if (role.aggregates.empty()) continue;
      for (const model::ClusterRole* other : relevant_) {
        const bool selected = std::ranges::any_of(
            role.aggregates,
            [&](const model::Selector& selector) { return selector.matches(other->labels); });
        if (selected && seen.insert(other).second) open.push_back(other);
      }
    }
  }

  const std::vector<model::ClusterRole>& roles_;
  std::vector<const model::ClusterRole*> relevant_;
  std::unordered_map<std::string, std::vector<ProxyGrant>> known_;
};

std::string user_of(std::string_view ns, std::string_view account) {
  return "system:serviceaccount:" + std::string(ns) + ":" + std::string(account);
}

std::string holder_of(const model::RoleSubject& subject) {
  if (subject.kind == "Group") return "group " + subject.name;
  return subject.kind == "User" ? subject.name : user_of(subject.ns, subject.name);
}

}  // namespace

bool allows_nodes_proxy(const model::RoleRule& rule) {
  return has_any(rule.verbs, {"*", "get", "create"}) && has_any(rule.api_groups, {"*", ""}) &&
         has_any(rule.resources, {"*", "nodes/proxy", "*/proxy"});
}

NodesProxy::NodesProxy(const model::Rbac& rbac) {
  Roles roles(rbac.roles);
  for (const model::ClusterRoleBinding& binding : rbac.bindings)
    for (const ProxyGrant& grant : roles.grants(binding.role))
      for (const model::RoleSubject& subject : binding.subjects) {
        ProxyGrant full = grant;
        full.binding = &binding;
        full.subject = &subject;
        by_holder_[holder_of(subject)].push_back(full);
      }
}

std::vector<ProxyGrant> NodesProxy::of(std::string_view ns, std::string_view account) const {
  std::vector<ProxyGrant> out;
  for (const std::string& holder :
       {user_of(ns, account), std::string("group system:serviceaccounts"),
        "group system:serviceaccounts:" + std::string(ns),
        std::string("group system:authenticated")})
    if (const auto found = by_holder_.find(holder); found != by_holder_.end())
      out.insert(out.end(), found->second.begin(), found->second.end());
  return out;
}

}  // namespace podmoat::audit
