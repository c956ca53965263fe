#pragma once
// What a Plan cannot do, and what somebody has to do besides.
#include <vector>

#include "core/fix/plan.h"
#include "core/policy/subject.h"

namespace podmoat::fix {

/// Whether any policy of the order's cluster has an effect (FX-11).
bool enforced(const Order& order);

/// Everything in the order's scope that no NetworkPolicy fixes (FX-10, FX-11), sorted by namespace
/// and Subject. `reading`: what its policies say; `subjects`: all of the Snapshot.
std::vector<Leftover> leftovers(const Order& order, const language::Reading& reading,
                                const std::vector<policy::Subject>& subjects);

/// The Subjects that `plan` cuts off from something (FX-12), sorted by namespace and Subject.
std::vector<Restart> restarts(const Order& order, const std::vector<policy::Subject>& subjects,
                              const Plan& plan);

}  // namespace podmoat::fix
