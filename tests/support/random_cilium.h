#pragma once
// Random clusters with Cilium's policies, their CIDR groups and Services, beside NetworkPolicies.
#include <cstdint>

#include "core/model/snapshot.h"
#include "support/random_cluster.h"

namespace podmoat::test {

/// What the policies may hold.
struct CiliumKnobs {
  ClusterKnobs cluster{};
  int policies = 4;
  /// Whether they hold what only an option, a release or something outside of the cluster decides.
  bool doubts = true;
  /// Whether they hold only what Cilium's policy repository decides alone: no Services, groups of
  /// CIDRs or of a cloud, nor what needs an option or a proxy.
  bool alone = false;
};

/// random_cluster with policies of Cilium in it; the same for the same seed. An object whose name
/// begins with "odd" is one that Cilium would refuse; all others it would take.
model::Snapshot random_cilium(std::uint64_t seed, const CiliumKnobs& knobs = {});

}  // namespace podmoat::test
