// The audit is this list of calls. The Snapshot does not change from here on.
#include "core/audit/audit.h"

#include <algorithm>
#include <numeric>
#include <tuple>
#include <unordered_map>
#include <utility>

#include "core/audit/rules/rules.h"

namespace podmoat::audit {
namespace {

/// Subjects of one workload, which differ in labels only, have Findings about the same thing. Those
/// that say the same become one; the rest are numbered, as labels may change with every roll-out.
void tell_apart(Findings& findings) {
  std::unordered_map<std::string, std::vector<std::size_t>> same;  // fingerprint -> index in `kept`
  Findings kept;
  for (Finding& finding : findings) {
    std::vector<std::size_t>& others = same[finding.fingerprint];
    const auto twin = std::find_if(others.begin(), others.end(), [&](std::size_t i) {
      return kept[i].message == finding.message && kept[i].targets == finding.targets &&
             same_cause(kept[i].because, finding.because);
    });
    if (twin != others.end()) {
      kept[*twin].pods.insert(kept[*twin].pods.end(), finding.pods.begin(), finding.pods.end());
      kept[*twin].pod_count += finding.pod_count;
      continue;
    }
    others.push_back(kept.size());
    if (others.size() > 1) finding.fingerprint += "-" + std::to_string(others.size());
    kept.push_back(std::move(finding));
  }
  findings = std::move(kept);
}

/// The worst first. Findings are large: their numbers are sorted, and each is moved once.
void sort(Findings& findings) {
  std::vector<std::size_t> order(findings.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t i, std::size_t j) {
    const Finding& a = findings[i];
    const Finding& b = findings[j];
    return std::tie(a.severity, a.rule->id, a.ns, a.subject) <
           std::tie(b.severity, b.rule->id, b.ns, b.subject);
  });
  Findings sorted;
  sorted.reserve(findings.size());
  for (const std::size_t i : order) sorted.push_back(std::move(findings[i]));
  findings = std::move(sorted);
}

Summary summarize(const Survey& survey, const Findings& findings) {
  Summary out;
  for (const policy::Subject& subject : survey.subjects()) {
    ++out.subjects;
    out.pods += subject.pods.size();
    const Leave* leave = survey.leave_of(subject);
    const Reach worst = survey.judged(subject).worst();
    const Reach rest = leave == nullptr ? worst : leave->rest.worst();
    if (worst == Reach::reachable) ++out.reachable;
    if (worst == Reach::reachable && rest == Reach::blocked) ++out.spared;
    if (rest == Reach::unknown) ++out.unknown;
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
  check_platform(survey, findings);
  check_unpoliced(survey, findings);
  check_redirects(survey, findings);
  check_obtainable(survey, findings);
  check_inert(survey, findings);
  check_shared_except(survey, findings);
  check_nodes_proxy(survey, findings);
  check_known_consumer(survey, findings);
  check_mesh(survey, findings);
  check_kubelet_open(survey, findings);
  check_exceptions(survey, findings);
  tell_apart(findings);
  sort(findings);
  Report report{&question.platform, question.basis, question.providers, {}, {}};
  report.summary = summarize(survey, findings);
  report.findings = std::move(findings);
  report.catalog_checked = question.catalog.checked;
  report.nodes_as_told = question.guard.nodes_as_told;
  return report;
}

}  // namespace podmoat::audit
