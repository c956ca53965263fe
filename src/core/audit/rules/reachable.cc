// PM-001 metadata reachable, PM-002 node reachable, PM-004 open on IPv6 only, PM-006 on the host
// network, PM-012 undecided: what the Verdicts of a Subject come to.
//
// Targets that one Subject reaches by the same rules make one Finding: on a cluster whose cloud is
// not known a dozen services share 169.254.169.254. What a Ladder comes to is worked out once and
// stamped on every Subject that stands on it.
#include <algorithm>
#include <unordered_map>
#include <utility>

#include "core/audit/rules/rules.h"

namespace podmoat::audit {
namespace {

bool reaches(const std::optional<Verdict>& verdict) {
  return verdict && verdict->reach == Reach::reachable;
}

bool undecided(const std::optional<Verdict>& verdict) {
  return verdict && verdict->reach == Reach::unknown;
}

/// The rule that a Target's Verdicts break, and the Verdict that shows it; nullptr: none.
struct Broken {
  std::string_view rule;
  const Verdict* verdict = nullptr;
};

Broken broken(const catalog::Aim& aim, const FamilyVerdicts& verdicts, bool host_network) {
  const bool v4 = reaches(verdicts.v4);
  const bool v6 = reaches(verdicts.v6);
  if (host_network) {
    if (v4 || v6) return {"PM-006", v4 ? &*verdicts.v4 : &*verdicts.v6};
    return {};
  }
  if (aim.target->kind == catalog::Kind::node && (v4 || v6))
    return {"PM-002", v4 ? &*verdicts.v4 : &*verdicts.v6};
  if (v4) return {"PM-001", &*verdicts.v4};
  if (v6) return {verdicts.v4 ? "PM-004" : "PM-001", &*verdicts.v6};
  if (undecided(verdicts.v4)) return {"PM-012", &*verdicts.v4};
  if (undecided(verdicts.v6)) return {"PM-012", &*verdicts.v6};
  return {};
}

bool same_cause(const std::vector<Because>& a, const std::vector<Because>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const auto& x, const auto& y) {
    return x.object.str() == y.object.str() && x.rule == y.rule;
  });
}

std::string joined(const std::vector<std::string>& names, std::size_t most) {
  std::string out;
  for (std::size_t i = 0; i < std::min(most, names.size()); ++i)
    out += (out.empty() ? "" : ", ") + names[i];
  if (names.size() > most) out += " and " + std::to_string(names.size() - most) + " more";
  return out;
}

void describe(Finding& finding, const Verdict& verdict, bool anywhere) {
  const std::string_view id = finding.rule->id;
  const std::string targets = joined(finding.targets, 3);
  if (id == "PM-012") {
    finding.message = "whether it reaches " + targets + " is not decided: " + verdict.reason;
    finding.remedy = "give what is missing, or treat the Subject as if it reached the Target";
    return;
  }
  finding.message = "reaches " + targets + " (" + finding.witness + "): " + verdict.reason;
  finding.remedy = finding.rule->remedy;
  if (id == "PM-002" && anywhere) {
    finding.message =
        "reaches " + targets + " of every node, wherever nodes are: " + verdict.reason;
    finding.remedy = "add the Node objects to the input or give --node-cidr, then run podmoat fix";
  }
}

/// What one Judged comes to, with everything filled in but the Subject.
Findings patterns(const Survey& survey, const Judged& judged) {
  struct Group {
    Finding finding;
    const Verdict* verdict;
    bool anywhere;
  };
  std::vector<Group> groups;
  const auto& aims = survey.question().guard.aims;
  const bool enforced = survey.question().platform.enforces.answer != model::Answer::no;
  for (std::size_t i = 0; i < aims.size(); ++i) {
    const auto [rule, verdict] = broken(aims[i], judged.aims[i], judged.host_network);
    if (verdict == nullptr) continue;
    const auto group = std::find_if(groups.begin(), groups.end(),
                                    [&, rule = rule, verdict = verdict](const Group& other) {
                                      return other.finding.rule->id == rule &&
                                             same_cause(other.verdict->because, verdict->because);
                                    });
    if (group != groups.end()) {
      group->finding.targets.push_back(aims[i].target->id);
      if (rule == "PM-002")
        group->finding.severity = std::min(group->finding.severity, aims[i].target->severity);
      continue;
    }
    Finding made = finding(rule);
    // A node port of nodes that nobody named cannot be acted on yet: it must not drown the rest.
    if (rule == "PM-002") made.severity = aims[i].target->severity;
    made.target = aims[i].target->id;
    made.targets = {aims[i].target->id};
    made.witness = verdict->witness ? verdict->witness->str() : "";
    made.because = verdict->because;
    made.fixable =
        enforced && !aims[i].anywhere && (rule == "PM-001" || rule == "PM-002" || rule == "PM-004");
    groups.push_back({std::move(made), verdict, aims[i].anywhere});
  }
  Findings out;
  for (Group& group : groups) {
    if (group.finding.rule->id == "PM-002" && group.anywhere)
      group.finding.severity = Severity::low;
    describe(group.finding, *group.verdict, group.anywhere);
    out.push_back(std::move(group.finding));
  }
  return out;
}

}  // namespace

void check_reachable(const Survey& survey, Findings& out) {
  std::unordered_map<const Judged*, Findings> known;
  for (const policy::Subject& subject : survey.subjects()) {
    const Judged& judged = survey.judged(subject);
    auto it = known.find(&judged);
    if (it == known.end()) it = known.emplace(&judged, patterns(survey, judged)).first;
    for (const Finding& pattern : it->second) out.push_back(stamped(pattern, survey, subject));
  }
}

}  // namespace podmoat::audit
