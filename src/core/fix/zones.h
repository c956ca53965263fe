#pragma once
// The guarded flows as the synthesis needs them: which addresses a rule that opens some ports has
// to leave, and what it may keep open on them.
#include <map>
#include <vector>

#include "core/catalog/catalog.h"
#include "core/flow/flow_set.h"

namespace podmoat::fix {

/// Addresses on which the same ports must go and the same ones may go with them.
struct Zone {
  flow::PortSet must;  ///< never empty
  flow::PortSet may;   ///< holds `must`
  std::vector<flow::Span> spans;
};

/// Flows that stay on addresses which a rule has to leave.
struct Stay {
  flow::PortSet ports;  ///< never empty; only what a policy can say (FX-7)
  std::vector<flow::Span> spans;
};

/// What becomes of a rule that opens certain ports.
struct Cut {
  std::vector<flow::Span> spans;  ///< addresses it has to leave, ascending
  std::vector<Stay> stays;        ///< disjoint addresses, all of them of `spans`
};

/// guard.must by Zones, with one Cut for each set of ports that was asked for.
class Zones {
 public:
  explicit Zones(const catalog::Guard& guard);
  /// Of a rule that opens `ports` at addresses. O(Zones) for ports that were not asked for before.
  const Cut& cut(const flow::PortSet& ports);

 private:
  std::vector<Zone> zones_;
  std::map<flow::PortSet, Cut> cuts_;
};

/// The parts of `spans`, which are ascending and disjoint, inside `block`. O(log n + result).
std::vector<flow::Span> inside(const std::vector<flow::Span>& spans, const flow::Span& block);

/// The fewest blocks that are exactly `spans`.
std::vector<Block> blocks_of(const std::vector<flow::Span>& spans);

}  // namespace podmoat::fix
