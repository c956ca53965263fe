#pragma once
// The slow oracle for AdminNetworkPolicy and ClusterNetworkPolicy together with NetworkPolicy: one
// flow at a time, straight from the text of docs/semantics/clusternetworkpolicy.md,
// adminnetworkpolicy.md and combining.md. It shares no code with core/language, core/policy and
// core/flow; of NetworkPolicy it knows what slow_network_policy.h knows.
#include <string_view>

#include "support/random_admin_policies.h"
#include "support/slow_network_policy.h"

namespace podmoat::test {

/// Whether `pod`, which is not on the host network, may send `flow`, on a plugin of the family
/// `engine` (model::Platform::engine) that enforces all three: unknown when the rules leave it
/// open. Tries every way out of every doubt. A flow to a Pod is one that blocks of addresses do not
/// hold.
Allowed slow_admin_allowed(const AdminCluster& cluster, std::string_view engine,
                           const model::Pod& pod, const SlowFlow& flow);

}  // namespace podmoat::test
