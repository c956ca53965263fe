// PM-022: somebody on the node takes the metadata address elsewhere before policies see it, so that
// only what they say of the other address counts. PM-023: a Target is reached, and gives no
// credentials of the node.
#include <map>
#include <utility>

#include "core/audit/exposure.h"
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
  const Question& question = survey.question();
  const auto& aims = question.guard.aims;
  for (std::size_t i = 0; i < aims.size(); ++i) {
    std::map<std::string, std::size_t> subjects;  // by what keeps the credentials from them
    for (const policy::Subject& subject : survey.subjects()) {
      const Judged& judged = survey.judged(subject);
      if (judged.host_network || judged.aims[i].worst() != Reach::reachable) continue;
      ++subjects[question.credentials.withheld(*aims[i].target,
                                               on_fargate(subject, question.snapshot))];
    }
    subjects.erase("");
    for (const auto& [why, count] : subjects) {
      Finding made = finding("PM-023");
      made.target = aims[i].target->id;
      made.targets = {made.target};
      made.message = std::to_string(count) +
                     (count == 1 ? " Subject reaches " : " Subjects reach ") + made.target +
                     (count == 1 ? " and gets" : " and get") +
                     " no credentials of the node there: " + why;
      // What holds for all Pods has the fingerprint of its Target alone.
      const bool all = why == question.credentials.withheld(*aims[i].target, false);
      made.fingerprint = all ? fingerprint(made) : fingerprint(made, "fargate");
      out.push_back(std::move(made));
    }
  }
}

}  // namespace podmoat::audit
