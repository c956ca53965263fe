#pragma once
// One function for each engine: what it adds to a Plan, or changes, so that no guarded flow passes
// in the order's scope. The argument for each: docs/semantics/fix.md FX-20 and following.
#include "core/fix/plan.h"
#include "core/language/policy.h"

namespace podmoat::fix {

/// What an engine starts from.
struct Task {
  const Order& order;  ///< whose guard is not empty
  const language::Reading& reading;
  Plan& plan;
};

void plan_network_policy(const Task& task);
void plan_cluster_network_policy(const Task& task);
void plan_admin_network_policy(const Task& task);
void plan_cilium(const Task& task);
void plan_calico(const Task& task);
void plan_antrea(const Task& task);
void plan_egress_firewall(const Task& task);

}  // namespace podmoat::fix
