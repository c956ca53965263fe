#include "core/audit/exposure.h"

#include <algorithm>
#include <utility>

namespace podmoat::audit {
namespace {

using model::Answer;

/// The label that EKS gives Pods on Fargate. Source: EKS user guide, Fargate profiles.
constexpr std::string_view kFargate = "eks.amazonaws.com/fargate-profile";

/// Makes `out` worse if `fact` does not promise that such Pods are held.
void add(const model::Fact& fact, std::string_view what, Exposure& out) {
  const auto rank = [](Answer answer) {
    return answer == Answer::yes ? 0 : answer == Answer::unknown ? 1 : 2;
  };
  if (rank(fact.answer) <= rank(out.held)) return;
  out.held = fact.answer;
  out.fact = &fact;
  out.reason = std::string(what) + (fact.answer == Answer::no
                                        ? ", where policies do not hold on this platform"
                                        : ", and whether policies hold there is not known");
}

}  // namespace

Exposure exposure_of(const policy::Subject& subject, const model::Snapshot& snapshot,
                     const model::Platform& platform) {
  Exposure out;
  const model::Labels& labels = snapshot.pod_labels[subject.labels];
  if (labels.find(kFargate) != nullptr) add(platform.fargate_policed, "it runs on Fargate", out);
  const bool windows = std::ranges::any_of(subject.pods, [&](std::uint32_t pod) {
    return snapshot.spec_of(snapshot.pods[pod]).windows;
  });
  if (windows) add(platform.windows_policed, "it runs on Windows nodes", out);
  if (subject.workload.kind == "Pod") add(platform.bare_pods_policed, "no workload owns it", out);
  return out;
}

Verdict exposed(Verdict verdict, const flow::FlowSet& wanted, const Exposure& exposure) {
  if (exposure.held == model::Answer::yes || verdict.reach == Reach::reachable) return verdict;
  if (exposure.held == model::Answer::no) return unhindered(wanted, exposure.reason);
  verdict.reach = wanted.empty() ? verdict.reach : Reach::unknown;
  verdict.witness = wanted.witness();
  verdict.reason = exposure.reason;
  verdict.open_questions.push_back(exposure.fact->source);
  return verdict;
}

}  // namespace podmoat::audit
