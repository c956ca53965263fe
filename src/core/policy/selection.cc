// The rules of one tier come from the policies that stand in it, by their order. Where nobody knows
// which of two policies goes first, a flow on which they disagree is decided by neither for sure:
// both rules may match it, and none does surely (docs/semantics/combining.md).
#include "core/policy/selection.h"

#include <algorithm>

namespace podmoat::policy {
namespace {

using flow::Action;
using flow::FlowSet;
using language::Policy;

/// One policy in its tier.
struct Standing {
  const Policy* policy;
  const Compiled* compiled;
  bool surely;

  const std::vector<RulePointer>& rules() const {
    return surely ? compiled->rules : compiled->doubtful;
  }
};
using Standings = std::vector<Standing>;

/// What the policies decide differently among themselves.
FlowSet contested(std::span<const Standing> group) {
  FlowSet by[3];
  for (const Standing& standing : group)
    for (const RulePointer& rule : standing.rules()) {
      FlowSet& all = by[static_cast<int>(rule->action)];
      all = all | rule->match.possible;
    }
  return (by[0] & by[1]) | (by[0] & by[2]) | (by[1] & by[2]);
}

void add_group(std::span<const Standing> group, language::Ties ties,
               std::vector<RulePointer>& rules) {
  FlowSet disputed;
  if (ties == language::Ties::undefined && group.size() > 1) disputed = contested(group);
  const auto add = [&](const RulePointer& rule) {
    if ((rule->match.sure & disputed).empty()) return rules.push_back(rule);
    flow::Rule weaker = *rule;
    weaker.match.sure = weaker.match.sure - disputed;
    rules.push_back(std::make_shared<const flow::Rule>(std::move(weaker)));
  };
  if (ties == language::Ties::deny_first)
    for (const Standing& standing : group)
      for (const RulePointer& rule : standing.rules())
        if (rule->action == Action::deny) add(rule);
  for (const Standing& standing : group)
    for (const RulePointer& rule : standing.rules())
      if (ties != language::Ties::deny_first || rule->action != Action::deny) add(rule);
}

std::vector<RulePointer> rules_of(const language::Tier& tier, const Standings& standings) {
  std::vector<RulePointer> rules;
  for (auto from = standings.begin(); from != standings.end();) {
    const auto to = std::find_if(from, standings.end(), [&](const Standing& other) {
      return other.policy->order != from->policy->order;
    });
    add_group({from, to}, tier.ties, rules);
    from = to;
  }
  if (tier.denies_first)
    std::ranges::stable_partition(
        rules, [](const RulePointer& rule) { return rule->action == Action::deny; });
  return rules;
}

/// The end: denied for sure if a policy that surely selects isolates, else perhaps.
flow::Tier tier_of(const language::Tier& tier, Standings standings) {
  std::ranges::stable_sort(standings, {}, [](const Standing& s) { return s.policy->order; });
  flow::Tier out{.name = tier.name,
                 .rules = rules_of(tier, standings),
                 .end_origins = {},
                 .stage = tier.stage};
  std::vector<RulePointer> perhaps;
  for (const Standing& standing : standings) {
    if (!standing.policy->isolates) continue;
    if (standing.surely)
      out.end_origins.push_back(standing.compiled->origin);
    else
      perhaps.push_back(standing.compiled->doubtful_end);
  }
  if (!out.end_origins.empty())
    out.end = tier.end;
  else
    out.rules.insert(out.rules.end(), perhaps.begin(), perhaps.end());
  return out;
}

}  // namespace

void settle(Selection& selection) {
  std::ranges::sort(selection);
  const auto same = std::ranges::unique(
      selection, {}, [](std::uint32_t number) { return selected_of(number).policy; });
  selection.erase(same.begin(), same.end());
}

flow::Ladder ladder_of(const language::Reading& reading, const CompiledPolicies& compiled,
                       const Selection& selection) {
  std::vector<Standings> tiers(reading.tiers.size());
  for (const std::uint32_t number : selection) {
    const auto [index, surely] = selected_of(number);
    const Policy& policy = reading.policies[index];
    tiers[policy.tier].push_back({&policy, &compiled.at(index), surely});
  }
  flow::Ladder ladder;
  for (std::size_t i = 0; i < tiers.size(); ++i)
    if (!tiers[i].empty()) ladder.tiers.push_back(tier_of(reading.tiers[i], std::move(tiers[i])));
  return ladder;
}

}  // namespace podmoat::policy
