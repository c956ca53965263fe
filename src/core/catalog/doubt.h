#pragma once
// Doubts: flows of which it is not known whether they lead to a Target.
#include <string>
#include <vector>

#include "core/flow/flow_set.h"

namespace podmoat::catalog {

/// Some of a Target's flows may lead nowhere, as nobody knows which nodes redirect its address
/// (docs/semantics/platforms.md PF-53).
struct Doubt {
  flow::FlowSet flows;  ///< each of these may lead to the Target, and may not
  /// Of these two one does, whichever it is: who has a flow of both reaches it. Empty, or each a
  /// part of `flows`.
  flow::FlowSet one{};
  flow::FlowSet other{};
  std::string question{};  ///< what would decide, in words
};

/// Those of `open`, flows that pass, with which a Target is reached whatever the answers are. A
/// flow of both sides of a Doubt stays, as one of them leads there.
flow::FlowSet leading(const flow::FlowSet& open, const std::vector<Doubt>& doubts);

}  // namespace podmoat::catalog
