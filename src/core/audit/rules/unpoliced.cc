// PM-021: policies select a Pod that the Platform does not hold: on Windows, on Fargate, without an
// owner.
#include <algorithm>
#include <utility>

#include "core/audit/rules/rules.h"

namespace podmoat::audit {
namespace {

/// Whether some policy isolates whoever stands on the Ladder.
bool isolates(const flow::Ladder& ladder) {
  return std::ranges::any_of(ladder.tiers,
                             [](const flow::Tier& tier) { return !tier.end_origins.empty(); });
}

}  // namespace

void check_unpoliced(const Survey& survey, Findings& out) {
  if (!survey.enforced()) return;
  for (const policy::Subject& subject : survey.subjects()) {
    const Judged& judged = survey.judged(subject);
    if (judged.ladder == nullptr || judged.exposure.fact == nullptr) continue;
    if (!isolates(*judged.ladder)) continue;
    Finding made = finding("PM-021");
    if (judged.exposure.held == model::Answer::unknown) made.severity = Severity::medium;
    made.message = "policies select it, but " + judged.exposure.reason;
    out.push_back(stamped(made, survey, subject));
  }
}

}  // namespace podmoat::audit
