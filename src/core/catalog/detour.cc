#include "core/catalog/detour.h"

#include <algorithm>

namespace podmoat::catalog {
namespace {

using flow::FlowSet;
using flow::PortSet;

/// A Service that is not in the input may have an address.
bool may_have_address(const model::Snapshot& snapshot, const model::Backends& backends) {
  const auto service = std::ranges::find_if(snapshot.services, [&](const model::Service& one) {
    return one.object.ns == backends.object.ns && one.object.name == backends.service;
  });
  return service == snapshot.services.end() || !service->claims.empty();
}

}  // namespace

FlowSet flows_of(const Address& address, const std::vector<model::ServicePort>& ports) {
  PortSet open = ports.empty() ? PortSet::all() : PortSet();
  for (const model::ServicePort& port : ports)
    open = open | (port.port == 0 ? PortSet::all(port.protocol)
                                  : PortSet::of(port.protocol, {port.port, port.port}));
  return FlowSet::box(flow::span_of(address), open);
}

std::vector<std::string> detours(const model::Snapshot& snapshot, const FlowSet& to) {
  std::vector<std::string> out;
  for (const model::Backends& backends : snapshot.backends) {
    const bool leads = std::ranges::any_of(backends.addresses, [&](const Address& address) {
      return !(flows_of(address, backends.ports) & to).empty();
    });
    if (leads && may_have_address(snapshot, backends)) out.push_back(backends.object.str());
  }
  return out;
}

}  // namespace podmoat::catalog
