// The synthesis: one engine writes the policies, and what no policy does is said beside them.
// docs/semantics/fix.md is the argument that they cut what they must and nothing else.
#include <algorithm>
#include <tuple>
#include <utility>

#include "core/fix/engines/engines.h"
#include "core/fix/leftovers.h"
#include "core/fix/losses.h"
#include "core/fix/plan.h"
#include "core/policy/subject.h"

namespace podmoat::fix {
namespace {

void write(const Task& task) {
  switch (task.order.engine) {
    case Engine::network_policy:
      return plan_network_policy(task);
    case Engine::cluster_network_policy:
      return plan_cluster_network_policy(task);
    case Engine::admin_network_policy:
      return plan_admin_network_policy(task);
    case Engine::cilium:
      return plan_cilium(task);
    case Engine::calico:
      return plan_calico(task);
    case Engine::antrea:
      return plan_antrea(task);
    case Engine::egress_firewall:
      return plan_egress_firewall(task);
  }
}

}  // namespace

Plan synthesize(const Order& order) {
  Plan plan;
  const language::Reading reading = language::read(order.snapshot, order.platform);
  const std::vector<policy::Subject> subjects =
      policy::subjects(order.snapshot, reading, catalog::label_keys(order.guard));
  if (enforced(order) && !order.guard.must.empty()) write({order, reading, plan});
  // Engines give the objects of one namespace in the order in which they must be made.
  std::ranges::stable_sort(plan.additions, {}, &Addition::ns);
  for (Leftover& leftover : leftovers(order, reading, subjects))
    plan.leftovers.push_back(std::move(leftover));
  std::ranges::stable_sort(plan.leftovers, {}, &Leftover::ns);
  plan.restarts = restarts(order, subjects, plan);
  plan.losses = losses(order, subjects, plan);
  return plan;
}

}  // namespace podmoat::fix
