#pragma once
// HostEndpoints: which policies hold the hosts themselves, and so the Pods on their network. Rules:
// docs/semantics/calico.md CA-30 to CA-33.
#include "core/language/calico_sets.h"

namespace podmoat::language {

/// Whether a policy with this selector holds what shares the network of a node, whichever node it
/// is.
model::Answer holds_hosts(const CalicoSelector& selector, const CalicoSets& sets,
                          const model::Snapshot& snapshot);

/// What holds for hosts without any policy: the failsafe ports, and the end of HostEndpoints that
/// no profile opens.
void add_host_defaults(const CalicoSets& sets, const model::Snapshot& snapshot, Reading& reading);

}  // namespace podmoat::language
