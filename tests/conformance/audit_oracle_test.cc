// core/audit against the slow oracle: every Subject of random clusters, every Target, one packet at
// a time. The Verdicts of who-can-reach and the Findings have to say what the packets do.
#include <gtest/gtest.h>

#include <set>
#include <string>
#include <tuple>

#include "core/audit/audit.h"
#include "support/random_cluster.h"
#include "support/slow_network_policy.h"
#include "support/yaml_cluster.h"

namespace podmoat::test {
namespace {

using audit::Reach;

constexpr std::uint64_t kClusters = 3'500;

/// What one family of a Target comes to, packet by packet: one that passes is enough.
Reach slow_reach(const model::Snapshot& snapshot, const model::Pod& pod,
                 const flow::FlowSet& flows) {
  Reach out = Reach::blocked;
  for (const flow::FlowSet::Row& row : flows.rows())
    for (U128 at = row.span.first; at <= row.span.last; ++at)
      for (const flow::PortSet::Run& run : row.ports.runs())
        for (int port = run.ports.first; port <= run.ports.last; ++port) {
          const Family family = row.span.line == flow::Line::v4 ? Family::v4 : Family::v6;
          const Allowed allowed = slow_allowed(
              snapshot, pod, {Address{family, at}, run.protocol, static_cast<std::uint16_t>(port)});
          out = std::max(out, allowed == Allowed::yes       ? Reach::reachable
                              : allowed == Allowed::unknown ? Reach::unknown
                                                            : Reach::blocked);
        }
  return out;
}

flow::FlowSet on(flow::Line line, const flow::FlowSet& flows) {
  return flows & flow::FlowSet::box(flow::whole(line), flow::PortSet::all());
}

/// The rule that a Target breaks for a Subject, as docs/semantics/verdicts.md and PM-nnn say.
std::string rule_of(const catalog::Aim& aim, bool host_network, Reach v4, Reach v6, bool has_v4) {
  const Reach worst = std::max(v4, v6);
  if (host_network) return "PM-006";
  if (worst == Reach::blocked) return "";
  if (worst == Reach::unknown) return "PM-012";
  if (aim.target->kind == catalog::Kind::node) return "PM-002";
  return has_v4 && v4 == Reach::blocked ? "PM-004" : "PM-001";
}

using Said = std::set<std::tuple<std::string, std::string, std::string>>;  // rule, Subject, Target

Said said_by(const audit::Report& report) {
  Said out;
  for (const audit::Finding& finding : report.findings)
    for (const char* rule : {"PM-001", "PM-002", "PM-004", "PM-006", "PM-012"})
      if (finding.rule->id == rule)
        for (const std::string& target : finding.targets)
          out.emplace(rule, finding.ns + "/" + finding.subject, target);
  return out;
}

class Oracle {
 public:
  explicit Oracle(std::uint64_t seed)
      : snapshot_(random_cluster(seed)),
        guard_(catalog::guard(builtin_catalog(), snapshot_,
                              {.providers = {"aws", "azure", "gcp"},
                               .targets = {},
                               .node_blocks = {*parse_block("10.0.0.0/31")}})),
        question_{snapshot_,
                  model::conformant(),
                  model::Basis::given,
                  builtin_catalog(),
                  guard_,
                  {"aws", "azure", "gcp"},
                  {}} {}

  void check() {
    Said want;
    for (const catalog::Aim& aim : guard_.aims) check(aim, want);
    EXPECT_EQ(said_by(audit::audit(question_)), want);
  }
  std::size_t seen(Reach reach) const { return seen_[static_cast<std::size_t>(reach)]; }

 private:
  void check(const catalog::Aim& aim, Said& want) {
    audit::Destination to;
    to.flows = aim.flows;
    for (const audit::Answer& answer : audit::who_can_reach(question_, to)) {
      const policy::Subject& subject = answer.subject;
      Reach family[2] = {Reach::reachable, Reach::reachable};
      const flow::FlowSet flows[2] = {on(flow::Line::v4, aim.flows), on(flow::Line::v6, aim.flows)};
      for (int i = 0; i < 2; ++i)
        if (flows[i].empty())
          family[i] = Reach::blocked;
        else if (!subject.host_network)
          family[i] = slow_reach(snapshot_, snapshot_.pods[subject.pods.front()], flows[i]);
      const Reach slow = std::max(family[0], family[1]);
      EXPECT_EQ(name_of(answer.verdict.reach), name_of(slow))
          << subject.ns << "/" << subject.workload.str() << " to " << aim.target->id;
      ++seen_[static_cast<std::size_t>(slow)];
      const std::string rule =
          rule_of(aim, subject.host_network, family[0], family[1], !flows[0].empty());
      if (!rule.empty())
        want.emplace(rule, subject.ns + "/" + subject.workload.str(), aim.target->id);
    }
  }

  model::Snapshot snapshot_;
  catalog::Guard guard_;
  audit::Question question_;
  std::size_t seen_[3] = {0, 0, 0};
};

TEST(AuditOracle, agrees_on_every_Subject_and_Target) {
  std::size_t seen[3] = {0, 0, 0};
  for (std::uint64_t seed = 0; seed < kClusters; ++seed) {
    Oracle oracle(seed);
    oracle.check();
    ASSERT_FALSE(HasFailure()) << "seed " << seed;
    for (const Reach reach : {Reach::blocked, Reach::unknown, Reach::reachable})
      seen[static_cast<std::size_t>(reach)] += oracle.seen(reach);
  }
  for (const std::size_t count : seen) EXPECT_GT(count, kClusters) << "the clusters are too tame";
}

}  // namespace
}  // namespace podmoat::test
