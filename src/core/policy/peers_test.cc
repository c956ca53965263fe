// What is known of a namespace's labels (docs/semantics/networkpolicy.md NP-NS): a table, and every
// pair of requirements against trying out every label set.
#include "core/policy/peers.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/random_cluster.h"

namespace podmoat::policy {
namespace {

using model::Operator;
using model::Selector;

model::Namespace unread(const char* name) { return {{"Namespace", "", name, {}}, {}, false}; }

TEST(Matches, names_the_key_that_would_decide) {
  std::string deciding;
  const Selector selector{{{model::kNamespaceNameLabel, Operator::in, {"shop"}},
                           {"team", Operator::exists, {}},
                           {"env", Operator::exists, {}}}};
  EXPECT_EQ(matches(selector, unread("shop"), &deciding), Match::unknown);
  EXPECT_EQ(deciding, "team");
  EXPECT_EQ(matches(selector, unread("other")), Match::no);
  EXPECT_EQ(matches(Selector{}, unread("shop")), Match::yes);
  model::Namespace read = unread("shop");
  read.complete = true;
  EXPECT_EQ(matches(selector, read), Match::no);
}

TEST(Matches, is_what_trying_every_label_set_says) {
  std::mt19937_64 random(11);
  int seen[3] = {0, 0, 0};
  for (int round = 0; round < 4'000; ++round) {
    Selector selector = test::random_selector(random);
    for (const auto& r : test::random_selector(random).requirements)
      selector.requirements.push_back(r);
    bool some = false;
    bool every = true;
    for (int world = 0; world < 5 * 5 * 5; ++world) {  // absent, "a", "b", "", another value
      model::Labels labels;
      int rest = world;
      for (const char* key : {"app", "env", "tier"}) {
        constexpr const char* kValues[] = {nullptr, "a", "b", "", "z"};
        if (const char* value = kValues[rest % 5]) labels.set(key, value);
        rest /= 5;
      }
      const bool holds = selector.matches(labels);
      some = some || holds;
      every = every && holds;
    }
    const Match want = every ? Match::yes : some ? Match::unknown : Match::no;
    ++seen[static_cast<int>(want)];
    ASSERT_EQ(matches(selector, unread("ns")), want) << selector.str();
  }
  EXPECT_THAT(seen, testing::Each(testing::Gt(20)));
}

TEST(NoPeers, know_no_pod) {
  const PeerSpans spans = no_peers().match(language::PodTerm{});
  EXPECT_TRUE(spans.sure.empty() && spans.possible.empty());
}

}  // namespace
}  // namespace podmoat::policy
