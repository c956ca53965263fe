// Antrea's policies from YAML to Reading: one row a thing that is read or refused, and where the
// rules stand. What follows for flows is for tests/conformance.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/language/language.h"
#include "support/against_oracle.h"
#include "support/reading_text.h"
#include "support/yaml_cluster.h"

namespace podmoat::language {

const Language& antrea();

namespace {

using testing::ElementsAre;

const std::string kHead =
    "apiVersion: v1\nkind: Namespace\nmetadata: {name: shop, labels: {env: a}}\n---\n"
    "apiVersion: v1\nkind: Namespace\nmetadata: {name: bank, labels: {env: b}}\n---\n";

std::string policy(const std::string& name, const std::string& spec, const std::string& ns = "") {
  return "{apiVersion: crd.antrea.io/v1beta1, kind: " +
         std::string(ns.empty() ? "ClusterNetworkPolicy" : "NetworkPolicy") +
         ", metadata: {name: " + name + (ns.empty() ? "" : ", namespace: " + ns) + "}, spec: {" +
         spec + "}}\n---\n";
}

Reading read_text(const std::string& text) {
  return read(test::cluster_of(kHead + text), test::platform_with("antrea", {"Antrea"}));
}

/// What one egress rule of a ClusterNetworkPolicy becomes; "unread" where the policy is not read.
std::vector<std::string> rule(const std::string& text, const std::string& ns = "") {
  const Reading reading = read_text(
      policy("p", "priority: 1, appliedTo: [{podSelector: {}}], egress: [" + text + "]", ns));
  if (reading.policies.size() == 1 && reading.policies[0].unread) return {"unread"};
  std::vector<std::string> lines = test::lines_of(reading);
  if (!lines.empty()) lines.erase(lines.begin());
  return lines;
}

TEST(Antrea, reads_each_peer) {
  EXPECT_THAT(rule("{action: Drop}"), ElementsAre("  deny egress[0]: everything"));  // AN-14
  EXPECT_THAT(rule("{action: Reject, to: []}"), ElementsAre("  deny egress[0]: everything"));
  EXPECT_THAT(rule("{action: Pass, to: [{podSelector: {matchLabels: {app: db}}}]}"),
              ElementsAre("  pass egress[0].to[0]: app=db@everything"));
  EXPECT_THAT(rule("{action: Allow, to: [{podSelector: {}}]}", "shop"),
              ElementsAre("  allow egress[0].to[0]: everything@kubernetes.io/metadata.name=shop"));
  EXPECT_THAT(rule("{action: Allow, to: [{ipBlock: {cidr: 10.0.0.0/31, except: [10.0.0.1/32]}}]}"),
              ElementsAre("  allow egress[0].to[0]: 10.0.0.0 any"));  // AN-18
  EXPECT_THAT(
      rule("{action: Allow, to: [{serviceAccount: {name: robot, namespace: bank}}]}"),  // AN-23
      ElementsAre("  allow egress[0].to[0]: "
                  "@serviceaccount=robot@kubernetes.io/metadata.name=bank"));
  EXPECT_THAT(rule("{action: Drop, toServices: [{name: a, namespace: b}]}"),  // AN-22
              ElementsAre("  deny egress[0].toServices: nothing"));
}

TEST(Antrea, reads_ports) {  // AN-25, AN-26
  const auto ports = [](const std::string& text) {
    const auto lines = rule("{action: Drop, " + text + "}");
    return lines.size() == 1 ? lines[0].substr(std::string("  deny egress[0]: ").size()) : lines[0];
  };
  EXPECT_EQ(ports("ports: [{port: 80}, {protocol: UDP, port: 53, endPort: 55}]"),
            "everything on tcp 80 udp 53-55");
  EXPECT_EQ(ports("ports: [{protocol: SCTP}]"), "everything on sctp");
  EXPECT_EQ(ports("ports: [{port: http}]"), "everything on none TCP http");
  EXPECT_EQ(ports("ports: [{port: 80, sourcePort: 1024}]"), "everything on none perhaps tcp 80");
  EXPECT_EQ(ports("ports: [{port: 80}], protocols: [{icmp: {}}]"),
            "everything on tcp 80 perhaps other");
}

TEST(Antrea, a_peer_of_the_own_namespace_is_settled_for_each_namespace) {  // AN-16, AN-17
  const std::string spec =
      "priority: 1, appliedTo: [{podSelector: {}}], egress: [{action: Drop, to: ";
  EXPECT_THAT(test::lines_of(read_text(policy("p", spec + "[{namespaces: {match: Self}}]}]"))),
              testing::IsSupersetOf(
                  {"Antrea 0 ClusterNetworkPolicy p: everything@kubernetes.io/metadata.name=shop",
                   "  deny egress[0].to[0]: everything@kubernetes.io/metadata.name=shop",
                   "  deny egress[0].to[0]: everything@kubernetes.io/metadata.name=bank",
                   "  deny egress[0].to[0]: perhaps everything@everything"}));
  EXPECT_THAT(
      test::lines_of(read_text(policy("p", spec + "[{namespaces: {sameLabels: [env]}}]}]"))),
      testing::IsSupersetOf({"  deny egress[0].to[0]: everything@env=a",
                             "  deny egress[0].to[0]: everything@env=b",
                             "  deny egress[0].to[0]: perhaps everything@env"}));
}

TEST(Antrea, stands_by_tier_priority_and_index) {  // AN-3, AN-4, AN-9
  const std::string drop =
      "appliedTo: [{podSelector: {}}], egress: [{action: Drop}, {action: Allow}]";
  const Reading reading = read_text(
      "{apiVersion: crd.antrea.io/v1beta1, kind: Tier, metadata: {name: t}, spec: {priority: "
      "7}}\n---\n" +
      policy("late", "priority: 9.5, " + drop) + policy("early", "priority: 9, " + drop) +
      policy("twin", "priority: 9, " + drop) + policy("own", "tier: t, priority: 99, " + drop) +
      policy("base", "tier: baseline, priority: 1, " + drop));
  std::vector<std::string> order;
  for (const Policy& one : reading.policies)
    order.push_back(reading.tiers[one.tier].name + " " +
                    std::to_string(static_cast<int>(one.order)) + " " + one.object.name);
  EXPECT_THAT(order,
              ElementsAre("Antrea 0 own", "Antrea 1 own", "Antrea 2 early", "Antrea 2 twin",
                          "Antrea 3 early", "Antrea 3 twin", "Antrea 4 late", "Antrea 5 late",
                          "Antrea baseline 0 base", "Antrea baseline 1 base"));
}

TEST(Antrea, takes_the_admin_policies_of_kubernetes_in) {  // AN-10
  const model::Platform platform = test::platform_with("antrea", {"Antrea"});
  const model::Snapshot snapshot = test::cluster_of(
      kHead +
      policy("before",
             "tier: platform, priority: 1, appliedTo: [{podSelector: {}}], "
             "egress: [{action: Drop}]") +
      policy("behind", "priority: 1, appliedTo: [{podSelector: {}}], egress: [{action: Drop}]"));
  Source source{snapshot, platform, {}};
  for (const model::PolicyObject& object : snapshot.policy_objects)
    source.objects.push_back(&object);
  Reading reading;
  for (const char* kind : {"AdminNetworkPolicy", "ClusterNetworkPolicy"}) {
    Policy admin;
    admin.object = {kind, "", "admin", {}};
    admin.tier = reading.tier({.name = "Admin", .rank = rank::kAdmin});
    admin.pods = {PodTerm{}};
    for (const char* name : {"egress[0].to[0]", "egress[0].to[1]", "egress[1]"}) {
      admin.clauses.emplace_back();
      admin.clauses.back().rule = name;
    }
    reading.policies.push_back(admin);
  }
  antrea().read(source, reading);
  std::vector<std::string> order;
  for (const Policy& one : reading.policies)
    order.push_back(one.object.kind + " " + one.object.name + " " + one.clauses.front().rule + " " +
                    std::to_string(one.clauses.size()));
  EXPECT_THAT(order, ElementsAre("ClusterNetworkPolicy before egress[0] 1",
                                 "ClusterNetworkPolicy admin egress[0].to[0] 2",
                                 "ClusterNetworkPolicy admin egress[1] 1",
                                 "ClusterNetworkPolicy behind egress[0] 1",
                                 "AdminNetworkPolicy admin egress[0].to[0] 2",
                                 "AdminNetworkPolicy admin egress[1] 1"));
}

TEST(Antrea, refuses_rules_that_it_does_not_understand) {  // AN-29
  for (const char* text :
       {"{action: Deny}",
        "{to: []}",
        "{action: Drop, to: [{}]}",
        "{action: Drop, to: [{podSelector: {}, ipBlock: {cidr: 10.0.0.0/8}}]}",
        "{action: Drop, to: [{ipBlock: {cidr: 10.0.0.0/8, except: [10.0.0.0/8]}}]}",
        "{action: Drop, to: [{ipBlock: {cidr: 10.0.0.0/8, except: [11.0.0.0/9]}}]}",
        "{action: Drop, to: [{namespaces: {match: Other}}]}",
        "{action: Drop, to: [{namespaces: {sameLabels: []}}]}",
        "{action: Drop, to: [{fqdn: 'a b'}]}",
        "{action: Drop, ports: [{port: '80'}]}",
        "{action: Drop, ports: [{port: http, endPort: 90}]}",
        "{action: Drop, ports: [{port: 90, endPort: 80}]}",
        "{action: Drop, ports: [{protocol: ICMP}]}",
        "{action: Drop, protocols: [{}]}",
        "{action: Drop, l7Protocols: [{http: {}}]}",
        "{action: Drop, toServices: []}",
        "{action: Drop, toServices: [{name: a, namespace: b}], ports: [{port: 80}]}",
        "{action: Pass, to: [{ipBlock: {cidr: 225.1.2.3/32}}]}",
        "{action: Drop, to: [{ipBlock: {cidr: 225.1.2.3/32}}, {ipBlock: {cidr: 10.0.0.0/8}}]}",
        "{action: Reject, protocols: [{igmp: {}}]}",
        "{action: Drop, colour: red}",
        "{action: Drop, appliedTo: [{podSelector: {}}]}",
        "{action: Drop, name: a}, {action: Drop, name: a}"})
    EXPECT_THAT(rule(text), ElementsAre("unread")) << text;
  for (const char* text : {"{action: Drop, to: [{namespaces: {match: Self}}]}",
                           "{action: Drop, to: [{serviceAccount: {name: a, namespace: shop}}]}"})
    EXPECT_THAT(rule(text, "shop"), ElementsAre("unread")) << text;
}

TEST(Antrea, refuses_policies_that_it_does_not_understand) {  // AN-3, AN-11, AN-29
  const std::string rest = ", egress: [{action: Drop}]";
  for (const char* spec :
       {"appliedTo: [{podSelector: {}}]", "priority: 0.5, appliedTo: [{podSelector: {}}]",
        "priority: 1", "priority: 1, appliedTo: []", "priority: 1, appliedTo: [{}]",
        "priority: 1, appliedTo: [{service: {name: a, namespace: b}}]",
        "priority: 1, appliedTo: [{group: a, podSelector: {}}]",
        "priority: 1, appliedTo: [{podSelector: {}}], tier: ghost",
        "priority: 1, appliedTo: [{podSelector: {matchExpressions: [{key: a, operator: In}]}}]"}) {
    const Reading reading = read_text(policy("p", spec + rest));
    ASSERT_EQ(reading.policies.size(), 1U) << spec;
    EXPECT_TRUE(reading.policies[0].unread) << spec;
    EXPECT_FALSE(reading.diagnostics.empty()) << spec;
  }
}

}  // namespace
}  // namespace podmoat::language
