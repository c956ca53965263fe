#pragma once
// Diff: what to show for "this text becomes that text".
#include <string>
#include <string_view>

namespace podmoat::edit {

/// The change from `before` to `after` as `diff -u --label path_before --label path_after` prints
/// it, "\ No newline at end of file" included; "" if there is none. With the fewest changed lines
/// possible. O((n + d^2)) time for n lines of which d change, as they mostly are, O(n d) at worst;
/// O(n) memory.
std::string unified_diff(std::string_view path_before, std::string_view path_after,
                         std::string_view before, std::string_view after, int context = 3);

}  // namespace podmoat::edit
