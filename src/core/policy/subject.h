#pragma once
// Subjects: Pods that no policy can tell apart.
#include <cstdint>
#include <string>
#include <vector>

#include "core/model/snapshot.h"

namespace podmoat::policy {

/// Pods of one workload with the same namespace, host-network flag, PodSpec, and the same values
/// under every label key that any selector of the Snapshot mentions.
struct Subject {
  std::string ns;
  model::Workload workload;
  bool host_network = false;
  std::uint32_t labels = 0;         ///< into Snapshot::pod_labels: one of its Pods' label sets
  std::uint32_t spec = 0;           ///< into Snapshot::pod_specs
  std::vector<std::uint32_t> pods;  ///< into Snapshot::pods, never empty
};

/// All Subjects, sorted by namespace, workload kind, workload name, then first Pod. When one
/// workload has several Subjects they differ in labels that a selector mentions.
/// O(Pods + distinct label sets x their size).
std::vector<Subject> subjects(const model::Snapshot& snapshot);

}  // namespace podmoat::policy
