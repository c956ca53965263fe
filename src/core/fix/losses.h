#pragma once
// Whom a Plan would hurt: Pods that are known to need what it cuts.
#include <vector>

#include "core/fix/plan.h"
#include "core/policy/subject.h"

namespace podmoat::fix {

/// The Subjects in the order's scope that run a known Consumer and that `plan` cuts off from a
/// Target which it needs (FX-13), sorted by namespace and Subject. Each with an Exception to
/// propose as its remedy.
std::vector<Leftover> losses(const Order& order, const std::vector<policy::Subject>& subjects,
                             const Plan& plan);

}  // namespace podmoat::fix
