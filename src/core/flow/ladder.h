#pragma once
// Tier and Ladder: what every policy language compiles to, and the one fold that evaluates it.
//
// A Tier is a list of rules and an end. A Ladder is the tiers of one Subject in order. The fold
// walks down: what an allow rule matches is allowed, what a deny rule matches is gone, what a pass
// rule matches goes on in the next tier; at the end of a tier its `end` decides about the rest.
// Below the last tier everything that is left is allowed: Kubernetes denies nothing by default.
// Tiers may stand in several stages, as a firewall behind the policies does: each stage is a walk
// of its own, and a flow has to be allowed by all of them.
//
// What text cannot decide has two sets: `sure` is matched whatever the truth is, `possible` may be.
// sure is always inside possible; an exact rule has sure == possible.
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "core/flow/flow_set.h"

namespace podmoat::flow {

enum class Action : std::uint8_t { allow, deny, pass };

/// A set that may not be known exactly: sure is a subset of possible.
struct Known {
  FlowSet sure;
  FlowSet possible;

  static Known exactly(const FlowSet& set) { return {set, set}; }
  bool exact() const { return sure == possible; }
  bool operator==(const Known&) const = default;
};

/// One rule of a tier. `origin` is an index that whoever fills the tier hands out, so that an
/// answer can name the policy, the rule and the line; flow knows nothing of policies.
struct Rule {
  Known match;
  Action action = Action::allow;
  std::uint32_t origin = 0;
};

/// Rules are shared: one policy's rule stands in the ladder of every Subject it selects.
struct Tier {
  std::string name;  ///< for people: "NetworkPolicy"
  std::vector<std::shared_ptr<const Rule>> rules;
  Action end = Action::pass;
  /// Who made the end what it is (origins, as in Rule): the policies that isolate the Subject.
  std::vector<std::uint32_t> end_origins;
  std::uint8_t stage = 0;  ///< tiers of one stage stand together, in ascending order
};

struct Ladder {
  std::vector<Tier> tiers;
};

/// What the Ladder lets through of `within`: possible if some way out of every doubt lets it
/// through, sure if every way does. Exact if the doubts of the rules are independent of each other;
/// else sure may be too small and possible too large. Two FlowSet operations for each run of rules
/// with one action.
Known evaluate(const Ladder& ladder, const FlowSet& within);

/// One step of a derivation: what a tier did with one flow.
struct Step {
  std::uint32_t tier = 0;  ///< index into Ladder::tiers
  /// The rule, or nullptr when the end of the tier decided.
  const Rule* rule = nullptr;
  bool sure = true;  ///< false: whether the rule matches is not known
  Action action = Action::allow;
};

/// The steps that decide about one flow, in order. After a step that is not sure the walk goes on
/// both ways, so several steps may follow. Empty iff the Ladder has no tier.
std::vector<Step> derive(const Ladder& ladder, const Flow& flow);

}  // namespace podmoat::flow
