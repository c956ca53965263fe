// Cilium's policies and NetworkPolicies against Cilium's own policy repository (v1.20.2), asked
// through cilium_oracle: tests/conformance/go/README.md.
//
// Where podmoat's answer is exact, the repository's must be the same. Where it is unknown, because
// releases and options differ, that release's must be one of the possible ones.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <map>

#include "core/policy/policies.h"
#include "support/oracle_process.h"
#include "support/random_cilium.h"

namespace podmoat::test {
namespace {

using flow::FlowSet;
using model::Value;

constexpr std::uint64_t kClusters = 6'000;
constexpr int kFlowsPerCluster = 30;
constexpr const char* kOracle = "cilium_oracle";

/// One flow: from a Pod to the address of a Pod, of a node, or of nobody in the cluster.
struct Asked {
  std::size_t from = 0;
  Address to;
  std::optional<std::uint32_t> pod;
  std::optional<std::uint64_t> node;  ///< the point on the line of nodes
  Protocol protocol = Protocol::tcp;
  std::uint16_t port = 0;
  std::string str() const {
    return fmt::format("from Pod {} to {} {}/{}", from, to.str(), port, name_of(protocol));
  }
};

/// A cluster, the way it is asked about, and the flows.
struct Question {
  model::Snapshot snapshot;
  bool always = false;
  bool blocks_hold_nodes = false;
  std::vector<Asked> flows;
};

// --- the question as JSON ---

std::string json_of(const Value& value) {
  if (const auto* map = value.map()) {
    std::string out = "{";
    for (const auto& [key, member] : *map)
      out += (out.size() > 1 ? ",\"" : "\"") + key + "\":" + json_of(member);
    return out + "}";
  }
  if (const auto* list = value.list()) {
    std::string out = "[";
    for (const Value& item : *list) out += (out.size() > 1 ? "," : "") + json_of(item);
    return out + "]";
  }
  if (const auto* text = value.string()) return "\"" + *text + "\"";  // no text here needs escapes
  if (const auto* number = value.integer()) return std::to_string(*number);
  if (const auto* truth = value.boolean()) return *truth ? "true" : "false";
  return "null";
}

Value object_of(const char* kind, const std::string& ns, const std::string& name,
                const model::Labels& labels) {
  Value all{Value::Map{}};
  for (const auto& [key, value] : labels.entries()) all.set(key, value);
  Value metadata;
  metadata.set("name", name);
  if (!ns.empty()) metadata.set("namespace", ns);
  metadata.set("labels", std::move(all));
  return Value::Map{{"apiVersion", "v1"}, {"kind", kind}, {"metadata", std::move(metadata)}};
}

std::string name_of_pod(std::size_t number) { return fmt::format("pod-{}", number); }

Value pod_of(const model::Snapshot& snapshot, std::size_t number) {
  const model::Pod& pod = snapshot.pods[number];
  const model::PodSpec& spec = snapshot.spec_of(pod);
  Value out = object_of("Pod", pod.ns, name_of_pod(number), snapshot.labels_of(pod));
  Value::List ports;
  for (const model::NamedPort& named : spec.named_ports)
    ports.push_back(Value::Map{{"name", named.name},
                               {"containerPort", int{named.number}},
                               {"protocol", name_of(named.protocol)}});
  out.set("spec", Value::Map{{"nodeName", "node-1"},
                             {"serviceAccountName", spec.service_account},
                             {"containers", Value::List{Value::Map{{"name", "main"},
                                                                   {"ports", std::move(ports)}}}}});
  Value::List addresses;
  for (const Address& address : pod.addresses)
    addresses.push_back(Value::Map{{"ip", address.str()}});
  out.set("status", Value::Map{{"podIPs", std::move(addresses)}});
  return out;
}

Value node_of(const model::Node& node) {
  Value out = object_of("Node", "", node.object.name, node.labels);
  Value::List addresses;
  for (const Address& address : node.addresses)
    addresses.push_back(Value::Map{{"type", "InternalIP"}, {"address", address.str()}});
  out.set("status", Value::Map{{"addresses", std::move(addresses)}});
  return out;
}

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
  Value::List namespaces;
  for (const model::Namespace& ns : snapshot.namespaces)
    namespaces.push_back(object_of("Namespace", "", ns.object.name, ns.labels));
  Value::List pods;
  for (std::size_t i = 0; i < snapshot.pods.size(); ++i) pods.push_back(pod_of(snapshot, i));
  Value::List nodes;
  for (const model::Node& node : snapshot.nodes) nodes.push_back(node_of(node));
  Value::List policies;
  for (const model::NetworkPolicy& policy : snapshot.network_policies)
    policies.push_back(*policy.source);
  for (const model::PolicyObject& object : snapshot.policy_objects)
    policies.push_back(with_metadata(object));
  Value::List flows;
  for (const Asked& flow : question.flows)
    flows.push_back(Value::Map{{"from", snapshot.pods[flow.from].ns + "/" + name_of_pod(flow.from)},
                               {"to", flow.to.str()},
                               {"protocol", name_of(flow.protocol)},
                               {"port", int{flow.port}}});
  Value out;
  out.set("namespaces", std::move(namespaces));
  out.set("pods", std::move(pods));
  out.set("nodes", std::move(nodes));
  out.set("policies", std::move(policies));
  out.set("mode", question.always ? "always" : "default");
  if (question.blocks_hold_nodes) out.set("cidrMatchMode", Value::List{Value("nodes")});
  out.set("flows", std::move(flows));
  return json_of(out);
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
    for (const model::Node& node : snapshot.nodes)
      for (const Address& address : node.addresses)
        if (address == flow.to)
          flow.node = node.object.name == "node-1" ? flow::kOwnNode : flow::kOtherNode;
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
  for (std::size_t i = 0; i < out.snapshot.pods.size(); ++i) {
    model::Pod& pod = out.snapshot.pods[i];
    pod.addresses = {*parse_address(fmt::format("10.1.0.{}", i)),
                     *parse_address(fmt::format("fd00:ec2:2::{:x}", i))};
    model::PodSpec spec = out.snapshot.spec_of(pod);
    spec.host_network = false;
    pod.spec = static_cast<std::uint32_t>(out.snapshot.pod_specs.size());
    out.snapshot.pod_specs.push_back(std::move(spec));
  }
  std::mt19937_64 random(seed);
  add_flows(out, random);
  return out;
}

// --- podmoat's answer ---

model::Platform platform_of(const Question& question) {
  model::Platform out = model::conformant();
  out.engine = "cilium";
  out.cidr_matches_nodes.answer =
      question.blocks_hold_nodes ? model::Answer::yes : model::Answer::no;
  out.cidr_matches_pods.answer = model::Answer::no;
  out.host_policies.answer = model::Answer::no;
  out.denies_by_default.answer = question.always ? model::Answer::yes : model::Answer::no;
  std::erase_if(out.languages, [](const auto& row) { return row.language == "Cilium"; });
  out.languages.push_back({"Cilium", {"Cilium", model::Answer::yes}});
  return out;
}

enum class Says : std::uint8_t { no, yes, unknown };

class Judge {
 public:
  Judge(const model::Snapshot& snapshot, const model::Platform& platform)
      : snapshot_(snapshot),
        by_identity_(platform.nodes_by_identity()),
        peers_(snapshot, classes(snapshot)),
        policies_(snapshot, platform, all_, peers_) {}

