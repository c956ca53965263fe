// Calico's policies from their text to what they are read into: one row for each thing that a
// policy or a rule can say. Rules: docs/semantics/calico.md.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "core/language/language.h"
#include "support/reading_text.h"
#include "support/yaml_cluster.h"

namespace podmoat::language {
namespace {

constexpr std::string_view kCluster = R"(
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {team: red}}
---
apiVersion: projectcalico.org/v3
kind: GlobalNetworkSet
metadata: {name: g, labels: {role: cloud}}
spec: {nets: [169.254.169.254]}
---
apiVersion: projectcalico.org/v3
kind: NetworkSet
metadata: {name: n, namespace: shop, labels: {role: cloud}}
spec: {nets: [10.9.0.0/16]}
---
apiVersion: projectcalico.org/v3
kind: Tier
metadata: {name: ops}
spec: {order: 10, defaultAction: Pass}
---
)";

model::Platform platform() {
  model::Platform out = model::conformant();
  out.name = "calico";
  out.engine = "calico";
  std::erase_if(out.languages, [](const auto& row) { return row.language == "Calico"; });
  out.languages.push_back({"Calico", {"enforces", model::Answer::yes, "the test"}});
  return out;
}

Reading reading_of(const std::string& documents) {
  const model::Snapshot snapshot = test::cluster_of(std::string(kCluster) + documents);
  return read(snapshot, platform());
}

std::string policy(std::string_view kind, std::string_view metadata, std::string_view spec,
                   std::string_view version = "projectcalico.org/v3") {
  return fmt::format("apiVersion: {}\nkind: {}\nmetadata: {{{}}}\nspec: {}\n---\n", version, kind,
                     metadata, spec);
}

/// The clauses of a rule, in a policy of the namespace shop or a global one.
std::string clauses(const std::string& rule, bool global) {
  const std::string spec = fmt::format("{{types: [Egress], egress: [{}]}}", rule);
  const Reading reading =
      reading_of(global ? policy("GlobalNetworkPolicy", "name: p", spec)
                        : policy("NetworkPolicy", "name: p, namespace: shop", spec));
  std::string out;
  for (const std::string& line : test::lines_of(reading))
    if (line.starts_with("  ")) out += (out.empty() ? "" : "\n") + line.substr(2);
  return out;
}

TEST(Calico, reads_rules) {
  struct Row {
    const char* name;
    const char* rule;
    const char* in_shop;  ///< of a NetworkPolicy
    const char* global;   ///< of a GlobalNetworkPolicy; "": the same
  };
  const Row rows[] = {
      {"CA-10 nothing asked", "{action: Allow}", "allow egress[0]: everything", ""},
      {"CA-11 Log", "{action: Log}", "", ""},
      {"CA-11 Pass", "{action: Pass}", "pass egress[0]: everything", ""},
      {"CA-14 nets", "{action: Deny, destination: {nets: [10.0.0.1, 10.1.0.0/16]}}",
       "deny egress[0]: 10.0.0.1 any; 10.1.0.0/16 any", ""},
      {"CA-14 notNets of one family", "{action: Deny, destination: {notNets: [128.0.0.0/1]}}",
       "deny egress[0]: 0.0.0.0/1 any; perhaps everything@everything", ""},
      {"CA-18 ipVersion", "{action: Deny, ipVersion: 6}",
       "deny egress[0]: ::/0 any; perhaps everything@everything", ""},
      {"CA-13 selector", "{action: Allow, destination: {selector: role == 'cloud'}}",
       "allow egress[0]: 10.9.0.0/16 any; role=cloud@kubernetes.io/metadata.name=shop",
       "allow egress[0]: 10.9.0.0/16 any; 169.254.169.254 any; role=cloud@everything"},
      {"CA-13 global()",
       "{action: Allow, destination: {namespaceSelector: global(), selector: role == 'cloud'}}",
       "allow egress[0]: 169.254.169.254 any", ""},
      {"CA-13 all()", "{action: Allow, destination: {namespaceSelector: all()}}",
       "allow egress[0]: 10.9.0.0/16 any; everything@everything", ""},
      {"CA-13 serviceAccounts", "{action: Allow, destination: {serviceAccounts: {names: [b, a]}}}",
       "allow egress[0]: @serviceaccount in (a,b)@kubernetes.io/metadata.name=shop",
       "allow egress[0]: @serviceaccount in (a,b)@everything"},
      {"CA-24 labels of ServiceAccounts",
       "{action: Allow, destination: {serviceAccounts: {selector: x == 'y'}}}",
       "allow egress[0]: perhaps everything@kubernetes.io/metadata.name=shop",
       "allow egress[0]: perhaps everything@everything"},
      {"CA-16 notSelector", "{action: Allow, destination: {notSelector: role == 'cloud'}}",
       "allow egress[0]: role!=cloud@kubernetes.io/metadata.name=shop",
       "allow egress[0]: 0.0.0.0-10.8.255.255 any; 10.10.0.0-169.254.169.253 any; "
       "169.254.169.255-255.255.255.255 any; ::/0 any; nodes any; role!=cloud@everything"},
      {"CA-15 nets and a selector",
       "{action: Allow, destination: {nets: [10.9.1.0/24], selector: role == 'cloud'}}",
       "allow egress[0]: 10.9.1.0/24 any; perhaps role=cloud@kubernetes.io/metadata.name=shop",
       "allow egress[0]: 10.9.1.0/24 any; perhaps role=cloud@everything"},
      {"CA-19 ports",
       "{action: Allow, protocol: TCP, destination: {ports: [80, '90:99', web], notPorts: [95]}}",
       "allow egress[0]: everything on tcp 80,90-94,96-99 TCP web", ""},
      {"CA-19 names without a protocol", "{action: Allow, destination: {ports: [web]}}",
       "allow egress[0]: everything on none TCP web UDP web SCTP web", ""},
      {"CA-18 a protocol without ports", "{action: Allow, protocol: ICMP}",
       "allow egress[0]: 0.0.0.0/0 any; perhaps everything@everything on none perhaps other", ""},
      {"CA-18 by number", "{action: Allow, protocol: 17}", "allow egress[0]: everything on udp",
       ""},
      {"CA-18 notProtocol", "{action: Allow, notProtocol: TCP}",
       "allow egress[0]: everything on udp sctp other", ""},
      {"CA-12 source.nets", "{action: Allow, source: {nets: [10.0.0.0/8]}}",
       "allow egress[0]: perhaps 0.0.0.0/0 any; perhaps everything@everything", ""},
      {"CA-26 http", "{action: Allow, http: {methods: [GET]}}",
       "allow egress[0]: perhaps 0.0.0.0/0 any; ::/0 any; nodes any; perhaps "
       "everything@everything",
       ""},
  };
  for (const Row& row : rows) {
    EXPECT_EQ(clauses(row.rule, false), row.in_shop) << row.name;
    EXPECT_EQ(clauses(row.rule, true), row.global[0] == '\0' ? row.in_shop : row.global)
        << row.name;
  }
}

