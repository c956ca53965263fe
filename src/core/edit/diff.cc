// The shortest edit script between two lists of lines, in linear space.
//
// A script is a path through the grid of before x after: right drops a line, down adds one, a
// diagonal keeps one. Two searches, from both corners, grow by one change a round; where they meet
// lies on a shortest path, and both halves are solved in the same way.
// Source: E. W. Myers, "An O(ND) Difference Algorithm and Its Variations", Algorithmica 1 (1986).
// Where a run of changed lines could stand higher or lower, it stands as low as it can, as in
// GNU diff.
#include "core/edit/diff.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <span>
#include <unordered_map>
#include <vector>

namespace podmoat::edit {
namespace {

using Lines = std::vector<std::string_view>;
using Ids = std::span<const int>;  // lines by number: equal lines have equal numbers

/// The lines of `text`, each with its line end, which the last one may lack.
Lines split(std::string_view text) {
  Lines lines;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    lines.push_back(text.substr(0, end == std::string_view::npos ? end : end + 1));
    text.remove_prefix(lines.back().size());
  }
  return lines;
}

/// One search: reach(k) is how far it has come on diagonal k (lines of `before` minus lines of
/// `after`), for -limit <= k <= limit.
class Front {
 public:
  explicit Front(int limit) : limit_(limit), reach_(static_cast<std::size_t>(2 * limit + 1), 0) {}
  int& reach(int k) { return reach_[static_cast<std::size_t>(k + limit_)]; }

  /// The furthest start on diagonal k with `changes` changes.
  int start(int k, int changes) {
    if (changes == 0) return 0;
    const bool down = k == -changes || (k != changes && reach(k - 1) < reach(k + 1));
    return down ? reach(k + 1) : reach(k - 1) + 1;
  }

