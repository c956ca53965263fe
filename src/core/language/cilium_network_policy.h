#pragma once
// NetworkPolicy where Cilium reads it its own way.
#include "core/language/cilium_ground.h"
#include "core/language/policy.h"
#include "core/model/network_policy.h"

namespace podmoat::language {

/// Changes `out`, which is `policy` as it is documented, into what Cilium makes of it: blocks and
/// nodes (docs/semantics/cilium.md CL-31), policyTypes (CL-32), negative selectors (CL-33), labels
/// that it leaves out (CL-8) and names of ports (CL-28).
void read_as_cilium(const model::NetworkPolicy& policy, const model::Snapshot& snapshot,
                    const CiliumGround& ground, Policy& out);

}  // namespace podmoat::language
