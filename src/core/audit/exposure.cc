#include "core/audit/exposure.h"

#include <string_view>
#include <utility>

namespace podmoat::audit {
namespace {

using model::Answer;

/// Pods that a Fact speaks of.
struct Sort {
  std::string_view what;      ///< "it runs on Fargate"
  std::string_view perhaps;   ///< "it may run on Fargate"
  std::string_view question;  ///< what would tell whether it does
};

constexpr Sort kWindows{"it runs on Windows nodes", "it may run on Windows nodes",
                        "on which Node it runs: its nodeName, or a nodeSelector "
                        "kubernetes.io/os, tells"};
constexpr Sort kFargate{"it runs on Fargate", "it may run on Fargate",
                        "on which Node it runs: its nodeName tells"};
constexpr Sort kBare{"no workload owns it", "", ""};

int rank(Answer held) { return held == Answer::yes ? 0 : held == Answer::unknown ? 1 : 2; }

/// Makes `out` worse if `fact` does not promise that Pods of that Sort are held. `is`: whether the
/// Pod is one of them.
void add(const model::Fact& fact, const Sort& sort, Answer is, Exposure& out) {
  if (is == Answer::no || fact.answer == Answer::yes) return;
  const bool sure = is == Answer::yes;
  const Answer held = sure ? fact.answer : Answer::unknown;
  if (rank(held) <= rank(out.held)) return;
  out.held = held;
  out.fact = &fact;
  out.sure = sure;
  out.reason = std::string(sure ? sort.what : sort.perhaps) +
               (fact.answer == Answer::no ? ", where policies do not hold on this platform"
                                          : ", and whether policies hold there is not known");
  out.question = sure ? fact.source : std::string(sort.question);
}

}  // namespace

Exposure exposure_of(const policy::Subject& subject, const model::Snapshot& snapshot,
                     const model::Platform& platform) {
  Exposure out;
  const model::PodSpec& spec = snapshot.pod_specs[subject.spec];
  add(platform.fargate_policed, kFargate, spec.fargate, out);
  add(platform.windows_policed, kWindows, spec.windows, out);
  const bool bare = subject.workload.kind == "Pod";
  add(platform.bare_pods_policed, kBare, bare ? model::Answer::yes : model::Answer::no, out);
  return out;
}

bool on_fargate(const policy::Subject& subject, const model::Snapshot& snapshot) {
  return snapshot.pod_specs[subject.spec].fargate == model::Answer::yes;
}

Verdict exposed(Verdict verdict, const flow::FlowSet& wanted, const Exposure& exposure) {
  if (exposure.held == model::Answer::yes || verdict.reach == Reach::reachable) return verdict;
  if (exposure.held == model::Answer::no) return unhindered(wanted, exposure.reason);
  verdict.reach = wanted.empty() ? verdict.reach : Reach::unknown;
  verdict.witness = wanted.witness();
  verdict.reason = exposure.reason;
  verdict.open_questions.push_back(exposure.question);
  return verdict;
}

}  // namespace podmoat::audit
