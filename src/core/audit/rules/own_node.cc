// PM-013: policies keep Pods from the nodes' ports, and whether they do so on a Pod's own node is
// not promised, or ruled out. One Finding for the cluster: it is a fact about the Platform.
#include <algorithm>
#include <utility>

#include "core/audit/rules/rules.h"

namespace podmoat::audit {

void check_own_node(const Survey& survey, Findings& out) {
  const model::Fact& fact = survey.question().platform.own_node_policed;
  if (fact.answer == model::Answer::yes || !survey.enforced()) return;
  const auto& aims = survey.question().guard.aims;
  std::vector<bool> blocked(aims.size(), false);  // for some Subject
  std::size_t subjects = 0;
  for (const policy::Subject& subject : survey.subjects()) {
    const Judged& judged = survey.judged(subject);
    bool any = false;
    for (std::size_t i = 0; i < aims.size(); ++i) {
      if (aims[i].target->kind != catalog::Kind::node || aims[i].host_only) continue;
      if (judged.aims[i].all().empty() || judged.aims[i].worst() != Reach::blocked) continue;
      any = true;
      blocked[i] = true;
    }
    if (any) ++subjects;
  }
  if (subjects == 0) return;
  Finding made = finding("PM-013");
  for (std::size_t i = 0; i < aims.size(); ++i)
    if (blocked[i]) made.targets.push_back(aims[i].target->id);
  made.target = made.targets.front();
  if (fact.answer == model::Answer::no)
    for (std::size_t i = 0; i < aims.size(); ++i)
      if (blocked[i]) made.severity = std::min(made.severity, aims[i].target->severity);
  made.message = std::to_string(subjects) + (subjects == 1 ? " Subject is" : " Subjects are") +
                 " kept from the node ports by policy; " +
                 (fact.answer == model::Answer::no
                      ? "on platform " + survey.question().platform.name +
                            " every Pod reaches those of its own node all the same"
                      : "whether that holds on a Pod's own node depends on the network plugin");
  made.fingerprint = fingerprint(made);
  out.push_back(std::move(made));
}

}  // namespace podmoat::audit
