// Cilium's policies and NetworkPolicies against Cilium's own policy repository (v1.20.2), asked
// through cilium_oracle: tests/conformance/go/README.md.
//
// Where podmoat's answer is exact, the repository's must be the same. Where it is unknown, because
// releases and options differ, that release's must be one of the possible ones.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "core/edit/writer.h"
#include "support/against_oracle.h"
#include "support/oracle_process.h"
#include "support/oracle_question.h"
#include "support/random_cilium.h"

namespace podmoat::test {
namespace {

using model::Value;

constexpr std::uint64_t kClusters = 6'000;
constexpr int kFlowsPerCluster = 30;
constexpr const char* kOracle = "cilium_oracle";
constexpr const char* kOwnNode = "node-1";  ///< of every Pod

/// A cluster, the way it is asked about, and the flows.
struct Question {
  model::Snapshot snapshot;
  bool always = false;
  bool blocks_hold_nodes = false;
  std::vector<Asked> flows;
};

// --- the question as JSON ---

Value with_metadata(const model::PolicyObject& object) {
  Value out = *object.source;
  Value metadata;
  metadata.set("name", object.object.name);
  if (!object.object.ns.empty()) metadata.set("namespace", object.object.ns);
  out.set("metadata", std::move(metadata));
  return out;
}

std::string json_of(const Question& question) {
  const model::Snapshot& snapshot = question.snapshot;
  Value::List pods;
  for (std::size_t i = 0; i < snapshot.pods.size(); ++i)
    pods.push_back(
        pod_of(snapshot, i,
               {{"nodeName", kOwnNode},
                {"serviceAccountName", snapshot.spec_of(snapshot.pods[i]).service_account}}));
  Value::List policies;
  for (const model::NetworkPolicy& policy : snapshot.network_policies)
    policies.push_back(*policy.source);
  for (const model::PolicyObject& object : snapshot.policy_objects)
    policies.push_back(with_metadata(object));
  Value out = question_of(snapshot, std::move(pods), std::move(policies), question.flows);
  out.set("mode", question.always ? "always" : "default");
  if (question.blocks_hold_nodes) out.set("cidrMatchMode", Value::List{Value("nodes")});
  return edit::to_json(out, 0);
}

// --- clusters and flows ---

std::vector<Address> places_of(const model::Snapshot& snapshot) {
  std::vector<Address> out;
  for (const char* text :
       {"1.1.1.1", "10.0.0.0", "10.0.0.1", "10.0.0.2", "10.0.0.255", "10.0.1.0", "11.0.0.0",
        "127.255.255.255", "128.0.0.0", "168.63.129.16", "169.254.0.1", "169.254.169.252",
        "169.254.169.254", "169.255.0.0", "fd00:ec2::254", "fd00:ec3::", "fe80::1", "2001:db8::1"})
    out.push_back(*parse_address(text));
  for (const model::Pod& pod : snapshot.pods)
    out.insert(out.end(), pod.addresses.begin(), pod.addresses.end());
  for (const model::Node& node : snapshot.nodes)
    out.insert(out.end(), node.addresses.begin(), node.addresses.end());
  return out;
}

void add_flows(Question& question, std::mt19937_64& random) {
  constexpr std::uint16_t kPorts[] = {1,  2,   52,  53,  54,   79,   80,    81,
                                      99, 100, 101, 443, 8080, 8443, 10250, 65535};
  const model::Snapshot& snapshot = question.snapshot;
  const std::vector<Address> places = places_of(snapshot);
  for (int i = 0; i < kFlowsPerCluster; ++i) {
    Asked flow;
    flow.from = random() % snapshot.pods.size();
    flow.to = places[random() % places.size()];
    for (std::uint32_t pod = 0; pod < snapshot.pods.size(); ++pod)
      for (const Address& address : snapshot.pods[pod].addresses)
        if (address == flow.to) flow.pod = pod;
    flow.protocol = static_cast<Protocol>(random() % 4);
    if (flow.protocol != Protocol::other) flow.port = kPorts[random() % std::size(kPorts)];
    question.flows.push_back(flow);
  }
}

/// Every Pod has addresses and is not on the host network, where it would be its node.
Question question_of(std::uint64_t seed) {
  CiliumKnobs knobs;
  knobs.alone = true;
  knobs.doubts = seed % 2 == 0;
  knobs.cluster.doubts = false;
  Question out{random_cilium(seed, knobs), seed % 8 == 0, seed % 4 == 1, {}};
  leave_host_network(out.snapshot);
  for (std::size_t i = 0; i < out.snapshot.pods.size(); ++i)
    out.snapshot.pods[i].addresses = {*parse_address(fmt::format("10.1.0.{}", i)),
                                      *parse_address(fmt::format("fd00:ec2:2::{:x}", i))};
  std::mt19937_64 random(seed);
  add_flows(out, random);
  return out;
}

// --- podmoat's answer ---

model::Platform platform_of(const Question& question) {
  model::Platform out = platform_with("cilium", {"Cilium"});
  out.cidr_matches_nodes.answer =
      question.blocks_hold_nodes ? model::Answer::yes : model::Answer::no;
  out.cidr_matches_pods.answer = model::Answer::no;
  out.host_policies.answer = model::Answer::no;
  out.denies_by_default.answer = question.always ? model::Answer::yes : model::Answer::no;
  return out;
}

policy::PodPeers peers_of(const model::Snapshot& snapshot) {
  std::vector<std::uint32_t> pods;
  for (std::uint32_t i = 0; i < snapshot.pods.size(); ++i) pods.push_back(i);
  return {snapshot, std::move(pods)};
}

flow::Destination place_of(const Asked& asked, const model::Snapshot& snapshot, bool by_identity) {
  if (asked.pod) return flow::peer(*asked.pod);
  for (const model::Node& node : snapshot.nodes)
    if (by_identity && std::ranges::find(node.addresses, asked.to) != node.addresses.end())
      return {flow::Line::node, node.object.name == kOwnNode ? flow::kOwnNode : flow::kOtherNode};
  return flow::at(asked.to);
}

struct Agreement {
  std::size_t same[2] = {0, 0};  ///< denied, allowed
  std::size_t undecided = 0;
};

void compare(std::uint64_t seed, OracleProcess& oracle, Agreement& tally) {
  Question question = question_of(seed);
  const auto answer = oracle.ask(json_of(question));
  ASSERT_TRUE(answer) << "seed " << seed << ": " << answer.error().what << "\n"
                      << json_of(question);
  const auto verdicts = items_of(*answer, "verdicts");
  ASSERT_TRUE(verdicts && verdicts->size() == question.flows.size()) << *answer;
  const model::Platform platform = platform_of(question);
  Answers answers(question.snapshot, platform, peers_of(question.snapshot));
  const std::vector<Asked> flows = question.flows;
  for (std::size_t i = 0; i < flows.size(); ++i) {
    const bool theirs = (*verdicts)[i] == "allow";
    const flow::Destination to =
        place_of(flows[i], question.snapshot, platform.nodes_by_identity());
    const Says ours = answers.says(flows[i].from, {to, flows[i].protocol, flows[i].port});
    if (ours == Says::unknown) {
      ++tally.undecided;
      continue;
    }
    question.flows = {flows[i]};
    ASSERT_EQ(ours == Says::yes, theirs) << "seed " << seed << " " << flows[i].str() << "\n"
                                         << json_of(question);
    ++tally.same[theirs ? 1 : 0];
  }
}

TEST(Cilium, decides_every_flow_of_random_clusters_as_podmoat_does) {
  if (const auto why = OracleProcess::why_not(kOracle)) GTEST_SKIP() << *why;
  OracleProcess oracle(kOracle);
  Agreement tally;
  for (std::uint64_t seed = 0; seed < kClusters && !HasFatalFailure(); ++seed)
    compare(seed, oracle, tally);
  EXPECT_GT(tally.same[0], kClusters * 2) << "the flows are too tame";
  EXPECT_GT(tally.same[1], kClusters * 2) << "the flows are too tame";
  EXPECT_LT(tally.undecided, kClusters * kFlowsPerCluster / 4);
  fmt::print("{} flows are denied by both, {} allowed by both, {} are not decided\n", tally.same[0],
             tally.same[1], tally.undecided);
}

}  // namespace
}  // namespace podmoat::test
