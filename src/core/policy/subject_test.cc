// Subjects: a table by hand, and on random clusters the law that no policy tells their Pods apart.
#include "core/policy/subject.h"

#include <gtest/gtest.h>

#include <set>

#include "core/policy/policies.h"
#include "support/random_cluster.h"

namespace podmoat::policy {
namespace {

model::Labels labels(std::vector<model::Labels::Entry> entries) {
  return model::Labels(std::move(entries));
}

model::Snapshot shop() {
  model::Snapshot out;
  out.pod_labels = {labels({{"app", "web"}, {"pod-template-hash", "1"}}),
                    labels({{"app", "web"}, {"pod-template-hash", "2"}}), labels({{"app", "db"}})};
  out.pod_specs = {{}, {.host_network = true}};
  model::NetworkPolicy policy;
  policy.pods.requirements = {{"app", model::Operator::in, {"web"}}};
  out.network_policies = {policy};
  return out;
}

void add(model::Snapshot& snapshot, const char* ns, const char* workload, std::uint32_t labels,
         std::uint32_t spec) {
  snapshot.pods.push_back({ns, "p", {"Deployment", workload}, labels, spec, {}, {}});
}

TEST(Subjects, differ_in_what_a_selector_can_see) {
  model::Snapshot snapshot = shop();
  add(snapshot, "shop", "web", 0, 0);  // 0
  add(snapshot, "db", "web", 0, 0);    // 1: another namespace
  add(snapshot, "shop", "web", 1, 0);  // 2: no selector mentions pod-template-hash
  add(snapshot, "shop", "web", 2, 0);  // 3: another app
  add(snapshot, "shop", "web", 0, 1);  // 4: on the host network
  add(snapshot, "shop", "api", 0, 0);  // 5: another workload
  const std::vector<Subject> found = subjects(snapshot);
  std::vector<std::vector<std::uint32_t>> pods;
  for (const Subject& subject : found) pods.push_back(subject.pods);
  EXPECT_EQ(pods, (std::vector<std::vector<std::uint32_t>>{{1}, {5}, {0, 2}, {3}, {4}}));
  EXPECT_TRUE(found[4].host_network);
  EXPECT_EQ(found[0].ns, "db");
  EXPECT_EQ(found[1].workload.str(), "Deployment/api");
}

TEST(Subjects, split_on_keys_of_every_selector) {
  model::Snapshot snapshot = shop();
  const model::Selector hash{{{"pod-template-hash", model::Operator::exists, {}}}};
  const model::Peer peer{model::PodPeer{hash, std::nullopt}, {}};
  add(snapshot, "shop", "web", 0, 0);
  add(snapshot, "shop", "web", 1, 0);
  EXPECT_EQ(subjects(snapshot).size(), 1U);
  for (const bool egress : {false, true}) {
    model::Snapshot with_peer = snapshot;
    model::NetworkPolicy& policy = with_peer.network_policies[0];
    (egress ? policy.egress : policy.ingress) = {{{peer}, {}, {}}};
    EXPECT_EQ(subjects(with_peer).size(), 2U) << (egress ? "egress" : "ingress");
  }
}

TEST(Subjects, stand_on_one_ladder_and_hold_each_pod_once) {
  for (std::uint64_t seed = 0; seed < 2'000; ++seed) {
    const model::Snapshot snapshot = test::random_cluster(seed, {.pods = 12});
    const Policies policies(snapshot, model::conformant(), flow::FlowSet::all());
    std::set<std::uint32_t> seen;
    for (const Subject& subject : subjects(snapshot)) {
      ASSERT_FALSE(subject.pods.empty());
      const auto* ladder = &policies.ladder({subject.ns, snapshot.pod_labels[subject.labels]});
      for (const std::uint32_t i : subject.pods) {
        const model::Pod& pod = snapshot.pods[i];
        ASSERT_TRUE(seen.insert(i).second) << "seed " << seed;
        ASSERT_EQ(&policies.ladder({pod.ns, snapshot.labels_of(pod)}), ladder) << "seed " << seed;
        ASSERT_EQ(snapshot.spec_of(pod).host_network, subject.host_network);
      }
    }
    ASSERT_EQ(seen.size(), snapshot.pods.size()) << "seed " << seed;
  }
}

}  // namespace
}  // namespace podmoat::policy
