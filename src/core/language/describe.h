#pragma once
// The parts of a NetworkPolicy in words, for Origin::text.
#include <string>

#include "core/model/network_policy.h"

namespace podmoat::language {

/// "allows 0.0.0.0/0 except 169.254.169.254/32 on TCP 80, 443"; long lists are cut short. `peer` is
/// one of the rule's peers, or nullptr for a rule without any.
std::string describe(const model::PolicyRule& rule, const model::Peer* peer);
/// "isolates the egress of Pods with app=web".
std::string describe(const model::NetworkPolicy& policy);

}  // namespace podmoat::language
