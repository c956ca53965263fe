#pragma once
// A rule of a Calico policy as Clauses. Rules: docs/semantics/calico.md CA-10 to CA-19.
#include <string>
#include <vector>

#include "core/language/calico_sets.h"
#include "core/language/fields.h"

namespace podmoat::language {

/// What rules are read against.
struct CalicoScope {
  const model::Snapshot& snapshot;
  const CalicoSets& sets;
  /// The families of the addresses that Pods of the Snapshot have.
  bool pods_v4 = false;
  bool pods_v6 = false;

  CalicoScope(const model::Snapshot& snapshot, const CalicoSets& sets);
  /// The addresses of the Pods of the Snapshot that `selector` holds.
  flow::Known addresses_of_pods(const CalicoSelector& selector) const;
};

struct CalicoRule {
  std::vector<Clause> clauses;  ///< none for Log, which decides nothing
  /// The rule is for those Pods of the policy only that this holds: `source`.
  CalicoSelector senders;
};

/// Reads `rule` of a policy of the namespace `ns`, "" for a global one.
CalicoRule read_calico_rule(const Field& rule, const std::string& ns, const CalicoScope& scope);

}  // namespace podmoat::language
