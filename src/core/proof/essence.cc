// The essence of a Ladder is what its rules come to, in a form that does not hang on how they are
// written: neighbours with one action are one, what an earlier action catches is gone from a later
// one, a tier that only passes is not there, and to allow in the last tier of a stage is to pass.
#include "core/proof/essence.h"

#include <algorithm>
#include <map>
#include <string>
#include <vector>

namespace podmoat::proof {
namespace {

using flow::Action;
using flow::FlowSet;

/// Rules of one action that stand together, or (`end`) the end of a tier.
struct Entry {
  std::string tier;
  std::uint8_t stage = 0;
  Action action = Action::pass;
  bool end = false;
  FlowSet exact;  ///< what rules without doubt match
  /// Of the others, by whose doubt it is: what they may match, and what they surely do.
  std::map<std::string, flow::Known> doubtful;

  bool empty() const { return !end && exact.empty() && doubtful.empty(); }
  bool operator==(const Entry&) const = default;
};
using Essence = std::vector<Entry>;

std::string doubt_of(const Side& side, const flow::Rule& rule) {
  const policy::Origin& origin = side.policies.origin(rule.origin);
  return origin.object.str() + " " + origin.text + " " + origin.doubt;
}

void add(const Side& side, const flow::Rule& rule, const FlowSet& gone, Entry& entry) {
  const flow::Known match{rule.match.sure - gone, rule.match.possible - gone};
  if (match.possible.empty()) return;
  if (match.exact()) {
    entry.exact = entry.exact | match.sure;
    return;
  }
  flow::Known& known = entry.doubtful[doubt_of(side, rule)];
  known = {known.sure | match.sure, known.possible | match.possible};
}

/// One tier, each rule less what earlier actions catch. `last`: of its stage.
Essence essence_of(const Side& side, const flow::Tier& tier, bool last, const FlowSet& without) {
  const FlowSet beside = side.policies.within() - without;
  const auto meaning = [&](Action action) {
    return last && action == Action::allow ? Action::pass : action;
  };
  Essence out;
  FlowSet caught = without;   // by all rules so far
  FlowSet earlier = without;  // by those of other actions before the current ones
  bool ends = true;
  for (const auto& rule : tier.rules) {
    const Action action = meaning(rule->action);
    if (out.empty() || out.back().action != action) {
      earlier = caught;
      out.push_back({tier.name, tier.stage, action, false, {}, {}});
    }
    add(side, *rule, earlier, out.back());
    if (out.back().empty()) out.pop_back();
    caught = caught | rule->match.sure;
    ends = !caught.contains(beside);
    if (!ends) break;
  }
  const Action end = meaning(tier.end);
  if (ends && end != Action::pass) out.push_back({tier.name, tier.stage, end, true, {}, {}});
  const bool passes =
      std::ranges::all_of(out, [](const Entry& entry) { return entry.action == Action::pass; });
  return passes ? Essence{} : out;
}

Essence essence_of(const Side& side, const FlowSet& without) {
  Essence out;
  const auto& tiers = side.ladder.tiers;
  for (std::size_t i = 0; i < tiers.size(); ++i) {
    const bool last = i + 1 == tiers.size() || tiers[i + 1].stage != tiers[i].stage;
    for (Entry& entry : essence_of(side, tiers[i], last, without)) out.push_back(std::move(entry));
  }
  return out;
}

bool denies_too(const flow::Ladder& ladder, const flow::Tier& tier, const flow::Rule& rule) {
  return std::ranges::any_of(ladder.tiers, [&](const flow::Tier& other) {
    return other.name == tier.name && std::ranges::any_of(other.rules, [&](const auto& one) {
             return one->action == Action::deny && one->match == rule.match;
           });
  });
}

/// `after` without the denies that `before` has not.
flow::Ladder without_new_denies(const flow::Ladder& before, const flow::Ladder& after) {
  flow::Ladder out = after;
  for (flow::Tier& tier : out.tiers)
    std::erase_if(tier.rules, [&](const auto& rule) {
      return rule->action == Action::deny && !denies_too(before, tier, *rule);
    });
  return out;
}

/// Whether `after` is `before` with more denies. A deny that is put in takes a flow from whatever
/// decided about it, and gives none.
bool denies_more(const Side& before, const Side& after) {
  const flow::Ladder less = without_new_denies(before.ladder, after.ladder);
  return essence_of(before, {}) == essence_of({after.policies, less}, {});
}

}  // namespace

bool same_beside(const Side& before, const Side& after, const FlowSet& without) {
  return essence_of(before, without) == essence_of(after, without);
}

Likeness likeness(const Side& before, const Side& after, const FlowSet& may) {
  return {same_beside(before, after, may), denies_more(before, after)};
}

}  // namespace podmoat::proof
