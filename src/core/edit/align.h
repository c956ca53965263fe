#pragma once
// Align: which members and items of a list or map stay, which change, which come and go.
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/model/value.h"

namespace podmoat::edit {

/// Equality up to the order of members, which means nothing to Kubernetes.
bool same(const model::Value& a, const model::Value& b);

/// One line of a plan, in the order of the text to come. Removed: `after` is nullptr. New: `old` is
/// nothing. Else the old one is to become `after`, which it may be already.
struct Step {
  std::optional<std::size_t> old;
  const model::Value* after = nullptr;
  std::string_view key;  ///< of a new member
};

/// The members of `before` in their order; a new one stands behind the member it follows in
/// `after`. The plan views `after`. O(members^2).
std::vector<Step> plan_members(const model::Value::Map& before, const model::Value::Map& after);

/// Keeps as many equal items as can be and pairs the rest by what they have in common, in order.
/// Nothing if the lists are too long to be compared: kMostPairs. The plan views `after`.
std::optional<std::vector<Step>> plan_items(const model::Value::List& before,
                                            const model::Value::List& after);

/// Old items times new ones, without those that are equal at both ends.
inline constexpr std::size_t kMostPairs = 4'000'000;

}  // namespace podmoat::edit