 private:
  int limit_;
  std::vector<int> reach_;
};

struct Point {
  int x = 0;  ///< lines of `before` passed
  int y = 0;  ///< lines of `after` passed
};

/// A point in the middle of a shortest path. Both sides have lines, and differ in the first and
/// the last one.
Point middle(Ids before, Ids after) {
  const int n = static_cast<int>(before.size());
  const int m = static_cast<int>(after.size());
  const int limit = (n + m + 1) / 2 + 1;
  Front forward(limit), backward(limit);
  const auto same = [&](bool back, int x, int y) {
    const int i = back ? n - 1 - x : x, j = back ? m - 1 - y : y;
    return before[static_cast<std::size_t>(i)] == after[static_cast<std::size_t>(j)];
  };
  for (int changes = 0;; ++changes)
    for (const bool back : {false, true}) {
      Front& mine = back ? backward : forward;
      Front& other = back ? forward : backward;
      // What lies outside of the grid is left out.
      const int first = -(changes - 2 * std::max(0, changes - m));
      const int last = changes - 2 * std::max(0, changes - n);
      const int others = back ? changes : changes - 1;  // changes the other search has made
      for (int k = first; k <= last; k += 2) {
        int x = mine.start(k, changes);
        while (x < n && x - k < m && same(back, x, x - k)) ++x;
        mine.reach(k) = x;
        const int facing = n - m - k;
        const bool met = facing >= -others && facing <= others && (others - facing) % 2 == 0 &&
                         x + other.reach(facing) >= n;
        if (met) return back ? Point{n - x, m - (x - k)} : Point{x, x - k};
      }
    }
}

/// Which lines a script drops and adds.
struct Script {
  std::vector<char> dropped;
  std::vector<char> added;
};

/// Marks the changed lines of one box of the grid, whose corner is (x, y).
void compare(Ids before, Ids after, int x, int y, Script& script) {
  while (!before.empty() && !after.empty() && before.front() == after.front()) {
    before = before.subspan(1), after = after.subspan(1);
    ++x, ++y;
  }
  while (!before.empty() && !after.empty() && before.back() == after.back())
    before = before.first(before.size() - 1), after = after.first(after.size() - 1);
  if (before.empty() || after.empty()) {
    std::fill_n(script.dropped.begin() + x, before.size(), 1);
    std::fill_n(script.added.begin() + y, after.size(), 1);
    return;
  }
  const Point cut = middle(before, after);
  const auto i = static_cast<std::size_t>(cut.x), j = static_cast<std::size_t>(cut.y);
  compare(before.first(i), after.first(j), x, y, script);
  compare(before.subspan(i), after.subspan(j), x + cut.x, y + cut.y, script);
}

/// A stretch of changes: `dropped` lines from `x` on are replaced by `added` lines from `y` on.
struct Change {
  std::size_t x = 0, dropped = 0;
  std::size_t y = 0, added = 0;
};

/// The changes of `script` in order, no two of them adjacent.
std::vector<Change> changes_of(const Script& script) {
  std::vector<Change> changes;
  std::size_t x = 0, y = 0;
  while (x < script.dropped.size() || y < script.added.size()) {
    Change change{x, 0, y, 0};
    while (x < script.dropped.size() && script.dropped[x] != 0) ++x, ++change.dropped;
    while (y < script.added.size() && script.added[y] != 0) ++y, ++change.added;
    if (change.dropped + change.added > 0) changes.push_back(change);
    if (x < script.dropped.size() && script.dropped[x] == 0) ++x, ++y;
  }
  return changes;
}

/// Moves runs that only drop or only add down while that says the same, and joins what meets.
std::vector<Change> slide(const std::vector<Change>& changes, Ids before, Ids after) {
  std::vector<Change> out;
  for (std::size_t i = changes.size(); i-- > 0;) {
    Change change = changes[i];
    while (true) {
      if (!out.empty() && change.x + change.dropped == out.back().x) {
        change.dropped += out.back().dropped, change.added += out.back().added;
        out.pop_back();
      }
      const bool drops = change.dropped > 0;
      if (drops == (change.added > 0)) break;
      const Ids side = drops ? before : after;
      const std::size_t first = drops ? change.x : change.y;
      const std::size_t last = first + change.dropped + change.added;
      if (last == side.size() || side[first] != side[last]) break;
      ++change.x, ++change.y;
    }
    out.push_back(change);
  }
  std::ranges::reverse(out);
  return out;
}

std::string range(std::size_t first, std::size_t count) {
  if (count == 1) return fmt::format("{}", first + 1);
  return fmt::format("{},{}", count == 0 ? first : first + 1, count);
}

void append_lines(std::string& out, char mark, std::span<const std::string_view> lines) {
  for (const std::string_view line : lines) {
    out += mark;
    out += line;
    if (!line.ends_with('\n')) out += "\n\\ No newline at end of file\n";
  }
}

/// Appends the hunk that shows `changes`, which are close to each other.
void append_hunk(std::string& out, std::span<const Change> changes, const Lines& before,
                 const Lines& after, std::size_t context) {
  const Change& front = changes.front();
  const Change& back = changes.back();
  const std::size_t lead = std::min(context, front.x);
  const std::size_t tail = std::min(context, before.size() - (back.x + back.dropped));
  const std::size_t last = back.x + back.dropped + tail;
  out += fmt::format("@@ -{} +{} @@\n", range(front.x - lead, last - (front.x - lead)),
                     range(front.y - lead, back.y + back.added + tail - (front.y - lead)));
  const std::span<const std::string_view> old(before), fresh(after);
  std::size_t x = front.x - lead;
  for (const Change& change : changes) {
    append_lines(out, ' ', old.subspan(x, change.x - x));
    append_lines(out, '-', old.subspan(change.x, change.dropped));
    append_lines(out, '+', fresh.subspan(change.y, change.added));
    x = change.x + change.dropped;
  }
  append_lines(out, ' ', old.subspan(x, last - x));
}

/// The numbers of `lines` in `known`, which grows by those that are new.
std::vector<int> number(const Lines& lines, std::unordered_map<std::string_view, int>& known) {
  std::vector<int> ids;
  for (const std::string_view line : lines)
    ids.push_back(known.try_emplace(line, static_cast<int>(known.size())).first->second);
  return ids;
}

}  // namespace

std::string unified_diff(std::string_view path_before, std::string_view path_after,
                         std::string_view before, std::string_view after, int context) {
  const Lines old = split(before), fresh = split(after);
  std::unordered_map<std::string_view, int> known;
  const std::vector<int> old_ids = number(old, known), fresh_ids = number(fresh, known);
  Script script{std::vector<char>(old.size(), 0), std::vector<char>(fresh.size(), 0)};
  compare(old_ids, fresh_ids, 0, 0, script);
  const std::vector<Change> changes = slide(changes_of(script), old_ids, fresh_ids);
  if (changes.empty()) return "";

  const auto around = static_cast<std::size_t>(std::max(context, 0));
  std::string out = fmt::format("--- {}\n+++ {}\n", path_before, path_after);
  for (std::size_t first = 0; first < changes.size();) {
    std::size_t last = first + 1;
    while (last < changes.size() &&
           changes[last].x - (changes[last - 1].x + changes[last - 1].dropped) <= 2 * around)
      ++last;
    append_hunk(out, std::span(changes).subspan(first, last - first), old, fresh, around);
    first = last;
  }
  return out;
}

}  // namespace podmoat::edit
