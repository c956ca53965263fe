// PM-013: policies keep Pods from the nodes' ports, and whether they do so on a Pod's own node is
// not promised. One Finding for the cluster: it is a fact about the Platform.
#include "core/audit/rules/rules.h"

namespace podmoat::audit {
namespace {

bool blocked(const FamilyVerdicts& verdicts) {
  const auto is = [](const std::optional<Verdict>& verdict) {
    return !verdict || verdict->reach == Reach::blocked;
  };
  return (verdicts.v4 || verdicts.v6) && is(verdicts.v4) && is(verdicts.v6);
}

}  // namespace

void check_own_node(const Survey& survey, Findings& out) {
  const model::Fact& fact = survey.question().platform.own_node_policed;
  if (fact.answer == model::Answer::yes) return;
  if (survey.question().platform.enforces.answer == model::Answer::no) return;
  std::size_t subjects = 0;
  Finding made = finding("PM-013");
  const auto& aims = survey.question().guard.aims;
  for (const policy::Subject& subject : survey.subjects()) {
    const Judged& judged = survey.judged(subject);
    bool any = false;
    for (std::size_t i = 0; i < aims.size(); ++i) {
      if (aims[i].target->kind != catalog::Kind::node || !blocked(judged.aims[i])) continue;
      any = true;
      if (made.target.empty()) made.target = aims[i].target->id;
    }
    if (any) ++subjects;
  }
  if (subjects == 0) return;
  made.targets = {made.target};
  made.message = std::to_string(subjects) + (subjects == 1 ? " Subject is" : " Subjects are") +
                 " kept from the node ports by policy; whether that holds on a Pod's own node " +
                 (fact.answer == model::Answer::no ? "is ruled out on this platform"
                                                   : "depends on the network plugin");
  made.remedy = made.rule->remedy;
  made.fingerprint = fingerprint(made);
  out.push_back(std::move(made));
}

}  // namespace podmoat::audit
