#pragma once
// Who may do what at the API server and the kubelet, as far as a rule of the audit asks: RBAC
// (rbac.authorization.k8s.io) at the scope of the cluster, and accounts. Rules:
// docs/semantics/rbac.md.
#include <optional>
#include <string>
#include <vector>

#include "core/model/labels.h"
#include "core/model/object.h"

namespace podmoat::model {

/// One rule about resources. Those about URLs are not kept.
struct RoleRule {
  std::vector<std::string> verbs;
  std::vector<std::string> api_groups;
  std::vector<std::string> resources;       ///< "nodes", "nodes/proxy", "*/proxy", "*"
  std::vector<std::string> resource_names;  ///< empty: all
  std::string path;                         ///< "rules[1]"
  Place place;
};

struct ClusterRole {
  Object object;
  Labels labels;
  std::vector<RoleRule> rules;
  /// aggregationRule: it also has the rules of the ClusterRoles that any of these select (RB-4).
  std::vector<Selector> aggregates;
};

/// Somebody to whom a role is given.
struct RoleSubject {
  std::string kind;  ///< "ServiceAccount", "User" or "Group"
  std::string ns;    ///< of a ServiceAccount
  std::string name;
  std::string path;  ///< "subjects[0]"
  Place place;
};

struct ClusterRoleBinding {
  Object object;
  std::string role;  ///< the ClusterRole's name
  std::vector<RoleSubject> subjects;
};

struct ServiceAccount {
  Object object;
  std::optional<bool> automounts;  ///< automountServiceAccountToken
  /// The account of Google that it stands for: annotation iam.gke.io/gcp-service-account.
  std::string google_account{};
};

struct Rbac {
  std::vector<ClusterRole> roles;  ///< sorted by name, as all three
  std::vector<ClusterRoleBinding> bindings;
  std::vector<ServiceAccount> accounts;  ///< sorted by namespace, then name
};

}  // namespace podmoat::model
