// fix and audit are two opinions: once a Plan is carried out, the audit finds nothing more that it
// holds a fix for. With the catalogue that is compiled in.
#include <gtest/gtest.h>

#include <array>
#include <string>
#include <vector>

#include "core/audit/audit.h"
#include "support/carried_out.h"
#include "support/random_cluster.h"
#include "support/yaml_cluster.h"

namespace podmoat::test {
namespace {

constexpr std::uint64_t kClusters = 5'200;

const std::array<std::vector<std::string>, 4>& providers() {
  static const std::array<std::vector<std::string>, 4> kProviders{
      {{"aws"}, {"gcp"}, {"azure"}, {}}};
  return kProviders;
}

/// The Findings that fix can close, and how many.
std::string fixable(const model::Snapshot& snapshot, const catalog::Guard& guard,
                    std::size_t& count) {
  const audit::Report report = audit::audit(
      {snapshot, model::conformant(), model::Basis::given, builtin_catalog(), guard, {}, {}});
  std::string out;
  for (const audit::Finding& finding : report.findings) {
    if (!finding.fixable) continue;
    ++count;
    out += std::string(finding.rule->id) + " " + finding.ns + "/" + finding.subject + " " +
           finding.message + "\n";
  }
  return out;
}

TEST(FixAudit, leaves_nothing_that_a_policy_can_fix) {
  std::size_t before_count = 0;
  for (std::uint64_t seed = 0; seed < kClusters; ++seed) {
    const model::Snapshot before = random_cluster(seed, {.doubts = seed % 5 == 0});
    const catalog::Guard guard =
        catalog::guard(builtin_catalog(), before,
                       {.providers = providers()[seed % 4], .targets = {}, .node_blocks = {}});
    std::vector<std::string> namespaces;
    for (const model::Namespace& ns : before.namespaces) namespaces.push_back(ns.object.name);
    const fix::Style style = seed / 4 % 2 == 0 ? fix::Style::except : fix::Style::cidrs;
    const auto after = carried_out(
        before, fix::synthesize({before, model::conformant(), guard, namespaces, style}));
    ASSERT_TRUE(after) << "seed " << seed;
    fixable(before, guard, before_count);
    std::size_t count = 0;
    ASSERT_EQ(fixable(*after, guard, count), "") << "seed " << seed;
  }
  EXPECT_GT(before_count, kClusters) << "the clusters are too tame";
}

}  // namespace
}  // namespace podmoat::test
