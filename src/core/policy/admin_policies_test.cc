// ClusterNetworkPolicy and AdminNetworkPolicy from their text to what a Pod may send: one table row
// for each rule of docs/semantics/clusternetworkpolicy.md and adminnetworkpolicy.md, and each
// plugin that reads it in its own way. A row says the rules of one policy of the Pod shop/web.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "core/language/language.h"
#include "core/policy/policies.h"
#include "support/flow_universe.h"
#include "support/yaml_cluster.h"

namespace podmoat::language {
namespace {

using flow::FlowSet;
using flow::Known;
using test::set;

constexpr std::string_view kCluster = R"(
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {team: red}}
---
apiVersion: v1
kind: Namespace
metadata: {name: lab, labels: {team: blue}}
---
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop, labels: {app: web}}
spec: {containers: [{name: main, image: x}]}
---
apiVersion: v1
kind: Pod
metadata: {name: db, namespace: lab, labels: {app: db}}
spec: {containers: [{name: main, image: x, ports: [{name: sql, containerPort: 5432}]}]}
---
apiVersion: v1
kind: Node
metadata: {name: one, labels: {role: control}}
status: {addresses: [{type: InternalIP, address: 10.0.0.1}]}
---
apiVersion: v1
kind: Node
metadata: {name: two, labels: {role: worker}}
status: {addresses: [{type: InternalIP, address: 10.0.0.2}]}
---
)";

std::string newer(std::string_view rules, std::string_view tier = "Admin") {
  return fmt::format(
      "{}apiVersion: policy.networking.k8s.io/v1alpha2\nkind: ClusterNetworkPolicy\n"
      "metadata: {{name: p}}\nspec:\n  tier: {}\n  priority: 1\n  subject: {{namespaces: {{}}}}\n"
      "  egress: {}\n",
      kCluster, tier, rules);
}

std::string older(std::string_view rules) {
  return fmt::format(
      "{}apiVersion: policy.networking.k8s.io/v1alpha1\nkind: AdminNetworkPolicy\n"
      "metadata: {{name: p}}\nspec:\n  priority: 1\n  subject: {{namespaces: {{}}}}\n"
      "  egress: {}\n",
      kCluster, rules);
}

model::Platform platform_of(std::string_view engine) {
  model::Platform out = model::conformant();
  out.name = engine;
  out.engine = engine;
  if (engine == "cilium") out.cidr_matches_nodes.answer = model::Answer::no;
  return out;
}

/// What shop/web may send of `within`. The peers are web and db, numbers 0 and 1.
Known answer(const std::string& text, std::string_view engine, const FlowSet& within) {
  const model::Snapshot snapshot = test::cluster_of(text);
  const model::Platform platform = platform_of(engine);
  const policy::PodPeers peers(snapshot, {1, 0});  // in the order of names: db, web
  const policy::Policies policies(snapshot, platform, within, peers);
  const model::Labels labels(std::vector<model::Labels::Entry>{{"app", "web"}});
  return flow::evaluate(policies.ladder({"shop", labels}), within);
}

struct Row {
  const char* name;
  const char* rules;
  const char* within;
  const char* sure;
  const char* possible = nullptr;  ///< the same where it is not said
  const char* engine = "kubernetes";
};
void PrintTo(const Row& row, std::ostream* out) { *out << row.name; }

/// The set that a row writes; a destination alone is one on all ports.
FlowSet rows_of(std::string_view text) {
  std::string out;
  for (std::size_t from = 0; from < text.size();) {
    const std::size_t to = std::min(text.find(';', from), text.size());
    std::string part(text.substr(from, to - from));
    part.erase(0, part.find_first_not_of(' '));
    if (part.find(' ') == part.npos && part != "all" && part != "none")
      part += " tcp udp sctp other";
    out += (out.empty() ? "" : "; ") + part;
    from = to + 1;
  }
  return set(out);
}

void expect_row(const std::string& text, const Row& row) {
  const FlowSet names =
      FlowSet::of({{flow::whole(flow::Line::v4), flow::PortSet::all(Protocol::named)},
                   {flow::whole(flow::Line::v6), flow::PortSet::all(Protocol::named)},
                   {flow::whole(flow::Line::peer), flow::PortSet::all(Protocol::named)},
                   {flow::whole(flow::Line::node), flow::PortSet::all(Protocol::named)}});
  const Known got = answer(text, row.engine, rows_of(row.within) - names);
  EXPECT_EQ(got.sure, rows_of(row.sure) - names);
  EXPECT_EQ(got.possible, rows_of(row.possible == nullptr ? row.sure : row.possible) - names);
}

