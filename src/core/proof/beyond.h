#pragma once
// What no NetworkPolicy decides about, and so no Proof.
#include <string>
#include <vector>

#include "core/proof/proof.h"

namespace podmoat::proof {

/// One sentence for each: namespaces that nobody mentioned, Pods on the host network of the
/// namespaces `scope`, a Pod's own node, nodes whose addresses are unknown.
std::vector<std::string> beyond(const Claim& claim, const std::vector<std::string>& scope);

}  // namespace podmoat::proof
