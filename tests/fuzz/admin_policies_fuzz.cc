// Any text as a cluster with AdminNetworkPolicy and ClusterNetworkPolicy, on plugins that read them
// in different ways: no crash, what is sure is possible, and nothing is dropped in silence.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "core/language/policy.h"
#include "support/yaml_cluster.h"

namespace {

using podmoat::language::Clause;
using podmoat::language::Policy;
using podmoat::language::Reading;

void check(const Reading& reading, std::size_t objects) {
  std::size_t read = 0;
  for (const Policy& policy : reading.policies) {
    PODMOAT_CHECK(policy.tier < reading.tiers.size());
    if (policy.object.kind.ends_with("NetworkPolicy") && policy.object.ns.empty()) ++read;
    if (policy.pods.empty() && !policy.possible.empty()) PODMOAT_CHECK(!policy.doubt.empty());
    for (const Clause& clause : policy.clauses) {
      const auto& to = clause.to;
      PODMOAT_CHECK(to.places.possible.contains(to.places.sure));
      PODMOAT_CHECK(!to.everything || (to.places.possible.empty() && to.pods.empty()));
      const bool sure = to.places.exact() && to.possible.empty() && clause.ports.possible.empty();
      PODMOAT_CHECK(sure || !clause.doubt.empty());
      PODMOAT_CHECK(!clause.text.empty() && !clause.rule.empty());
    }
  }
  PODMOAT_CHECK(read >= objects);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  // The input is text; char may alias its bytes.
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const podmoat::model::Snapshot snapshot = podmoat::test::cluster_of(text);
  std::size_t objects = 0;
  for (const auto& object : snapshot.policy_objects)
    if (object.group() == "policy.networking.k8s.io") ++objects;
  for (const char* engine : {"kubernetes", "calico", "cilium", "antrea", "ovn", "other"}) {
    podmoat::model::Platform platform = podmoat::model::conformant();
    platform.engine = engine;
    if (platform.engine == "cilium")
      platform.cidr_matches_nodes.answer = podmoat::model::Answer::no;
    check(podmoat::language::read(snapshot, platform), objects);
  }
  return 0;
}