class ClusterRules : public testing::TestWithParam<Row> {};
TEST_P(ClusterRules, answers) { expect_row(newer(GetParam().rules), GetParam()); }

INSTANTIATE_TEST_SUITE_P(
    all, ClusterRules,
    testing::Values(
        Row{"no_rule_changes_nothing", "[]", "all", "all"},
        Row{"first_match_decides",
            "[{action: Accept, to: [{networks: [10.0.0.0/8]}]},"
            " {action: Deny, to: [{networks: [10.0.0.0/7, \"::/0\"]}]}]",
            "10.0.0.0/7; fd00::1", "10.0.0.0/8"},
        Row{"pass_leaves_the_tier",
            "[{action: Pass, to: [{networks: [10.0.0.0/8]}]},"
            " {action: Deny, to: [{networks: [10.0.0.0/7]}]}]",
            "10.0.0.0/7", "10.0.0.0/8"},
        Row{"pods_are_not_addresses", "[{action: Deny, to: [{namespaces: {}}]}]",
            "10.0.0.0/8 tcp; peer#0-1 tcp", "10.0.0.0/8 tcp"},
        Row{"pods_by_both_selectors",
            "[{action: Deny, to: [{pods: {namespaceSelector: {matchLabels: {team: blue}},"
            " podSelector: {matchLabels: {app: db}}}}]}]",
            "peer#0-1 tcp 1", "peer#0 tcp 1"},
        Row{"no_namespace_selector_is_every_namespace",
            "[{action: Deny, to: [{pods: {podSelector: {matchLabels: {app: db}}}}]}]",
            "peer#0-1 tcp 1", "peer#0 tcp 1"},
        Row{"nodes_by_their_addresses",
            "[{action: Deny, to: [{nodes: {matchLabels: {role: control}}}]}]", "10.0.0.0/30 tcp 1",
            "10.0.0.0 tcp 1; 10.0.0.2-10.0.0.3 tcp 1"},
        Row{"no_protocols_is_icmp_too", "[{action: Deny, to: [{networks: [10.0.0.1/32]}]}]",
            "10.0.0.1", "none"},
        Row{"protocols_are_never_icmp",
            "[{action: Deny, to: [{networks: [10.0.0.1/32]}], protocols: [{tcp: {destinationPort:"
            " {range: {start: 1, end: 65535}}}}]}]",
            "10.0.0.1 tcp 1-65535 udp 7 other", "10.0.0.1 udp 7 other"},
        Row{"range_has_both_ends",
            "[{action: Deny, to: [{networks: [10.0.0.1/32]}], protocols: [{udp: {destinationPort:"
            " {range: {start: 5, end: 6}}}}, {sctp: {destinationPort: {number: 9}}}]}]",
            "10.0.0.1 udp 4-7 sctp 8-10", "10.0.0.1 udp 4,7 sctp 8,10"},
        Row{"names_resolve_to_anything",
            "[{action: Accept, to: [{domainNames: [\"*.a.b\"]}], protocols: [{tcp: "
            "{destinationPort:"
            " {number: 80}}}]}, {action: Deny, to: [{networks: [0.0.0.0/0]}]}]",
            "10.0.0.1 tcp 80-81", "none", "10.0.0.1 tcp 80"},
        Row{"unknown_peer_denies_all",
            "[{action: Pass, to: [{networks: [10.0.0.1/32]}, {gateways: {}}], protocols:"
            " [{tcp: {destinationPort: {number: 443}}}]}]",
            "10.0.0.1 tcp 80; fd00::1; peer#0 udp 1", "none"},
        Row{"unknown_peer_accepts_nothing",
            "[{action: Accept, to: [{networks: [10.0.0.1/32]}, {gateways: {}}]},"
            " {action: Deny, to: [{networks: [0.0.0.0/0]}]}]",
            "10.0.0.1 tcp 80", "none"},
        Row{"elsewhere_unknown_peers_are_open",
            "[{action: Deny, to: [{networks: [10.0.0.1/32]}, {gateways: {}}]}]",
            "10.0.0.1-10.0.0.2 tcp 80", "none", "10.0.0.2 tcp 80", "antrea"},
        Row{"elsewhere_accept_of_unknown_peers_is_open",
            "[{action: Accept, to: [{networks: [10.0.0.1/32]}, {gateways: {}}]},"
            " {action: Deny, to: [{networks: [0.0.0.0/0]}]}]",
            "10.0.0.1-10.0.0.2 tcp 80", "none", "10.0.0.1-10.0.0.2 tcp 80", "ovn"},
        Row{"cilium_fails_closed_by_peer",
            "[{action: Accept, to: [{networks: [10.0.0.1/32]}, {gateways: {}}]},"
            " {action: Deny, to: [{gateways: {}}], protocols: [{tcp: {destinationPort: {number: "
            "80}}}]}]",
            "10.0.0.1-10.0.0.2 tcp 80-81", "10.0.0.1 tcp 80-81; 10.0.0.2 tcp 81", nullptr,
            "cilium"},
        Row{"cilium_knows_other_nodes_only", "[{action: Deny, to: [{nodes: {}}]}]",
            "own-node tcp 1; other-nodes tcp 1; 10.0.0.1 tcp 1", "own-node tcp 1; 10.0.0.1 tcp 1",
            "own-node tcp 1; other-nodes tcp 1; 10.0.0.1 tcp 1", "cilium"},
        Row{"calico_denies_all_for_nodes",
            "[{action: Deny, to: [{nodes: {}}], protocols: [{tcp: {destinationPort: {number: "
            "1}}}]}]",
            "192.0.2.1 udp 5; peer#0 tcp 9", "none", nullptr, "calico"},
        Row{"calico_drops_an_accept_by_name",
            "[{action: Accept, to: [{domainNames: [a.b]}, {networks: [10.0.0.1/32]}]},"
            " {action: Deny, to: [{networks: [0.0.0.0/0]}]}]",
            "10.0.0.1 tcp 80", "none", nullptr, "calico"},
        Row{"ovn_nodes_have_more_addresses",
            "[{action: Deny, to: [{nodes: {matchLabels: {role: control}}}]}]",
            "10.0.0.1-10.0.0.2 tcp 1", "none", "10.0.0.2 tcp 1", "ovn"}),
    [](const auto& row) { return row.param.name; });

