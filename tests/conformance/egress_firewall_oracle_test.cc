// EgressFirewall and EgressNetworkPolicy behind NetworkPolicy against the slow oracle, on random
// clusters with and without doubts.
#include <gtest/gtest.h>

#include <random>

#include "support/against_oracle.h"
#include "support/random_cluster.h"
#include "support/random_egress_firewall.h"
#include "support/slow_egress_firewall.h"

namespace podmoat::test {
namespace {

constexpr std::uint64_t kClusters = 6'000;
constexpr int kFlowsPerCluster = 40;

Tally tally_of(bool doubts) {
  const model::Platform both = platform_with("of both", {"EgressFirewall", "EgressNetworkPolicy"});
  Tally tally;
  for (std::uint64_t seed = 0; seed < kClusters && !testing::Test::HasFatalFailure(); ++seed) {
    model::Snapshot snapshot =
        random_cluster(seed, {.namespaces = 2, .pods = 5, .policies = 2, .doubts = doubts});
    std::mt19937_64 random(seed);
    add_random_firewalls(random, doubts, snapshot);
    against_oracle(snapshot, both, slow_through_firewall, seed, kFlowsPerCluster, tally);
  }
  return tally;
}

TEST(EgressFirewallOracle, agrees_where_everything_is_known) {
  const Tally tally = tally_of(false);
  EXPECT_GT(tally.seen[0], kClusters) << "the flows are too tame";
  EXPECT_GT(tally.seen[1], kClusters) << "the flows are too tame";
  EXPECT_LT(tally.loose, kClusters / 50);
  RecordProperty("unknown", static_cast<int>(tally.seen[2]));
  RecordProperty("loose", static_cast<int>(tally.loose));
}

TEST(EgressFirewallOracle, brackets_what_text_cannot_decide) {
  const Tally tally = tally_of(true);
  for (const std::size_t count : tally.seen)
    EXPECT_GT(count, kClusters / 2) << "the flows are too tame";
  EXPECT_LT(tally.loose, kClusters / 10);
  RecordProperty("loose", static_cast<int>(tally.loose));
}

}  // namespace
}  // namespace podmoat::test
