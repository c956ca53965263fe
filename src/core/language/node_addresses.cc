// Kubernetes tells some addresses of a node, and which of them its network plugin takes is not
// written there either. Only one thing is sure: who has a single address of a family has that one.
#include "core/language/node_addresses.h"

#include <algorithm>
#include <vector>

#include "core/language/fields.h"

namespace podmoat::language {
namespace {

using flow::FlowSet;

FlowSet addresses_of(const model::Node& node) {
  std::vector<FlowSet::Box> boxes;
  for (const Address& address : node.addresses)
    boxes.push_back({flow::span_of(address), flow::PortSet::all()});
  return FlowSet::of(std::move(boxes));
}

/// Those that are the only one of their family.
FlowSet single_addresses_of(const model::Node& node) {
  std::vector<FlowSet::Box> boxes;
  for (const Address& address : node.addresses)
    if (std::ranges::count(node.addresses, address.family, &Address::family) == 1)
      boxes.push_back({flow::span_of(address), flow::PortSet::all()});
  return FlowSet::of(std::move(boxes));
}

}  // namespace

FlowSet routable_places() {
  static const FlowSet all = [] {
    std::vector<Block> never;
    for (const char* block :
         {"169.254.0.0/16", "127.0.0.0/8", "224.0.0.0/4", "fe80::/10", "::1/128", "ff00::/8"})
      never.push_back(*parse_block(block));
    return all_places() - addresses(never);
  }();
  return all;
}

flow::Known addresses_of_nodes(const model::Snapshot& snapshot, const model::Selector& nodes) {
  FlowSet sure;
  FlowSet selected;
  FlowSet others;
  for (const model::Node& node : snapshot.nodes) {
    if (!nodes.matches(node.labels)) {
      others = others | addresses_of(node);
      continue;
    }
    sure = sure | single_addresses_of(node);
    selected = selected | addresses_of(node);
  }
  return {sure, (routable_places() - others) | selected};
}

FlowSet perhaps_own_node(const model::Snapshot& snapshot) {
  if (snapshot.nodes.empty()) return routable_places();
  FlowSet out = nodes(true, false);
  for (const model::Node& node : snapshot.nodes) out = out | addresses_of(node);
  return out;
}

}  // namespace podmoat::language
