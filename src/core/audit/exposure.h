#pragma once
// Exposure: Pods that the Platform does not hold, whatever their policies say: on Windows, on
// virtual nodes, without an owner. Rules: docs/semantics/platforms.md PF-16 to PF-18.
#include <string>

#include "core/audit/audit.h"

namespace podmoat::audit {

/// Whether policies hold a Subject; `yes` for most.
struct Exposure {
  model::Answer held = model::Answer::yes;
  const model::Fact* fact = nullptr;  ///< of the Platform; nullptr for `yes`
  bool sure = true;                   ///< it is one of the Pods of which the Fact speaks
  std::string reason{};               ///< "it runs on a Windows node, ..."
  std::string question{};             ///< where `held` is unknown: what would tell
};

/// The worst that holds for the Subject's Pods. O(1).
Exposure exposure_of(const policy::Subject& subject, const model::Snapshot& snapshot,
                     const model::Platform& platform);

/// Whether the Subject's Pods surely run on AWS Fargate.
bool on_fargate(const policy::Subject& subject, const model::Snapshot& snapshot);

/// `verdict` on the flows `wanted`, for a Subject with that Exposure: what policies cut is
/// reachable where they do not hold it, and undecided where that is not known.
Verdict exposed(Verdict verdict, const flow::FlowSet& wanted, const Exposure& exposure);

}  // namespace podmoat::audit
