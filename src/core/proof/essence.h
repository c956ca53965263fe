#pragma once
// Likeness: what the rules of two Ladders tell about their flows before any set is compared.
#include "core/flow/flow_set.h"
#include "core/proof/compare.h"
#include "core/proof/witness.h"

namespace podmoat::proof {

/// How much alike two sides are. A doubt of a rule is the same on both if the same object has it
/// for the same reason. Source: docs/semantics/proof.md PR-6, PR-8. `may`: the flows that may go.
Likeness likeness(const Side& before, const Side& after, const flow::FlowSet& may);

/// Whether both have the same rules in the same order once the flows of `without` are taken out of
/// all of them.
bool same_beside(const Side& before, const Side& after, const flow::FlowSet& without);

}  // namespace podmoat::proof
