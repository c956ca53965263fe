// Whole Plans for small clusters: what is added, what is not, what is left over.
#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "core/fix/plan.h"
#include "support/flow_universe.h"
#include "support/random_cluster.h"
#include "support/value_text.h"

namespace podmoat::fix {
namespace {

using model::Operator;
using model::Value;

/// A cluster with the namespace "shop" and whatever a test puts in.
struct Cluster {
  Cluster() {
    snapshot.namespaces.push_back({{"Namespace", "", "shop", {}}, {}, true});
    target.id = "aws-imds";
    guard.must = test::set("169.254.169.254 tcp 80");
    guard.may = test::set("169.254.169.254 any");
    guard.aims.push_back({.target = &target, .flows = guard.must});
  }
  Cluster(const Cluster&) = delete;

  model::NetworkPolicy& add_policy(std::string name, model::Selector pods) {
    model::NetworkPolicy policy;
    policy.object = {"NetworkPolicy", "shop", std::move(name), {}};
    policy.pods = std::move(pods);
    policy.isolates_egress = true;
    policy.types_given = true;
    snapshot.network_policies.push_back(std::move(policy));
    return snapshot.network_policies.back();
  }
  void add_pod(std::string name, model::Labels labels, bool host_network = false) {
    const auto number = static_cast<std::uint32_t>(snapshot.pods.size());
    model::Pod pod;
    pod.ns = "shop";
    pod.workload = {"Deployment", name.substr(0, name.find('-'))};
    pod.name = std::move(name);
    pod.labels = number;
    pod.spec = number;
    snapshot.pods.push_back(std::move(pod));
    snapshot.pod_labels.push_back(std::move(labels));
    snapshot.pod_specs.push_back({.host_network = host_network});
  }
  Plan plan(const model::Platform& platform = model::conformant()) {
    for (model::NetworkPolicy& policy : snapshot.network_policies)
      policy.source = test::document_of(policy);
    return synthesize({snapshot, platform, guard, {"shop"}});
  }

