#pragma once
// A Reading as lines that a person can check.
#include <string>
#include <vector>

#include "core/language/policy.h"

namespace podmoat::test {

/// One line a policy, and one, indented, for each of its clauses:
///   "Antrea 0 ClusterNetworkPolicy open: app=web | everything"
///   "  allow egress[0].to[0]: 10.0.0.0/8 any [perhaps ...]"
std::vector<std::string> lines_of(const language::Reading& reading);

}  // namespace podmoat::test
