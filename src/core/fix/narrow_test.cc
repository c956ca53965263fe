// Rules before and after, in the words of the manifests.
#include "core/fix/narrow.h"

#include <gtest/gtest.h>

#include <string>
#include <variant>

#include "support/flow_universe.h"
#include "support/random_cluster.h"
#include "support/value_text.h"

namespace podmoat::fix {
namespace {

using model::PolicyRule;
using model::Value;

model::Peer cidr(const char* block, std::vector<const char*> except = {}) {
  model::IpBlock out{*parse_block(block), {}};
  for (const char* hole : except) out.except.push_back(*parse_block(hole));
  return {out, {}};
}

model::Peer pods() { return {model::PodPeer{model::Selector{}, std::nullopt}, {}}; }

model::PolicyPort port(Protocol protocol, std::variant<std::monostate, Ports, std::string> port) {
  return {protocol, std::move(port), {}};
}
model::PolicyPort tcp(std::uint16_t first, std::uint16_t last) {
  return port(Protocol::tcp, Ports{first, last});
}
model::PolicyPort tcp(std::uint16_t number) { return tcp(number, number); }

catalog::Guard guard_of(const char* must, const char* may) {
  catalog::Guard guard;
  guard.must = test::set(must);
  guard.may = test::set(may) | guard.must;
  return guard;
}

catalog::Guard aws() {
  return guard_of("169.254.169.254 tcp 80; fd00:ec2::254 tcp 80",
                  "169.254.169.254 any; fd00:ec2::254 any");
}
catalog::Guard gcp() {
  return guard_of("169.254.169.254 tcp 80",
                  "169.254.169.254 tcp 0-52,54-65535 udp 0-52,54-122,124-65535 sctp other named");
}
catalog::Guard kubelet() {
  return guard_of("10.0.0.8-10.0.0.9 tcp 10250", "10.0.0.8-10.0.0.9 tcp 10250 other named");
}

/// The rule's own document, as it would have been read.
Value source_of(const PolicyRule& rule) {
  model::NetworkPolicy policy;
  policy.egress = {rule};
  return (*test::document_of(policy)->find("spec")->find("egress")->list())[0];
}

std::string narrowed(const PolicyRule& rule, const catalog::Guard& guard, Style style) {
  Zones zones(guard);
  const auto result = narrow(rule, source_of(rule), zones, style);
  if (!result) return "as it is";
  std::string out;
  for (const Value& become : result->become)
    out += (out.empty() ? "" : " ") + test::text_of(become);
  return out.empty() ? "none" : out;
}

struct Row {
  const char* name;
  PolicyRule rule;
  catalog::Guard guard;
  const char* want;
};

TEST(Narrow, by_exceptions) {
  const Row rows[] = {
      {"everything",
       {},
       aws(),
       "{to: [{ipBlock: {cidr: 0.0.0.0/0, except: [169.254.169.254/32]}}, "
       "{ipBlock: {cidr: ::/0, except: [fd00:ec2::254/128]}}, {namespaceSelector: {}}]}"},
      {"one family of everything",
       {{cidr("0.0.0.0/0")}, {}, {}},
       aws(),
       "{to: [{ipBlock: {cidr: 0.0.0.0/0, except: [169.254.169.254/32]}}]}"},
      {"beside Pods and another block",
       {{pods(), cidr("169.254.0.0/16"), cidr("10.0.0.0/8")}, {}, {}},
       aws(),
       "{to: [{podSelector: {}}, {ipBlock: {cidr: 169.254.0.0/16, except: [169.254.169.254/32]}}, "
       "{ipBlock: {cidr: 10.0.0.0/8}}]}"},
      {"halves of everything",
       {{cidr("0.0.0.0/1"), cidr("128.0.0.0/1")}, {}, {}},
       aws(),
       "{to: [{ipBlock: {cidr: 0.0.0.0/1}}, "
       "{ipBlock: {cidr: 128.0.0.0/1, except: [169.254.169.254/32]}}]}"},
      {"an exception more",
       {{cidr("0.0.0.0/0", {"10.0.0.0/8"})}, {}, {}},
       aws(),
       "{to: [{ipBlock: {cidr: 0.0.0.0/0, except: [10.0.0.0/8, 169.254.169.254/32]}}]}"},
      {"excepted already", {{cidr("0.0.0.0/0", {"169.254.0.0/16"})}, {}, {}}, aws(), "as it is"},
      {"ports that are not guarded", {{}, {tcp(443)}, {}}, aws(), "as it is"},
      {"ports that are",
       {{}, {tcp(443), tcp(80, 90)}, {}},
       aws(),
       "{ports: [{protocol: TCP, port: 443}, {protocol: TCP, port: 80, endPort: 90}], "
       "to: [{ipBlock: {cidr: 0.0.0.0/0, except: [169.254.169.254/32]}}, "
       "{ipBlock: {cidr: ::/0, except: [fd00:ec2::254/128]}}, {namespaceSelector: {}}]}"},
      {"a name means nothing at an address",
       {{}, {port(Protocol::tcp, "http")}, {}},
       aws(),
       "as it is"},
      {"only Pods", {{pods()}, {}, {}}, aws(), "as it is"},
      {"nothing but the guarded address",
       {{cidr("169.254.169.254/32")}, {tcp(80)}, {}},
       aws(),
       "none"},
      {"it beside Pods",
       {{cidr("169.254.169.254/32"), pods()}, {}, {}},
       aws(),
       "{to: [{podSelector: {}}]}"},
      {"Neighbours stay",
       {{cidr("0.0.0.0/0")}, {}, {}},
       gcp(),
       "{to: [{ipBlock: {cidr: 0.0.0.0/0, except: [169.254.169.254/32]}}]} "
       "{to: [{ipBlock: {cidr: 169.254.169.254/32}}], "
       "ports: [{protocol: TCP, port: 53}, {protocol: UDP, port: 53}, {protocol: UDP, port: "
       "123}]}"},
      {"Neighbours that the rule opens stay",
       {{cidr("0.0.0.0/0")}, {tcp(50, 80)}, {}},
       gcp(),
       "{to: [{ipBlock: {cidr: 0.0.0.0/0, except: [169.254.169.254/32]}}], "
       "ports: [{protocol: TCP, port: 50, endPort: 80}]} "
       "{to: [{ipBlock: {cidr: 169.254.169.254/32}}], ports: [{protocol: TCP, port: 53}]}"},
      {"only a Neighbour",
       {{cidr("0.0.0.0/0")}, {port(Protocol::udp, Ports{53, 53})}, {}},
       gcp(),
       "as it is"},
      {"other ports of nodes stay",
       {{cidr("10.0.0.0/24")}, {}, {}},
       kubelet(),
       "{to: [{ipBlock: {cidr: 10.0.0.0/24, except: [10.0.0.8/31]}}]} "
       "{to: [{ipBlock: {cidr: 10.0.0.8/31}}], ports: "
       "[{protocol: TCP, port: 1, endPort: 10249}, {protocol: TCP, port: 10251, endPort: 65535}, "
       "{protocol: UDP}, {protocol: SCTP}]}"},
      {"a range of ports is split where it stands",
       {{cidr("10.0.0.8/32")}, {tcp(443), tcp(10000, 11000), port(Protocol::udp, {})}, {}},
       kubelet(),
       "{to: [{ipBlock: {cidr: 10.0.0.8/32}}], ports: [{protocol: TCP, port: 443}, "
       "{protocol: TCP, port: 10000, endPort: 10249}, {protocol: TCP, port: 10251, endPort: "
       "11000}, "
       "{protocol: UDP}]}"},
      {"one port of several goes",
       {{cidr("10.0.0.8/32")}, {tcp(10250), tcp(443)}, {}},
       kubelet(),
       "{to: [{ipBlock: {cidr: 10.0.0.8/32}}], ports: [{protocol: TCP, port: 443}]}"},
      {"all of TCP",
       {{cidr("10.0.0.8/31")}, {port(Protocol::tcp, {})}, {}},
       kubelet(),
       "{to: [{ipBlock: {cidr: 10.0.0.8/31}}], ports: [{protocol: TCP, port: 1, endPort: 10249}, "
       "{protocol: TCP, port: 10251, endPort: 65535}]}"},
  };
  for (const Row& row : rows)
    EXPECT_EQ(narrowed(row.rule, row.guard, Style::except), row.want) << row.name;
}

TEST(Narrow, by_blocks_around) {
  const Row rows[] = {
      {"a small block",
       {{cidr("10.0.0.8/29"), pods()}, {tcp(10250)}, {}},
       kubelet(),
       "{to: [{ipBlock: {cidr: 10.0.0.10/31}}, {ipBlock: {cidr: 10.0.0.12/30}}, "
       "{podSelector: {}}], ports: [{protocol: TCP, port: 10250}]}"},
      {"older exceptions are listed around too",
       {{cidr("10.0.0.8/29", {"10.0.0.12/30"})}, {tcp(10250)}, {}},
       kubelet(),
       "{to: [{ipBlock: {cidr: 10.0.0.10/31}}], ports: [{protocol: TCP, port: 10250}]}"},
      {"a block that holds nothing guarded stays",
       {{cidr("10.1.0.0/16", {"10.1.1.0/24"})}, {}, {}},
       kubelet(),
       "as it is"},
  };
  for (const Row& row : rows)
    EXPECT_EQ(narrowed(row.rule, row.guard, Style::cidrs), row.want) << row.name;
}

TEST(Narrow, keeps_what_it_need_not_change) {
  Zones zones(aws());
  const PolicyRule rule{{cidr("::ffff:169.254.0.0/112"), pods()}, {tcp(80)}, {}};
  Value peer =
      Value::Map{{"ipBlock", Value::Map{{"cidr", "::ffff:169.254.0.0/112"}, {"except", Value()}}}};
  const Value source = Value::Map{{"ports", Value::List{Value::Map{{"port", 80}}}},
                                  {"x-note", "kept"},
                                  {"to", Value::List{peer, Value::Map{{"podSelector", Value()}}}}};
  const auto result = narrow(rule, source, zones, Style::except);
  ASSERT_TRUE(result);
  EXPECT_EQ(test::text_of(result->become[0]),
            "{ports: [{port: 80}], x-note: kept, to: [{ipBlock: {cidr: 169.254.0.0/16, except: "
            "[169.254.169.254/32]}}, {podSelector: null}]}");
}

TEST(Narrow, says_what_it_did) {
  const auto why = [](const PolicyRule& rule, const catalog::Guard& guard) {
    Zones zones(guard);
    return narrow(rule, source_of(rule), zones, Style::except)->why;
  };
  EXPECT_EQ(why({}, aws()), "except 169.254.169.254/32, fd00:ec2::254/128");
  EXPECT_EQ(why({{cidr("169.254.169.254/32")}, {}, {}}, aws()),
            "drop the rule: it leads only to 169.254.169.254/32");
  EXPECT_EQ(why({{cidr("10.0.0.8/32")}, {}, {}}, kubelet()), "split the ports for 10.0.0.8/32");
  EXPECT_EQ(why({{cidr("10.0.0.0/8")}, {}, {}}, kubelet()),
            "except 10.0.0.8/31, whose other ports get rules of their own");
}

TEST(Zones, join_addresses_with_the_same_ports) {
  Zones zones(guard_of("10.0.0.1 tcp 80; 10.0.0.2 tcp 80,443; 10.0.0.3 tcp 443",
                       "10.0.0.1-10.0.0.2 any; 10.0.0.3 tcp 443"));
  const Cut& both = zones.cut(flow::PortSet::all(Protocol::tcp));
  EXPECT_EQ(blocks_of(both.spans).size(), 2);  // .1 and .2-.3, as one span
  ASSERT_EQ(both.stays.size(), 1);
  EXPECT_EQ(both.stays[0].ports.str(), "tcp 1-442,444-65535");
  EXPECT_EQ(zones.cut(flow::PortSet::of(Protocol::tcp, {80, 80})).spans.size(), 1);
  EXPECT_TRUE(zones.cut(flow::PortSet::all(Protocol::udp)).spans.empty());
}

}  // namespace
}  // namespace podmoat::fix
