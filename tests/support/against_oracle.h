#pragma once
// The product against a slow oracle, on one cluster: random flows at the borders of every block and
// every port that any document names, where mistakes live.
#include <cstddef>
#include <cstdint>
#include <initializer_list>

#include "core/model/platform.h"
#include "core/model/snapshot.h"
#include "support/slow_network_policy.h"

namespace podmoat::test {

/// What the oracle said, and how often the product said `unknown` where the oracle knew.
struct Tally {
  std::size_t seen[3] = {0, 0, 0};  ///< by Allowed
  std::size_t loose = 0;
};

using Oracle = Allowed (*)(const model::Snapshot&, const model::Pod&, const SlowFlow&);

/// Asks both about `flows` flows and adds to `tally`. A fatal failure where they contradict each
/// other, or where the product does not know although at most one rule is in doubt.
void against_oracle(const model::Snapshot& snapshot, const model::Platform& platform, Oracle oracle,
                    std::uint64_t seed, int flows, Tally& tally);

/// `conformant`, with an engine and more languages that are enforced.
model::Platform platform_with(const char* engine, std::initializer_list<const char*> languages);

}  // namespace podmoat::test
