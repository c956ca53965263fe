#pragma once
// The slow oracle for EgressFirewall and EgressNetworkPolicy with NetworkPolicy: one flow at a
// time, straight from the text of docs/semantics/egressfirewall.md.
#include "core/model/snapshot.h"
#include "support/slow_network_policy.h"

namespace podmoat::test {

/// Whether `pod`, which is not on the host network, may send `flow` on a plugin that enforces
/// NetworkPolicy and, after it, both kinds of firewalls.
Allowed slow_through_firewall(const model::Snapshot& snapshot, const model::Pod& pod,
                              const SlowFlow& flow);

}  // namespace podmoat::test
