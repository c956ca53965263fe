// Verdicts: what can-reach and who-can-reach answer, and because of what.
#include "core/audit/verdict.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "core/audit/audit.h"
#include "support/yaml_cluster.h"

namespace podmoat::audit {
namespace {

const std::string kPods = R"(---
{apiVersion: v1, kind: Namespace, metadata: {name: shop, labels: {team: a}}}
---
{apiVersion: v1, kind: Pod, metadata: {namespace: shop, name: web, labels: {app: web}},
 spec: {containers: [{name: c}]}}
---
{apiVersion: v1, kind: Pod, metadata: {namespace: shop, name: db, labels: {app: db}},
 spec: {containers: [{name: c, ports: [{name: sql, containerPort: 5432}]}]},
 status: {podIPs: [{ip: 10.1.0.2}]}}
---
{apiVersion: v1, kind: Pod, metadata: {namespace: vault, name: keys, labels: {app: keys}},
 spec: {containers: [{name: c}]}, status: {podIPs: [{ip: 10.1.0.3}]}}
)";

std::string allowing_rule(const std::string& rule) {
  return "---\n{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {namespace: shop, "
         "name: p}, spec: {podSelector: {matchLabels: {app: web}}, policyTypes: [Egress], egress: "
         "[" +
         rule + "]}}\n";
}

/// The destination that `address` is in `snapshot`.
Destination destination(const model::Snapshot& snapshot, const char* address, std::uint16_t port) {
  Destination out;
  out.text = address;
  out.flows = flow::FlowSet::box(flow::span_of(*parse_address(address)),
                                 flow::PortSet::of(Protocol::tcp, {port, port}));
  for (std::uint32_t i = 0; i < snapshot.pods.size(); ++i)
    for (const Address& own : snapshot.pods[i].addresses)
      if (own == *parse_address(address)) out.pods.push_back(i);
  return out;
}

/// Pod/web's Verdict.
Verdict of_web(const model::Snapshot& snapshot, const Destination& to,
               const model::Platform& platform = model::conformant()) {
  const catalog::Guard guard;
  const Question question{snapshot, platform, model::Basis::given, test::builtin_catalog(), guard,
                          {},       {}};
  for (const Answer& answer : who_can_reach(question, to))
    if (answer.subject.workload.name == "web") return answer.verdict;
  ADD_FAILURE() << "no Pod/web";
  return {};
}

model::Platform with(model::Answer cidr_matches_pods, model::Answer own_node,
                     model::Answer enforces = model::Answer::yes) {
  model::Platform out = model::conformant();
  out.cidr_matches_pods.answer = cidr_matches_pods;
  out.own_node_policed.answer = own_node;
  out.enforces.answer = enforces;
  return out;
}

constexpr auto kNo = model::Answer::no;
constexpr auto kYes = model::Answer::yes;
constexpr auto kUnknown = model::Answer::unknown;

struct Case {
  const char* name;
  const char* rule;  ///< of the policy that isolates Pod/web
  const char* address;
  std::uint16_t port;
  Reach want;
  model::Answer cidr_matches_pods = kUnknown;
};

TEST(WhoCanReach, a_Pod_or_an_address) {
  const Case kCases[] = {
      {"nothing allows it", "", "10.1.0.2", 5432, Reach::blocked},
      {"by selector", "{to: [{podSelector: {matchLabels: {app: db}}}]}", "10.1.0.2", 1,
       Reach::reachable},
      {"by selector of another Pod", "{to: [{podSelector: {matchLabels: {app: x}}}]}", "10.1.0.2",
       5432, Reach::blocked},
      {"a named port", "{to: [{podSelector: {}}], ports: [{port: sql}]}", "10.1.0.2", 5432,
       Reach::reachable},
      {"the name is another number's", "{to: [{podSelector: {}}], ports: [{port: sql}]}",
       "10.1.0.2", 5433, Reach::blocked},
      {"a named port without `to`", "{ports: [{port: sql}]}", "10.1.0.2", 5432, Reach::reachable},
      {"a named port means nothing at an address", "{ports: [{port: sql}]}", "192.0.2.1", 5432,
       Reach::blocked},
      {"a block, and it is not known whether it holds Pods",
       "{to: [{ipBlock: {cidr: 10.0.0.0/8}}]}", "10.1.0.2", 5432, Reach::unknown},
      {"a block that holds Pods", "{to: [{ipBlock: {cidr: 10.0.0.0/8}}]}", "10.1.0.2", 5432,
       Reach::reachable, kYes},
      {"a block that does not", "{to: [{ipBlock: {cidr: 10.0.0.0/8}}]}", "10.1.0.2", 5432,
       Reach::blocked, kNo},
      {"a block and a selector", "{to: [{ipBlock: {cidr: 10.0.0.0/8}}, {podSelector: {}}]}",
       "10.1.0.2", 5432, Reach::reachable, kNo},
      {"no `to`", "{}", "10.1.0.2", 5432, Reach::reachable, kNo},
      {"an address that is no Pod's", "{to: [{ipBlock: {cidr: 10.0.0.0/8}}]}", "10.1.0.9", 5432,
       Reach::reachable, kNo},
      {"the name of a namespace is always known",
       "{to: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: vault}}}]}",
       "10.1.0.3", 80, Reach::reachable},
      {"another label of a namespace that is not in the input",
       "{to: [{namespaceSelector: {matchLabels: {team: a}}}]}", "10.1.0.3", 80, Reach::unknown},
      {"the label of one that is", "{to: [{namespaceSelector: {matchLabels: {team: a}}}]}",
       "10.1.0.2", 80, Reach::reachable},
  };
  for (const Case& c : kCases) {
    const model::Snapshot snapshot = test::cluster_of(kPods + allowing_rule(c.rule));
    const Verdict verdict = of_web(snapshot, destination(snapshot, c.address, c.port),
                                   with(c.cidr_matches_pods, kUnknown));
    EXPECT_EQ(name_of(verdict.reach), name_of(c.want)) << c.name;
    EXPECT_EQ(verdict.witness.has_value(), c.want != Reach::blocked) << c.name;
    EXPECT_TRUE(!verdict.witness || verdict.witness->to.line != flow::Line::peer) << c.name;
    EXPECT_FALSE(verdict.because.empty()) << c.name;
    EXPECT_EQ(verdict.open_questions.empty(), c.want != Reach::unknown) << c.name;
  }
}

TEST(WhoCanReach, names_the_label_that_would_decide) {
  const model::Snapshot snapshot = test::cluster_of(
      kPods + allowing_rule("{to: [{namespaceSelector: {matchLabels: {team: a}}}]}"));
  const Verdict verdict = of_web(snapshot, destination(snapshot, "10.1.0.3", 80));
  EXPECT_EQ(verdict.reason, "Namespace vault is not in the input; its label team would decide");
  ASSERT_EQ(verdict.because.size(), 1U);
  EXPECT_EQ(verdict.because[0].rule, "egress[0].to[0]");
}

TEST(WhoCanReach, names_only_the_doubts_that_matter) {
  const model::Snapshot snapshot = test::cluster_of(
      kPods + allowing_rule("{to: [{namespaceSelector: {matchLabels: {team: a}}}], ports: [{port: "
                            "1}]}, {to: [{namespaceSelector: {matchLabels: {org: a}}}]}"));
  const Verdict verdict = of_web(snapshot, destination(snapshot, "10.1.0.3", 80));
  EXPECT_EQ(
      verdict.open_questions,
      std::vector<std::string>{"Namespace vault is not in the input; its label org would decide"});
}

TEST(WhoCanReach, a_platform_that_may_not_enforce_anything) {
  const model::Snapshot snapshot =
      test::cluster_of(kPods + allowing_rule("{to: [{ipBlock: {cidr: 192.0.2.0/24}}]}"));
  const model::Platform platform = with(kUnknown, kUnknown, kUnknown);
  const Verdict open = of_web(snapshot, destination(snapshot, "192.0.2.1", 80), platform);
  EXPECT_EQ(open.reach, Reach::reachable);
  EXPECT_EQ(open.because.at(0).object.name, "p") << "the rule that surely allows it comes first";
  const Verdict closed = of_web(snapshot, destination(snapshot, "192.0.3.1", 80), platform);
  EXPECT_EQ(closed.reach, Reach::unknown);
  EXPECT_EQ(closed.reason, "whether policies are enforced is not known");
}

TEST(WhoCanReach, the_own_node) {
  const model::Snapshot snapshot =
      test::cluster_of(kPods + allowing_rule("{to: [{ipBlock: {cidr: 192.0.2.0/24}}]}"));
  const auto reach = [&](const char* address, model::Answer own_node) {
    Destination to = destination(snapshot, address, 10250);
    to.node = true;
    const Verdict verdict = of_web(snapshot, to, with(kUnknown, own_node));
    EXPECT_EQ(verdict.witness.has_value(), verdict.reach == Reach::reachable);
    return verdict.reach;
  };
  EXPECT_EQ(reach("10.0.0.1", kYes), Reach::blocked);
  EXPECT_EQ(reach("10.0.0.1", kUnknown), Reach::unknown);
  EXPECT_EQ(reach("10.0.0.1", kNo), Reach::reachable);
  EXPECT_EQ(reach("192.0.2.1", kUnknown), Reach::reachable);
}

TEST(WhoCanReach, an_address_that_nobody_knows) {
  const auto reach = [](const char* rule) {
    const model::Snapshot snapshot = test::cluster_of(kPods + allowing_rule(rule));
    const catalog::Guard guard =
        catalog::guard(test::builtin_catalog(), snapshot,
                       {.providers = {}, .targets = {"kubelet-api"}, .node_blocks = {}});
    Destination to;
    to.flows = guard.aims.at(0).flows;
    to.anywhere = guard.aims.at(0).anywhere;
    return of_web(snapshot, to).reach;
  };
  EXPECT_EQ(reach("{}"), Reach::reachable);
  EXPECT_EQ(reach("{ports: [{port: 80}]}"), Reach::blocked);
  EXPECT_EQ(reach("{to: [{ipBlock: {cidr: 10.0.0.0/8}}]}"), Reach::unknown);
  EXPECT_EQ(reach("{to: [{ipBlock: {cidr: 0.0.0.0/0}}]}"), Reach::unknown);
  EXPECT_EQ(reach("{to: [{ipBlock: {cidr: 0.0.0.0/0}}, {ipBlock: {cidr: '::/0'}}]}"),
            Reach::reachable);
  EXPECT_EQ(reach("{to: [{ipBlock: {cidr: 169.254.0.0/16}}]}"), Reach::blocked)
      << "no node has such an address";
}

TEST(WhoCanReach, the_loopback_of_the_node) {
  const model::Snapshot snapshot = test::cluster_of(kPods);
  Destination to = destination(snapshot, "127.0.0.1", 40342);
  to.host_only = true;
  EXPECT_EQ(of_web(snapshot, to).reach, Reach::blocked);
  EXPECT_EQ(of_web(snapshot, to, *model::find_platform("none")).reach, Reach::blocked);
}

TEST(WhoCanReach, nothing_enforces) {
  const model::Snapshot snapshot = test::cluster_of(kPods + allowing_rule(""));
  const Verdict verdict =
      of_web(snapshot, destination(snapshot, "169.254.169.254", 80), *model::find_platform("none"));
  EXPECT_EQ(verdict.reach, Reach::reachable);
  EXPECT_EQ(verdict.reason, "nothing enforces policies on this platform");
}

}  // namespace
}  // namespace podmoat::audit
