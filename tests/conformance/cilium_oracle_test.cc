// core/language/cilium and core/policy against the slow oracle: random clusters with Cilium's
// policies and NetworkPolicies, and in each the flows at the borders of blocks and ports, to Pods
// and nodes.
#include <gtest/gtest.h>

#include "core/policy/policies.h"
#include "support/against_oracle.h"
#include "support/random_cilium.h"
#include "support/slow_cilium.h"
#include "support/value_text.h"

namespace podmoat::test {
namespace {

using flow::FlowSet;

constexpr int kFlowsPerCluster = 40;

/// Cilium as it comes: nodes are identities of their own.
model::Platform platform(bool always) {
  model::Platform out = platform_with("cilium", {"Cilium"});
  out.cidr_matches_nodes.answer = model::Answer::no;
  out.cidr_matches_pods.answer = model::Answer::no;
  out.host_policies.answer = model::Answer::no;
  out.denies_by_default.answer = always ? model::Answer::yes : model::Answer::no;
  return out;
}

const std::vector<Address>& addresses() {
  static const std::vector<Address> all = [] {
    std::vector<Address> out;
    for (const char* text :
         {"0.0.0.0",         "1.1.1.1",         "10.0.0.0",    "10.0.0.1",        "10.0.0.77",
          "10.0.0.255",      "10.0.1.0",        "11.0.0.0",    "128.0.0.0",       "127.255.255.255",
          "168.63.129.15",   "168.63.129.16",   "169.254.0.0", "169.254.169.251", "169.254.169.252",
          "169.254.169.254", "169.254.169.255", "169.255.0.0", "255.255.255.255", "::",
          "fd00:ec2::253",   "fd00:ec2::254",   "fd00:ec3::",  "fd00:ec2:ffff::", "fe80::1",
          "fec0::",          "2001:db8::1",     "fdff::"})
      out.push_back(*parse_address(text));
    return out;
  }();
  return all;
}

CiliumFlow any_flow(std::mt19937_64& random, const model::Snapshot& snapshot) {
  static constexpr std::uint16_t kPorts[] = {0,  1,   2,   52,  53,   54,   79,    80,   81,
                                             99, 100, 101, 443, 8080, 8443, 10250, 65535};
  const auto any = [&](std::size_t count) { return random() % count; };
  CiliumFlow flow;
  const std::size_t kind = any(5);
  const auto pod = static_cast<std::uint32_t>(any(snapshot.pods.size()));
  if (kind < 2 && !snapshot.spec_of(snapshot.pods[pod]).host_network)
    flow.to = pod;
  else if (kind == 2)
    flow.to = any(2) == 0 ? NodeKind::own : NodeKind::other;
  else
    flow.to = addresses()[any(addresses().size())];
  flow.protocol = static_cast<Protocol>(any(4));
  if (flow.protocol != Protocol::other) {
    flow.port = kPorts[any(std::size(kPorts))];
    const auto& specs = snapshot.pod_specs;
    const auto& named = specs[any(specs.size())].named_ports;
    if (any(3) == 0 && !named.empty()) flow.port = named[any(named.size())].number;
  }
  return flow;
}

/// The flow as FlowSets have it: to a Pod by number, as PodPeers know what its ports are called.
flow::Flow member_of(const CiliumFlow& flow) {
  if (const auto* address = std::get_if<Address>(&flow.to))
    return {flow::at(*address), flow.protocol, flow.port};
  if (const auto* node = std::get_if<NodeKind>(&flow.to))
    return {{flow::Line::node, *node == NodeKind::own ? flow::kOwnNode : flow::kOtherNode},
            flow.protocol,
            flow.port};
  return {flow::peer(std::get<std::uint32_t>(flow.to)), flow.protocol, flow.port};
}

CiliumAnswer answer(const flow::Known& known, const flow::Flow& flow) {
  if (known.sure.contains(flow)) return CiliumAnswer::yes;
  return known.possible.contains(flow) ? CiliumAnswer::unknown : CiliumAnswer::no;
}

std::string context(const model::Snapshot& snapshot, const model::Pod& pod);

void compare(std::uint64_t seed, const CiliumKnobs& knobs, Tally& tally) {
  model::Snapshot snapshot = random_cilium(seed, knobs);
  if (!knobs.doubts)  // CL-32: whether they count is left open
    for (model::NetworkPolicy& policy : snapshot.network_policies)
      if (!policy.isolates_egress) policy.egress.clear();
  std::mt19937_64 random(seed);
  const bool always = random() % 8 == 0;
  const model::Platform cilium = platform(always);
  const FlowSet within = FlowSet::all();
  std::vector<std::uint32_t> numbers;
  for (std::uint32_t i = 0; i < snapshot.pods.size(); ++i) numbers.push_back(i);
  const policy::PodPeers peers(snapshot, numbers);
  const policy::Policies policies(snapshot, cilium, within, peers);
  for (int i = 0; i < kFlowsPerCluster; ++i) {
    const model::Pod& pod = snapshot.pods[random() % snapshot.pods.size()];
    if (snapshot.spec_of(pod).host_network) continue;
    const CiliumFlow flow = any_flow(random, snapshot);
    const flow::Ladder& ladder = policies.ladder(policy::view_of(snapshot, pod));
    const flow::Known known = flow::evaluate(ladder, policies.within());
    const CiliumAnswer got = answer(known, member_of(flow));
    const CiliumAnswer want = slow_cilium(snapshot, pod, flow, always);
    ++tally.seen[static_cast<int>(want)];
    if (got == want) continue;
    ++tally.loose;
    ASSERT_EQ(got, CiliumAnswer::unknown)
        << "seed " << seed << ": " << flow.str() << " from " << context(snapshot, pod) << "\nwant "
        << static_cast<int>(want);
  }
}

std::string context(const model::Snapshot& snapshot, const model::Pod& pod) {
  std::string out = pod.ns + " " + snapshot.labels_of(pod).str();
  for (const model::NetworkPolicy& policy : snapshot.network_policies)
    out += "\n" + policy.object.str() + " " + text_of(*policy.source);
  for (const model::PolicyObject& object : snapshot.policy_objects)
    out += "\n" + object.object.str() + " " + text_of(*object.source);
  return out;
}

TEST(CiliumOracle, agrees_where_next_to_nothing_is_left_open) {
  Tally tally;
  CiliumKnobs knobs;
  knobs.doubts = false;
  knobs.cluster.doubts = false;
  knobs.cluster.named_ports = false;  // CL-28 leaves them open
  for (std::uint64_t seed = 0; seed < 6'000; ++seed) {
    compare(seed, knobs, tally);
    if (HasFatalFailure()) return;
  }
  EXPECT_GT(tally.seen[0], 6'000U) << "the flows are too tame";
  EXPECT_GT(tally.seen[1], 6'000U) << "the flows are too tame";
  // An allow and a deny that hang on the same option (CL-21, CL-33) are not seen to do so.
  EXPECT_LT(tally.loose, 60U);
  RecordProperty("loose", static_cast<int>(tally.loose));
}

TEST(CiliumOracle, brackets_what_is_left_open) {
  Tally tally;
  for (std::uint64_t seed = 0; seed < 6'000; ++seed) {
    compare(seed, {}, tally);
    if (HasFatalFailure()) return;
  }
  for (const std::size_t count : tally.seen) EXPECT_GT(count, 6'000U) << "the flows are too tame";
  EXPECT_LT(tally.loose, 6'000U);
  RecordProperty("loose", static_cast<int>(tally.loose));
}

}  // namespace
}  // namespace podmoat::test
