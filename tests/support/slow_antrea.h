#pragma once
// The slow oracle for Antrea with NetworkPolicy: one flow at a time, straight from the text of
// docs/semantics/antrea.md.
#include "core/model/snapshot.h"
#include "support/slow_network_policy.h"

namespace podmoat::test {

/// Whether `pod`, which is not on the host network, may send `flow` on Antrea.
Allowed slow_on_antrea(const model::Snapshot& snapshot, const model::Pod& pod,
                       const SlowFlow& flow);

}  // namespace podmoat::test
