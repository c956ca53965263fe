#pragma once
// The label sets that none of some selectors matches, as selectors again.
#include <cstddef>
#include <optional>
#include <vector>

#include "core/model/labels.h"

namespace podmoat::fix {

/// Whether any label set matches. Only contradictions on one key can make it false.
bool satisfiable(const model::Selector& selector);

/// Selectors that match exactly the label sets which none of `selectors` matches. No two of them
/// match the same label set and each matches some, so none can be left out. Nothing if that takes
/// more than `bound` of them, or more work than is sensible to find out: the question is as hard as
/// it is to tell whether a formula always holds. Source: docs/semantics/fix.md FX-2, FX-3.
std::optional<std::vector<model::Selector>> complement(
    const std::vector<model::Selector>& selectors, std::size_t bound);

}  // namespace podmoat::fix
