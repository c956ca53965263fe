// PM-014: there are policies, and nothing on this Platform enforces them.
#include <utility>

#include "core/audit/rules/rules.h"

namespace podmoat::audit {

void check_enforcement(const Survey& survey, Findings& out) {
  const Question& question = survey.question();
  if (question.platform.enforces.answer != model::Answer::no) return;
  const std::size_t policies = question.snapshot.network_policies.size();
  if (policies == 0) return;
  Finding made = finding("PM-014");
  made.message =
      std::to_string(policies) + (policies == 1 ? " NetworkPolicy has" : " NetworkPolicies have") +
      " no effect: nothing enforces them on platform " + std::string(question.platform.name);
  made.fingerprint = fingerprint(made);
  out.push_back(std::move(made));
}

}  // namespace podmoat::audit
