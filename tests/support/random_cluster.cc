// Random clusters. Alphabets are tiny on purpose: with three keys and three values most selectors
// match something, most blocks overlap another, and an absent key is as common as a present one.
#include "support/random_cluster.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

namespace podmoat::test {
namespace {

using model::NetworkPolicy;
using model::Operator;
using model::PolicyPort;
using model::PolicyRule;
using model::Selector;

constexpr std::array kKeys{"app", "env", "tier"};
constexpr std::array kValues{"a", "b", ""};
constexpr std::array kPortNames{"http", "dns"};
constexpr std::array kBlocks{"0.0.0.0/0",
                             "0.0.0.0/1",
                             "128.0.0.0/1",
                             "169.254.0.0/16",
                             "169.254.169.252/30",
                             "10.0.0.0/8",
                             "169.254.169.254/32",
                             "10.0.0.0/24",
                             "10.0.0.1/32",
                             "168.63.0.0/16",
                             "168.63.129.16/32",
                             "::/0",
                             "::/1",
                             "8000::/1",
                             "fd00:ec2::/32",
                             "fd00:ec2::254/128",
                             "fd00::/8",
                             "2000::/3",
                             "fd20:ce::254/128",
                             "fe80::/10"};
constexpr std::array<std::uint16_t, 7> kPorts{1, 53, 80, 443, 10250, 32526, 65535};

/// One cluster in the making.
class Maker {
 public:
  Maker(std::uint64_t seed, const ClusterKnobs& knobs) : random_(seed), knobs_(knobs) {}
  model::Snapshot make();

 private:
  bool one_in(int count) { return below(random_, count) == 0; }
  template <class List>
  auto any_of(const List& list) {
    return list[static_cast<std::size_t>(below(random_, static_cast<int>(list.size())))];
  }
  Place next_place() { return {0, ++line_, 1}; }
  std::string any_namespace() { return any_of(snapshot_.namespaces).object.name; }

  void add_namespaces();
  void add_pods();
  void add_nodes();
  std::vector<model::NamedPort> named_ports();
  NetworkPolicy policy(int number);
  std::vector<PolicyRule> rules();
  model::Peer peer();
  model::IpBlock block();
  Block inside(const Block& cidr);
  PolicyPort port();

