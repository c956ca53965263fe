#pragma once
// Detours: Services whose backends are where some flows lead. A policy that sees the address of the
// Service, and not the one behind it, lets such flows pass by another name.
#include <string>
#include <vector>

#include "core/flow/flow_set.h"
#include "core/model/snapshot.h"

namespace podmoat::catalog {

/// The flows to `address` on `ports`; no ports: on all.
flow::FlowSet flows_of(const Address& address, const std::vector<model::ServicePort>& ports);

/// The objects that lead a Service to one of the flows `to`: "EndpointSlice shop/ws". Those of a
/// Service that has no address of its own lead nowhere. O(backends x their addresses).
std::vector<std::string> detours(const model::Snapshot& snapshot, const flow::FlowSet& to);

}  // namespace podmoat::catalog
