// The fold. It keeps four sets of flows and moves each flow at most once in each tier:
//
//   open     may still be undecided when a rule is reached
//   passed   may go on to the next tier
//   allowed  may have been allowed
//   denied   may have been denied
//
// A rule may catch what it possibly matches, and only what it surely matches is gone afterwards.
// Every flow ends allowed or denied, so a flow is surely allowed iff it cannot have been denied.
// No set for "surely" is carried along: a flow that one rule may allow and the next one surely
// allows is allowed either way, which two sets that are cut rule by rule could not tell.
// If each rule's doubt is its own, both sets are exact; if doubts hang together (two rules that
// wait for the same label), sure may be too small and possible too large, never the other way.
#include "core/flow/ladder.h"

#include <utility>

namespace podmoat::flow {

// A stage starts anew with what the one before may have allowed; what one has denied stays denied.
Known evaluate(const Ladder& ladder, const FlowSet& within) {
  FlowSet open = within;
  FlowSet allowed;
  FlowSet denied;
  std::uint8_t stage = ladder.tiers.empty() ? 0 : ladder.tiers.front().stage;
  for (const Tier& tier : ladder.tiers) {
    if (tier.stage != stage) {
      stage = tier.stage;
      open = open | allowed;
      allowed = {};
    }
    FlowSet passed;
    const auto decide = [&](Action action, const FlowSet& hit) {
      FlowSet& to = action == Action::allow ? allowed : action == Action::deny ? denied : passed;
      to = to | hit;
    };
    for (const auto& rule : tier.rules) {
      decide(rule->action, open & rule->match.possible);
      open = open - rule->match.sure;
    }
    decide(tier.end, open);
    open = std::move(passed);
  }
  return {within - denied, allowed | open};
}

std::vector<Step> derive(const Ladder& ladder, const Flow& flow) {
  std::vector<Step> steps;
  bool open = true;      // whether the flow may come down to the next tier
  bool allowed = false;  // whether this stage may have allowed it
  for (std::uint32_t tier = 0; tier < ladder.tiers.size(); ++tier) {
    if (tier > 0 && ladder.tiers[tier].stage != ladder.tiers[tier - 1].stage) {
      open = open || allowed;
      allowed = false;
    }
    if (!open) continue;
    bool passed = false;
    for (const auto& rule : ladder.tiers[tier].rules) {
      if (!rule->match.possible.contains(flow)) continue;
      open = !rule->match.sure.contains(flow);
      steps.push_back({tier, rule.get(), !open, rule->action});
      passed = passed || rule->action == Action::pass;
      allowed = allowed || rule->action == Action::allow;
      if (!open) break;
    }
    const Action end = ladder.tiers[tier].end;
    if (open) steps.push_back({tier, nullptr, true, end});
    allowed = allowed || (open && end == Action::allow);
    open = passed || (open && end == Action::pass);
  }
  return steps;
}

}  // namespace podmoat::flow
