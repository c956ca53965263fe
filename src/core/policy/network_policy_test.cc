// The rules of docs/semantics/networkpolicy.md, one table row for each trap. What a policy looks
// like in YAML is said with a few short builders; the answer is a FlowSet in the text notation.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/policy/policies.h"
#include "support/flow_universe.h"

namespace podmoat::policy {
namespace {

model::Labels labels(std::vector<model::Labels::Entry> entries) {
  return model::Labels(std::move(entries));
}

using flow::FlowSet;
using flow::Known;
using model::NetworkPolicy;
using model::Operator;
using model::Selector;
using test::set;

Selector with(std::string key, std::string value) {
  return {{{std::move(key), Operator::in, {std::move(value)}}}};
}

model::Peer block(std::string_view cidr, const std::vector<std::string_view>& except = {}) {
  model::IpBlock out{*parse_block(cidr), {}};
  for (const auto hole : except) out.except.push_back(*parse_block(hole));
  return {out, {}};
}
model::Peer pods(std::optional<Selector> of, std::optional<Selector> in = std::nullopt) {
  return {model::PodPeer{std::move(of), std::move(in)}, {}};
}
model::PolicyPort port(Protocol protocol) { return {protocol, {}, {}}; }
model::PolicyPort port(Protocol protocol, std::uint16_t first, std::uint16_t last = 0) {
  return {protocol, Ports{first, last == 0 ? first : last}, {}};
}
model::PolicyPort port(Protocol protocol, std::string name) {
  return {protocol, std::move(name), {}};
}

using Rules = std::vector<model::PolicyRule>;

/// A policy of namespace "shop" for all its Pods, as read with `policyTypes: [Egress]`.
NetworkPolicy egress(Rules rules) {
  NetworkPolicy policy;
  policy.object = {"NetworkPolicy", "shop", "p", {0, 1, 1}};
  policy.isolates_egress = true;
  policy.types_given = true;
  policy.egress = std::move(rules);
  return policy;
}
/// The same as read without policyTypes: NP-2 is applied by whoever reads it.
NetworkPolicy ingress_only(Rules rules) {
  NetworkPolicy policy = egress(std::move(rules));
  policy.isolates_egress = false;
  policy.isolates_ingress = true;
  return policy;
}

/// Two namespaces that are read, one that is not, and Pods 0 to 4.
model::Snapshot shop(std::vector<NetworkPolicy> policies) {
  model::Snapshot out;
  const auto ns_labels = [](const char* name, std::vector<model::Labels::Entry> more) {
    more.emplace_back(model::kNamespaceNameLabel, name);
    return model::Labels(std::move(more));
  };
  out.namespaces = {
      {{"Namespace", "", "db", {}}, ns_labels("db", {{"team", "data"}}), true},
      {{"Namespace", "", "far", {}}, ns_labels("far", {}), false},
      {{"Namespace", "", "shop", {}}, ns_labels("shop", {{"team", "web"}}), true},
  };
  out.pod_labels = {labels({{"app", "web"}}), labels({{"app", "db"}}), {}};
  out.pod_specs = {{}, {.host_network = true}};
  const auto pod = [&](const char* ns, std::uint32_t of, std::uint32_t spec) {
    out.pods.push_back({ns, "pod", {"Pod", "pod"}, of, spec, {}, {}});
  };
  pod("shop", 0, 0);
  pod("shop", 1, 0);
  pod("db", 1, 0);
  pod("far", 1, 0);
  pod("db", 1, 1);  // on the host network
  out.network_policies = std::move(policies);
  return out;
}

/// All Pods as peer classes, of which nobody knows which numbers the names of ports have.
class Symbols : public PodPeers {
 public:
  using PodPeers::PodPeers;
  bool resolves() const override { return false; }
};

/// What Pod 0 of `snapshot` may reach, names of ports being symbols.
Known reach(const model::Snapshot& snapshot,
            const model::Platform& platform = model::conformant()) {
  const Symbols peers(snapshot, {0, 1, 2, 3, 4});
  const Policies policies(snapshot, platform, FlowSet::all(), peers);
  const auto& ladder = policies.ladder({"shop", snapshot.pod_labels[0]});
  return flow::evaluate(ladder, policies.within());
}

constexpr auto kTcp = Protocol::tcp;
constexpr auto kUdp = Protocol::udp;
constexpr auto kSctp = Protocol::sctp;

struct Case {
  const char* name;
  std::vector<NetworkPolicy> policies;
  const char* want;  ///< on the lines of addresses
};

const FlowSet& addresses() {
  static const FlowSet all = set("v4 tcp udp sctp other; v6 tcp udp sctp other");
  return all;
}

TEST(NetworkPolicy, allows_these_addresses) {
  const char* all = "v4 tcp udp sctp other; v6 tcp udp sctp other";
  const char* ends = "0.0.0.0-169.254.169.253 tcp 80; 169.254.169.255-255.255.255.255 tcp 80";
  const auto imds = block("0.0.0.0/0", {"169.254.169.254/32"});
  const Case cases[] = {
      {"NP-4 nothing isolates", {}, all},
      {"NP-2 without types, without rules: no egress isolation", {ingress_only({})}, all},
      {"NP-2 types [Ingress]: egress rules without effect",
       {ingress_only({{{block("10.0.0.0/8")}, {}, {}}})},
       all},
      {"NP-2 types [Egress], no rules: deny all", {egress({})}, "none"},
      {"NP-7 egress: [{}]", {egress({{}})}, all},
      {"NP-5 deny all and allow all: allow all", {egress({}), egress({{}})}, all},
      {"NP-9 except", {egress({{{imds}, {port(kTcp, 80)}, {}}})}, ends},
      {"NP-5 a second policy brings the exception back",
       {egress({{{imds}, {port(kTcp, 80)}, {}}}),
        egress({{{block("169.254.0.0/16")}, {port(kTcp, 80)}, {}}})},
       "v4 tcp 80"},
      {"NP-9 another peer of the same rule brings it back",
       {egress({{{imds, block("169.254.169.254/32")}, {port(kTcp, 80)}, {}}})},
       "v4 tcp 80"},
      {"NP-5 two halves are the whole",
       {egress({{{block("0.0.0.0/1"), block("128.0.0.0/1")}, {port(kTcp, 80)}, {}}})},
       "v4 tcp 80"},
      {"NP-9 several and nested exceptions",
       {egress({{{block("10.0.0.0/29", {"10.0.0.2/31", "10.0.0.3/32", "10.0.0.7/32"})},
                 {port(kTcp, 80)},
                 {}}})},
       "10.0.0.0/31 tcp 80; 10.0.0.4-10.0.0.6 tcp 80"},
      {"NP-7 ports and no to", {egress({{{}, {port(kTcp, 80)}, {}}})}, "v4 tcp 80; v6 tcp 80"},
      {"NP-6 peer and port, not peer or port",
       {egress({{{block("10.0.0.0/8")}, {port(kTcp, 80)}, {}},
                {{block("11.0.0.0/8")}, {port(kUdp, 53)}, {}}})},
       "10.0.0.0/8 tcp 80; 11.0.0.0/8 udp 53"},
      {"NP-8 no ports: every protocol",
       {egress({{{block("10.0.0.0/8")}, {}, {}}})},
       "10.0.0.0/8 tcp udp sctp other"},
      {"NP-12 a protocol alone",
       {egress({{{block("10.0.0.0/8")}, {port(kUdp)}, {}}})},
       "10.0.0.0/8 udp"},
      {"NP-16 all three protocols are not everything",
       {egress({{{block("10.0.0.0/8")}, {port(kTcp), port(kUdp), port(kSctp)}, {}}})},
       "10.0.0.0/8 tcp udp sctp"},
      {"NP-16 SCTP",
       {egress({{{block("10.0.0.0/8")}, {port(kSctp, 80)}, {}}})},
       "10.0.0.0/8 sctp 80"},
      {"NP-13 endPort, both ends",
       {egress({{{block("10.0.0.0/8")}, {port(kTcp, 79, 81)}, {}}})},
       "10.0.0.0/8 tcp 79-81"},
      {"NP-15 a named port at an ipBlock: nothing",
       {egress({{{block("0.0.0.0/0")}, {port(kTcp, "http")}, {}}})},
       "none"},
      {"NP-15 a named port without to: nothing at addresses",
       {egress({{{}, {port(kTcp, "http")}, {}}})},
       "none"},
      {"NP-CIDR 0.0.0.0/0 is not IPv6",
       {egress({{{block("0.0.0.0/0")}, {port(kTcp, 80)}, {}}})},
       "v4 tcp 80"},
      {"NP-CIDR ::/0 is not IPv4",
       {egress({{{block("::/0")}, {port(kTcp, 80)}, {}}})},
       "v6 tcp 80"},
      {"NP-CIDR host bits",
       {egress({{{block("10.1.2.3/8")}, {port(kTcp, 80)}, {}}})},
       "10.0.0.0/8 tcp 80"},
      {"NP-11 selectors hold no address",
       {egress({{{pods(Selector{}, Selector{})}, {}, {}}})},
       "none"},
  };
  for (const Case& c : cases) {
    const Known known = reach(shop(c.policies));
    EXPECT_EQ(known.sure & addresses(), set(c.want)) << c.name;
    EXPECT_EQ(known.possible & addresses(), set(c.want)) << c.name;
  }
}

TEST(NetworkPolicy, allows_these_pods) {
  struct PodCase {
    const char* name;
    model::Peer peer;
    const char *sure, *possible;
  };
  const Selector db = with("app", "db");
  const auto ns = [](Operator op, std::vector<std::string> values = {}) {
    return Selector{{{"team", op, std::move(values)}}};
  };
  const PodCase cases[] = {
      {"NP-10 podSelector: own namespace", pods(db), "peer#1 any", "peer#1 any"},
      {"NP-10 an empty podSelector: all of the own namespace", pods(Selector{}), "peer#0-1 any",
       "peer#0-1 any"},
      {"NP-10 namespaceSelector: all Pods there", pods({}, with("team", "data")), "peer#2 any",
       "peer#2-3 any"},
      {"NP-10 both", pods(with("app", "web"), Selector{}), "peer#0 any", "peer#0 any"},
      {"NP-10, NP-11 everything, but the host network", pods(Selector{}, Selector{}),
       "peer#0-3 any", "peer#0-3 any"},
      {"NP-NS a namespace by its name", pods({}, with("kubernetes.io/metadata.name", "far")),
       "peer#3 any", "peer#3 any"},
      {"NP-SEL NotIn holds for an absent key", pods(Selector{{{"tier", Operator::not_in, {"x"}}}}),
       "peer#0-1 any", "peer#0-1 any"},
      {"NP-SEL DoesNotExist", pods(Selector{{{"app", Operator::does_not_exist, {}}}}), "none",
       "none"},
      {"NP-SEL Exists of an absent key", pods(Selector{{{"tier", Operator::exists, {}}}}), "none",
       "none"},
      {"NP-NS an unread namespace is possible under every operator",
       pods({}, ns(Operator::does_not_exist)), "none", "peer#3 any"},
      {"NP-NS, NotIn", pods({}, ns(Operator::not_in, {"data", "web"})), "none", "peer#3 any"},
      {"NP-NS, and not if no value could match",
       pods({}, Selector{{{"team", Operator::in, {"data"}}, {"team", Operator::not_in, {"data"}}}}),
       "none", "none"},
  };
  for (const PodCase& c : cases) {
    const Known known = reach(shop({egress({{{c.peer}, {}, {}}})}));
    EXPECT_EQ(known.sure, set(c.sure)) << c.name;
    EXPECT_EQ(known.possible, set(c.possible)) << c.name;
  }
}

TEST(NetworkPolicy, keeps_names_of_ports_as_symbols_of_pods) {
  const auto allowed = [](std::vector<model::PolicyPort> ports) {
    const model::Snapshot snapshot =
        shop({egress({{{pods(with("app", "db"))}, std::move(ports), {}}}),
              egress({{{block("10.0.0.0/8")}, {port(kTcp, "web"), port(kUdp, "dns")}, {}}})});
    return reach(snapshot).sure;  // names: TCP web (0), UDP dns (1)
  };
  EXPECT_EQ(allowed({port(kTcp, "web")}), set("peer#1 named 0")) << "NP-14";
  EXPECT_EQ(allowed({port(kTcp, 80)}), set("peer#1 tcp 80")) << "NP-12";
  EXPECT_EQ(allowed({port(kTcp)}), set("peer#1 tcp named 0")) << "NP-14 a protocol has its names";
  EXPECT_EQ(allowed({port(kUdp, 1, 65535)}), set("peer#1 udp 1-65535 named 1")) << "NP-14";
  EXPECT_EQ(allowed({port(kUdp, 2, 65535)}), set("peer#1 udp 2-65535")) << "NP-14";
}

TEST(NetworkPolicy, knows_the_numbers_of_names_at_known_pods) {  // NP-14, NP-15
  model::Snapshot snapshot = shop({egress({{{}, {port(kTcp, "web")}, {}}})});
  for (model::PodSpec& spec : snapshot.pod_specs)
    spec.named_ports = {{"web", kTcp, 8080}, {"web", kUdp, 9}, {"other", kTcp, 7}};
  const PodPeers peers(snapshot, {0, 1, 2, 3, 4});
  const Policies policies(snapshot, model::conformant(), FlowSet::all(), peers);
  const auto& ladder = policies.ladder({"shop", snapshot.pod_labels[0]});
  // The last Pod is on the host network, where names mean nothing.
  EXPECT_EQ(flow::evaluate(ladder, policies.within()), Known::exactly(set("peer#0-3 tcp 8080")));
}

TEST(NetworkPolicy, every_rule_tells_where_it_stands) {
  NetworkPolicy policy = egress({{{block("10.0.0.0/8"), block("11.0.0.0/8", {"11.1.0.0/16"})},
                                  {port(kTcp, 80, 90)},
                                  {0, 5, 1}},
                                 {{}, {}, {0, 9, 1}}});
  policy.egress[0].peers[1].place = {0, 7, 3};
  policy.pods = with("app", "web");
  const model::Snapshot snapshot = shop({policy});
  const Policies policies(snapshot, model::conformant(), FlowSet::all());
  const auto& tier = policies.ladder({"shop", snapshot.pod_labels[0]}).tiers.at(0);
  ASSERT_EQ(tier.rules.size(), 3U);
  const Origin& peer = policies.origin(tier.rules[1]->origin);
  EXPECT_EQ(peer.rule, "egress[0].to[1]");
  EXPECT_EQ(peer.place, (Place{0, 7, 3}));
  EXPECT_EQ(peer.text, "allows 11.0.0.0/8 except 11.1.0.0/16 on TCP 80-90");
  const Origin& rule = policies.origin(tier.rules[2]->origin);
  EXPECT_EQ(rule.rule, "egress[1]");
  EXPECT_EQ(rule.place, (Place{0, 9, 1}));
  EXPECT_EQ(rule.text, "allows every destination on every port");
  ASSERT_EQ(tier.end_origins.size(), 1U);
  const Origin& end = policies.origin(tier.end_origins[0]);
  EXPECT_EQ(end.rule, "spec");
  EXPECT_EQ(end.object.str(), "NetworkPolicy shop/p");
  EXPECT_EQ(end.text, "isolates the egress of Pods with app=web");
}

}  // namespace
}  // namespace podmoat::policy