TEST(Calico, does_not_read_what_it_does_not_know) {  // CA-27
  for (const char* spec : {
           "{types: [Egress], egress: [{action: Drop}]}",
           "{types: [Egress], egress: [{action: Allow, destinations: {}}]}",
           "{types: [Both]}",
           "{types: [Egress], selector: 'a = 1'}",
           "{types: [Egress], selector: global()}",
           "{types: [Egress], tier: nowhere}",
           "{types: [Egress], order: first}",
           "{types: [Egress], egress: [{action: Allow, destination: {ports: [80]}}]}",
           "{types: [Egress], egress: [{action: Allow, protocol: ICMP, destination: {ports: "
           "[80]}}]}",
           "{types: [Egress], egress: [{action: Allow, protocol: TCP, destination: {ports: [0]}}]}",
           "{types: [Egress], egress: [{action: Allow, protocol: TCP, destination: {ports: "
           "['9:8']}}]}",
           "{types: [Egress], egress: [{action: Allow, protocol: IGMP}]}",
           "{types: [Egress], egress: [{action: Allow, ipVersion: 5}]}",
           "{types: [Egress], egress: [{action: Allow, destination: {nets: [10.0.0.0/33]}}]}",
           "{types: [Egress], egress: [{action: Allow, destination: {namespaceSelector: 'global() "
           "|| all()'}}]}",
           "{types: [Egress], egress: [{action: Allow, destination: {services: {name: a}, nets: "
           "[10.0.0.1]}}]}",
           "{types: [Egress], namespaceSelector: all()}",
       }) {
    const Reading reading = reading_of(policy("NetworkPolicy", "name: p, namespace: shop", spec));
    ASSERT_EQ(reading.policies.size(), 1U) << spec;
    EXPECT_TRUE(reading.policies[0].unread) << spec;
    EXPECT_FALSE(reading.diagnostics.empty()) << spec;
  }
}

/// "tier name", in the order of evaluation, with "?" for those whose order is not known.
std::string order_of(const Reading& reading) {
  std::vector<const Policy*> all;
  for (const Policy& policy : reading.policies) all.push_back(&policy);
  std::ranges::stable_sort(all, {}, [](const Policy* p) { return std::pair(p->tier, p->order); });
  std::string out;
  for (std::size_t i = 0; i < all.size(); ++i) {
    const bool tied =
        i > 0 && all[i]->tier == all[i - 1]->tier && all[i]->order == all[i - 1]->order;
    out += (i == 0 ? ""
            : tied ? " = "
                   : " < ") +
           reading.tiers[all[i]->tier].name + "/" + all[i]->object.name;
  }
  return out;
}

