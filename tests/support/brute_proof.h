#pragma once
// The slow oracle for proof::verify: every label set over the few labels that a small Claim
// mentions, every kind of flow between such Pods and across every border of its blocks and ports.
// It shares no code with core/proof, core/policy and the operations of core/flow.
#include <array>
#include <string>

#include "core/proof/proof.h"

namespace podmoat::test {

/// For each Breach whether some label set in namespace `ns` has it, if every policy is enforced.
/// Labels and port names of the Claim must be few: the cost is the product of everything.
std::array<bool, 3> brute_breaches(const proof::Claim& claim, const std::string& ns);

}  // namespace podmoat::test
