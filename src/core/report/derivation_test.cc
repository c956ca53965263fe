// The tree of a Verdict and the answers to reach questions, over a small namespace; the catalogue
// as a document.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/report/report.h"
#include "support/value_text.h"

namespace podmoat::report {
namespace {

using testing::HasSubstr;
using testing::Not;

model::Labels label(std::string key, std::string value) {
  return model::Labels(std::vector<model::Labels::Entry>{{std::move(key), std::move(value)}});
}

model::Pod web(std::string name, Place place) {
  model::Pod out;
  out.ns = "shop";
  out.name = std::move(name);
  out.workload = {"Deployment", "web"};
  out.place = place;
  return out;
}

flow::FlowSet set(std::string_view text) { return flow::FlowSet::parse(text).value(); }

model::Peer cidr(std::string_view block, std::vector<std::string_view> holes, Place place) {
  model::IpBlock out{parse_block(block).value(), {}};
  for (const std::string_view hole : holes) out.except.push_back(parse_block(hole).value());
  return {out, place};
}

model::NetworkPolicy policy(std::string name, std::string_view pods, std::uint32_t line,
                            std::vector<model::PolicyRule> egress) {
  model::NetworkPolicy out;
  out.object = {"NetworkPolicy", "shop", std::move(name), {0, line, 1}};
  out.pods = model::parse_selector(pods).value();
  out.isolates_egress = true;
  out.egress = std::move(egress);
  return out;
}

class Explain : public testing::Test {
 protected:
  Explain() {
    shop_.files = {"policies.yaml"};
    shop_.namespaces = {{{"Namespace", "", "shop", {}}, {}, true}};
    shop_.pod_labels = {label("app", "web")};
    shop_.pod_specs = {{}, {.host_network = true}};
    shop_.pods = {web("web-1", {})};
  }

  std::string tree(std::string_view flows = "169.254.169.254 tcp 80; fd00:ec2::254 tcp 80",
                   const Look& look = {}) {
    const catalog::Catalog catalog;
    const catalog::Guard guard;
    const audit::Question question{
        shop_, model::conformant(), model::Basis::assumed, catalog, guard, {}, {}};
    destination_.text = "aws-imds";
    destination_.flows = set(flows);
    answers_ = audit::who_can_reach(question, destination_);
    const policy::PodPeers peers(shop_, {});
    const policy::Policies policies(shop_, model::conformant(), flow::FlowSet::all(), peers);
    return derivation(answers_.front(), destination_, policies, shop_, model::conformant(), look);
  }

