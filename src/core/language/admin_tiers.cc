// Where Admin and Baseline policies stand among others: docs/semantics/combining.md.
#include <algorithm>
#include <array>
#include <string_view>

#include "core/language/admin_rules.h"

namespace podmoat::language {
namespace {

constexpr std::string_view kGroup = "policy.networking.k8s.io";

/// A tier that is passed by whatever no rule of it decides (CNP-7, ANP-7), and in which nobody
/// knows which of two equals goes first (CNP-4, ANP-4).
Tier passing(std::string_view name, double rank) {
  return {
      .name = std::string(name), .rank = rank, .end = flow::Action::pass, .ties = Ties::undefined};
}

/// CO-6: whether the other form of the API is there too.
bool has_both_forms(const AdminForm& form, const Source& source) {
  return std::ranges::any_of(source.snapshot.policy_objects,
                             [&](const model::PolicyObject& object) {
                               return object.group() == kGroup &&
                                      (object.object.kind == "ClusterNetworkPolicy") == form.older;
                             });
}

}  // namespace

Tier admin_tier(const AdminForm& form, const model::Platform& platform) {
  if (platform.engine != "calico") return passing("Admin", rank::kAdmin);
  return passing(form.older ? "adminnetworkpolicy" : "kube-admin", rank::kAdmin);  // CO-9
}

Tier baseline_tier(const AdminForm& form, const model::Platform& platform) {
  if (platform.engine != "calico") return passing("Baseline", rank::kBaseline);
  return passing(form.older ? "baselineadminnetworkpolicy" : "kube-baseline", rank::kBaseline);
}

double admin_order(const AdminForm& form, const Source& source, std::int64_t priority) {
  const bool known = source.platform.engine == "antrea" || !has_both_forms(form, source);
  return known ? static_cast<double>(priority) : 0;
}

void spare_from_baseline(const Source& source, Reading& reading) {
  // Engines whose NetworkPolicy isolates by direction, so that Baseline holds as well.
  constexpr std::array<std::string_view, 4> kByDirection{"calico", "cilium", "antrea", "ovn"};
  const std::string_view engine = source.platform.engine;
  if (std::ranges::find(kByDirection, engine) != kByDirection.end()) return;
  const Tier wanted = passing("NetworkPolicy for ingress", rank::kDefault + 1);
  if (std::ranges::find(reading.tiers, wanted.name, &Tier::name) != reading.tiers.end()) return;
  const std::uint32_t tier = reading.tier(wanted);
  for (const model::NetworkPolicy& policy : source.snapshot.network_policies) {
    if (policy.isolates_egress) continue;
    Policy out;
    out.object = policy.object;
    out.tier = tier;
    out.isolates = false;
    out.text = "is for ingress alone";
    PodTerms& pods = engine == "kube-network-policies" ? out.pods : out.possible;
    pods.push_back(in_namespace(policy.object.ns, policy.pods));
    if (out.pods.empty())
      out.doubt = "whether the Baseline tier holds for Pods that " + policy.object.str() +
                  " selects for ingress alone is not settled";
    Clause all;
    all.to.everything = true;
    all.rule = "spec.policyTypes";
    all.place = policy.object.place;
    all.text = "selects the Pod for ingress alone, which spares it from the Baseline tier";
    out.clauses.push_back(std::move(all));
    reading.policies.push_back(std::move(out));
  }
}

}  // namespace podmoat::language
