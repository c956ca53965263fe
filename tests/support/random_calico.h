#pragma once
// Random clusters with Calico's objects in them, on top of random_cluster: the same for the same
// seed, with the same few labels and blocks.
#include <cstdint>
#include <random>
#include <string>

#include "core/model/snapshot.h"

namespace podmoat::test {

/// A cluster with NetworkPolicies, Calico's policies of both API groups, tiers, sets and
/// HostEndpoints, all of them valid. At most one namespace is not complete, and then there are no
/// NetworkPolicies.
model::Snapshot random_calico(std::uint64_t seed);

/// A selector of Calico over the labels of random_cluster, `depth` operators deep at most.
std::string random_calico_selector(std::mt19937_64& random, int depth);

}  // namespace podmoat::test
