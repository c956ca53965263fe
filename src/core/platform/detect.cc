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

/// PF-34. Several plugins that may enforce: nobody knows which of them does.
Platform several(std::vector<Candidate> candidates) {
  Platform out = std::move(candidates.front().platform);
  std::string names = out.name;
  std::string why = out.name + " (" + candidates.front().evidence + ")";
  out.evidence.push_back(candidates.front().evidence);
  for (std::size_t i = 1; i < candidates.size(); ++i) {
    Candidate& next = candidates[i];
    if (next.platform.engine != out.engine) out.engine = "kubernetes";
    out = merged(std::move(out), next.platform);
    std::ranges::move(next.platform.unclear, std::back_inserter(out.unclear));
    out.evidence.push_back(next.evidence);
    names += " or " + next.platform.name;
    why += (i + 1 < candidates.size() ? ", " : " and ") + next.platform.name + " (" +
           next.evidence + ")";
  }
  out.name = "unclear";
  out.summary = "several plugins that enforce policies are in the input: " + names;
  out.unclear.insert(out.unclear.begin(),
                     "there are " + why + ": the facts on which they differ are unknown");
  return out;
}

Platform only(Candidate candidate) {
  candidate.platform.evidence.push_back(std::move(candidate.evidence));
  return std::move(candidate.platform);
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
  Platform platform = found.size() > 1 && !off(found.front()) ? several(std::move(found))
                                                              : only(std::move(found.front()));
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

}  // namespace podmoat::platform
