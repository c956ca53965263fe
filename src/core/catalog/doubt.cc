#include "core/catalog/doubt.h"

namespace podmoat::catalog {

flow::FlowSet leading(const flow::FlowSet& open, const std::vector<Doubt>& doubts) {
  flow::FlowSet out = open;
  for (const Doubt& doubt : doubts)
    if ((open & doubt.one).empty() || (open & doubt.other).empty()) out = out - doubt.flows;
  return out;
}

}  // namespace podmoat::catalog
