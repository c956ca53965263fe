// Calico with NetworkPolicy, as it is read and evaluated, against the slow oracle.
#include <gtest/gtest.h>

#include "support/against_oracle.h"
#include "support/random_calico.h"
#include "support/slow_calico.h"

namespace podmoat::test {
namespace {

constexpr std::uint64_t kClusters = 6'000;
constexpr int kFlowsPerCluster = 24;

TEST(CalicoOracle, agrees_on_every_flow_of_random_clusters) {
  const model::Platform calico = platform_with("calico", {"Calico"});
  Tally tally;
  for (std::uint64_t seed = 0; seed < kClusters && !HasFatalFailure(); ++seed)
    against_oracle(random_calico(seed), calico, slow_calico, seed, kFlowsPerCluster, tally);
  for (const std::size_t count : tally.seen)
    EXPECT_GT(count, kClusters / 2) << "the flows are too tame";
  EXPECT_LT(tally.loose, kClusters / 2);
  RecordProperty("loose", static_cast<int>(tally.loose));
}

}  // namespace
}  // namespace podmoat::test
