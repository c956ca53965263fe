// What each engine writes for a small cluster, as text.
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "core/fix/plan.h"
#include "core/language/policy.h"
#include "support/flow_universe.h"
#include "support/value_text.h"

namespace podmoat::fix {
namespace {

using model::Operator;
using model::Value;

/// A cluster with the namespaces "shop" and "team", and whatever a test puts in.
struct Cluster {
  Cluster() {
    for (const char* ns : {"shop", "team"})
      snapshot.namespaces.push_back(
          {{"Namespace", "", ns, {}},
           model::Labels(std::vector<model::Labels::Entry>{{model::kNamespaceNameLabel, ns}}),
           true});
    target.id = "aws-imds";
    guard.must = test::set("169.254.169.254 tcp 80; fd00:ec2::254 tcp 80");
    guard.may = guard.must;
    guard.aims.push_back({.target = &target, .flows = guard.must});
  }
  Cluster(const Cluster&) = delete;

  void add(const char* kind, const char* api_version, const char* ns, const char* name, Value spec,
           bool own = false) {
    Value::Map metadata{{"name", name}};
    if (own)
      metadata.emplace_back("labels", Value::Map{{"app.kubernetes.io/managed-by", "podmoat"}});
    Value object = Value::Map{{"apiVersion", api_version},
                              {"kind", kind},
                              {"metadata", std::move(metadata)},
                              {"spec", std::move(spec)}};
    snapshot.policy_objects.push_back(
        {{kind, ns, name, {}}, api_version, std::make_shared<Value>(std::move(object))});
  }
  Plan plan(Engine engine, std::vector<std::string> namespaces = {}, Style style = Style::except) {
    model::Platform platform = model::conformant();
    platform.languages.push_back({language_of(engine), {"enforces", model::Answer::yes, "", ""}});
    if (engine == Engine::cilium) platform.engine = "cilium";
    platform.ignores_no_default_deny = ignores_no_default_deny;
    const bool everywhere = namespaces.empty();
    if (everywhere) namespaces = {"shop", "team"};
    return synthesize({snapshot, platform, guard, namespaces, style, engine, everywhere});
  }

