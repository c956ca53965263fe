// Calico with NetworkPolicy, as it is read and evaluated, against the slow oracle: random clusters,
// and in each the flows at addresses and ports where answers change.
#include <gtest/gtest.h>

#include <array>

#include "core/policy/policies.h"
#include "support/random_calico.h"
#include "support/slow_calico.h"

namespace podmoat::test {
namespace {

constexpr std::uint64_t kClusters = 6'000;
constexpr int kFlowsPerCluster = 24;

model::Platform platform() {
  model::Platform out = model::conformant();
  out.name = "calico";
  out.engine = "calico";
  std::erase_if(out.languages, [](const auto& row) { return row.language == "Calico"; });
  out.languages.push_back({"Calico", {"enforces", model::Answer::yes, "the test"}});
  return out;
}

SlowFlow any_flow(std::mt19937_64& random, const model::Snapshot& snapshot) {
  static const std::array kAddresses{
      "169.254.169.254", "169.254.169.253", "10.0.0.1",      "10.255.255.255", "11.0.0.0",
      "168.63.129.16",   "127.255.255.255", "128.0.0.0",     "8.8.8.8",        "fd00:ec2::254",
      "fd00::1",         "2001:db8::1",     "fd00:ec2:1::1", "fe80::1",        "10.0.0.2"};
  constexpr std::array<std::uint16_t, 7> kPorts{1, 53, 79, 80, 443, 444, 10250};
  SlowFlow flow;
  if (random() % 2 == 0)
    flow.to = static_cast<std::uint32_t>(random() % snapshot.pods.size());
  else
    flow.to = *parse_address(kAddresses[random() % kAddresses.size()]);
  flow.protocol = static_cast<Protocol>(random() % 4);
  if (flow.protocol != Protocol::other) flow.port = kPorts[random() % kPorts.size()];
  return flow;
}

/// The FlowSet members that `flow` is: its port by number, and by each name that the Pod gives it.
std::vector<flow::Flow> members_of(const SlowFlow& flow, const model::Snapshot& snapshot,
                                   const policy::NamedPorts& names) {
  if (const auto* address = std::get_if<Address>(&flow.to))
    return {{flow::at(*address), flow.protocol, flow.port}};
  const std::uint32_t pod = std::get<std::uint32_t>(flow.to);
  std::vector<flow::Flow> members{{flow::peer(pod), flow.protocol, flow.port}};
  for (const model::NamedPort& named : snapshot.spec_of(snapshot.pods[pod]).named_ports) {
    if (named.protocol != flow.protocol || named.number != flow.port) continue;
    if (const auto index = names.find({named.protocol, named.name}))
      members.push_back({flow::peer(pod), Protocol::named, *index});
  }
  return members;
}

Allowed answer(const flow::Known& known, const std::vector<flow::Flow>& members) {
  Allowed answer = Allowed::no;
  for (const flow::Flow& member : members) {
    if (known.sure.contains(member)) return Allowed::yes;
    if (known.possible.contains(member)) answer = Allowed::unknown;
  }
  return answer;
}

/// How many steps are not sure. Several doubts may hang on one label, and the name and the number
/// of a port are asked apart: then the fold may say `unknown` where there is an answer.
std::size_t doubts(const flow::Ladder& ladder, const std::vector<flow::Flow>& members) {
  std::size_t count = 0;
  for (const flow::Flow& member : members)
    for (const flow::Step& step : flow::derive(ladder, member)) count += step.sure ? 0 : 1;
  return count;
}

TEST(CalicoOracle, agrees_on_every_flow_of_random_clusters) {
  const model::Platform calico = platform();
  std::size_t seen[3] = {0, 0, 0};
  std::size_t loose = 0;
  for (std::uint64_t seed = 0; seed < kClusters; ++seed) {
    const model::Snapshot snapshot = random_calico(seed);
    std::vector<std::uint32_t> pods;
    for (std::uint32_t i = 0; i < snapshot.pods.size(); ++i) pods.push_back(i);
    const policy::PodPeers peers(snapshot, pods);
    const policy::Policies policies(snapshot, calico, flow::FlowSet::all(), peers);
    for (const language::Policy& policy : policies.reading().policies)
      ASSERT_FALSE(policy.unread) << "seed " << seed << ": " << policy.doubt;
    std::vector<flow::Known> known;
    for (const model::Pod& pod : snapshot.pods)
      known.push_back(
          flow::evaluate(policies.ladder(policy::view_of(snapshot, pod)), policies.within()));
    std::mt19937_64 random(seed);
    for (int i = 0; i < kFlowsPerCluster; ++i) {
      const std::size_t from = random() % snapshot.pods.size();
      const model::Pod& pod = snapshot.pods[from];
      const SlowFlow flow = any_flow(random, snapshot);
      const auto* to = std::get_if<std::uint32_t>(&flow.to);
      if (snapshot.spec_of(pod).host_network) continue;
      if (to != nullptr && snapshot.spec_of(snapshot.pods[*to]).host_network) continue;
      const auto members = members_of(flow, snapshot, policies.named_ports());
      const Allowed want = slow_calico(snapshot, pod, flow);
      const Allowed got = answer(known[from], members);
      ++seen[static_cast<int>(want)];
      if (got == want) continue;
      ++loose;
      const flow::Ladder& ladder = policies.ladder(policy::view_of(snapshot, pod));
      ASSERT_TRUE(got == Allowed::unknown && doubts(ladder, members) >= (to == nullptr ? 2 : 1))
          << "seed " << seed << ": " << flow.str() << " from Pod#" << from << "\nwant "
          << static_cast<int>(want) << " got " << static_cast<int>(got);
    }
  }
  for (const std::size_t count : seen) EXPECT_GT(count, kClusters / 2) << "the flows are too tame";
  EXPECT_LT(loose, kClusters / 2);
  RecordProperty("loose", static_cast<int>(loose));
}

}  // namespace
}  // namespace podmoat::test
