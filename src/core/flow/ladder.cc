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

#include <algorithm>
#include <span>
#include <utility>

namespace podmoat::flow {
namespace {

using Rules = std::span<const std::shared_ptr<const Rule>>;

/// The union of one of the two sets of all rules. O(n log n) for their n rows.
FlowSet united(Rules rules, FlowSet Known::* set) {
  std::vector<FlowSet::Box> boxes;
  for (const auto& rule : rules)
    for (const FlowSet::Row& row : (rule->match.*set).rows())
      boxes.push_back({row.span, row.ports});
  return FlowSet::of(std::move(boxes));
}

/// The rules from the first on that do the same.
Rules run_of(Rules rules) {
  const auto other = std::ranges::find_if(
      rules, [&](const auto& rule) { return rule->action != rules.front()->action; });
  return rules.first(static_cast<std::size_t>(other - rules.begin()));
}

}  // namespace

// Rules that stand together and do the same are one: what an earlier one surely matches, and a
// later one then does not see, goes the same way. A policy has a rule for each of its peers, and
// cut one by one they would cost the square of their number.
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
    for (Rules rest(tier.rules); !rest.empty();) {
      const Rules run = run_of(rest);
      rest = rest.subspan(run.size());
      const Rule& first = *run.front();
      decide(first.action,
             open & (run.size() == 1 ? first.match.possible : united(run, &Known::possible)));
      open = open - (run.size() == 1 ? first.match.sure : united(run, &Known::sure));
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
