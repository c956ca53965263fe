// What Cilium's policies are read into: one row for each thing that a rule can say.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "core/language/cilium_selector.h"
#include "core/language/policy.h"
#include "core/model/platform.h"
#include "support/yaml_cluster.h"

namespace podmoat::language {
namespace {

using model::Answer;

model::Platform platform() {
  model::Platform out = model::conformant();
  out.name = "cilium";
  out.engine = "cilium";
  out.cidr_matches_nodes.answer = Answer::no;
  out.host_policies.answer = Answer::yes;
  out.denies_by_default.answer = Answer::no;
  std::erase_if(out.languages, [](const auto& row) { return row.language == "Cilium"; });
  out.languages.push_back({"Cilium", {"Cilium", Answer::yes}});
  return out;
}

std::string str(const PodTerms& terms) {
  std::string out;
  for (const PodTerm& term : terms)
    out += (out.empty() ? "[" : " | ") + term.pods.str() + " in " + term.namespaces.str();
  return out.empty() ? "" : out + "]";
}

std::string str(const Destinations& to) {
  if (to.everything) return "everything";
  std::string out = to.places.sure.empty() ? "" : to.places.sure.str();
  if (!to.pods.empty()) out += (out.empty() ? "" : " ") + str(to.pods);
  const flow::FlowSet more = to.places.possible - to.places.sure;
  if (!more.empty()) out += (out.empty() ? "" : " ") + ("maybe " + more.str());
  if (!to.possible.empty()) out += " maybe " + str(to.possible);
  return out.empty() ? "nothing" : out;
}

std::string str(const PortMatch& ports) {
  if (ports.all) return "all";
  std::string out = ports.numbers.str();
  if (!ports.possible.empty()) out += " maybe " + ports.possible.str();
  for (const PortName& name : ports.names)
    out += " \"" + std::string(name_of(name.protocol)) + " " + name.name + "\"";
  return out;
}

std::string str(const Clause& clause) {
  return std::string(clause.action == flow::Action::deny ? "deny " : "allow ") + clause.rule +
         ": " + str(clause.to) + " ports " + str(clause.ports) +
         (clause.doubt.empty() ? "" : " (" + clause.doubt + ")");
}

/// The clauses of all policies, a line each; "unread" for what could not be read.
std::string clauses_of(const std::string& documents, const model::Platform& on = platform()) {
  const Reading reading = read(test::cluster_of(documents), on);
  std::string out;
  for (const Policy& policy : reading.policies) {
    if (policy.unread) {
      out += "unread\n";
      continue;
    }
    for (const Clause& clause : policy.clauses) out += str(clause) + "\n";
  }
  return out;
}

std::string cnp(const std::string& spec) {
  return "apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: {name: p, namespace: "
         "shop}\n"
         "spec: {endpointSelector: {}, " +
         spec + "}\n";
}

struct Row {
  const char* name;
  const char* item;  ///< of egress
  const char* want;
};

class Item : public testing::TestWithParam<Row> {};

TEST_P(Item, becomes_clauses) {
  EXPECT_EQ(clauses_of(cnp("egress: [" + std::string(GetParam().item) + "]")), GetParam().want);
}

constexpr Row kRows[] = {
    {"empty", "{}", ""},
};

INSTANTIATE_TEST_SUITE_P(Rows, Item, testing::ValuesIn(kRows),
                         [](const auto& row) { return std::string(row.param.name); });

class Refused : public testing::TestWithParam<Row> {};

TEST_P(Refused, is_unread) { EXPECT_EQ(clauses_of(cnp(GetParam().item)), "unread\n"); }

constexpr Row kRefused[] = {
    {"two_kinds", "egress: [{toCIDR: [10.0.0.0/8], toEntities: [host]}]", ""},
    {"fqdn_and_cidr", "egress: [{toCIDR: [10.0.0.0/8], toFQDNs: [{matchName: a.b}]}]", ""},
    {"unknown_field", "egress: [{toCidr: [10.0.0.0/8]}]", ""},
    {"unknown_entity", "egress: [{toEntities: [world-ipv4]}]", ""},
    {"no_length", "egress: [{toCIDR: [10.0.0.1]}]", ""},
    {"mapped", "egress: [{toCIDR: ['::ffff:10.0.0.0/104']}]", ""},
    {"except_outside", "egress: [{toCIDRSet: [{cidr: 10.0.0.0/8, except: [11.0.0.0/8]}]}]", ""},
    {"except_wider", "egress: [{toCIDRSet: [{cidr: 10.0.0.0/8, except: [10.0.0.0/7]}]}]", ""},
    {"no_cidr", "egress: [{toCIDRSet: [{except: [10.0.0.0/8]}]}]", ""},
    {"two_cidrs", "egress: [{toCIDRSet: [{cidr: 10.0.0.0/8, cidrGroupRef: a}]}]", ""},
    {"port_number", "egress: [{toPorts: [{ports: [{port: 80}]}]}]", ""},
    {"port_octal", "egress: [{toPorts: [{ports: [{port: '010'}]}]}]", ""},
    {"port_missing", "egress: [{toPorts: [{ports: [{protocol: TCP}]}]}]", ""},
    {"port_too_high", "egress: [{toPorts: [{ports: [{port: '65536'}]}]}]", ""},
    {"port_name_too_long", "egress: [{toPorts: [{ports: [{port: abcdefghijklmnop}]}]}]", ""},
    {"end_port_too_high", "egress: [{toPorts: [{ports: [{port: '1', endPort: 65536}]}]}]", ""},
    {"lower_case", "egress: [{toPorts: [{ports: [{port: '1', protocol: tcp}]}]}]", ""},
    {"icmp_as_protocol", "egress: [{toPorts: [{ports: [{port: '1', protocol: ICMP}]}]}]", ""},
    {"icmps_beside_ports",
     "egress: [{toPorts: [{ports: [{port: '1'}]}], icmps: [{fields: [{type: 8}]}]}]", ""},
    {"icmp_without_type", "egress: [{icmps: [{fields: [{family: IPv4}]}]}]", ""},
    {"http_on_udp",
     "egress: [{toPorts: [{ports: [{port: '80', protocol: UDP}], rules: {http: [{}]}}]}]", ""},
    {"http_on_any", "egress: [{toPorts: [{ports: [{port: '80'}], rules: {http: [{}]}}]}]", ""},
    {"rules_on_port_0",
     "egress: [{toPorts: [{ports: [{port: '0', protocol: TCP}], rules: {http: [{}]}}]}]", ""},
    {"listener_and_rules",
     "egress: [{toPorts: [{ports: [{port: '1', protocol: TCP}], listener: {name: a}, "
     "rules: {http: [{}]}}]}]",
     ""},
    {"rules_in_deny",
     "egressDeny: [{toPorts: [{ports: [{port: '1', protocol: TCP}], rules: {http: [{}]}}]}]", ""},
    {"fqdn_in_deny", "egressDeny: [{toFQDNs: [{matchName: a.b}]}]", ""},
    {"requires", "egress: [{toRequires: [a]}]", ""},
    {"bad_operator",
     "egress: [{toEndpoints: [{matchExpressions: [{key: a, operator: Gt, values: ['1']}]}]}]", ""},
    {"in_without_values", "egress: [{toEndpoints: [{matchExpressions: [{key: a, operator: In}]}]}]",
     ""},
    {"no_section", "description: nothing", ""},
    {"both_selectors", "nodeSelector: {}, egress: [{}]", ""},
    {"fqdn_with_both", "egress: [{toFQDNs: [{matchName: a.b, matchPattern: a.b}]}]", ""},
    {"egress_is_map", "egress: {toEntities: [all]}", ""},
};

INSTANTIATE_TEST_SUITE_P(Rows, Refused, testing::ValuesIn(kRefused),
                         [](const auto& row) { return std::string(row.param.name); });

TEST(Cilium, isolates_where_no_answer_is_heeded) {  // CL-34
  const auto isolates = [](const std::string& section, bool ignored) {
    model::Platform on = platform();
    on.ignores_no_default_deny = ignored;
    const Reading reading =
        read(test::cluster_of(cnp("enableDefaultDeny: {egress: false}, " + section)), on);
    return !reading.policies.empty() && reading.policies[0].isolates;
  };
  const char* deny = "egressDeny: [{toCIDR: [10.0.0.0/8]}]";
  EXPECT_FALSE(isolates(deny, false));
  EXPECT_TRUE(isolates(deny, true));
  EXPECT_FALSE(isolates("ingress: [{}]", true)) << "the default-deny belongs to the items";
}

TEST(Cilium, blocks_hold_pods_and_the_world_does_not) {  // CL-35
  const auto clauses = [](const std::string& item) {
    model::Platform on = platform();
    on.cidr_matches_pods.answer = Answer::yes;
    return clauses_of(cnp("egress: [" + item + "]") +
                          "---\napiVersion: v1\nkind: Pod\nmetadata: {name: a, namespace: b}\n"
                          "spec: {}\nstatus: {podIPs: [{ip: 10.1.0.5}, {ip: 'fd01::5'}]}\n",
                      on);
  };
  EXPECT_EQ(clauses("{toCIDR: [10.2.0.0/16]}"),
            "allow egress[0].toCIDR[0]: 10.2.0.0/16 any ports all\n");
  EXPECT_EQ(clauses("{toCIDR: [10.1.0.0/16]}"),
            "allow egress[0].toCIDR[0]: 10.1.0.0/16 any maybe fd01::5 any ports all (which "
            "addresses Pods have)\n")
      << "a Pod is one identity, whatever its address";
  const std::string world = clauses("{toEntities: [world]}");
  EXPECT_TRUE(world.contains("169.254.0.0/16 any")) << world;
  EXPECT_TRUE(world.contains("maybe 0.0.0.0-126.255.255.255 any")) << world;
}

}  // namespace
}  // namespace podmoat::language
