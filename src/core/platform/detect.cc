// One Candidate that enforces is the Platform. Several are merged: what they agree on holds.
#include "core/platform/detect.h"

#include <algorithm>
#include <array>
#include <utility>

#include "core/platform/evidence.h"

namespace podmoat::platform {
namespace {

using model::Answer;
using model::Platform;

/// Its Platform, with the object first that speaks for it.
Platform only(Candidate candidate) {
  auto& all = candidate.platform.evidence;
  all.insert(all.begin(), std::move(candidate.evidence));
  return std::move(candidate.platform);
}

/// PF-34. Several plugins that may enforce: nobody knows which of them does.
Platform several(const std::vector<Candidate>& candidates) {
  std::string names;
  std::string why;
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    const auto& [platform, evidence] = candidates[i];
    const bool last = i + 1 == candidates.size();
    names += (i == 0 ? "" : " or ") + platform.name;
    why += (i == 0 ? "" : last ? " and " : ", ") + platform.name + " (" + evidence + ")";
  }
  Platform out = only(candidates.front());
  for (std::size_t i = 1; i < candidates.size(); ++i) {
    Platform next = only(candidates[i]);
    if (next.engine != out.engine) out.engine = "kubernetes";
    out = merged(std::move(out), next);
    std::ranges::move(next.unclear, std::back_inserter(out.unclear));
    std::ranges::move(next.evidence, std::back_inserter(out.evidence));
  }
  out.name = "unclear";
  out.summary = "several plugins that enforce policies are in the input: " + names;
  out.unclear.insert(out.unclear.begin(),
                     "there are " + why + ": the facts on which they differ are unknown");
  return out;
}

}  // namespace

Detected detect(const model::Snapshot& snapshot, std::optional<bool> workload_identity) {
  const Evidence evidence(snapshot);
  std::vector<Candidate> found = enforcing(evidence);
  if (found.empty()) found = networks(evidence);
  if (found.empty()) {
    Platform assumed = model::conformant();
    if (const model::Node* off = evidence.k3s_switched_off()) {
      const std::string why = "the firewall of k3s is switched off (" + evidence.text(off->object) +
                              "), and no other plugin is in the input";
      assumed.unclear.push_back(why + ": whether one enforces policies is unknown");
      answer(assumed.enforces, Answer::unknown, why, evidence.text(off->object));
    }
    return {with_agents(std::move(assumed), snapshot, workload_identity), model::Basis::assumed};
  }
  // What is there and switched off does not count beside others.
  const auto off = [](const Candidate& one) { return one.platform.enforces.answer == Answer::no; };
  if (!std::ranges::all_of(found, off)) std::erase_if(found, off);
  Platform platform =
      found.size() > 1 && !off(found.front()) ? several(found) : only(std::move(found.front()));
  return {with_agents(std::move(platform), snapshot, workload_identity), model::Basis::detected};
}

std::vector<std::string> hints(const model::Snapshot& snapshot) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 6> kSigns{{
      {"ciliumnetworkpolicies.cilium.io", "Cilium"},
      {"globalnetworkpolicies.crd.projectcalico.org", "Calico"},
      {"clusternetworkpolicies.crd.antrea.io", "Antrea"},
      {"egressfirewalls.k8s.ovn.org", "OVN-Kubernetes"},
      {"policyendpoints.networking.k8s.aws", "the AWS network policy agent"},
      {"egressnetworkpolicies.network.openshift.io", "OpenShift SDN"},
  }};
  const Evidence evidence(snapshot);
  std::vector<std::string> out;
  for (const model::Object& definition : snapshot.system_definitions)
    for (const auto& [name, plugin] : kSigns)
      if (definition.name == name)
        out.push_back(evidence.text(definition) + ": " + std::string(plugin) +
                      " is or was installed");
  return out;
}

std::string contradiction(const Platform& given, const model::Snapshot& snapshot) {
  const Platform shown = detect(snapshot).platform;
  if (shown.evidence.empty() || shown.name == "unclear" || shown.engine == given.engine ||
      shown.enforces.answer != Answer::yes)
    return "";
  return "--platform says " + given.name + ", and " + shown.evidence.front() +
         " shows that platform " + shown.name + " enforces policies";
}

}  // namespace podmoat::platform
