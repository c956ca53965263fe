#pragma once
// Random firewalls in a random cluster: everything that docs/semantics/egressfirewall.md speaks of.
#include <random>

#include "core/model/snapshot.h"
#include "support/random_cluster.h"

namespace podmoat::test {

/// Adds labels and second addresses to the Nodes of `snapshot`, and firewalls of both kinds to its
/// namespaces; with `doubts` also names of hosts, unreadable objects and bits outside a mask.
void add_random_firewalls(std::mt19937_64& random, bool doubts, model::Snapshot& snapshot);

/// Gives the Nodes labels and some of them a second address of a family.
void add_node_labels(std::mt19937_64& random, model::Snapshot& snapshot);

/// A policy object, with a place of its own and its document.
model::PolicyObject policy_object(const std::string& api_version, const std::string& kind,
                                  const std::string& ns, const std::string& name,
                                  model::Value spec);

}  // namespace podmoat::test
