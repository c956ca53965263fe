#pragma once
// Random Antrea policies, tiers and groups in a random cluster: everything that
// docs/semantics/antrea.md speaks of.
#include <random>

#include "core/model/snapshot.h"

namespace podmoat::test {

/// Adds them, and labels and second addresses for the Nodes; with `doubts` also what text cannot
/// decide: names of hosts, layer 7, missing groups and tiers, unreadable policies.
void add_random_antrea(std::mt19937_64& random, bool doubts, model::Snapshot& snapshot);

}  // namespace podmoat::test
