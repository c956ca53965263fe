#pragma once
// The addresses of nodes, for languages whose rules select nodes by label.
#include "core/flow/flow_set.h"
#include "core/flow/ladder.h"
#include "core/model/labels.h"
#include "core/model/snapshot.h"

namespace podmoat::language {

/// Every address that a node may have beside those that Kubernetes tells: all but link-local,
/// loopback and multicast ones; and the line of nodes.
flow::FlowSet routable_places();

/// The addresses of the Nodes that `nodes` selects, on every port. Sure: the only address of its
/// family that a Node has. Possible: its other addresses, and whatever routable address is no
/// other Node's, as Kubernetes does not tell all addresses of a node.
/// Source: docs/semantics/antrea.md AN-20, docs/semantics/egressfirewall.md EF-10.
flow::Known addresses_of_nodes(const model::Snapshot& snapshot, const model::Selector& nodes);

/// The addresses that may be those of a Pod's own node: of the Nodes of the input, or any routable
/// one if there are none. Source: docs/semantics/egressfirewall.md EF-8.
flow::FlowSet perhaps_own_node(const model::Snapshot& snapshot);

}  // namespace podmoat::language
