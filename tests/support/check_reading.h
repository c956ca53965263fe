#pragma once
// What every Reading has to be, whatever was read: for fuzzers.
#include "base/check.h"
#include "core/language/policy.h"

namespace podmoat::test {

/// Fails loudly if a policy stands in no tier, if what is sure is not possible, or if a clause that
/// is not exact says not why.
inline void check_reading(const language::Reading& reading) {
  for (const language::Policy& policy : reading.policies) {
    PODMOAT_CHECK(policy.tier < reading.tiers.size());
    PODMOAT_CHECK(policy.possible.empty() || !policy.doubt.empty());
    for (const language::Clause& clause : policy.clauses) {
      const language::Destinations& to = clause.to;
      PODMOAT_CHECK(to.places.possible.contains(to.places.sure));
      const bool exact = to.places.exact() && to.possible.empty() && clause.ports.possible.empty();
      PODMOAT_CHECK(exact || !clause.doubt.empty());
      PODMOAT_CHECK(!clause.text.empty() && !clause.rule.empty());
    }
  }
}

}  // namespace podmoat::test