  /// Unknown too where a name of the port and its number are decided differently (members()).
  Says says(const Asked& flow) {
    const model::Pod& pod = snapshot_.pods[flow.from];
    const flow::Ladder& ladder = policies_.ladder(policy::view_of(snapshot_, pod));
    const auto [at, is_new] = known_.try_emplace(&ladder);
    if (is_new) at->second = flow::evaluate(ladder, policies_.within());
    std::size_t sure = 0;
    std::size_t possible = 0;
    const std::vector<flow::Flow> all = members(flow);
    for (const flow::Flow& member : all) {
      sure += at->second.sure.contains(member) ? 1U : 0U;
      possible += at->second.possible.contains(member) ? 1U : 0U;
    }
    if (possible == 0) return Says::no;
    return sure == all.size() ? Says::yes : Says::unknown;
  }

 private:
  static std::vector<std::uint32_t> classes(const model::Snapshot& snapshot) {
    std::vector<std::uint32_t> out;
    for (std::uint32_t i = 0; i < snapshot.pods.size(); ++i) out.push_back(i);
    return out;
  }
  std::vector<flow::Flow> members(const Asked& flow) const {
    if (!flow.pod && flow.node && by_identity_)
      return {{{flow::Line::node, *flow.node}, flow.protocol, flow.port}};
    if (!flow.pod) return {{flow::at(flow.to), flow.protocol, flow.port}};
    const flow::Destination to = flow::peer(*flow.pod);
    std::vector<flow::Flow> out{{to, flow.protocol, flow.port}};
    const auto& names = policies_.named_ports().entries();
    for (const model::NamedPort& port : snapshot_.spec_of(snapshot_.pods[*flow.pod]).named_ports)
      for (std::uint16_t i = 0; i < names.size(); ++i)
        if (names[i].name == port.name && names[i].protocol == port.protocol &&
            port.protocol == flow.protocol && port.number == flow.port)
          out.push_back({to, Protocol::named, i});
    return out;
  }

  const model::Snapshot& snapshot_;
  bool by_identity_;
  FlowSet all_ = FlowSet::all();
  policy::PodPeers peers_;
  policy::Policies policies_;
  std::map<const flow::Ladder*, flow::Known> known_;
};

struct Tally {
  std::size_t same[2] = {0, 0};  ///< denied, allowed
  std::size_t undecided = 0;
};

void compare(std::uint64_t seed, OracleProcess& oracle, Tally& tally) {
  Question question = question_of(seed);
  const auto answer = oracle.ask(json_of(question));
  ASSERT_TRUE(answer) << "seed " << seed << ": " << answer.error().what << "\n"
                      << json_of(question);
  const auto verdicts = items_of(*answer, "verdicts");
  ASSERT_TRUE(verdicts && verdicts->size() == question.flows.size()) << *answer;
  const model::Platform platform = platform_of(question);
  Judge judge(question.snapshot, platform);
  const std::vector<Asked> flows = question.flows;
  for (std::size_t i = 0; i < flows.size(); ++i) {
    const bool theirs = (*verdicts)[i] == "allow";
    const Says ours = judge.says(flows[i]);
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
  Tally tally;
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
