// Screens as they are to be read, at 80 columns, and the structure of the documents.
#include "core/report/report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <sstream>

#include "core/report/text.h"
#include "support/value_text.h"

namespace podmoat::report {
namespace {

using audit::Finding;
using model::Value;
using test::text_of;
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

model::Snapshot snapshot() {
  model::Snapshot out;
  out.files = {"./deploy/shop policies.yaml", "-", "/srv/abs.yaml"};
  out.pod_labels = {label("app", "web")};
  out.pod_specs = {{}};
  out.pods = {web("web-1", {0, 3, 1}), web("web-2", {0, 3, 1})};
  return out;
}

audit::Because cause(std::string name, std::string rule, Place place, std::string text) {
  return {
      {"NetworkPolicy", "shop", std::move(name), place}, std::move(rule), place, std::move(text)};
}

Finding metadata() {
  Finding out;
  out.rule = audit::find_rule("PM-001");
  out.severity = Severity::critical;
  out.ns = "shop";
  out.subject = "Deployment/web";
  out.pods = {"web-1", "web-2"};
  out.pod_count = 2;
  out.target = "aws-imds";
  out.targets = {"aws-imds", "gcp-mds"};
  out.witness = "169.254.169.254:80/TCP";
  out.because = {cause("allow", "egress[0].to[0]", {0, 14, 7}, "allows 0.0.0.0/0 on every port"),
                 cause("more", "egress[1]", {0, 30, 5}, "allows every destination on TCP 80")};
  out.message = "reaches aws-imds, gcp-mds (169.254.169.254:80/TCP): a policy allows it";
  out.remedy = "podmoat fix narrows the rules that let it through";
  out.fixable = true;
  out.fingerprint = "00c0ffee";
  return out;
}

Finding own_node() {
  Finding out;
  out.rule = audit::find_rule("PM-013");
  out.severity = Severity::info;
  out.message = "1 Subject is kept from the node ports by policy; whether that holds is open";
  out.fingerprint = "0badcafe";
  return out;
}

audit::Report report(std::vector<Finding> findings) {
  audit::Report out;
  out.platform = &model::conformant();
  out.providers = {"aws", "gcp"};
  out.summary = {.pods = 2, .subjects = 1, .reachable = findings.empty() ? 0u : 1u, .findings = {}};
  for (const Finding& finding : findings) ++out.summary.findings[finding.severity];
  out.findings = std::move(findings);
  out.catalog_checked = "2026-11-23";
  return out;
}

std::string summary_of(const audit::Report& of, GroupBy group_by = GroupBy::ns, Look look = {}) {
  return audit_table(of, snapshot(), Detail::summary, group_by, look);
}

const char* const kHeader =
    R"(Platform  conformant (assumed): policies are enforced exactly as their
          documentation promises
Clouds    aws, gcp
)";

TEST(AuditTable, gives_the_overview_first) {
  EXPECT_EQ(summary_of(report({metadata(), own_node()})),
            kHeader + std::string(R"(Seen      2 Pods in 1 Subject; 1 reaches a guarded Target
Findings  1 critical, 1 info

NAMESPACE  PODS  CRIT  HIGH  MED  LOW  WORST
shop          2     1     0    0    0  PM-001 Deployment/web -> aws-imds +1

The cluster
  info     PM-013  1 Subject is kept from the node ports by policy; whether that
                   holds is open

--report all shows every finding; podmoat explain PM-001 tells what it means.
podmoat fix can close 1 of 2.
)"));
}

TEST(AuditTable, groups_by_what_it_is_told) {
  const audit::Report two = report({metadata()});
  EXPECT_THAT(
      summary_of(two, GroupBy::workload),
      HasSubstr("shop       Deployment/web     2     1     0    0    0  PM-001 -> aws-imds"));
  EXPECT_THAT(
      summary_of(two, GroupBy::policy),
      HasSubstr("shop       allow      2     1     0    0    0  PM-001 shop/Deployment/web"));
  EXPECT_THAT(summary_of(two, GroupBy::policy), HasSubstr("shop       more "));
  EXPECT_THAT(summary_of(two, GroupBy::target), HasSubstr("\ngcp-mds      2     1"));
}

TEST(AuditTable, counts_the_pods_of_a_subject_once) {
  Finding node = metadata();
  node.rule = audit::find_rule("PM-002");
  Finding twin = metadata();  // another Subject of the same workload
  twin.pods = {"web-9"};
  twin.pod_count = 1;
  EXPECT_THAT(summary_of(report({metadata(), twin, node})), HasSubstr("\nshop          3     3 "));
}

TEST(AuditTable, shows_every_finding_with_its_reasons) {
  EXPECT_EQ(audit_table(report({metadata()}), snapshot(), Detail::all, GroupBy::ns, {}),
            kHeader + std::string(R"(Seen      2 Pods in 1 Subject; 1 reaches a guarded Target
Findings  1 critical

# namespace shop: 1 finding

critical PM-001 shop/Deployment/web
  reaches aws-imds, gcp-mds (169.254.169.254:80/TCP): a policy allows it
  pods     web-1, web-2
  because  NetworkPolicy shop/allow egress[0].to[0] allows 0.0.0.0/0 on every
           port (./deploy/shop policies.yaml:14)
           NetworkPolicy shop/more egress[1] allows every destination on TCP 80
           (./deploy/shop policies.yaml:30)
  to do    podmoat fix narrows the rules that let it through

)"));
}

TEST(AuditTable, says_what_no_finding_rests_on) {
  EXPECT_THAT(
      summary_of(report({})),
      HasSubstr("No findings: none of the 1 Subject reaches a guarded Target. This rests on\n"
                "platform conformant and on the catalogue as checked on 2026-11-23.\n"));
  audit::Report nothing = report({});
  nothing.summary.subjects = 0;
  EXPECT_THAT(summary_of(nothing), HasSubstr("nothing to look at"));
}

TEST(AuditTable, colours_severities_if_asked) {
  EXPECT_THAT(summary_of(report({metadata()})), Not(HasSubstr("\x1b")));
  EXPECT_THAT(summary_of(report({metadata()}), GroupBy::ns, {.colour = true}),
              HasSubstr("\x1b[1;31mcritical\x1b[0m"));
}

/// Lines of file places may be longer: a path is never broken.
void expect_within(const std::string& screen, std::size_t width) {
  std::istringstream lines(screen);
  for (std::string line; std::getline(lines, line);)
    if (line.find(".yaml:") == std::string::npos) {
      EXPECT_LE(width_of(line), width) << line;
    }
}

TEST(AuditTable, keeps_to_the_width_whatever_the_names_are) {
  std::mt19937_64 random(169254);
  const auto word = [&](std::size_t most) {
    return std::string(1 + random() % most, static_cast<char>('a' + random() % 26));
  };
  for (int i = 0; i < 300; ++i) {
    std::vector<Finding> findings;
    for (std::uint64_t n = 1 + random() % 5; n > 0; --n) {
      Finding one = metadata();
      one.ns = word(63);
      one.subject = "StatefulSet/" + word(120);
      one.pods = {word(200)};
      one.target = word(40);
      one.targets = {one.target, word(90)};
      one.message = word(100) + " " + word(30) + " " + word(9);
      one.because[0].object.name = word(253);
      findings.push_back(std::move(one));
    }
    const audit::Report of = report(std::move(findings));
    const Look look{.width = 60 + random() % 60};
    for (const GroupBy group : {GroupBy::ns, GroupBy::workload, GroupBy::policy, GroupBy::target}) {
      expect_within(audit_table(of, snapshot(), Detail::summary, group, look), look.width);
      expect_within(audit_table(of, snapshot(), Detail::all, group, look), look.width);
    }
  }
}

TEST(AuditDocument, has_every_field) {
  const Value out = audit_document(report({metadata()}), snapshot());
  EXPECT_EQ(text_of(*out.find("summary")),
            "{pods: 2, subjects: 1, reachable: 1, spared: 0, unknown: 0, findings: {critical: 1, "
            "high: 0, "
            "medium: 0, low: 0, info: 0}}");
  EXPECT_EQ(text_of(*out.find("platform")->find("basis")), "assumed");
  const Value& finding = out.find("findings")->list()->front();
  EXPECT_EQ(text_of(finding.find("because")->list()->front()),
            "{kind: NetworkPolicy, namespace: shop, name: allow, rule: egress[0].to[0], file: "
            "./deploy/shop policies.yaml, line: 14}");
  EXPECT_EQ(text_of(*finding.find("fingerprint")), "00c0ffee");
  EXPECT_EQ(text_of(*finding.find("pods")), "[web-1, web-2]");
}

const Value& run_of(const Value& log) { return log.find("runs")->list()->front(); }

TEST(Sarif, points_at_the_rule_that_decided) {
  const Value log = sarif(report({metadata()}), snapshot());
  EXPECT_EQ(text_of(*log.find("version")), "2.1.0");
  const Value& result = run_of(log).find("results")->list()->front();
  EXPECT_EQ(text_of(*result.find("level")), "error");
  EXPECT_EQ(text_of(*result.find("locations")->list()->front().find("physicalLocation")),
            "{artifactLocation: {uri: deploy/shop%20policies.yaml, uriBaseId: %SRCROOT%}, region: "
            "{startLine: 14}}");
  EXPECT_EQ(text_of(*result.find("relatedLocations")->list()->front().find("message")),
            "{text: NetworkPolicy shop/more egress[1] allows every destination on TCP 80}");
  EXPECT_EQ(text_of(*result.find("partialFingerprints")), "{podmoat/v1: 00c0ffee}");
}

TEST(Sarif, falls_back_to_the_workload_and_to_a_name) {
  Finding open = metadata();
  open.because = {};
  const auto location = [&](const Finding& finding) {
    const Value log = sarif(report({finding}), snapshot());
    return text_of(run_of(log).find("results")->list()->front().find("locations")->list()->front());
  };
  EXPECT_THAT(location(open), HasSubstr("startLine: 3"));
  Finding elsewhere = metadata();
  elsewhere.subject = "Deployment/unknown";
  for (const std::uint32_t file : {1u, 2u}) {  // standard input, an absolute path
    elsewhere.because = {cause("allow", "egress[0]", {file, 9, 1}, "")};
    EXPECT_EQ(
        location(elsewhere),
        "{logicalLocations: [{fullyQualifiedName: shop/Deployment/unknown, kind: resource}]}");
  }
}

TEST(Sarif, tells_all_rules_within_the_limits_of_services) {
  const Value log = sarif(report({}), snapshot());
  const Value& rules = *run_of(log).find("tool")->find("driver")->find("rules");
  ASSERT_EQ(rules.list()->size(), audit::rules().size());
  for (const Value& rule : *rules.list()) {
    EXPECT_LE(rule.find("properties")->find("tags")->list()->size(), 20u);
    EXPECT_FALSE(rule.find("help")->find("markdown")->string()->empty());
  }
  EXPECT_EQ(text_of(*rules.list()->front().find("properties")->find("security-severity")), "9.5");
}

TEST(Sarif, leaves_the_least_out_and_says_so) {
  std::vector<Finding> findings(25'000, metadata());
  findings.push_back(own_node());
  findings.push_back(own_node());
  const Value log = sarif(report(std::move(findings)), snapshot());
  EXPECT_EQ(run_of(log).find("results")->list()->size(), 25'000u);
  EXPECT_THAT(text_of(*run_of(log).find("invocations")), HasSubstr("2 results are left out"));
}

TEST(Diagnostics, look_like_a_compilers) {
  const Diagnostics one{
      {Level::warning, "unknown-field", "unknown field from", "", "NetworkPolicy a/b", {0, 4, 5}},
      {Level::error, "yaml", "bad\x1b[2J", "close the quote", "", {0, 9, 0}}};
  EXPECT_EQ(diagnostics_text(one, snapshot(), {}),
            "./deploy/shop policies.yaml:4:5: warning: NetworkPolicy a/b: unknown field from\n"
            "./deploy/shop policies.yaml:9: error: bad?[2J (hint: close the quote)\n");
}

TEST(Diagnostics, show_every_error_and_twenty_warnings) {
  Diagnostics many(30, {Level::warning, "w", "odd", "", "", {}});
  many.push_back({Level::invalid, "i", "refused", "", "", {}});
  const std::string out = diagnostics_text(many, snapshot(), {});
  EXPECT_EQ(std::count(out.begin(), out.end(), '\n'), 22);
  EXPECT_THAT(out, HasSubstr("invalid: refused\n"));
  EXPECT_THAT(out, HasSubstr("and 10 more warnings\n"));
}

TEST(PlanNotes, group_what_cannot_be_fixed) {
  fix::Plan plan;
  for (int i = 0; i < 500; ++i)
    plan.leftovers.push_back({"ns", "Pod/p" + std::to_string(i), "it shares the node's network",
                              "take hostNetwork away"});
  EXPECT_EQ(plan_notes(plan, snapshot(), {}),
            "There is nothing that a policy could fix.\n"
            "No policy can fix:\n"
            "  ! 500 times: it shares the node's network\n"
            "    ns/Pod/p0, ns/Pod/p1, ns/Pod/p2, ns/Pod/p3, ns/Pod/p4 and 495 more\n"
            "    do: take hostNetwork away\n");
  EXPECT_EQ(plan_notes({}, snapshot(), {}), "Nothing to do: no policy needs to change.\n");
}

proof::Proof refuted() {
  proof::Proof out;
  out.outcome = proof::Outcome::refuted;
  out.namespaces = 2;
  out.classes = 5;
  out.counterexamples = {{.breach = proof::Breach::widened,
                          .ns = "shop",
                          .labels = label("app", "db"),
                          .flow = {},
                          .receiver = {},
                          .to = "10.0.0.1:443/TCP",
                          .because = {"NetworkPolicy shop/cure egress[0].to[0]"}}};
  return out;
}

TEST(ProofText, tells_a_counterexample_in_two_lines) {
  EXPECT_EQ(proof_text(refuted(), {}),
            "Refuted: 1 counterexample to it, over every label set that a Pod of 2 namespaces\n"
            "         could carry (5 kinds that policies tell apart)\n"
            "  - A Pod in namespace shop with labels app=db gains a flow that it did not\n"
            "    have: 10.0.0.1:443/TCP\n"
            "    open because: NetworkPolicy shop/cure egress[0].to[0]\n");
  EXPECT_EQ(text_of(*proof_document(refuted()).find("counterexamples")),
            "[{breach: widened, namespace: shop, labels: {app: db}, flow: 10.0.0.1:443/TCP, "
            "because: [NetworkPolicy shop/cure egress[0].to[0]]}]");
}

TEST(ProofText, says_what_is_proven) {
  proof::Proof proven;
  proven.outcome = proof::Outcome::proven;
  proven.namespaces = 1;
  proven.classes = 3;
  proven.flows_cut = 4;
  EXPECT_EQ(proof_text(proven, {}),
            "Proven: every guarded flow is cut and nothing else changes, for every label set\n"
            "        that a Pod of 1 namespace could carry (3 kinds that policies tell\n"
            "        apart); 4 guarded flows were open before\n");
  proven.anywhere = proven.collateral = true;
  EXPECT_EQ(
      proof_text(proven, {.width = 400}),
      "Proven: every guarded flow whose address is known is cut and nothing else that Pods may "
      "send changes, for every label set that a Pod of 1 namespace could carry (3 kinds that "
      "policies tell apart); 4 guarded flows were open before; at the guarded addresses other "
      "ports and protocols may have gone with them\n");
}

TEST(RulePage, fits_every_rule_into_the_width) {
  for (const audit::RuleInfo& rule : audit::rules()) expect_within(rule_page(rule, {}), 80);
  EXPECT_THAT(rules_markdown(), HasSubstr("\n## PM-014\n"));
}

}  // namespace
}  // namespace podmoat::report
