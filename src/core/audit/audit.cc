// The audit is this list of calls. The Snapshot does not change from here on.
#include "core/audit/audit.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "core/audit/rules/rules.h"

namespace podmoat::audit {
namespace {

Summary summarize(const Survey& survey, const Findings& findings) {
  Summary out;
  for (const policy::Subject& subject : survey.subjects()) {
    ++out.subjects;
    out.pods += subject.pods.size();
    Reach worst = Reach::blocked;
    for (const FamilyVerdicts& verdicts : survey.judged(subject).aims)
      for (const auto* verdict : {&verdicts.v4, &verdicts.v6})
        if (*verdict) worst = std::max(worst, (*verdict)->reach);
    if (worst == Reach::reachable) ++out.reachable;
    if (worst == Reach::unknown) ++out.unknown;
  }
  for (const Finding& finding : findings) ++out.findings[finding.severity];
  return out;
}

}  // namespace

Report audit(const Question& question) {
  const Survey survey(question);
  Findings findings;
  check_enforcement(survey, findings);
  check_reachable(survey, findings);
  check_own_node(survey, findings);
  check_except(survey, findings);
  check_ipv6_cut(survey, findings);
  check_neighbours(survey, findings);
  check_handler_hosts(survey, findings);
  check_detours(survey, findings);
  check_selects_nothing(survey, findings);
  check_invalid(survey, findings);
  std::stable_sort(findings.begin(), findings.end(), [](const Finding& a, const Finding& b) {
    return std::tie(a.severity, a.rule->id, a.ns, a.subject) <
           std::tie(b.severity, b.rule->id, b.ns, b.subject);
  });
  Report report{&question.platform, question.basis, question.providers, {}, {}};
  report.summary = summarize(survey, findings);
  report.findings = std::move(findings);
  report.catalog_checked = question.catalog.checked;
  return report;
}

}  // namespace podmoat::audit
