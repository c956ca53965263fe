// EgressFirewall and EgressNetworkPolicy from YAML to Reading: one row a thing that is read or
// refused. What follows for flows is for tests/conformance.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/language/language.h"
#include "support/against_oracle.h"
#include "support/reading_text.h"
#include "support/yaml_cluster.h"

namespace podmoat::language {
namespace {

using testing::ElementsAre;

Reading read_firewall(const std::string& kind, const std::string& name, const std::string& egress,
                      const char* enforced) {
  const std::string version = kind == "EgressFirewall" ? "k8s.ovn.org" : "network.openshift.io";
  const std::string text = "---\n{apiVersion: " + version + "/v1, kind: " + kind +
                           ", metadata: {name: " + name + ", namespace: shop}, spec: {egress: [" +
                           egress + "]}}";
  model::Platform platform = test::platform_with("of one", {enforced});
  platform.other_languages.answer = model::Answer::no;
  return read(test::cluster_of(text), platform);
}

/// The clause of a firewall of one rule; "unread" where it is not read.
std::string rule(const std::string& text, const std::string& kind = "EgressFirewall") {
  const Reading reading = read_firewall(kind, "default", text, kind.c_str());
  if (reading.policies.size() != 1) return "nothing";
  if (reading.policies[0].unread) return "unread";
  return test::lines_of(reading).back();
}

TEST(EgressFirewall, reads_each_destination) {
  EXPECT_EQ(rule("{type: Allow, to: {cidrSelector: 10.0.0.0/8}}"),
            "  allow egress[0]: 10.0.0.0/8 any");
  EXPECT_EQ(rule("{type: Deny, to: {cidrSelector: 'fd00::/8'}}"), "  deny egress[0]: fd00::/8 any");
  EXPECT_EQ(rule("{type: Deny, to: {cidrSelector: 10.0.0.1/8}}"),
            "  deny egress[0]: perhaps 10.0.0.0/8 any");
  EXPECT_EQ(rule("{type: Deny, to: {cidrSelector: 10.0.0.0/8}, ports: [{protocol: TCP, port: 80}, "
                 "{protocol: UDP, port: 53}]}"),
            "  deny egress[0]: 10.0.0.0/8 any on tcp 80 udp 53");
  EXPECT_EQ(rule("{type: Deny, to: {cidrSelector: 10.0.0.0/8}, ports: []}"),
            "  deny egress[0]: 10.0.0.0/8 any");
  EXPECT_EQ(rule("{type: Deny, to: {cidrSelector: 0.0.0.0/32}}", "EgressNetworkPolicy"),
            "  deny egress[0]: 0.0.0.0/0 any");
}

TEST(EgressFirewall, refuses_what_it_does_not_understand) {
  for (const char* text :
       {"{type: allow, to: {cidrSelector: 10.0.0.0/8}}", "{type: Allow, to: {}}",
        "{type: Allow, to: {cidrSelector: 10.0.0.0}}", "{type: Allow}",
        "{type: Allow, to: {cidrSelector: 10.0.0.0/8, dnsName: a.b}}",
        "{type: Allow, to: {cidrSelector: 10.0.0.0/8}, ports: [{port: 80}]}",
        "{type: Allow, to: {cidrSelector: 10.0.0.0/8}, ports: [{protocol: ICMP, port: 80}]}",
        "{type: Allow, to: {cidrSelector: 10.0.0.0/8}, ports: [{protocol: TCP, port: 0}]}",
        "{type: Allow, to: {cidrSelector: 10.0.0.0/8}, from: [x]}",
        "{type: Allow, to: {nodeSelector: {matchLabels: [x]}}}"})
    EXPECT_EQ(rule(text), "unread") << text;
  EXPECT_EQ(rule("{type: Deny, to: {cidrSelector: 'fd00::/8'}}", "EgressNetworkPolicy"), "unread");
  EXPECT_EQ(rule("{type: Deny, to: {nodeSelector: {}}}", "EgressNetworkPolicy"), "unread");
}

TEST(EgressFirewall, is_a_gate_of_its_own_stage) {
  const std::string deny = "{type: Deny, to: {cidrSelector: 10.0.0.0/8}}";
  for (const auto& [kind, name, stage] :
       {std::tuple{"EgressFirewall", "default", 1}, std::tuple{"EgressNetworkPolicy", "any", 2},
        std::tuple{"EgressFirewall", "mine", 3}}) {  // EF-9
    const Reading reading = read_firewall(kind, name, deny, kind);
    ASSERT_EQ(reading.policies.size(), 1U) << name;
    const Tier& tier = reading.tiers[reading.policies[0].tier];
    EXPECT_EQ(tier.stage, stage) << name;
    EXPECT_EQ(tier.end, flow::Action::pass);
    EXPECT_FALSE(reading.policies[0].isolates);
  }
  EXPECT_TRUE(read_firewall("EgressFirewall", "default", "", "EgressFirewall").policies.empty());
  EXPECT_TRUE(  // EF-13
      read_firewall("EgressNetworkPolicy", "any", deny, "EgressFirewall").policies.empty());
}

}  // namespace
}  // namespace podmoat::language
