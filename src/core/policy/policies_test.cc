// Policies around the language: platforms, policies that are not read, selection, and the memo.
#include "core/policy/policies.h"

#include <gtest/gtest.h>

#include "core/policy/selector_index.h"
#include "support/flow_universe.h"
#include "support/random_cluster.h"

namespace podmoat::policy {
namespace {

model::Labels labels(std::vector<model::Labels::Entry> entries) {
  return model::Labels(std::move(entries));
}

using flow::FlowSet;
using test::set;

const model::Labels kNoLabels;

model::Snapshot with_one_policy() {
  model::Snapshot out;
  out.namespaces = {{{"Namespace", "", "shop", {}}, {}, true}};
  model::NetworkPolicy policy;
  policy.object = {"NetworkPolicy", "shop", "p", {}};
  policy.isolates_egress = true;
  policy.egress = {{{{model::IpBlock{*parse_block("10.0.0.0/8"), {}}, {}}}, {}, {}}};
  out.network_policies = {policy};
  return out;
}

flow::Known reach(const model::Snapshot& snapshot, const model::Platform& platform) {
  const Policies policies(snapshot, platform, set("10.0.0.1-10.0.0.2 tcp 80; 11.0.0.1 tcp 80"));
  return flow::evaluate(policies.ladder({"shop", kNoLabels}), policies.within());
}

model::Platform enforcing(model::Answer answer) {
  model::Platform platform = model::conformant();
  platform.enforces.answer = answer;
  return platform;
}

TEST(Policies, hold_only_where_something_enforces_them) {  // NP-20
  const FlowSet all = set("10.0.0.1-10.0.0.2 tcp 80; 11.0.0.1 tcp 80");
  const FlowSet allowed = set("10.0.0.1-10.0.0.2 tcp 80");
  const model::Snapshot snapshot = with_one_policy();
  EXPECT_EQ(reach(snapshot, enforcing(model::Answer::yes)), flow::Known::exactly(allowed));
  EXPECT_EQ(reach(snapshot, enforcing(model::Answer::no)), flow::Known::exactly(all));
  EXPECT_EQ(reach(snapshot, enforcing(model::Answer::unknown)), (flow::Known{allowed, all}));
  model::Snapshot open = snapshot;
  open.network_policies.clear();
  EXPECT_EQ(reach(open, enforcing(model::Answer::unknown)), flow::Known::exactly(all));
}

TEST(Policies, nothing_enforced_leaves_no_tier) {  // NP-20
  model::Snapshot snapshot = with_one_policy();
  snapshot.policy_objects = {{{"FQDNNetworkPolicy", "shop", "c", {}}, "networking.gke.io/v1"}};
  const model::Platform none = *model::find_platform("none");
  const Policies policies(snapshot, none, FlowSet::all());
  EXPECT_TRUE(policies.ladder({"shop", kNoLabels}).tiers.empty());
}

TEST(Policies, an_unread_policy_makes_everything_unknown) {  // NP-21
  struct Case {
    const char *name, *ns;
    bool unknown;
  };
  for (const Case& c : {Case{"of the namespace", "shop", true}, Case{"of every one", "", true},
                        Case{"of another", "db", false}}) {
    model::Snapshot snapshot = with_one_policy();
    snapshot.policy_objects = {{{"FQDNNetworkPolicy", c.ns, "c", {}}, "networking.gke.io/v1"}};
    const flow::Known known = reach(snapshot, model::conformant());
    EXPECT_EQ(known.sure, c.unknown ? FlowSet() : set("10.0.0.1-10.0.0.2 tcp 80")) << c.name;
    EXPECT_EQ(known.possible, c.unknown ? set("10.0.0.1-10.0.0.2 tcp 80; 11.0.0.1 tcp 80")
                                        : set("10.0.0.1-10.0.0.2 tcp 80"))
        << c.name;
  }
}

TEST(Policies, within_has_no_named_ports_at_addresses) {  // NP-15
  const model::Snapshot snapshot;
  const Policies policies(snapshot, model::conformant(), FlowSet::all());
  EXPECT_EQ(
      policies.within(),
      set("v4 tcp udp sctp other; v6 tcp udp sctp other; peers any; nodes tcp udp sctp other"));
}

TEST(Policies, rules_outside_of_within_are_left_out) {
  const model::Snapshot snapshot = with_one_policy();
  const Policies policies(snapshot, model::conformant(), set("11.0.0.1 tcp 80"));
  const flow::Ladder& ladder = policies.ladder({"shop", kNoLabels});
  ASSERT_EQ(ladder.tiers.size(), 1U);
  EXPECT_TRUE(ladder.tiers[0].rules.empty());
  EXPECT_EQ(ladder.tiers[0].end, flow::Action::deny);
}

TEST(Policies, the_same_selection_gets_the_same_ladder) {
  const model::Snapshot snapshot = with_one_policy();
  const Policies policies(snapshot, model::conformant(), FlowSet::all());
  const model::Labels a = labels({{"app", "a"}});
  const model::Labels b = labels({{"app", "b"}});
  EXPECT_EQ(&policies.ladder({"shop", a}), &policies.ladder({"shop", b}));
  EXPECT_NE(&policies.ladder({"shop", a}), &policies.ladder({"db", a}));
}

// The index against asking every selector, for random selectors with every operator.
TEST(SelectorIndex, finds_what_asking_each_selector_finds) {
  std::mt19937_64 random(7);
  for (int round = 0; round < 300; ++round) {
    std::vector<model::Selector> selectors;
    for (int i = 0; i < 12; ++i) selectors.push_back(test::random_selector(random));
    std::vector<SelectorEntry> entries;
    for (std::uint32_t i = 0; i < selectors.size(); ++i) entries.push_back({&selectors[i], i});
    const SelectorIndex index(entries);
    for (int i = 0; i < 10; ++i) {
      const model::Labels labels = test::random_labels(random);
      std::vector<std::uint32_t> want;
      for (const SelectorEntry& entry : entries)
        if (entry.selector->matches(labels)) want.push_back(entry.number);
      std::vector<std::uint32_t> got;
      index.find({"shop", labels}, got);
      ASSERT_EQ(got, want) << "round " << round << ", " << labels.str();
    }
  }
}

TEST(NamedPorts, give_each_pair_its_own_index) {
  NamedPorts names;
  EXPECT_EQ(names.index(Protocol::tcp, "http"), 0);
  EXPECT_EQ(names.index(Protocol::udp, "http"), 1);
  EXPECT_EQ(names.index(Protocol::tcp, "web"), 2);
  EXPECT_EQ(names.index(Protocol::tcp, "http"), 0);
  EXPECT_EQ(names.all(Protocol::tcp).str(), "named 0,2");
  EXPECT_EQ(names.all(Protocol::sctp).str(), "none");
}

TEST(NamedPorts, share_the_last_index_when_there_are_too_many) {
  NamedPorts names;
  for (int i = 0; i < NamedPorts::kShared; ++i) names.index(Protocol::tcp, std::to_string(i));
  EXPECT_FALSE(names.shared());
  EXPECT_EQ(names.index(Protocol::tcp, "a"), NamedPorts::kShared);
  EXPECT_EQ(names.index(Protocol::udp, "b"), NamedPorts::kShared);
  EXPECT_TRUE(names.shared());
  EXPECT_EQ(names.all(Protocol::tcp).str(), "named 0-65534");
}

}  // namespace
}  // namespace podmoat::policy
