#pragma once
// Which Platform a Snapshot shows. Rules: docs/semantics/platforms.md PF-30 to PF-52.
#include <optional>
#include <string>
#include <vector>

#include "core/model/platform.h"
#include "core/model/snapshot.h"

namespace podmoat::platform {

struct Detected {
  model::Platform platform;
  model::Basis basis = model::Basis::assumed;
};

/// What the objects of `snapshot` tell; conformant and assumed if they tell nothing. Where they
/// contradict each other, the facts on which they differ are unknown. `workload_identity`: what is
/// said of GKE's, if anything. O(Pods + Nodes).
Detected detect(const model::Snapshot& snapshot,
                std::optional<bool> workload_identity = std::nullopt);

/// Where somebody says `given`, and the objects of `snapshot` show for sure that a plugin of
/// another family enforces policies: both, and the object that tells (PF-39). "" where they do not.
std::string contradiction(const model::Platform& given, const model::Snapshot& snapshot);

/// `platform` with what the Snapshot's agents do to addresses, whatever plugin runs: the Redirects
/// that they make, and the addresses that they put on the nodes. PF-50 to PF-52.
model::Platform with_agents(model::Platform platform, const model::Snapshot& snapshot,
                            std::optional<bool> workload_identity = std::nullopt);

/// The Nodes whose label says that the GKE metadata server runs there. PF-50, PF-70.
std::size_t nodes_with_gke_server(const model::Snapshot& snapshot);

/// What is known to run of the plugins by their CustomResourceDefinitions alone, which proves
/// nothing: "CustomResourceDefinition a.cilium.io: Cilium is or was installed". PF-38.
std::vector<std::string> hints(const model::Snapshot& snapshot);

}  // namespace podmoat::platform