class AdminRules : public testing::TestWithParam<Row> {};
TEST_P(AdminRules, answers) { expect_row(older(GetParam().rules), GetParam()); }

INSTANTIATE_TEST_SUITE_P(
    all, AdminRules,
    testing::Values(
        Row{"a_port_is_tcp_unless_said",
            "[{action: Deny, to: [{networks: [10.0.0.1/32]}], ports: [{portNumber: {port: 80}},"
            " {portRange: {protocol: UDP, start: 5, end: 6}}]}]",
            "10.0.0.1 tcp 79-81 udp 4-7", "10.0.0.1 tcp 79,81 udp 4,7"},
        Row{"an_empty_list_of_ports_is_every_port",
            "[{action: Deny, to: [{networks: [10.0.0.1/32]}], ports: []}]", "10.0.0.1", "none"},
        Row{"allow_is_final",
            "[{action: Allow, to: [{networks: [10.0.0.1/32]}]},"
            " {action: Deny, to: [{networks: [10.0.0.0/8]}]}]",
            "10.0.0.1-10.0.0.2 tcp 80", "10.0.0.1 tcp 80"},
        Row{"calico_takes_a_name_for_every_port",
            "[{action: Deny, to: [{namespaces: {}}], ports: [{namedPort: sql}]}]", "peer#1 tcp 22",
            "none", "peer#1 tcp 22", "calico"},
        Row{"a_name_is_one_port",
            "[{action: Deny, to: [{namespaces: {}}], ports: [{namedPort: sql}]}]", "peer#1 tcp 22",
            "peer#1 tcp 22"},
        Row{"kube_network_policies_takes_pods_on_nodes", "[{action: Deny, to: [{nodes: {}}]}]",
            "10.0.0.1 tcp 1; peer#1 tcp 1", "none", "10.0.0.1 tcp 1; peer#1 tcp 1",
            "kube-network-policies"}),
    [](const auto& row) { return row.param.name; });

struct Refused {
  const char* name;
  const char* rules;
  const char* says;
};
void PrintTo(const Refused& row, std::ostream* out) { *out << row.name; }

class Refusals : public testing::TestWithParam<Refused> {};

