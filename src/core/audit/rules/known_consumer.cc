// PM-016: a Subject that is known to need a Target. Whoever closes the Target should know whom it
// hurts; whoever closed it already, why something may be broken.
#include <algorithm>
#include <utility>

#include "core/audit/rules/shared.h"

namespace podmoat::audit {
namespace {

/// Whether Exceptions leave the Subject all that it needs.
bool is_spared(const Leave* leave, const catalog::Need& need) {
  return leave != nullptr && std::ranges::all_of(need.aims, [&](std::size_t aim) {
           return leave->rest.aims[aim].all().empty();
         });
}

/// What becomes, or became, of the Subject without its Targets.
std::string outlook(const Judged& judged, const catalog::Need& need) {
  if (judged.host_network) return "; on the host network no policy takes that away";
  Reach best = Reach::blocked;
  for (const std::size_t aim : need.aims) best = std::max(best, judged.aims[aim].worst());
  if (best == Reach::blocked)
    return "; it is kept from there, so it may be broken now: " + need.consumer->breaks;
  return "; without, " + need.consumer->breaks;
}

Finding pattern(const Survey& survey, const policy::Subject& subject, const catalog::Need& need) {
  Finding out = finding("PM-016");
  for (const std::size_t aim : need.aims)
    out.targets.push_back(survey.question().guard.aims[aim].target->id);
  out.target = out.targets.front();
  out.message = "runs " + need.consumer->title + ", which needs " + joined(out.targets, 3) + ": " +
                need.consumer->why;
  if (is_spared(survey.leave_of(subject), need)) {
    out.message += "; an Exception leaves it that";
    out.remedy = "spare it, and take the Exception out: " + need.consumer->spare;
    if (need.consumer->spare.starts_with("none")) out.remedy = "keep the Exception";
    return out;
  }
  out.message += outlook(survey.judged(subject), need);
  out.remedy = need.consumer->spare.starts_with("none")
                   ? "leave it the Target with an Exception: nothing spares it"
                   : "spare it: " + need.consumer->spare;
  return out;
}

}  // namespace

void check_known_consumer(const Survey& survey, Findings& out) {
  const Question& question = survey.question();
  for (const policy::Subject& subject : survey.subjects())
    for (const catalog::Need& need :
         catalog::consumers_of(question.guard, question.snapshot.pod_specs[subject.spec])) {
      out.push_back(stamped(pattern(survey, subject, need), survey, subject));
      out.back().fingerprint = fingerprint(out.back(), need.consumer->id);
    }
}

}  // namespace podmoat::audit
