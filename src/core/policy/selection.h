#pragma once
// Selection: which policies hold a Pod, and the Ladder that they make.
#include <cstdint>
#include <vector>

#include "core/flow/ladder.h"
#include "core/language/policy.h"
#include "core/policy/compiler.h"

namespace podmoat::policy {

/// A policy that selects a Pod, or that may.
struct Selected {
  std::uint32_t policy = 0;  ///< into Reading::policies
  bool surely = true;
};

/// A Selected as one number, in the order of policies, the sure one first.
constexpr std::uint32_t number_of(Selected selected) {
  return selected.policy * 2 + (selected.surely ? 0 : 1);
}
constexpr Selected selected_of(std::uint32_t number) { return {number / 2, number % 2 == 0}; }

/// Numbers of what is selected.
using Selection = std::vector<std::uint32_t>;

/// Sorts; a policy stays once, surely if it stood there surely.
void settle(Selection& selection);

struct SelectionHash {
  std::size_t operator()(const Selection& selection) const {
    std::size_t hash = selection.size();
    for (const std::uint32_t number : selection) hash = (hash ^ number) * 0x9e3779b97f4a7c15;
    return hash ^ (hash >> 32);
  }
};

/// The Ladder of what a settled Selection holds: its tiers with their rules in order, without those
/// in which nothing is selected. `compiled` holds all of them.
flow::Ladder ladder_of(const language::Reading& reading, const CompiledPolicies& compiled,
                       const Selection& selection);

}  // namespace podmoat::policy
