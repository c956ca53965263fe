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

/// One tier. `last`: of its stage. `effective`: less what earlier actions catch.
Essence essence_of(const Side& side, const flow::Tier& tier, bool last, const FlowSet& without,
                   bool effective) {
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
    add(side, *rule, effective ? earlier : without, out.back());
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

Essence essence_of(const Side& side, const FlowSet& without, bool effective) {
  Essence out;
  const auto& tiers = side.ladder.tiers;
  for (std::size_t i = 0; i < tiers.size(); ++i) {
    const bool last = i + 1 == tiers.size() || tiers[i + 1].stage != tiers[i].stage;
    for (Entry& entry : essence_of(side, tiers[i], last, without, effective))
      out.push_back(std::move(entry));
  }
  return out;
}

/// Whether `now` is `old` with more denied.
bool denies_at_least(const Entry& old, const Entry& now) {
  return now.action == Action::deny && old.action == Action::deny && !old.end && !now.end &&
         now.tier == old.tier && now.doubtful == old.doubtful && now.exact.contains(old.exact);
}

/// Whether the tier of after[at] only denies and passes.
bool only_denies(const Essence& after, std::size_t at) {
  return std::ranges::none_of(after, [&](const Entry& entry) {
    return entry.tier == after[at].tier &&
           (entry.action == Action::allow || (entry.end && entry.action == Action::deny));
  });
}

/// Whether `after` is `before` with more denies: in its tiers, or in tiers of their own that pass
/// on all else. A deny that is put in takes a flow from whatever decided about it.
bool denies_more(const Essence& before, const Essence& after) {
  std::size_t old = 0;
  for (std::size_t now = 0; now < after.size(); ++now) {
    const Entry& entry = after[now];
    const bool same =
        old < before.size() && (entry == before[old] || denies_at_least(before[old], entry));
    if (same) {
      ++old;
      continue;
    }
    const bool own_tier =
        std::ranges::none_of(before, [&](const Entry& other) { return other.tier == entry.tier; });
    const bool harmless =
        (entry.action == Action::deny && !entry.end) || (entry.action == Action::pass && own_tier);
    if (!harmless || (own_tier && !only_denies(after, now))) return false;
  }
  return old == before.size();
}

}  // namespace

bool same_beside(const Side& before, const Side& after, const FlowSet& without) {
  return essence_of(before, without, true) == essence_of(after, without, true);
}

Likeness likeness(const Side& before, const Side& after, const FlowSet& may) {
  return {same_beside(before, after, may),
          denies_more(essence_of(before, {}, false), essence_of(after, {}, false))};
}

}  // namespace podmoat::proof
