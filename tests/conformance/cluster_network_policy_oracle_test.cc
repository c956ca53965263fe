// AdminNetworkPolicy and ClusterNetworkPolicy with NetworkPolicy, against the slow oracle: random
// clusters, doubts included, on plugins that read the same text in different ways.
#include <gtest/gtest.h>

#include <array>

#include "core/policy/policies.h"
#include "support/random_admin_policies.h"
#include "support/slow_admin_policies.h"

namespace podmoat::test {
namespace {

using flow::FlowSet;

constexpr std::uint64_t kClusters = 6'000;
constexpr int kFlowsPerCluster = 30;
constexpr std::array kEngines{"kubernetes", "calico", "ovn", "kube-network-policies", "antrea"};

model::Platform platform_of(std::string_view engine) {
  model::Platform out = model::conformant();
  out.engine = engine;
  return out;
}

std::vector<Address> places_of(const AdminCluster& cluster) {
  std::vector<Address> out{*parse_address("169.254.169.254"), *parse_address("fd00:ec2::254"),
                           *parse_address("192.0.2.1")};
  for (const model::Node& node : cluster.snapshot.nodes)
    out.insert(out.end(), node.addresses.begin(), node.addresses.end());
  const auto add = [&](const Block& block) {
    const Address first = block.first();
    const Address last = block.last();
    out.push_back(first);
    out.push_back(last);
    if (first.bits > 0) out.push_back({first.family, first.bits - 1});
    if (last.bits < last_address(block.family()).bits) out.push_back({last.family, last.bits + 1});
  };
  for (const AdminPolicy& policy : cluster.policies)
    for (const AdminRule& rule : policy.egress)
      for (const AdminPeer& peer : rule.to)
        for (const Block& block : peer.networks) add(block);
  return out;
}

SlowFlow any_flow(std::mt19937_64& random, const AdminCluster& cluster,
                  const std::vector<Address>& places) {
  constexpr std::uint16_t kPorts[] = {1, 2, 52, 53, 54, 79, 80, 81, 443, 10250, 65535};
  SlowFlow flow;
  if (random() % 2 == 0)
    flow.to = static_cast<std::uint32_t>(random() % cluster.snapshot.pods.size());
  else
    flow.to = places[random() % places.size()];
  flow.protocol = static_cast<Protocol>(random() % 4);
  if (flow.protocol != Protocol::other) flow.port = kPorts[random() % std::size(kPorts)];
  return flow;
}

/// The FlowSet members that `flow` is: its port by number, and by each name that the Pod gives it.
std::vector<flow::Flow> members_of(const SlowFlow& flow, const model::Snapshot& snapshot,
                                   const policy::NamedPorts& names) {
  if (const auto* address = std::get_if<Address>(&flow.to))
    return {{flow::at(*address), flow.protocol, flow.port}};
  const std::uint32_t pod = std::get<std::uint32_t>(flow.to);
  std::vector<flow::Flow> members{{flow::peer(pod), flow.protocol, flow.port}};
  for (const model::NamedPort& named : snapshot.spec_of(snapshot.pods[pod]).named_ports)
    for (std::uint16_t i = 0; i < names.entries().size(); ++i)
      if (names.entries()[i] == policy::NamedPorts::Entry{named.protocol, named.name} &&
          named.protocol == flow.protocol && named.number == flow.port)
        members.push_back({flow::peer(pod), Protocol::named, i});
  return members;
}

std::vector<std::uint32_t> numbers(std::size_t count) {
  std::vector<std::uint32_t> out(count);
  for (std::uint32_t i = 0; i < count; ++i) out[i] = i;
  return out;
}

Allowed answer(const flow::Known& known, const std::vector<flow::Flow>& members) {
  Allowed answer = Allowed::no;
  for (const flow::Flow& member : members) {
    if (known.sure.contains(member)) return Allowed::yes;
    if (known.possible.contains(member)) answer = Allowed::unknown;
  }
  return answer;
}

/// How many rules may match the flow and are not sure to: doubts of several rules may hang
/// together.
std::size_t doubts(const flow::Ladder& ladder, const std::vector<flow::Flow>& members) {
  std::size_t count = 0;
  for (const flow::Flow& member : members)
    for (const flow::Step& step : flow::derive(ladder, member)) count += step.sure ? 0 : 1;
  return count;
}

/// What decides about each member, for who looks at a failure.
std::string steps_of(const policy::Policies& policies, const flow::Ladder& ladder,
                     const std::vector<flow::Flow>& members) {
  std::string out;
  for (const flow::Flow& member : members) {
    out += "\n" + member.str();
    for (const flow::Step& step : flow::derive(ladder, member)) {
      out += "\n  " + ladder.tiers[step.tier].name + (step.sure ? " " : " perhaps ") +
             std::to_string(static_cast<int>(step.action));
      if (step.rule == nullptr) continue;
      const policy::Origin& origin = policies.origin(step.rule->origin);
      out += " " + origin.object.str() + " " + origin.rule + ": " + origin.text;
    }
  }
  return out;
}

struct Tally {
  std::size_t seen[3] = {0, 0, 0};
  std::size_t loose = 0;
};

void compare(const AdminCluster& cluster, std::string_view engine, std::uint64_t seed,
             Tally& tally) {
  const model::Snapshot& snapshot = cluster.snapshot;
  const model::Platform platform = platform_of(engine);
  const policy::PodPeers peers(snapshot, numbers(snapshot.pods.size()));
  const policy::Policies policies(snapshot, platform, FlowSet::all(), peers);
  const std::vector<Address> places = places_of(cluster);
  std::mt19937_64 random(seed);
  for (int i = 0; i < kFlowsPerCluster; ++i) {
    const model::Pod& pod = snapshot.pods[random() % snapshot.pods.size()];
    const SlowFlow flow = any_flow(random, cluster, places);
    const auto* to = std::get_if<std::uint32_t>(&flow.to);
    if (snapshot.spec_of(pod).host_network) continue;
    if (to != nullptr && snapshot.spec_of(snapshot.pods[*to]).host_network) continue;
    const flow::Ladder& ladder = policies.ladder(policy::view_of(snapshot, pod));
    const auto members = members_of(flow, snapshot, policies.named_ports());
    const Allowed want = slow_admin_allowed(cluster, engine, pod, flow);
    const Allowed got = answer(flow::evaluate(ladder, policies.within()), members);
    ++tally.seen[static_cast<int>(want)];
    if (got == want) continue;
    ++tally.loose;
    ASSERT_TRUE(got == Allowed::unknown && doubts(ladder, members) >= 2)
        << "seed " << seed << " on " << engine << ": " << flow.str() << " from " << pod.ns << " "
        << snapshot.labels_of(pod).str() << "\nwant " << static_cast<int>(want) << " got "
        << static_cast<int>(got) << steps_of(policies, ladder, members);
  }
}

class AdminOracle : public testing::TestWithParam<AdminApi> {};

TEST_P(AdminOracle, agrees_on_every_flow_of_random_clusters) {
  Tally tally;
  for (std::uint64_t seed = 0; seed < kClusters && !HasFatalFailure(); ++seed) {
    AdminKnobs knobs;
    knobs.api = GetParam();
    knobs.cluster.doubts = seed % 3 == 0;
    knobs.cluster.pods = 4;
    compare(random_admin_cluster(seed, knobs), kEngines[seed % kEngines.size()], seed, tally);
  }
  for (const std::size_t count : tally.seen) EXPECT_GT(count, kClusters) << "too tame";
  EXPECT_LT(tally.loose, kClusters * kFlowsPerCluster / 50);
  RecordProperty("loose", static_cast<int>(tally.loose));
}

INSTANTIATE_TEST_SUITE_P(both, AdminOracle, testing::Values(AdminApi::v1alpha1, AdminApi::v1alpha2),
                         [](const auto& form) {
                           return form.param == AdminApi::v1alpha1 ? "v1alpha1" : "v1alpha2";
                         });

}  // namespace
}  // namespace podmoat::test
