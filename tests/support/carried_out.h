#pragma once
// A Plan carried out on a Snapshot, as fix --apply would have it.
#include <optional>

#include "core/fix/plan.h"

namespace podmoat::test {

/// `before` with the Plan carried out; nothing if the API server would refuse a policy of it.
std::optional<model::Snapshot> carried_out(const model::Snapshot& before, const fix::Plan& plan);

}  // namespace podmoat::test
