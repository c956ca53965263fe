// Antrea with NetworkPolicy against the slow oracle, on random clusters with and without doubts.
#include <gtest/gtest.h>

#include <random>

#include "support/against_oracle.h"
#include "support/random_antrea.h"
#include "support/random_cluster.h"
#include "support/slow_antrea.h"

namespace podmoat::test {
namespace {

constexpr std::uint64_t kClusters = 6'000;
constexpr int kFlowsPerCluster = 40;

Tally tally_of(bool doubts) {
  const model::Platform antrea = platform_with("antrea", {"Antrea"});
  Tally tally;
  for (std::uint64_t seed = 0; seed < kClusters && !testing::Test::HasFatalFailure(); ++seed) {
    model::Snapshot snapshot =
        random_cluster(seed, {.namespaces = 2, .pods = 5, .policies = 2, .doubts = doubts});
    std::mt19937_64 random(seed);
    add_random_antrea(random, doubts, snapshot);
    against_oracle(snapshot, antrea, slow_on_antrea, seed, kFlowsPerCluster, tally);
  }
  return tally;
}

TEST(AntreaOracle, agrees_where_everything_is_known) {
  const Tally tally = tally_of(false);
  EXPECT_GT(tally.seen[0], kClusters) << "the flows are too tame";
  EXPECT_GT(tally.seen[1], kClusters) << "the flows are too tame";
  EXPECT_LT(tally.loose, kClusters / 20);
  RecordProperty("unknown", static_cast<int>(tally.seen[2]));
  RecordProperty("loose", static_cast<int>(tally.loose));
}

TEST(AntreaOracle, brackets_what_text_cannot_decide) {
  const Tally tally = tally_of(true);
  for (const std::size_t count : tally.seen)
    EXPECT_GT(count, kClusters) << "the flows are too tame";
  EXPECT_LT(tally.loose, kClusters * kFlowsPerCluster / 50);
  RecordProperty("loose", static_cast<int>(tally.loose));
}

}  // namespace
}  // namespace podmoat::test