TEST_P(Refusals, make_a_policy_unreadable) {
  const model::Snapshot snapshot = test::cluster_of(newer(GetParam().rules));
  const Reading reading = read(snapshot, model::conformant());
  ASSERT_EQ(reading.policies.size(), 1u);
  EXPECT_TRUE(reading.policies[0].unread);
  ASSERT_FALSE(reading.diagnostics.empty());
  EXPECT_THAT(reading.diagnostics[0].message, testing::HasSubstr(GetParam().says));
}

INSTANTIATE_TEST_SUITE_P(
    all, Refusals,
    testing::Values(
        Refused{"no_peer", "[{action: Deny, to: []}]", "spec.egress[0].to must not be empty"},
        Refused{"no_to", "[{action: Deny}]", "spec.egress[0].to is missing"},
        Refused{"two_fields", "[{action: Deny, to: [{nodes: {}, namespaces: {}}]}]",
                "spec.egress[0].to[0] must have exactly one field"},
        Refused{"no_field", "[{action: Deny, to: [{}]}]", "to[0] must have exactly one field"},
        Refused{"action", "[{action: Allow, to: [{namespaces: {}}]}]",
                "action must be Accept, Deny or Pass"},
        Refused{"twice", "[{action: Deny, to: [{networks: [10.0.0.0/8, 10.0.0.0/8]}]}]", "twice"},
        Refused{"no_block", "[{action: Deny, to: [{networks: [10.0.0.1]}]}]", "is no block"},
        Refused{"mapped", "[{action: Deny, to: [{networks: [\"::ffff:10.0.0.0/104\"]}]}]",
                "must be written as IPv4"},
        Refused{"domain", "[{action: Accept, to: [{domainNames: [\"a.*.b\"]}]}]",
                "is no domain name"},
        Refused{"no_ports", "[{action: Deny, to: [{namespaces: {}}], protocols: []}]",
                "protocols must not be empty"},
        Refused{"empty_tcp", "[{action: Deny, to: [{namespaces: {}}], protocols: [{tcp: {}}]}]",
                "must have exactly one field"},
        Refused{
            "backwards",
            "[{action: Deny, to: [{namespaces: {}}], protocols: [{tcp: {destinationPort: {range:"
            " {start: 9, end: 9}}}}]}]",
            "must have its start below its end"},
        Refused{"name_at_address",
                "[{action: Deny, to: [{nodes: {}}], protocols: [{destinationNamedPort: x}]}]",
                "has a port by name"},
        Refused{"unknown_field", "[{action: Deny, to: [{namespaces: {}}], log: true}]",
                "does not know"},
        Refused{
            "selector",
            "[{action: Deny, to: [{namespaces: {matchExpressions: [{key: a, operator: Is}]}}]}]",
            "operator must be"}),
    [](const auto& row) { return row.param.name; });

TEST(Tiers, stand_where_the_engine_has_them) {
  for (const auto& [engine, admin, baseline] :
       {std::tuple{"kubernetes", "Admin", "Baseline"},
        std::tuple{"calico", "kube-admin", "kube-baseline"}}) {
    const model::Platform platform = platform_of(engine);
    const Reading first = read(test::cluster_of(newer("[]")), platform);
    EXPECT_EQ(first.tiers[first.policies[0].tier].name, admin);
    EXPECT_LT(first.tiers[first.policies[0].tier].rank, rank::kDefault);
    const Reading last = read(test::cluster_of(newer("[]", "Baseline")), platform);
    EXPECT_EQ(last.tiers[last.policies[0].tier].name, baseline);
    EXPECT_GT(last.tiers[last.policies[0].tier].rank, rank::kDefault);
  }
}

// CNP-19: at most 25 of everything, and exactly 25 are fine.
TEST(Limits, are_those_of_the_schema) {
  for (const int count : {25, 26}) {
    std::string rules = "[";
    for (int i = 0; i < count; ++i) rules += "{action: Deny, to: [{namespaces: {}}]}, ";
    std::string peers = "[{action: Deny, to: [";
    for (int i = 0; i < count; ++i) peers += "{namespaces: {}}, ";
    std::string networks = "[{action: Deny, to: [{networks: [";
    for (int i = 0; i < count; ++i) networks += fmt::format("10.0.{}.0/24, ", i);
    for (const std::string& text : {rules + "]", peers + "]}]", networks + "]}]}]"}) {
      const Reading reading = read(test::cluster_of(newer(text)), model::conformant());
      EXPECT_EQ(reading.policies[0].unread, count > 25) << text;
    }
  }
}

}  // namespace
}  // namespace podmoat::language
