#pragma once
// The policies that stand in one namespace.
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "core/model/snapshot.h"

namespace podmoat::fix {

/// The policies of namespace `ns`. O(log policies).
std::span<const model::NetworkPolicy> policies_of(const model::Snapshot& snapshot,
                                                  std::string_view ns);

/// The number of `policy`, which stands in `snapshot`, as Edits give it.
std::uint32_t number_of(const model::Snapshot& snapshot, const model::NetworkPolicy& policy);

}  // namespace podmoat::fix
