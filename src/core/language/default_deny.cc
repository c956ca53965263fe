// Pods that no policy selects, where the Platform denies them: no language, but a Policy without
// rules for everybody. Rules: docs/semantics/platforms.md PF-20, docs/semantics/cilium.md CL-12.
#include <set>
#include <string>
#include <utility>

#include "core/language/language.h"

namespace podmoat::language {
namespace {

using model::Answer;

/// Namespaces with a policy for ingress alone, of whose Pods it is not known whether the mode of
/// the AWS agent still holds their egress.
std::set<std::string> with_ingress_alone(const Source& source) {
  std::set<std::string> out;
  if (source.platform.engine != "aws") return out;
  for (const model::NetworkPolicy& policy : source.snapshot.network_policies)
    if (!policy.isolates_egress) out.insert(policy.object.ns);
  return out;
}

PodTerm in_any(model::Operator op, const std::set<std::string>& namespaces) {
  PodTerm out;
  if (!namespaces.empty())
    out.namespaces.requirements.push_back(
        {model::kNamespaceNameLabel, op, {namespaces.begin(), namespaces.end()}});
  return out;
}

void read(const Source& source, Reading& reading) {
  const model::Platform& platform = source.platform;
  const model::Fact& fact = platform.denies_by_default;
  const bool cilium = platform.engine == "cilium";
  // Elsewhere a Pod errs on the side of reachable, and the Proof asks.
  if (fact.answer == Answer::no || (fact.answer == Answer::unknown && !cilium)) return;
  Policy mode;
  mode.object = {"Platform", "", platform.name, {}};
  mode.tier = reading.tier(network_policy_tier(platform));
  mode.text = "isolates the egress of every Pod: it denies whom no policy selects";
  const std::set<std::string> open = with_ingress_alone(source);
  (fact.answer == Answer::yes ? mode.pods : mode.possible)
      .push_back(in_any(model::Operator::not_in, open));
  if (!open.empty()) mode.possible.push_back(in_any(model::Operator::in, open));
  if (!open.empty())
    mode.doubt = "whether Pods that policies select for ingress alone are denied their egress";
  if (cilium && fact.answer == Answer::unknown)
    mode.doubt = "which enforcement mode Cilium runs in";
  if (cilium && platform.host_policies.answer != Answer::no)
    mode.on_hosts = fact.answer == Answer::yes ? platform.host_policies.answer : Answer::unknown;
  reading.policies.push_back(std::move(mode));
}

}  // namespace

const Language& default_deny() {
  static const Language language{"default deny", {}, read, true};
  return language;
}

}  // namespace podmoat::language
