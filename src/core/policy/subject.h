#pragma once
// Subjects: Pods that no policy can tell apart.
#include <cstdint>
#include <string>
#include <vector>

#include "core/language/policy.h"
#include "core/model/snapshot.h"
#include "core/policy/policies.h"

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
/// `reading`: what the policies of other languages than NetworkPolicy say, whose selectors count
/// too; `keys`: label keys that count beside theirs. O(Pods + distinct label sets x their size).
std::vector<Subject> subjects(const model::Snapshot& snapshot,
                              const language::Reading& reading = {},
                              const std::vector<std::string>& keys = {});

/// How policies see the Pods of `subject`. Refers to both arguments.
PodView view_of(const Subject& subject, const model::Snapshot& snapshot);

}  // namespace podmoat::policy
