#pragma once
// The half of NetworkPolicy that the Proof does not judge.
#include <set>
#include <string>

#include "core/model/snapshot.h"

namespace podmoat::proof {

/// The namespaces whose policies let in something else on one side than on the other, going by what
/// is written: rules in another order, or the same ones twice, are no difference; rules that say
/// the same in other words are. O(n log n) in the rules of both sides.
std::set<std::string> namespaces_with_other_ingress(const model::Snapshot& before,
                                                    const model::Snapshot& after);

}  // namespace podmoat::proof
