// The fold: a table to read, then random ladders against a walk that tries every way out of doubt.
#include "core/flow/ladder.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <utility>

#include "support/flow_universe.h"

namespace podmoat::flow {
namespace {

using test::set;
using test::Universe;

/// A rule as the tables write it: "allow v4 tcp 80", or "allow? ..." if nothing of it is sure.
std::shared_ptr<const Rule> rule(std::string_view text) {
  const std::size_t blank = text.find(' ');
  std::string_view verb = text.substr(0, blank);
  Rule rule;
  rule.match.possible = set(text.substr(blank + 1));
  if (verb.ends_with('?')) {
    verb.remove_suffix(1);
  } else {
    rule.match.sure = rule.match.possible;
  }
  rule.action = verb == "allow" ? Action::allow : verb == "deny" ? Action::deny : Action::pass;
  return std::make_shared<const Rule>(std::move(rule));
}

Tier tier(std::vector<std::string_view> rules, Action end, std::uint8_t stage = 0) {
  Tier tier;
  tier.end = end;
  tier.stage = stage;
  for (const std::string_view text : rules) tier.rules.push_back(rule(text));
  return tier;
}

struct Case {
  const char* name;
  std::vector<Tier> tiers;
  const char *sure, *possible;
};

TEST(Ladder, decides_as_its_tiers_say) {
  constexpr auto kAllow = Action::allow;
  constexpr auto kDeny = Action::deny;
  constexpr auto kPass = Action::pass;
  const Case cases[] = {
      {"no tier: Kubernetes denies nothing", {}, "10.0.0.1 tcp 1-9", "10.0.0.1 tcp 1-9"},
      {"an empty tier that denies", {tier({}, kDeny)}, "none", "none"},
      {"an empty tier that passes", {tier({}, kPass)}, "10.0.0.1 tcp 1-9", "10.0.0.1 tcp 1-9"},
      {"allows add up",
       {tier({"allow v4 tcp 2", "allow v4 tcp 4"}, kDeny)},
       "10.0.0.1 tcp 2,4",
       "10.0.0.1 tcp 2,4"},
      {"the first rule that matches decides",
       {tier({"deny v4 tcp 2", "allow v4 tcp 1-3", "deny v4 tcp 3"}, kDeny)},
       "10.0.0.1 tcp 1,3",
       "10.0.0.1 tcp 1,3"},
      {"pass leaves the tier, its end does not count",
       {tier({"pass v4 tcp 2-3"}, kDeny), tier({"deny v4 tcp 3"}, kAllow)},
       "10.0.0.1 tcp 2",
       "10.0.0.1 tcp 2"},
      {"an allow above ends the walk",
       {tier({"allow v4 tcp 2"}, kPass), tier({}, kDeny)},
       "10.0.0.1 tcp 2",
       "10.0.0.1 tcp 2"},
      {"every stage has to allow",
       {tier({"allow v4 tcp 1-4"}, kDeny), tier({"deny v4 tcp 2", "allow v4 tcp 9"}, kPass, 1)},
       "10.0.0.1 tcp 1,3-4",
       "10.0.0.1 tcp 1,3-4"},
      {"what the first stage passes the second one judges",
       {tier({"pass v4 tcp 1-4"}, kDeny), tier({"allow v4 tcp 3-9"}, kDeny, 1)},
       "10.0.0.1 tcp 3-4",
       "10.0.0.1 tcp 3-4"},
      {"a doubt of one stage is one of all",
       {tier({"allow? v4 tcp 2"}, kDeny), tier({"allow v4 tcp 1-9"}, kDeny, 1)},
       "none",
       "10.0.0.1 tcp 2"},
      {"a doubtful allow", {tier({"allow? v4 tcp 2"}, kDeny)}, "none", "10.0.0.1 tcp 2"},
      {"a doubtful deny",
       {tier({"deny? v4 tcp 2"}, kAllow)},
       "10.0.0.1 tcp 1,3-9",
       "10.0.0.1 tcp 1-9"},
      {"allowed either way is sure",
       {tier({"allow? v4 tcp 2", "allow v4 tcp 2"}, kDeny)},
       "10.0.0.1 tcp 2",
       "10.0.0.1 tcp 2"},
      {"denied either way is sure", {tier({"deny? v4 tcp 2"}, kDeny)}, "none", "none"},
      {"a doubtful pass above a deny",
       {tier({"pass? v4 tcp 2"}, kAllow), tier({}, kDeny)},
       "10.0.0.1 tcp 1,3-9",
       "10.0.0.1 tcp 1-9"},
      {"a doubtful pass above an allow",
       {tier({"pass? v4 tcp 2"}, kAllow), tier({}, kAllow)},
       "10.0.0.1 tcp 1-9",
       "10.0.0.1 tcp 1-9"},
  };
  for (const Case& c : cases) {
    const Known known = evaluate(Ladder{c.tiers}, set("10.0.0.1 tcp 1-9"));
    EXPECT_EQ(known.sure, set(c.sure)) << c.name;
    EXPECT_EQ(known.possible, set(c.possible)) << c.name;
  }
}

/// Each step as "TIER/RULE action", "end" for a tier's end, "?" for a rule in doubt.
std::string walk(const Ladder& ladder, const char* flow) {
  std::string out;
  for (const Step& step : derive(ladder, *set(flow).witness())) {
    const Rule* at = step.rule;
    const auto& rules = ladder.tiers[step.tier].rules;
    std::size_t index = 0;
    while (at != nullptr && rules[index].get() != at) ++index;
    out += std::to_string(step.tier) + '/' + (at == nullptr ? "end" : std::to_string(index));
    out += step.sure ? " " : "? ";
    out += step.action == Action::allow  ? "allow; "
           : step.action == Action::deny ? "deny; "
                                         : "pass; ";
  }
  return out;
}

TEST(Ladder, derives_the_steps_that_decide) {
  const Ladder ladder{
      {tier({"pass? v4 tcp 1", "deny v4 tcp 2", "deny? v4 tcp 3", "pass v4 tcp 4"}, Action::allow),
       tier({"allow v4 tcp 9", "deny v4 tcp 1"}, Action::pass)}};
  EXPECT_EQ(walk(ladder, "10.0.0.1 tcp 1"), "0/0? pass; 0/end allow; 1/1 deny; ");
  EXPECT_EQ(walk(ladder, "10.0.0.1 tcp 2"), "0/1 deny; ");
  EXPECT_EQ(walk(ladder, "10.0.0.1 tcp 3"), "0/2? deny; 0/end allow; ");
  EXPECT_EQ(walk(ladder, "10.0.0.1 tcp 4"), "0/3 pass; 1/end pass; ");
  EXPECT_EQ(walk(ladder, "10.0.0.1 tcp 5"), "0/end allow; ");
  EXPECT_EQ(walk(Ladder{}, "10.0.0.1 tcp 5"), "");
}

/// What may become of one flow.
struct Fate {
  bool allowed = false;
  bool denied = false;
  bool operator==(const Fate&) const = default;
  Fate operator|(const Fate& other) const {
    return {allowed || other.allowed, denied || other.denied};
  }
};

/// The oracle: follows one flow rule by rule, and both ways where a rule is in doubt.
Fate fate(const Ladder& ladder, const Flow& flow, std::size_t tier, std::size_t index) {
  if (tier == ladder.tiers.size()) return {true, false};
  const Tier& here = ladder.tiers[tier];
  const auto act = [&](Action action) {
    if (action == Action::pass) return fate(ladder, flow, tier + 1, 0);
    if (action == Action::deny) return Fate{false, true};
    std::size_t next = tier;  // what one stage allows the next one judges
    while (next < ladder.tiers.size() && ladder.tiers[next].stage == here.stage) ++next;
    return fate(ladder, flow, next, 0);
  };
  if (index == here.rules.size()) return act(here.end);
  const Rule& rule = *here.rules[index];
  Fate out;
  if (rule.match.possible.contains(flow)) out = out | act(rule.action);
  if (!rule.match.sure.contains(flow)) out = out | fate(ladder, flow, tier, index + 1);
  return out;
}

/// What the steps of a derivation say in the end.
Fate conclusion(const Ladder& ladder, const std::vector<Step>& steps) {
  Fate out;
  if (ladder.tiers.empty()) out.allowed = true;
  for (const Step& step : steps) {
    if (step.action == Action::deny) out.denied = true;
    if (step.action == Action::allow)
      out.allowed = out.allowed || ladder.tiers[step.tier].stage == ladder.tiers.back().stage;
    if (step.action == Action::pass && step.tier + 1 == ladder.tiers.size()) out.allowed = true;
  }
  return out;
}

Ladder random_ladder(const Universe& universe, std::mt19937_64& random) {
  const auto action = [&] { return static_cast<Action>(random() % 3); };
  Ladder ladder;
  for (auto tiers = random() % 4; tiers > 0; --tiers) {
    Tier tier;
    tier.end = action();
    tier.stage = ladder.tiers.empty() ? 0 : ladder.tiers.back().stage;
    if (random() % 3 == 0) ++tier.stage;
    for (auto rules = random() % 5; rules > 0; --rules) {
      const std::uint64_t possible = random() & universe.everything();
      const std::uint64_t sure = random() % 2 == 0 ? possible : possible & random();
      const Known match{universe.of(sure), universe.of(possible)};
      tier.rules.push_back(std::make_shared<const Rule>(Rule{match, action(), 0}));
    }
    ladder.tiers.push_back(std::move(tier));
  }
  return ladder;
}

TEST(Ladder, agrees_with_a_walk_of_every_flow) {
  const Universe universe(
      {{Line::v4, 1, 4}, {Line::v4, 5, 5}, {Line::v6, 0, 3}, {Line::peer, 0, 0}},
      {{Protocol::tcp, {80, 81}}, {Protocol::udp, {0, 65535}}});
  std::mt19937_64 random(6);
  for (int i = 0; i < 4'000; ++i) {
    const Ladder ladder = random_ladder(universe, random);
    const std::uint64_t within = random() & universe.everything();
    const Known known = evaluate(ladder, universe.of(within));
    ASSERT_TRUE(known.possible.contains(known.sure));
    ASSERT_TRUE(universe.of(within).contains(known.possible));
    for (std::size_t cell = 0; cell < universe.size(); ++cell) {
      const Flow flow = universe.least(cell);
      const Fate want = fate(ladder, flow, 0, 0);
      ASSERT_EQ(conclusion(ladder, derive(ladder, flow)), want) << i << ' ' << flow.str();
      if ((within >> cell & 1) == 0) continue;
      ASSERT_EQ(known.possible.contains(flow), want.allowed) << i << ' ' << flow.str();
      ASSERT_EQ(known.sure.contains(flow), !want.denied) << i << ' ' << flow.str();
    }
  }
}

}  // namespace
}  // namespace podmoat::flow
