#pragma once
// The slow oracle for Calico with Kubernetes NetworkPolicy: one flow at a time, straight from the
// text of docs/semantics/calico.md and networkpolicy.md, from the documents as they are. It shares
// no code with core/language, core/policy and core/flow.
#include <map>
#include <optional>
#include <string>

#include "support/slow_network_policy.h"

namespace podmoat::test {

/// Whether `pod`, which is not on the host network, may send `flow` where Calico enforces all
/// policies. An address is one that no Pod has; of a Pod only labels and ports are known, so that
/// what asks for its address is unknown. Unknown too: labels of ServiceAccounts, what versions of
/// Calico differ in, and labels of one namespace that is not complete, for which it tries what
/// could make a difference.
Allowed slow_calico(const model::Snapshot& snapshot, const model::Pod& pod, const SlowFlow& flow);

/// Whether a selector of Calico is one, and holds for these labels; nothing if it is none.
std::optional<bool> slow_selects(const std::string& selector,
                                 const std::map<std::string, std::string>& labels);

}  // namespace podmoat::test