  std::mt19937_64 random_;
  ClusterKnobs knobs_;
  model::Snapshot snapshot_;
  std::uint32_t line_ = 0;
};

/// The index of `value` in `pool`, where it is put if it is new.
template <class T>
std::uint32_t pooled(std::vector<T>& pool, T value) {
  const auto it = std::find(pool.begin(), pool.end(), value);
  const auto index = static_cast<std::uint32_t>(it - pool.begin());
  if (it == pool.end()) pool.push_back(std::move(value));
  return index;
}

model::Snapshot Maker::make() {
  snapshot_.files = {"cluster.yaml"};
  add_namespaces();
  add_nodes();
  add_pods();
  for (int i = below(random_, knobs_.policies + 1); i > 0; --i)
    snapshot_.network_policies.push_back(policy(i));
  std::sort(snapshot_.network_policies.begin(), snapshot_.network_policies.end(),
            [](const NetworkPolicy& a, const NetworkPolicy& b) {
              return std::tie(a.object.ns, a.object.name) < std::tie(b.object.ns, b.object.name);
            });
  if (knobs_.doubts && one_in(20))
    snapshot_.policy_objects.push_back(
        {{"FQDNNetworkPolicy", one_in(2) ? "" : any_namespace(), "odd", next_place()},
         "networking.gke.io/v1"});
  return std::move(snapshot_);
}

void Maker::add_namespaces() {
  const int count = 1 + below(random_, knobs_.namespaces);
  for (int i = 0; i < count; ++i) {
    const std::string name = "ns-" + std::to_string(i);
    model::Namespace ns{{"Namespace", "", name, next_place()}, random_labels(random_), true};
    if (knobs_.doubts && one_in(3)) ns = {{"Namespace", "", name, {}}, {}, false};
    ns.labels.set(model::kNamespaceNameLabel, name);
    snapshot_.namespaces.push_back(std::move(ns));
  }
}

void Maker::add_nodes() {
  for (int i = below(random_, 3); i > 0; --i) {
    const std::string number = std::to_string(i);
    snapshot_.nodes.push_back(
        {{"Node", "", "node-" + number, next_place()},
         {},
         "aws:///zone/i-" + number,
         {*parse_address("10.0.0." + number), *parse_address("fd00:ec2:1::" + number)}});
  }
}

void Maker::add_pods() {
  const int count = 1 + below(random_, knobs_.pods);
  for (int i = 0; i < count; ++i) {
    model::Pod pod;
    const std::string number = std::to_string(i);
    pod.ns = any_namespace();
    pod.place = next_place();
    if (one_in(3)) {  // only its workload is in the input
      pod.workload = {"Deployment", "web-" + number};
    } else {
      pod.name = "pod-" + number;
      pod.workload = one_in(2) ? model::Workload{"Pod", pod.name}
                               : model::Workload{"Deployment", any_of(std::array{"x", "y"})};
      pod.addresses = {*parse_address("10.1.0." + number), *parse_address("fd00:ec2:2::" + number)};
    }
    pod.labels = pooled(snapshot_.pod_labels, random_labels(random_));
    pod.spec =
        pooled(snapshot_.pod_specs, model::PodSpec{one_in(8), false, "default", named_ports(), {}});
    snapshot_.pods.push_back(std::move(pod));
  }
}

std::vector<model::NamedPort> Maker::named_ports() {
  std::vector<model::NamedPort> ports;
  if (!knobs_.named_ports) return ports;
  for (const char* name : kPortNames)
    if (!one_in(3))
      ports.push_back({name, one_in(3) ? Protocol::udp : Protocol::tcp, any_of(kPorts)});
  return ports;
}

NetworkPolicy Maker::policy(int number) {
  NetworkPolicy policy;
  policy.object = {"NetworkPolicy", any_namespace(), "policy-" + std::to_string(number),
                   next_place()};
  policy.pods = random_selector(random_);
  if (!one_in(5)) policy.egress = rules();
  if (one_in(3)) policy.ingress = rules();
  const int types = below(random_, 6);
  policy.types_given = types != 0;
  policy.isolates_ingress = types == 0 || types == 1 || types == 2;
  policy.isolates_egress = types == 0 ? !policy.egress.empty() : types != 1;
  policy.source = document_of(policy);
  return policy;
}

std::vector<PolicyRule> Maker::rules() {
  std::vector<PolicyRule> rules;
  for (int i = below(random_, 4); i > 0; --i) {
    PolicyRule rule;
    rule.place = next_place();
    if (!one_in(6))
      for (int j = 1 + below(random_, 3); j > 0; --j) rule.peers.push_back(peer());
    if (!one_in(3))
      for (int j = 1 + below(random_, 3); j > 0; --j) rule.ports.push_back(port());
    rules.push_back(std::move(rule));
  }
  return rules;
}

model::Peer Maker::peer() {
  if (!one_in(3)) return {block(), next_place()};
  model::PodPeer pods;
  const int which = below(random_, 3);
  if (which != 0) pods.pods = random_selector(random_);
  if (which != 1) {
    pods.namespaces = random_selector(random_);
    if (one_in(4))
      pods.namespaces->requirements = {{model::kNamespaceNameLabel,
                                        one_in(3) ? Operator::not_in : Operator::in,
                                        {any_namespace()}}};
  }
  return {pods, next_place()};
}

model::IpBlock Maker::block() {
  model::IpBlock block{*parse_block(any_of(kBlocks)), {}};
  const Address last = block.cidr.last();
  if (block.cidr.base == last) return block;  // a single address has room for no exception
  for (int i = below(random_, 4); i > 0; --i) block.except.push_back(inside(block.cidr));
  return block;
}

/// A block strictly inside `cidr`: one of the alphabet where one fits, else one at its border.
Block Maker::inside(const Block& cidr) {
  for (int i = 0; i < 6; ++i) {
    const Block block = *parse_block(any_of(kBlocks));
    if (block != cidr && cidr.contains(block)) return block;
  }
  const int room = (cidr.family() == Family::v4 ? 32 : 128) - cidr.prefix;
  const auto prefix = static_cast<std::uint8_t>(cidr.prefix + 1 + below(random_, room));
  return block_of(one_in(2) ? cidr.first() : cidr.last(), prefix);
}

PolicyPort Maker::port() {
  PolicyPort entry;
  entry.place = next_place();
  entry.protocol = any_of(std::array{Protocol::tcp, Protocol::tcp, Protocol::udp, Protocol::sctp});
  const int which = below(random_, 5);
  if (which == 0) return entry;
  if (which == 1 && knobs_.named_ports) {
    entry.port = std::string(any_of(kPortNames));
    return entry;
  }
  Ports ports{any_of(kPorts), any_of(kPorts)};
  if (which != 2) ports.last = ports.first;
  if (ports.last < ports.first) std::swap(ports.first, ports.last);
  entry.port = ports;
  return entry;
}

}  // namespace

int below(std::mt19937_64& random, int count) {
  return static_cast<int>(random() % static_cast<std::uint64_t>(count));
}

model::Labels random_labels(std::mt19937_64& random) {
  model::Labels labels;
  for (const char* key : kKeys)
    if (below(random, 5) < 3) labels.set(key, kValues[static_cast<std::size_t>(below(random, 3))]);
  return labels;
}

Selector random_selector(std::mt19937_64& random) {
  Selector selector;
  for (int i = std::max(0, below(random, 5) - 2); i > 0; --i) {
    model::Requirement r;
    r.key = kKeys[static_cast<std::size_t>(below(random, 3))];
    r.op = std::array{Operator::in, Operator::in, Operator::not_in, Operator::exists,
                      Operator::does_not_exist}[static_cast<std::size_t>(below(random, 5))];
    if (r.op == Operator::in || r.op == Operator::not_in)
      for (const char* value : kValues)
        if (below(random, 2) == 0) r.values.emplace_back(value);
    if (r.values.empty() && (r.op == Operator::in || r.op == Operator::not_in))
      r.values.emplace_back("a");
    std::sort(r.values.begin(), r.values.end());
    selector.requirements.push_back(std::move(r));
  }
  return selector;
}

model::Snapshot random_cluster(std::uint64_t seed, const ClusterKnobs& knobs) {
  return Maker(seed, knobs).make();
}

}  // namespace podmoat::test
