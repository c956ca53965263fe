// NetworkPolicy, AdminNetworkPolicy and ClusterNetworkPolicy against other people's code: the
// evaluation engine of sigs.k8s.io/kube-network-policies (tests/conformance/go/README.md).
//
// Every cluster is asked in one of two ways. As documented: then the engine may differ where it is
// known to part from the documentation, and only there; each such place has a name, and what it
// excuses is counted. As that plugin: then podmoat says what it knows of it, and nothing is
// excused. Where the answer is unknown, either answer of the engine is right, but the cluster must
// have something that is not decided.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <map>
#include <set>

#include "core/edit/writer.h"
#include "support/oracle_process.h"
#include "support/oracle_question.h"
#include "support/random_admin_policies.h"

namespace podmoat::test {
namespace {

using model::Value;

constexpr std::uint64_t kClusters = 24'000;
constexpr int kFlowsPerCluster = 24;
constexpr const char* kOracle = "network_policy_oracle";

// --- the question ---

std::string question_of(const AdminCluster& cluster, bool documented,
                        const std::map<std::string, Address>& domains,
                        const std::vector<Asked>& flows) {
  const model::Snapshot& snapshot = cluster.snapshot;
  Value::List pods;
  for (std::size_t i = 0; i < snapshot.pods.size(); ++i) pods.push_back(pod_of(snapshot, i));
  Value::List policies;
  for (const model::NetworkPolicy& policy : snapshot.network_policies)
    policies.push_back(*policy.source);
  for (const model::PolicyObject& object : snapshot.policy_objects)
    policies.push_back(*object.source);
  Value names{Value::Map{}};
  for (const auto& [name, address] : domains) names.set(name, Value::List{address.str()});
  Value out = question_of(snapshot, std::move(pods), std::move(policies), flows);
  out.set("domains", std::move(names));
  out.set("dropIngressOnly", documented);
  return edit::to_json(out, 0);
}

// --- flows ---

void add_borders(const Block& block, std::vector<Address>& out) {
  const Address first = block.first();
  const Address last = block.last();
  out.push_back(first);
  out.push_back(last);
  if (first.bits > 0) out.push_back({first.family, first.bits - 1});
  if (last.bits < last_address(block.family()).bits) out.push_back({last.family, last.bits + 1});
}

/// The addresses at which an answer can change.
std::vector<Address> places_of(const AdminCluster& cluster) {
  std::vector<Address> out{*parse_address("169.254.169.254"), *parse_address("fd00:ec2::254")};
  for (const model::Pod& pod : cluster.snapshot.pods)
    out.insert(out.end(), pod.addresses.begin(), pod.addresses.end());
  for (const model::Node& node : cluster.snapshot.nodes)
    out.insert(out.end(), node.addresses.begin(), node.addresses.end());
  for (const AdminPolicy& policy : cluster.policies)
    for (const AdminRule& rule : policy.egress)
      for (const AdminPeer& peer : rule.to)
        for (const Block& block : peer.networks) add_borders(block, out);
  for (const model::NetworkPolicy& policy : cluster.snapshot.network_policies)
    for (const model::PolicyRule& rule : policy.egress)
      for (const model::Peer& peer : rule.peers)
        if (const auto* block = std::get_if<model::IpBlock>(&peer.is)) {
          add_borders(block->cidr, out);
          for (const Block& hole : block->except) add_borders(hole, out);
        }
  // What is mapped leaves a Pod as IPv4.
  const Block mapped = block_of(*parse_address_as_written("::ffff:0.0.0.0"), 96);
  std::erase_if(out, [&](const Address& address) { return mapped.contains(address); });
  return out;
}

std::vector<Asked> flows_of(const AdminCluster& cluster, std::mt19937_64& random) {
  constexpr std::uint16_t kPorts[] = {1, 2, 52, 53, 54, 79, 80, 81, 443, 10250, 32526, 65535};
  const model::Snapshot& snapshot = cluster.snapshot;
  const std::vector<Address> places = places_of(cluster);
  std::map<Address, std::uint32_t> owners;
  for (std::uint32_t i = 0; i < snapshot.pods.size(); ++i)
    for (const Address& address : snapshot.pods[i].addresses) owners[address] = i;
  std::vector<Asked> out;
  for (int i = 0; i < kFlowsPerCluster; ++i) {
    Asked flow;
    flow.from = random() % snapshot.pods.size();
    flow.to = places[random() % places.size()];
    if (const auto owner = owners.find(flow.to); owner != owners.end()) flow.pod = owner->second;
    flow.protocol = static_cast<Protocol>(random() % 4);
    if (flow.protocol != Protocol::other) flow.port = kPorts[random() % std::size(kPorts)];
    out.push_back(flow);
  }
  return out;
}

// --- podmoat's answer ---

model::Platform platform_of(bool documented) {
  model::Platform out = model::conformant();
  out.engine = documented ? "kubernetes" : "kube-network-policies";
  out.cidr_matches_pods.answer = model::Answer::yes;
  out.own_node_policed.answer = model::Answer::yes;
  return out;
}

/// Each Pod is two classes, one for each of its addresses.
policy::PodPeers peers_of(const model::Snapshot& snapshot, const model::Platform& platform) {
  std::vector<std::uint32_t> pods;
  std::vector<Address> addresses;
  for (std::uint32_t i = 0; i < snapshot.pods.size(); ++i) {
    pods.insert(pods.end(), 2, i);
    addresses.insert(addresses.end(), snapshot.pods[i].addresses.begin(),
                     snapshot.pods[i].addresses.end());
  }
  return {snapshot, std::move(pods), std::move(addresses), platform.cidr_matches_pods};
}

flow::Flow flow_of(const Asked& asked) {
  const flow::Destination to =
      asked.pod ? flow::peer(2 * *asked.pod + (asked.to.family == Family::v6 ? 1 : 0))
                : flow::at(asked.to);
  return {to, asked.protocol, asked.port};
}

// --- what is known to differ, and what is not decided ---

bool has_peer(const AdminCluster& cluster, AdminPeerKind kind) {
  for (const AdminPolicy& policy : cluster.policies)
    for (const AdminRule& rule : policy.egress)
      for (const AdminPeer& peer : rule.to)
        if (peer.kind == kind) return true;
  return false;
}

bool has_name(const AdminCluster& cluster) {
  for (const AdminPolicy& policy : cluster.policies)
    for (const AdminRule& rule : policy.egress)
      for (const AdminPort& port : rule.ports.value_or(std::vector<AdminPort>{}))
        if (!port.name.empty()) return true;
  return false;
}

/// Why the engine may part from the documentation about this flow, or "". The places in its code
/// are in tests/conformance/go/README.md.
std::string excuse(const AdminCluster& cluster, const Asked& flow) {
  const bool older = !cluster.policies.empty() && cluster.policies[0].api == AdminApi::v1alpha1;
  if (older && flow.pod && has_name(cluster)) return "v1alpha1 names match every port";
  if (older && has_peer(cluster, AdminPeerKind::nodes)) {
    if (flow.pod) return "v1alpha1 nodes are Pods on them";
    for (const model::Node& node : cluster.snapshot.nodes)
      for (const Address& address : node.addresses)
        if (address == flow.to) return "v1alpha1 nodes are no addresses";
  }
  return "";
}

bool has_equal_priorities(const AdminCluster& cluster) {
  std::set<std::pair<bool, int>> seen;
  for (const AdminPolicy& policy : cluster.policies)
    if (!seen.emplace(policy.baseline, policy.priority).second) return true;
  return false;
}

bool has_ingress_alone(const AdminCluster& cluster) {
  for (const model::NetworkPolicy& policy : cluster.snapshot.network_policies)
    if (!policy.isolates_egress) return true;
  return false;
}

/// Whether something in the cluster is not decided (CNP-4, CNP-13, CNP-14, CNP-18, ANP-25, CO-5).
bool has_doubts(const AdminCluster& cluster, bool documented) {
  const bool older = !cluster.policies.empty() && cluster.policies[0].api == AdminApi::v1alpha1;
  const bool nodes = has_peer(cluster, AdminPeerKind::nodes);
  if (has_equal_priorities(cluster) || has_peer(cluster, AdminPeerKind::domain_names)) return true;
  if (nodes && cluster.snapshot.nodes.empty()) return true;
  if (documented) return has_ingress_alone(cluster);
  return has_peer(cluster, AdminPeerKind::unknown) || (older && (nodes || has_name(cluster)));
}

AdminCluster cluster_of(std::uint64_t seed) {
  AdminKnobs knobs;
  knobs.cluster.doubts = false;
  knobs.api = seed % 2 == 0 ? AdminApi::v1alpha1 : AdminApi::v1alpha2;
  knobs.equal_priorities = seed % 8 < 2;
  knobs.domain_names = seed % 8 >= 6;
  knobs.unknown_peers = false;  // the oracle refuses fields that it does not know
  AdminCluster out = random_admin_cluster(seed, knobs);
  leave_host_network(out.snapshot);
  return out;
}

struct Tally {
  std::size_t same[2] = {0, 0};  ///< denied, allowed
  std::size_t undecided = 0;
  std::map<std::string, std::size_t> excused;
};

void compare(std::uint64_t seed, bool documented, OracleProcess& oracle, Tally& tally) {
  const AdminCluster cluster = cluster_of(seed);
  std::mt19937_64 random(seed);
  const std::vector<Asked> flows = flows_of(cluster, random);
  const std::vector<Address> places = places_of(cluster);
  const std::map<std::string, Address> domains{
      {"example.org", places[random() % places.size()]},
      {"www.example.org", places[random() % places.size()]}};
  const auto answer = oracle.ask(question_of(cluster, documented, domains, flows));
  ASSERT_TRUE(answer) << "seed " << seed << ": " << answer.error().what;
  const auto verdicts = items_of(*answer, "verdicts");
  ASSERT_TRUE(verdicts && verdicts->size() == flows.size()) << *answer;
  const model::Platform platform = platform_of(documented);
  Answers answers(cluster.snapshot, platform, peers_of(cluster.snapshot, platform));
  for (std::size_t i = 0; i < flows.size(); ++i) {
    const bool theirs = (*verdicts)[i] == "allow";
    const Says ours = answers.says(flows[i].from, flow_of(flows[i]));
    if (ours == Says::unknown) {
      ++tally.undecided;
      ASSERT_TRUE(has_doubts(cluster, documented)) << "seed " << seed << " " << flows[i].str();
    } else if ((ours == Says::yes) == theirs) {
      ++tally.same[theirs ? 1 : 0];
    } else {
      const std::string why = documented ? excuse(cluster, flows[i]) : "";
      ASSERT_NE(why, "") << "seed " << seed << " " << flows[i].str() << ": the engine says "
                         << (theirs ? "allow" : "deny") << "\n"
                         << question_of(cluster, documented, domains, {flows[i]});
      ++tally.excused[why];
    }
  }
}

TEST(KubeNetworkPolicies, decides_every_flow_of_random_clusters_as_podmoat_does) {
  if (const auto why = OracleProcess::why_not(kOracle)) GTEST_SKIP() << *why;
  OracleProcess oracle(kOracle);
  Tally tally;
  for (std::uint64_t seed = 0; seed < kClusters && !HasFatalFailure(); ++seed)
    compare(seed, seed % 4 < 2, oracle, tally);
  EXPECT_GT(tally.same[0], kClusters * 2) << "the flows are too tame";
  EXPECT_GT(tally.same[1], kClusters * 2) << "the flows are too tame";
  EXPECT_LT(tally.undecided, kClusters * kFlowsPerCluster / 5);
  fmt::print("{} flows are denied by both, {} allowed by both, {} are not decided\n", tally.same[0],
             tally.same[1], tally.undecided);
  for (const auto& [why, count] : tally.excused) {
    fmt::print("{} flows differ, as known: {}\n", count, why);
    EXPECT_LT(count, kClusters) << why;
  }
}

}  // namespace
}  // namespace podmoat::test