  const model::PolicyRule except_{
      {cidr("0.0.0.0/0", {"169.254.169.254/32"}, {0, 19, 9})}, {}, {0, 18, 5}};
  const model::PolicyRule http_{{}, {{Protocol::tcp, Ports{80, 80}, {}}}, {0, 47, 5}};
  model::Snapshot shop_;
  audit::Destination destination_;
  std::vector<audit::Answer> answers_;
};

TEST_F(Explain, names_the_rule_that_lets_it_through) {
  shop_.network_policies = {policy("allow-web", "app=web", 40, {http_}),
                            policy("db", "app=db", 60, {}), policy("deny-imds", "", 14, {except_})};
  EXPECT_EQ(tree(), R"(shop/Deployment/web -> aws-imds (169.254.169.254:80/TCP): reachable
├─ Platform conformant: policies are enforced exactly as their documentation
│  promises
├─ 2 NetworkPolicies select these Pods for egress
│  ├─ shop/allow-web (policies.yaml:40)
│  │  └─ egress[0] allows every destination on TCP 80: ALLOWS IT (line 47)
│  └─ shop/deny-imds (policies.yaml:14)
│     └─ egress[0].to[0] allows 0.0.0.0/0 except 169.254.169.254/32 on every
│        port: does not match, its except takes the address out (line 19)
├─ 1 other NetworkPolicy of the namespace has no part in it
│  └─ db selects Pods with app=db
└─ Policies add up: one rule that allows is enough. Verdict: reachable
)");
  EXPECT_EQ(reach_answer(answers_.front(), destination_, shop_),
            "yes: shop/Deployment/web reaches aws-imds (169.254.169.254:80/TCP): a policy allows "
            "it\n  NetworkPolicy shop/allow-web egress[0] allows every destination on TCP 80 "
            "(policies.yaml:47)\n");
}

TEST_F(Explain, says_why_each_rule_does_not_match) {
  const model::PolicyRule pods{{{model::PodPeer{model::Selector{}, std::nullopt}, {}}}, {}, {}};
  const model::PolicyRule elsewhere{{cidr("10.0.0.0/8", {}, {})}, {}, {}};
  const model::PolicyRule ports{{}, {{Protocol::tcp, Ports{443, 443}, {}}}, {}};
  const model::PolicyRule udp{{}, {{Protocol::udp, {}, {}}}, {}};
  const model::PolicyRule named{{}, {{Protocol::tcp, "http", {}}}, {}};
  shop_.network_policies = {policy("p", "", 1, {pods, elsewhere, ports, udp, named}),
                            policy("q", "", 9, {})};
  const std::string out = tree("169.254.169.254 tcp 80", {.wide = true});
  EXPECT_THAT(out, HasSubstr("does not match, it is for Pods, not for addresses"));
  EXPECT_THAT(out, HasSubstr("does not match, another address"));
  EXPECT_THAT(out, HasSubstr("does not match, it is for other ports"));
  EXPECT_THAT(out, HasSubstr("it is for another protocol"));
  EXPECT_THAT(out, HasSubstr("the name of a port holds for Pods only"));
  EXPECT_THAT(out, HasSubstr("it has no egress rule, so it allows nothing"));
  EXPECT_THAT(out, HasSubstr("these Pods are isolated for egress. Verdict: blocked\n"));
  EXPECT_THAT(reach_answer(answers_.front(), destination_, shop_), testing::StartsWith("no: "));
}

TEST_F(Explain, tells_the_families_apart) {
  shop_.network_policies = {
      policy("six", "", 1, {{{cidr("::/0", {}, {0, 5, 1})}, {}, {0, 4, 1}}, except_})};
  const std::string out = tree();
  EXPECT_THAT(out, HasSubstr("egress[0].to[0] allows ::/0 on every port: ALLOWS IT (line 5)"));
  EXPECT_THAT(out, HasSubstr("([fd00:ec2::254]:80/TCP): reachable"));
}

TEST_F(Explain, is_short_where_nothing_stands_in_the_way) {
  EXPECT_THAT(tree(), HasSubstr("├─ No policy selects these Pods for egress\n"
                                "└─ No policy isolates it for egress. Verdict: reachable\n"));
  shop_.pods[0].spec = 1;
  EXPECT_THAT(tree(), HasSubstr("share the node's network (hostNetwork: true)"));
  EXPECT_THAT(tree(), Not(HasSubstr("selects these Pods")));
}

TEST_F(Explain, leaves_what_is_not_read_open) {
  shop_.policy_objects = {{{"FQDNNetworkPolicy", "shop", "x", {0, 3, 1}}, "networking.gke.io/v1"}};
  const std::string out = tree();
  EXPECT_THAT(out, HasSubstr("FQDNNetworkPolicy shop/x is not read and may allow or deny"));
  EXPECT_THAT(out, testing::EndsWith("Verdict: unknown\n"));
  EXPECT_THAT(reach_answer(answers_.front(), destination_, shop_),
              testing::StartsWith("unknown: "));
}

TEST_F(Explain, lists_who_reaches_and_counts_the_rest) {
  tree();
  EXPECT_EQ(reach_table(answers_, destination_, shop_, {}),
            "NAMESPACE  SUBJECT         PODS  VERDICT    WHY\n"
            "shop       Deployment/web     1  reachable  no policy isolates it for egress\n\n"
            "1 of 1 Subject reaches aws-imds\n");
  EXPECT_EQ(test::text_of(reach_document(answers_, destination_, shop_)),
            "{apiVersion: podmoat.io/v1alpha1, kind: ReachReport, destination: aws-imds, subjects: "
            "[{namespace: shop, name: Deployment/web, pods: [web-1], verdict: reachable, because: "
            "[]}]}");
}

TEST(CatalogDocument, is_read_back_as_it_was) {
  catalog::Catalog catalog;
  catalog.checked = "2026-11-23";
  catalog.targets = {{.id = "a-mds",
                      .provider = "a",
                      .title = "A",
                      .rows = {{.address = parse_address("169.254.169.254").value(),
                                .ports = flow::PortSet::of(Protocol::tcp, {80, 80}),
                                .service_target = true,
                                .note = "n"},
                               {.ports = flow::PortSet::of(Protocol::udp, {1, 9})}},
                      .gives = "keys",
                      .guarded = false,
                      .source = "s",
                      .aliases = {"b"}},
                     {.id = "etcd",
                      .provider = "kubernetes",
                      .kind = catalog::Kind::node,
                      .control_plane_only = true,
                      .title = "E",
                      .rows = {{.ports = flow::PortSet::of(Protocol::tcp, {2379, 2380})}},
                      .gives = "all",
                      .source = "s"}};
  catalog.neighbours = {{.id = "dns",
                         .provider = "any",
                         .title = "D",
                         .flows = set("169.254.10.10/31 udp 53; fd00::1 tcp 53"),
                         .breaks = "names",
                         .evidence = catalog::Evidence::memory,
                         .source = "s"}};
  const model::Value document = catalog_document(catalog);
  const auto again = catalog::decode(document);
  ASSERT_TRUE(again) << again.error().front().message;
  EXPECT_EQ(catalog_document(*again), document);
  EXPECT_EQ(again->neighbours[0].flows, catalog.neighbours[0].flows);
  EXPECT_FALSE(again->targets[0].rows[1].address);
  EXPECT_TRUE(again->targets[1].control_plane_only);
  EXPECT_THAT(catalog_table(catalog, {}), HasSubstr("No fixed address: a-mds."));
}

}  // namespace
}  // namespace podmoat::report
