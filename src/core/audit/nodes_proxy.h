#pragma once
// Who may use nodes/proxy: RBAC, asked one question. Rules: docs/semantics/rbac.md RB-1 to RB-5.
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/model/rbac.h"

namespace podmoat::audit {

/// One way by which an account comes to the right: a binding, and a rule of the role it names.
struct ProxyGrant {
  const model::ClusterRoleBinding* binding = nullptr;
  const model::RoleSubject* subject =
      nullptr;                               ///< of the binding; the account, or a group it is in
  const model::ClusterRole* role = nullptr;  ///< whose rule it is: the binding's, or aggregated
  const model::RoleRule* rule = nullptr;     ///< nullptr: the role is not in the input
  /// The role is not in the input, and nothing is known of what it allows.
  bool unknown = false;
};

class NodesProxy {
 public:
  /// `rbac` must outlive it. O(roles + bindings), and roles x aggregated roles that are bound.
  explicit NodesProxy(const model::Rbac& rbac);

  /// Nobody has the right.
  bool empty() const { return by_holder_.empty(); }
  /// Every way by which the ServiceAccount may get or create nodes/proxy. O(result).
  std::vector<ProxyGrant> of(std::string_view ns, std::string_view account) const;

 private:
  /// By the name of a user or, behind "group ", of a group.
  std::unordered_map<std::string, std::vector<ProxyGrant>> by_holder_;
};

/// Whether a rule allows a verb that runs commands through nodes/proxy: get or create.
bool allows_nodes_proxy(const model::RoleRule& rule);

}  // namespace podmoat::audit