  model::Snapshot snapshot;
  catalog::Target target;
  catalog::Guard guard;
};

model::Selector app(std::string value) { return {{{"app", Operator::in, {std::move(value)}}}}; }

model::Labels labels(const char* app) {
  model::Labels out;
  out.set("app", app);
  return out;
}

TEST(Synthesize, guards_an_open_namespace_with_one_pleasant_policy) {
  Cluster cluster;
  const Plan plan = cluster.plan();
  ASSERT_EQ(plan.additions.size(), 1);
  EXPECT_EQ(
      test::text_of(plan.additions[0].object),
      "{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: podmoat-guard, "
      "namespace: shop, labels: {app.kubernetes.io/managed-by: podmoat}, annotations: "
      "{podmoat.io/guards: aws-imds}}, spec: {podSelector: {}, policyTypes: [Egress], egress: "
      "[{to: [{ipBlock: {cidr: 0.0.0.0/0, except: [169.254.169.254/32]}}, {ipBlock: {cidr: "
      "::/0}}, {namespaceSelector: {}}]}]}}");
}

TEST(Synthesize, adds_nothing_to_a_namespace_that_denies_by_default) {
  Cluster cluster;
  cluster.add_policy("deny", {});
  EXPECT_TRUE(cluster.plan().empty());
}

TEST(Synthesize, adds_nothing_where_nothing_must_go) {
  Cluster cluster;
  cluster.guard = {};
  EXPECT_TRUE(cluster.plan().empty());
}

TEST(Synthesize, avoids_names_that_are_taken_also_by_what_is_not_in_force) {
  Cluster cluster;
  cluster.add_policy("podmoat-guard", app("web")).isolates_egress = false;
  cluster.snapshot.policy_objects.push_back(
      {{"NetworkPolicy", "shop", "podmoat-guard-2", {}}, "extensions/v1beta1"});
  cluster.snapshot.diagnostics.push_back(
      {Level::invalid, "bad-cidr", "", "", "NetworkPolicy shop/podmoat-guard-3", {}});
  const Plan plan = cluster.plan();
  ASSERT_EQ(plan.additions.size(), 1);
  EXPECT_EQ(plan.additions[0].name, "podmoat-guard-4");
}

TEST(Synthesize, writes_selectors_as_people_do) {
  Cluster cluster;
  cluster.add_policy("a", {{{"app", Operator::in, {"web"}}, {"tier", Operator::exists, {}}}});
  const Plan plan = cluster.plan();
  ASSERT_EQ(plan.additions.size(), 2);
  EXPECT_EQ(test::text_of(*plan.additions[0].object.find("spec")->find("podSelector")),
            "{matchExpressions: [{key: app, operator: NotIn, values: [web]}]}");
  EXPECT_EQ(test::text_of(*plan.additions[1].object.find("spec")->find("podSelector")),
            "{matchLabels: {app: web}, matchExpressions: [{key: tier, operator: DoesNotExist}]}");
  EXPECT_EQ(plan.additions[1].why, "no policy isolates Pods with app=web,!tier for egress");
}

TEST(Synthesize, edits_only_rules_that_can_let_something_through) {
  Cluster cluster;
  cluster.add_policy("all", {}).egress = {{}, {{}, {{Protocol::tcp, Ports{443, 443}, {}}}, {}}, {}};
  auto& nobody = cluster.add_policy("nobody", {{{"a", Operator::exists, {}},  //
                                                {"a", Operator::does_not_exist, {}}}});
  nobody.egress = {{}};
  auto& ingress = cluster.add_policy("only-ingress", {});
  ingress.egress = {{}};
  ingress.isolates_egress = false;
  const Plan plan = cluster.plan();
  ASSERT_EQ(plan.edits.size(), 2);
  EXPECT_EQ(plan.edits[0].policy, 0);
  EXPECT_EQ(plan.edits[0].rule, 0);
  EXPECT_EQ(plan.edits[1].rule, 2);
  EXPECT_EQ(plan.edits[1].why, "except 169.254.169.254/32");
}

TEST(Synthesize, says_which_pods_to_restart) {
  Cluster cluster;
  cluster.add_policy("web", app("web")).egress = {{}};
  cluster.add_policy("db", app("db"));
  cluster.add_pod("web-2", labels("web"));
  cluster.add_pod("web-1", labels("web"));
  cluster.add_pod("db-1", labels("db"));
  cluster.add_pod("free-1", model::Labels());
  cluster.add_pod("host-1", model::Labels(), true);
  const Plan plan = cluster.plan();
  ASSERT_EQ(plan.restarts.size(), 2);
  EXPECT_EQ(plan.restarts[0].subject, "Deployment/free");
  EXPECT_EQ(plan.restarts[1].subject, "Deployment/web");
  EXPECT_EQ(plan.restarts[1].pods, (std::vector<std::string>{"web-1", "web-2"}));
  ASSERT_EQ(plan.leftovers.size(), 1);
  EXPECT_EQ(plan.leftovers[0].subject, "Deployment/host");
}

TEST(Synthesize, says_what_it_cannot_do) {
  Cluster cluster;
  cluster.target.kind = catalog::Kind::node;
  cluster.guard.aims.push_back(cluster.guard.aims[0]);
  cluster.guard.aims[1].anywhere = true;
  cluster.snapshot.policy_objects = {
      {{"FQDNNetworkPolicy", "shop", "x", {}}, "networking.gke.io/v1"},
      {{"FQDNNetworkPolicy", "else", "x", {}}, "networking.gke.io/v1"}};
  std::string left;
  for (const Leftover& leftover : cluster.plan().leftovers)
    left += leftover.ns + " " + leftover.subject + ": " + leftover.why + "\n";
  EXPECT_EQ(
      left,
      " aws-imds: the input does not say which addresses the nodes have\n"
      " aws-imds: platform conformant does not promise that egress policy holds between a Pod "
      "and its own node\n"
      "shop FQDNNetworkPolicy shop/x: FQDNNetworkPolicy shop/x (networking.gke.io/v1) is in a "
      "language "
      "that is not read: it may allow "
      "what the Plan cuts\n");
}

TEST(Synthesize, plans_nothing_where_nothing_is_enforced) {
  Cluster cluster;
  const Plan plan = cluster.plan(*model::find_platform("none"));
  EXPECT_TRUE(plan.empty());
  ASSERT_EQ(plan.leftovers.size(), 1);
  EXPECT_EQ(plan.leftovers[0].why, "on platform none nothing enforces NetworkPolicy");
}

TEST(Synthesize, gives_up_on_too_many_kinds_of_pods_and_says_so) {
  Cluster cluster;
  for (int i = 100; i < 170; ++i) {
    const std::string number = std::to_string(i);
    cluster.add_policy("p" + number, {{{"app", Operator::in, {"a" + number}},
                                       {"name", Operator::in, {"n" + number}}}});
  }
  const Plan plan = cluster.plan();
  EXPECT_TRUE(plan.additions.empty());
  ASSERT_EQ(plan.leftovers.size(), 1);
  EXPECT_EQ(plan.leftovers[0].why,
            "to tell them from those that 70 policies isolate takes more than 64 policies");
}

TEST(Edited, keeps_all_that_is_not_edited_and_the_types) {
  struct Row {
    const char* name;
    bool types_given;
    bool isolates_ingress;
    std::vector<Value> become;
    const char* spec;
  };
  const Row rows[] = {
      {"a rule for a rule",
       false,
       true,
       {Value::Map{{"to", "x"}}},
       "{podSelector: {}, egress: [{to: x}, {ports: [{protocol: UDP}]}]}"},
      {"two rules for one",
       true,
       false,
       {Value::Map{{"to", "x"}}, Value::Map{{"to", "y"}}},
       "{podSelector: {}, policyTypes: [Egress], egress: [{to: x}, {to: y}, {ports: [{protocol: "
       "UDP}]}]}"},
  };
  for (const Row& row : rows) {
    model::NetworkPolicy policy;
    policy.types_given = row.types_given;
    policy.isolates_ingress = row.isolates_ingress;
    policy.isolates_egress = true;
    policy.egress = {{}, {{}, {{Protocol::udp, {}, {}}}, {}}};
    policy.source = test::document_of(policy);
    EXPECT_EQ(test::text_of(*edited(policy, {{0, 0, row.become, ""}}).find("spec")), row.spec)
        << row.name;
  }
}

TEST(Edited, says_the_types_when_the_last_rule_goes) {
  model::NetworkPolicy policy;
  policy.isolates_ingress = policy.isolates_egress = true;
  policy.egress = {{}};
  policy.source = test::document_of(policy);
  EXPECT_EQ(test::text_of(*edited(policy, {{0, 0, {}, ""}}).find("spec")),
            "{podSelector: {}, egress: [], policyTypes: [Ingress, Egress]}");
}

TEST(Printable, drops_what_the_api_server_wrote) {
  const char* const last = "kubectl.kubernetes.io/last-applied-configuration";
  Value object =
      Value::Map{{"kind", "NetworkPolicy"},
                 {"metadata", Value::Map{{"name", "a"},
                                         {"uid", "1"},
                                         {"resourceVersion", "2"},
                                         {"generation", 3},
                                         {"creationTimestamp", "4"},
                                         {"selfLink", "/"},
                                         {"managedFields", Value::List()},
                                         {"annotations", Value::Map{{last, "{}"}, {"mine", "x"}}}}},
                 {"status", Value::Map()}};
  EXPECT_EQ(test::text_of(printable(object)),
            "{kind: NetworkPolicy, metadata: {name: a, annotations: {mine: x}}}");
  object.find("metadata")->set("annotations", Value::Map{{last, "{}"}});
  EXPECT_EQ(test::text_of(printable(object)), "{kind: NetworkPolicy, metadata: {name: a}}");
}

}  // namespace
}  // namespace podmoat::fix