  model::Snapshot snapshot;
  catalog::Target target;
  catalog::Guard guard;
  bool ignores_no_default_deny = false;
};

/// Kind, name and what stands behind the metadata, one line for each object.
std::string str(const Plan& plan) {
  std::string out;
  const auto add = [&](const Value& object) {
    Value body = object;
    for (const char* member : {"apiVersion", "kind", "metadata"}) body.erase(member);
    const Value& metadata = *object.find("metadata");
    const Value* ns = metadata.find("namespace");
    out += *object.find("kind")->string() + " " + (ns == nullptr ? "" : *ns->string() + "/") +
           *metadata.find("name")->string() + " " + test::text_of(body) + "\n";
  };
  for (const Addition& addition : plan.additions) add(addition.object);
  for (const ObjectChange& change : plan.changes) {
    out += "~ ";
    add(change.after);
  }
  return out;
}

const catalog::Spared kSpared{
    .namespaces = {{{model::kNamespaceNameLabel, Operator::in, {"team"}}}},
    .pods = {{{"app", Operator::in, {"dns"}}}},
    .flows = test::set("169.254.169.254 tcp 80")};

TEST(Cilium, denies_and_isolates_nobody) {
  Cluster cluster;
  cluster.guard.must =
      cluster.guard.must | test::set("own-node tcp 10250; other-nodes tcp 10250 udp 50-60 sctp");
  EXPECT_EQ(str(cluster.plan(Engine::cilium)),
            "CiliumClusterwideNetworkPolicy podmoat-guard {spec: {endpointSelector: {}, "
            "enableDefaultDeny: {egress: false, ingress: false}, egressDeny: ["
            "{toCIDRSet: [{cidr: 169.254.169.254/32}, {cidr: fd00:ec2::254/128}], "
            "toPorts: [{ports: [{port: 80, protocol: TCP}]}]}, "
            "{toEntities: [host], toPorts: [{ports: [{port: 10250, protocol: TCP}]}]}, "
            "{toEntities: [remote-node], toPorts: [{ports: [{port: 10250, protocol: TCP}, "
            "{port: 50, endPort: 60, protocol: UDP}, {port: 0, protocol: SCTP}]}]}]}}\n");
}

TEST(Cilium, allows_the_rest_where_every_deny_isolates) {
  Cluster cluster;
  cluster.ignores_no_default_deny = true;
  cluster.guard.must = test::set("169.254.169.254 tcp 80");
  EXPECT_EQ(str(cluster.plan(Engine::cilium, {"shop"})),
            "CiliumNetworkPolicy shop/podmoat-guard {spec: {endpointSelector: {}, egressDeny: ["
            "{toCIDRSet: [{cidr: 169.254.169.254/32}], "
            "toPorts: [{ports: [{port: 80, protocol: TCP}]}]}], "
            "egress: [{toEntities: [all]}]}}\n");
}

TEST(Cilium, holds_the_namespaces_in_scope) {
  Cluster cluster;
  EXPECT_EQ(str(cluster.plan(Engine::cilium, {"shop"})),
            "CiliumClusterwideNetworkPolicy podmoat-guard {spec: {endpointSelector: "
            "{matchLabels: {k8s:io.kubernetes.pod.namespace: shop}}, "
            "enableDefaultDeny: {egress: false, ingress: false}, egressDeny: ["
            "{toCIDRSet: [{cidr: 169.254.169.254/32}, {cidr: fd00:ec2::254/128}], "
            "toPorts: [{ports: [{port: 80, protocol: TCP}]}]}]}}\n");
}

TEST(Cilium, leaves_out_whom_an_exception_spares) {
  Cluster cluster;
  cluster.guard.must = test::set("169.254.169.254 tcp 80");
  cluster.guard.spared = {kSpared};
  EXPECT_EQ(str(cluster.plan(Engine::cilium)),
            "CiliumClusterwideNetworkPolicy podmoat-guard {specs: ["
            "{endpointSelector: {matchExpressions: [{key: k8s:io.kubernetes.pod.namespace, "
            "operator: NotIn, values: [team]}]}, "
            "enableDefaultDeny: {egress: false, ingress: false}, "
            "egressDeny: [{toCIDRSet: [{cidr: 169.254.169.254/32}], "
            "toPorts: [{ports: [{port: 80, protocol: TCP}]}]}]}, "
            "{endpointSelector: {matchLabels: {k8s:io.kubernetes.pod.namespace: team}, "
            "matchExpressions: [{key: app, operator: NotIn, values: [dns]}]}, "
            "enableDefaultDeny: {egress: false, ingress: false}, "
            "egressDeny: [{toCIDRSet: [{cidr: 169.254.169.254/32}], "
            "toPorts: [{ports: [{port: 80, protocol: TCP}]}]}]}]}\n");
}

TEST(Cilium, before_1_16_denies_beside_an_allow_of_everything) {
  Cluster cluster;
  cluster.guard.must = test::set("169.254.169.254 tcp 80");
  EXPECT_EQ(str(cluster.plan(Engine::cilium, {"shop"}, Style::allow_all)),
            "CiliumNetworkPolicy shop/podmoat-guard {spec: {endpointSelector: {}, "
            "egressDeny: [{toCIDRSet: [{cidr: 169.254.169.254/32}], "
            "toPorts: [{ports: [{port: 80, protocol: TCP}]}]}], "
            "egress: [{toEntities: [all]}]}}\n");
}

TEST(Cilium, before_1_16_allows_isolated_pods_nothing) {
  Cluster cluster;
  cluster.guard.must = test::set("169.254.169.254 tcp 80");
  cluster.add(
      "CiliumNetworkPolicy", "cilium.io/v2", "shop", "web",
      Value::Map{{"endpointSelector", Value::Map{{"matchLabels", Value::Map{{"app", "web"}}}}},
                 {"egress", Value::List{Value::Map()}}});
  EXPECT_EQ(str(cluster.plan(Engine::cilium, {"shop"}, Style::allow_all)),
            "CiliumNetworkPolicy shop/podmoat-guard {specs: [{endpointSelector: {}, "
            "egressDeny: [{toCIDRSet: [{cidr: 169.254.169.254/32}], "
            "toPorts: [{ports: [{port: 80, protocol: TCP}]}]}]}, "
            "{endpointSelector: {matchExpressions: [{key: app, operator: NotIn, values: [web]}]}, "
            "egress: [{toEntities: [all]}]}]}\n");
}

TEST(Calico, is_not_enforced_without_tiers) {
  model::Platform platform = *model::find_platform("calico");
  EXPECT_EQ(choose(platform, {}), Engine::calico);
  platform.lacks_tiers = true;
  EXPECT_EQ(choose(platform, {}), Engine::network_policy);
  EXPECT_EQ(enforced(Engine::calico, platform), model::Answer::no);
  EXPECT_NE(lacks(Engine::calico, platform), "");
  EXPECT_EQ(lacks(Engine::network_policy, platform), "");
}

TEST(Calico, denies_in_a_tier_of_its_own_and_passes_on_the_rest) {
  Cluster cluster;
  EXPECT_EQ(
      str(cluster.plan(Engine::calico)),
      "Tier podmoat-guard {spec: {order: 100}}\n"
      "GlobalNetworkPolicy podmoat-guard.metadata {spec: {tier: podmoat-guard, order: 1000, "
      "selector: projectcalico.org/orchestrator == 'k8s', types: [Egress], egress: ["
      "{action: Deny, protocol: TCP, destination: {nets: [169.254.169.254/32], ports: [80]}}, "
      "{action: Deny, protocol: TCP, destination: {nets: [fd00:ec2::254/128], ports: [80]}}, "
      "{action: Pass}]}}\n");
}

TEST(Calico, stands_before_every_tier_in_the_words_of_the_cluster) {
  Cluster cluster;
  cluster.guard.must = test::set("169.254.169.254 tcp 80,90-99");
  cluster.add("Tier", "crd.projectcalico.org/v1", "", "first",
              Value::Map{{"order", 50}, {"defaultAction", "Deny"}});
  const Plan plan = cluster.plan(Engine::calico, {"shop", "team"});
  EXPECT_EQ(str(plan),
            "Tier podmoat-guard {spec: {order: 25, defaultAction: Pass}}\n"
            "GlobalNetworkPolicy podmoat-guard.metadata {spec: {tier: podmoat-guard, order: 1000, "
            "selector: projectcalico.org/orchestrator == 'k8s', "
            "namespaceSelector: kubernetes.io/metadata.name in {'shop', 'team'}, "
            "types: [Egress], egress: [{action: Deny, protocol: TCP, destination: "
            "{nets: [169.254.169.254/32], ports: [80, 90:99]}}, {action: Pass}]}}\n");
  EXPECT_EQ(*plan.additions[0].object.find("apiVersion"), Value("crd.projectcalico.org/v1"));
}

TEST(Calico, passes_what_an_exception_spares) {
  Cluster cluster;
  cluster.guard.must = test::set("169.254.169.254 tcp 80");
  cluster.guard.spared = {kSpared};
  cluster.guard.spared[0].pods.requirements.push_back(
      {language::kServiceAccount, Operator::in, {"dns"}});
  const std::string text = str(cluster.plan(Engine::calico));
  EXPECT_NE(text.find("GlobalNetworkPolicy podmoat-guard.spared {spec: {tier: podmoat-guard, "
                      "order: 1, selector: projectcalico.org/orchestrator == 'k8s' && "
                      "app == 'dns', namespaceSelector: kubernetes.io/metadata.name == 'team', "
                      "serviceAccountSelector: projectcalico.org/name == 'dns', types: [Egress], "
                      "egress: [{action: Pass, protocol: TCP, destination: "
                      "{nets: [169.254.169.254/32], ports: [80]}}]}}\n"),
            std::string::npos)
      << text;
}

TEST(ClusterNetworkPolicy, denies_first_of_all) {
  Cluster cluster;
  cluster.guard.must = test::set("169.254.169.254 tcp 80 udp 90-99");
  EXPECT_EQ(str(cluster.plan(Engine::cluster_network_policy)),
            "ClusterNetworkPolicy podmoat-guard {spec: {tier: Admin, priority: 0, "
            "subject: {namespaces: {}}, egress: [{action: Deny, "
            "to: [{networks: [169.254.169.254/32]}], protocols: "
            "[{tcp: {destinationPort: {number: 80}}}, "
            "{udp: {destinationPort: {range: {start: 90, end: 99}}}}]}]}}\n");
}

TEST(ClusterNetworkPolicy, selects_around_exceptions) {
  Cluster cluster;
  cluster.guard.must = test::set("169.254.169.254 tcp 80");
  cluster.guard.spared = {kSpared};
  const std::string rest =
      "egress: [{action: Deny, to: [{networks: [169.254.169.254/32]}], protocols: "
      "[{tcp: {destinationPort: {number: 80}}}]}]}}\n";
  EXPECT_EQ(str(cluster.plan(Engine::cluster_network_policy)),
            "ClusterNetworkPolicy podmoat-guard {spec: {tier: Admin, priority: 0, "
            "subject: {namespaces: {matchExpressions: [{key: kubernetes.io/metadata.name, "
            "operator: NotIn, values: [team]}]}}, " +
                rest +
                "ClusterNetworkPolicy podmoat-guard-2 {spec: {tier: Admin, priority: 0, "
                "subject: {pods: {namespaceSelector: {matchLabels: "
                "{kubernetes.io/metadata.name: team}}, podSelector: {matchExpressions: "
                "[{key: app, operator: NotIn, values: [dns]}]}}}, " +
                rest);
}

TEST(ClusterNetworkPolicy, keeps_to_the_limits) {
  Cluster cluster;
  std::vector<flow::FlowSet::Box> boxes;
  for (unsigned i = 0; i < 26 * 25; ++i)
    boxes.push_back({flow::span_of(Address{Family::v4, (10U << 24U) + 2 * i}),
                     flow::PortSet::of(Protocol::tcp, {10250, 10250})});
  cluster.guard.must = flow::FlowSet::of(std::move(boxes));
  const Plan plan = cluster.plan(Engine::cluster_network_policy);
  ASSERT_EQ(plan.additions.size(), 1U);
  const Value::List& rules = *plan.additions[0].object.find("spec")->find("egress")->list();
  ASSERT_EQ(rules.size(), 2U);
  EXPECT_EQ(rules[0].find("to")->list()->size(), 25U);
  EXPECT_EQ(rules[1].find("to")->list()->size(), 1U);
  EXPECT_EQ((*rules[0].find("to")->list())[0].find("networks")->list()->size(), 25U);
}

TEST(ClusterNetworkPolicy, says_what_it_cannot_stand_before) {
  Cluster cluster;
  cluster.add("ClusterNetworkPolicy", "policy.networking.k8s.io/v1alpha2", "", "theirs",
              Value::Map{{"tier", "Admin"},
                         {"priority", 0},
                         {"subject", Value::Map{{"namespaces", Value::Map()}}}});
  const Plan plan = cluster.plan(Engine::cluster_network_policy);
  ASSERT_EQ(plan.leftovers.size(), 1U);
  EXPECT_EQ(plan.leftovers[0].subject, "ClusterNetworkPolicy theirs");
}

TEST(AdminNetworkPolicy, denies_first_of_all) {
  Cluster cluster;
  cluster.guard.must = test::set("169.254.169.254 tcp 80 udp 90-99");
  EXPECT_EQ(str(cluster.plan(Engine::admin_network_policy, {"shop"})),
            "AdminNetworkPolicy podmoat-guard {spec: {priority: 0, subject: {namespaces: "
            "{matchLabels: {kubernetes.io/metadata.name: shop}}}, egress: [{action: Deny, "
            "to: [{networks: [169.254.169.254/32]}], ports: "
            "[{portNumber: {protocol: TCP, port: 80}}, "
            "{portRange: {protocol: UDP, start: 90, end: 99}}]}]}}\n");
}

TEST(AdminNetworkPolicy, leaves_open_what_an_account_may) {
  Cluster cluster;
  cluster.guard.must = test::set("169.254.169.254 tcp 80");
  cluster.guard.spared = {kSpared};
  cluster.guard.spared[0].pods = {{{language::kServiceAccount, Operator::in, {"dns"}}}};
  const Plan plan = cluster.plan(Engine::admin_network_policy);
  EXPECT_EQ(str(plan), "");
  ASSERT_EQ(plan.leftovers.size(), 1U);
  EXPECT_EQ(plan.leftovers[0].subject, "Exceptions for a ServiceAccount");
}

TEST(Antrea, drops_first_in_the_first_tier) {
  Cluster cluster;
  cluster.guard.must = test::set("169.254.169.254 tcp 80,90-99");
  EXPECT_EQ(str(cluster.plan(Engine::antrea)),
            "ClusterNetworkPolicy podmoat-guard {spec: {tier: emergency, priority: 1, "
            "appliedTo: [{namespaceSelector: {}}], egress: [{action: Drop, "
            "to: [{ipBlock: {cidr: 169.254.169.254/32}}], ports: "
            "[{protocol: TCP, port: 80}, {protocol: TCP, port: 90, endPort: 99}]}]}}\n");
}

TEST(EgressFirewall, goes_before_the_rules_that_are_there) {
  Cluster cluster;
  cluster.guard.must = test::set("169.254.169.254 tcp 80-81");
  cluster.add("EgressFirewall", "k8s.ovn.org/v1", "shop", "default",
              Value::Map{{"egress", Value::List{Value::Map{
                                        {"type", "Allow"},
                                        {"to", Value::Map{{"cidrSelector", "0.0.0.0/0"}}}}}}});
  EXPECT_EQ(str(cluster.plan(Engine::egress_firewall)),
            "EgressFirewall team/default {spec: {egress: [{type: Deny, "
            "to: {cidrSelector: 169.254.169.254/32}, "
            "ports: [{protocol: TCP, port: 80}, {protocol: TCP, port: 81}]}]}}\n"
            "~ EgressFirewall default {spec: {egress: [{type: Deny, "
            "to: {cidrSelector: 169.254.169.254/32}, "
            "ports: [{protocol: TCP, port: 80}, {protocol: TCP, port: 81}]}, "
            "{type: Allow, to: {cidrSelector: 0.0.0.0/0}}]}}\n");
}

TEST(EgressFirewall, spares_whole_namespaces) {
  Cluster cluster;
  cluster.guard.must = test::set("169.254.169.254 tcp 80");
  cluster.guard.spared = {kSpared};
  const Plan plan = cluster.plan(Engine::egress_firewall);
  EXPECT_EQ(plan.additions.size(), 1U);
  EXPECT_EQ(plan.additions[0].ns, "shop");
  ASSERT_EQ(plan.leftovers.size(), 1U);
  EXPECT_EQ(plan.leftovers[0].subject, "Pods with app=dns");
}

TEST(Draft, passes_over_names_and_replaces_what_is_its_own) {
  Cluster cluster;
  cluster.guard.must = test::set("169.254.169.254 tcp 80");
  const char* kind = "CiliumClusterwideNetworkPolicy";
  const Value theirs = Value::Map{{"endpointSelector", Value::Map()}};
  cluster.add(kind, "cilium.io/v2", "", "podmoat-guard", theirs);
  EXPECT_EQ(cluster.plan(Engine::cilium).additions.at(0).name, "podmoat-guard-2");
  cluster.add(kind, "cilium.io/v2", "", "podmoat-guard-2", theirs, true);
  const Plan plan = cluster.plan(Engine::cilium);
  EXPECT_TRUE(plan.additions.empty());
  ASSERT_EQ(plan.changes.size(), 1U);
  EXPECT_EQ(plan.changes[0].object, 1U);
  EXPECT_NE(plan.changes[0].after.find("spec")->find("egressDeny"), nullptr);
}

TEST(NetworkPolicy, gives_spared_pods_what_they_had) {
  Cluster cluster;
  cluster.guard.must = test::set("169.254.169.254 tcp 80");
  cluster.guard.may = test::set("169.254.169.254 any");
  cluster.guard.spared = {kSpared};
  EXPECT_EQ(str(cluster.plan(Engine::network_policy, {"team"})),
            "NetworkPolicy team/podmoat-guard {spec: {podSelector: {}, policyTypes: [Egress], "
            "egress: [{to: [{ipBlock: {cidr: 0.0.0.0/0, except: [169.254.169.254/32]}}, "
            "{ipBlock: {cidr: ::/0}}, {namespaceSelector: {}}]}]}}\n"
            "NetworkPolicy team/podmoat-guard-2 {spec: {podSelector: {matchLabels: {app: dns}}, "
            "policyTypes: [Egress], egress: [{to: [{ipBlock: {cidr: 169.254.169.254/32}}], "
            "ports: [{protocol: TCP, port: 80}]}]}}\n");
}

TEST(Engine, is_the_tightest_that_is_known_to_be_there) {
  model::Platform platform = model::conformant();
  model::Snapshot snapshot;
  EXPECT_EQ(choose(platform, snapshot), Engine::network_policy);
  snapshot.policy_objects.push_back({{"AdminNetworkPolicy", "", "x", {}},
                                     "policy.networking.k8s.io/v1alpha1",
                                     std::make_shared<Value>()});
  EXPECT_EQ(choose(platform, snapshot), Engine::admin_network_policy);
  snapshot.policy_objects.push_back({{"ClusterNetworkPolicy", "", "x", {}},
                                     "policy.networking.k8s.io/v1alpha2",
                                     std::make_shared<Value>()});
  EXPECT_EQ(choose(platform, snapshot), Engine::cluster_network_policy);
  platform.engine = "cilium";
  EXPECT_EQ(choose(platform, snapshot), Engine::cluster_network_policy) << "not known to be read";
  platform.languages.push_back({"Cilium", {"enforces", model::Answer::yes, "", ""}});
  EXPECT_EQ(choose(platform, snapshot), Engine::cilium);
  platform.enforces.answer = model::Answer::no;
  EXPECT_EQ(choose(platform, snapshot), Engine::network_policy);
}

TEST(Engine, has_a_name) {
  for (const Engine engine : engines()) EXPECT_EQ(engine_named(name_of(engine)), engine);
  EXPECT_EQ(engine_named("auto"), std::nullopt);
}

}  // namespace
}  // namespace podmoat::fix
