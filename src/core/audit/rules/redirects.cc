// PM-022: somebody on the node takes the metadata address elsewhere before policies see it, so that
// only what they say of the other address counts. PM-023: a Target is reached, and gives no
// credentials of the node.
#include <utility>

#include "core/audit/rules/shared.h"

namespace podmoat::audit {

void check_redirects(const Survey& survey, Findings& out) {
  if (!survey.enforced()) return;
  for (const model::Redirect& redirect : survey.question().platform.redirects) {
    Finding made = finding("PM-022");
    for (const catalog::Aim& aim : survey.question().guard.aims)
      for (const std::string& taken : aim.redirects)
        if (taken == redirect.str()) made.targets.push_back(aim.target->id);
    if (made.targets.empty()) continue;
    made.target = made.targets.front();
    made.message = redirect.name + ": " + redirect.str() + " before policies see it; Verdicts on " +
                   joined(made.targets, 3) +
                   (redirect.plain == model::Answer::no
                        ? " are about the second address, and an except of the first has no effect"
                        : " are about both addresses, and an except of one of them is not enough");
    made.fingerprint = fingerprint(made, redirect.name);
    out.push_back(std::move(made));
  }
}

void check_obtainable(const Survey& survey, Findings& out) {
  const auto& aims = survey.question().guard.aims;
  for (std::size_t i = 0; i < aims.size(); ++i) {
    const std::string why = survey.question().credentials.withheld(*aims[i].target);
    if (why.empty()) continue;
    std::size_t subjects = 0;
    for (const policy::Subject& subject : survey.subjects()) {
      const Judged& judged = survey.judged(subject);
      if (!judged.host_network && judged.aims[i].worst() == Reach::reachable) ++subjects;
    }
    if (subjects == 0) continue;
    Finding made = finding("PM-023");
    made.target = aims[i].target->id;
    made.targets = {made.target};
    made.message = std::to_string(subjects) +
                   (subjects == 1 ? " Subject reaches " : " Subjects reach ") + made.target +
                   (subjects == 1 ? " and gets" : " and get") +
                   " no credentials of the node there: " + why;
    made.fingerprint = fingerprint(made);
    out.push_back(std::move(made));
  }
}

}  // namespace podmoat::audit