TEST(Calico, orders_policies) {  // CA-2 to CA-4
  const auto global = [](const char* name, const char* rest) {
    return policy("GlobalNetworkPolicy", fmt::format("name: {}", name),
                  fmt::format("{{types: [Egress]{}}}", rest));
  };
  const std::string np = policy("NetworkPolicy", "name: k, namespace: shop",
                                "{podSelector: {}, policyTypes: [Egress]}", "networking.k8s.io/v1");
  EXPECT_EQ(order_of(reading_of(global("b", "") + global("a", "") + global("c", ", order: 5"))),
            "default/c < default/a < default/b");
  EXPECT_EQ(order_of(reading_of(global("z", ", tier: ops") + global("a", ", order: -1"))),
            "ops/z < default/a");
  EXPECT_EQ(order_of(reading_of(np + global("a", "") + global("b", ", order: 999") +
                                global("c", ", order: 1001"))),
            "default/b < default/k < default/c < default/a");
  EXPECT_EQ(order_of(reading_of(np + global("a", ", order: 1000"))), "default/k = default/a");
  // Before "a": the name of a NetworkPolicy; after it: its namespace in older versions.
  const std::string mine = policy("NetworkPolicy", "name: a, namespace: shop", "{types: [Egress]}");
  EXPECT_EQ(order_of(reading_of(mine + global("b", ""))), "default/a = default/b");
  EXPECT_EQ(order_of(reading_of(mine + global("A", ""))), "default/A < default/a");
  // One object in two API groups.
  EXPECT_EQ(order_of(reading_of(global("a", "") + policy("GlobalNetworkPolicy", "name: default.a",
                                                         "{types: [Egress]}",
                                                         "crd.projectcalico.org/v1"))),
            "default/a");
}

TEST(Calico, reads_no_tier_where_there_is_none) {  // CA-34
  const std::string in_tier =
      policy("GlobalNetworkPolicy", "name: ops.a", "{tier: ops, types: [Egress]}");
  const std::string plain = policy("GlobalNetworkPolicy", "name: a", "{types: [Egress]}");
  const auto unread = [](const std::string& document) {
    model::Platform old = platform();
    old.lacks_tiers = true;
    const Reading reading = read(test::cluster_of(std::string(kCluster) + document), old);
    return std::ranges::any_of(reading.policies, &Policy::unread);
  };
  EXPECT_TRUE(unread(in_tier));
  EXPECT_FALSE(unread(plain));
}

TEST(Calico, splits_a_policy_at_rules_for_some_senders) {  // CA-12
  const Reading reading = reading_of(policy(
      "NetworkPolicy", "name: p, namespace: shop",
      "{types: [Egress], egress: [{action: Deny}, {action: Allow, source: {selector: has(a)}}, "
      "{action: Pass}]}"));
  ASSERT_EQ(reading.policies.size(), 3U);
  EXPECT_TRUE(reading.policies[0].isolates);
  EXPECT_FALSE(reading.policies[1].isolates);
  EXPECT_EQ(reading.policies[1].pods,
            (PodTerms{in_namespace("shop", {{{"a", model::Operator::exists, {}}}})}));
  EXPECT_EQ(reading.policies[2].pods, reading.policies[0].pods);
  EXPECT_LT(reading.policies[0].order, reading.policies[1].order);
  EXPECT_LT(reading.policies[1].order, reading.policies[2].order);
}

TEST(Calico, says_that_staged_policies_do_nothing) {  // CA-8
  const Reading reading = reading_of(policy("StagedGlobalNetworkPolicy", "name: p", "{}"));
  EXPECT_TRUE(reading.policies.empty());
  ASSERT_EQ(reading.diagnostics.size(), 1U);
  EXPECT_EQ(reading.diagnostics[0].code, "staged-policy");
}

TEST(Calico, holds_hosts_by_wildcards_of_every_node) {  // CA-30
  const std::string node = "apiVersion: v1\nkind: Node\nmetadata: {name: n1}\n---\n";
  const std::string gnp = policy("GlobalNetworkPolicy", "name: p", "{types: [Egress]}");
  const auto answer = [&](const std::string& documents) {
    for (const Policy& policy : reading_of(documents + gnp).policies)
      if (policy.object.name == "p") return policy.on_hosts;
    return model::Answer::unknown;
  };
  const auto host = [](const char* interface, const char* of) {
    return policy("HostEndpoint", "name: h",
                  fmt::format("{{node: {}, interfaceName: '{}'}}", of, interface));
  };
  EXPECT_EQ(answer(node), model::Answer::no);
  EXPECT_EQ(answer(node + host("*", "n1")), model::Answer::yes);
  EXPECT_EQ(answer(node + host("eth0", "n1")), model::Answer::unknown);
  EXPECT_EQ(answer(node + host("*", "n2")), model::Answer::unknown);
  EXPECT_EQ(answer(host("*", "n1")), model::Answer::unknown);
}

}  // namespace
}  // namespace podmoat::language
