#pragma once
// Calico's selectors over workloads, as the terms that all languages share.
#include <cstddef>
#include <optional>
#include <string_view>

#include "core/language/calico_selector.h"
#include "core/language/policy.h"

namespace podmoat::language {

/// Keys that Calico adds to the labels of workloads and sets (docs/semantics/calico.md CA-24).
namespace calico_key {
inline constexpr std::string_view kNamespace = "projectcalico.org/namespace";
inline constexpr std::string_view kServiceAccount = "projectcalico.org/serviceaccount";
inline constexpr std::string_view kOrchestrator = "projectcalico.org/orchestrator";
inline constexpr std::string_view kName = "projectcalico.org/name";
inline constexpr std::string_view kOfNamespace = "pcns.";
inline constexpr std::string_view kOfServiceAccount = "pcsa.";
}  // namespace calico_key

/// "has(projectcalico.org/namespace)": every Pod and NetworkSet, no host and no GlobalNetworkSet.
CalicoSelector in_some_namespace();
/// "projectcalico.org/namespace == 'ns'".
CalicoSelector in_this_namespace(std::string_view ns);

/// Pods that a selector holds.
struct CalicoPods {
  PodTerms sure;
  PodTerms possible;  ///< beside `sure`: labels of ServiceAccounts decide, which are not read
};

/// A selector may be this many terms; one that is more is not read (CA-23).
inline constexpr std::size_t kMostTerms = 4096;

/// Whether `selector` holds `pod`, one of the Snapshot that is not on the host network.
model::Answer holds(const CalicoSelector& selector, const model::Pod& pod,
                    const model::Snapshot& snapshot);

/// Nothing where that would take more than kMostTerms terms.
std::optional<CalicoPods> pods_of(const CalicoSelector& selector);

}  // namespace podmoat::language
