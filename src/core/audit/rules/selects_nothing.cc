// PM-010: a policy that selects no Pod of the input, in a namespace that has some. Often a misspelt
// label. Not asked when the answer is about some Pods only.
//
// A Pod is looked at only for policies that share one of its key=value pairs, so the cost grows
// with what matches.
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "core/audit/rules/rules.h"

namespace podmoat::audit {
namespace {

/// A pair that every Pod which `selector` matches must carry, if there is one.
std::optional<std::string> anchor(const model::Selector& selector) {
  for (const model::Requirement& r : selector.requirements)
    if (r.op == model::Operator::in && r.values.size() == 1) return r.key + '\n' + r.values[0];
  return std::nullopt;
}

using LabelSets = std::unordered_set<std::uint32_t>;

struct Present {
  LabelSets all;
  std::unordered_map<std::string, std::vector<std::uint32_t>> by_pair;
};

std::unordered_map<std::string_view, Present> present(const model::Snapshot& snapshot) {
  std::unordered_map<std::string_view, Present> out;
  for (const model::Pod& pod : snapshot.pods) out[pod.ns].all.insert(pod.labels);
  for (auto& [ns, labels] : out)
    for (const std::uint32_t set : labels.all)
      for (const auto& [key, value] : snapshot.pod_labels[set].entries())
        labels.by_pair[key + '\n' + value].push_back(set);
  return out;
}

template <class Sets>
bool any_matches(const model::Snapshot& snapshot, const model::Selector& selector,
                 const Sets& sets) {
  for (const std::uint32_t set : sets)
    if (selector.matches(snapshot.pod_labels[set])) return true;
  return false;
}

}  // namespace

void check_selects_nothing(const Survey& survey, Findings& out) {
  const Question& question = survey.question();
  if (!question.scope.pods.empty()) return;
  const auto namespaces = present(question.snapshot);
  for (const model::NetworkPolicy& policy : question.snapshot.network_policies) {
    if (!question.scope.covers(policy.object.ns)) continue;
    const auto ns = namespaces.find(policy.object.ns);
    if (ns == namespaces.end()) continue;  // nothing is known of its Pods
    bool selects = false;
    if (const auto pair = anchor(policy.pods)) {
      const auto sets = ns->second.by_pair.find(*pair);
      selects = sets != ns->second.by_pair.end() &&
                any_matches(question.snapshot, policy.pods, sets->second);
    } else {
      selects = any_matches(question.snapshot, policy.pods, ns->second.all);
    }
    if (selects) continue;
    Finding made = finding("PM-010");
    made.ns = policy.object.ns;
    made.because = {
        {policy.object, "spec.podSelector", policy.object.place, "selects " + policy.pods.str()}};
    made.message = policy.object.str() + " selects no Pod: none has " + policy.pods.str();
    made.fingerprint = fingerprint(made, policy.object.str());
    out.push_back(std::move(made));
  }
}

}  // namespace podmoat::audit
