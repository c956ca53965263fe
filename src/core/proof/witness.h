#pragma once
// A flow that breaks the Claim, in words, with the rules that let it through.
#include "core/policy/policies.h"
#include "core/proof/label_peers.h"
#include "core/proof/proof.h"

namespace podmoat::proof {

/// The side that lets the flow through.
struct Side {
  const policy::Policies& policies;
  const flow::Ladder& ladder;
};

Counterexample counterexample(Breach breach, const policy::PodView& sender, const flow::Flow& flow,
                              const Side& side, const LabelPeers& peers);

}  // namespace podmoat::proof
