#include "core/fix/scope.h"

#include <algorithm>

namespace podmoat::fix {

std::span<const model::NetworkPolicy> policies_of(const model::Snapshot& snapshot,
                                                  std::string_view ns) {
  const auto found = std::ranges::equal_range(
      snapshot.network_policies, ns, {},
      [](const model::NetworkPolicy& p) -> std::string_view { return p.object.ns; });
  return {found.begin(), found.end()};
}

std::uint32_t number_of(const model::Snapshot& snapshot, const model::NetworkPolicy& policy) {
  return static_cast<std::uint32_t>(&policy - snapshot.network_policies.data());
}

}  // namespace podmoat::fix
