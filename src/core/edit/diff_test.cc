// unified_diff: a table to read, and for random texts that applying the diff gives the other text
// and that no shorter one exists. `apply` and `fewest_changes` are the slow and obvious oracles.
#include "core/edit/diff.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <random>
#include <sstream>
#include <string>
#include <vector>

namespace podmoat::edit {
namespace {

TEST(UnifiedDiff, prints_what_diff_u_prints) {
  struct Case {
    const char *name, *before, *after, *want;
  } constexpr kCases[] = {
      {"nothing changed", "a\n", "a\n", ""},
      {"both empty", "", "", ""},
      {"a line added in the middle", "a\nb\n", "a\nx\nb\n", "@@ -1,2 +1,3 @@\n a\n+x\n b\n"},
      {"from nothing", "", "a\n", "@@ -0,0 +1 @@\n+a\n"},
      {"to nothing", "a\n", "", "@@ -1 +0,0 @@\n-a\n"},
      {"one line becomes another", "a\n", "b\n", "@@ -1 +1 @@\n-a\n+b\n"},
      {"the last line end is taken away", "a\nb\n", "a\nb",
       "@@ -1,2 +1,2 @@\n a\n-b\n+b\n\\ No newline at end of file\n"},
      {"neither side ends its last line", "a\nz", "b\nz",
       "@@ -1,2 +1,2 @@\n-a\n+b\n z\n\\ No newline at end of file\n"},
      {"three lines around", "1\n2\n3\n4\n5\n6\n7\n8\n9\n", "1\n2\n3\n4\nx\n6\n7\n8\n9\n",
       "@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+x\n 6\n 7\n 8\n"},
      {"six lines between changes: one hunk", "a\n1\n2\n3\n4\n5\n6\nb\n",
       "A\n1\n2\n3\n4\n5\n6\nB\n", "@@ -1,8 +1,8 @@\n-a\n+A\n 1\n 2\n 3\n 4\n 5\n 6\n-b\n+B\n"},
      {"seven lines between changes: two hunks", "a\n1\n2\n3\n4\n5\n6\n7\nb\n",
       "A\n1\n2\n3\n4\n5\n6\n7\nB\n",
       "@@ -1,4 +1,4 @@\n-a\n+A\n 1\n 2\n 3\n@@ -6,4 +6,4 @@\n 5\n 6\n 7\n-b\n+B\n"},
      {"a repeated line is added at the end of its run", "a\na\nb\n", "a\na\na\nb\n",
       "@@ -1,3 +1,4 @@\n a\n a\n+a\n b\n"},
      {"CRLF stays", "a\r\n", "a\r\nb\r\n", "@@ -1 +1,2 @@\n a\r\n+b\r\n"},
  };
  for (const Case& c : kCases) {
    const std::string head = *c.want == '\0' ? "" : "--- old/x.yaml\n+++ new/x.yaml\n";
    EXPECT_EQ(unified_diff("old/x.yaml", "new/x.yaml", c.before, c.after), head + c.want) << c.name;
  }
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size() - 1);
    lines.push_back(text.substr(at, end + 1 - at));
    at = end + 1;
  }
  return lines;
}

/// What `patch` makes of `text`; adds a failure where a kept or dropped line is not there.
std::string apply(const std::string& text, const std::string& diff) {
  const std::vector<std::string> old = lines_of(text);
  std::vector<std::string> fresh;
  std::vector<std::string> script = lines_of(diff);
  for (std::size_t i = 0; i + 1 < script.size(); ++i)
    if (script[i + 1].starts_with("\\")) script[i].pop_back();
  std::size_t x = 0;
  for (std::size_t i = 2; i < script.size(); ++i) {
    const std::string& line = script[i];
    if (line.starts_with("@@ -")) {
      std::size_t start = std::strtoul(line.c_str() + 4, nullptr, 10);
      const bool none = line.find(",0 +") != std::string::npos;
      for (start -= none ? 0 : 1; x < start; ++x) fresh.push_back(old.at(x));
    } else if (line.starts_with("+")) {
      fresh.push_back(line.substr(1));
    } else if (!line.starts_with("\\")) {
      EXPECT_EQ(old.at(x), line.substr(1));
      if (line.starts_with(" ")) fresh.push_back(old.at(x));
      ++x;
    }
  }
  for (; x < old.size(); ++x) fresh.push_back(old.at(x));
  std::string out;
  for (const std::string& line : fresh) out += line;
  return out;
}

/// Lines dropped and added by a shortest script, from the table of longest common subsequences.
std::size_t fewest_changes(const std::vector<std::string>& a, const std::vector<std::string>& b) {
  std::vector<std::vector<std::size_t>> common(a.size() + 1,
                                               std::vector<std::size_t>(b.size() + 1, 0));
  for (std::size_t i = 0; i < a.size(); ++i)
    for (std::size_t j = 0; j < b.size(); ++j)
      common[i + 1][j + 1] =
          a[i] == b[j] ? common[i][j] + 1 : std::max(common[i][j + 1], common[i + 1][j]);
  return a.size() + b.size() - 2 * common[a.size()][b.size()];
}

TEST(UnifiedDiff, applied_to_before_gives_after_and_nothing_shorter_does) {
  std::mt19937_64 random(20240501);
  const auto text = [&](unsigned words) {
    std::string out;
    const auto count = random() % 14;
    for (unsigned i = 0; i < count; ++i) out += std::string(1, char('a' + random() % words)) + '\n';
    if (!out.empty() && random() % 4 == 0) out.pop_back();
    return out;
  };
  for (int round = 0; round < 20000; ++round) {
    const auto words = 1 + static_cast<unsigned>(random() % 5);
    const std::string before = text(words), after = text(words);
    const int context = static_cast<int>(random() % 4);
    const std::string diff = unified_diff("a", "b", before, after, context);
    ASSERT_EQ(apply(before, diff), after) << before << "---\n" << after << "---\n" << diff;
    const std::vector<std::string> shown = lines_of(diff);
    const auto changed = std::ranges::count_if(shown, [](const std::string& line) {
      return line.starts_with("+") || line.starts_with("-");
    });
    const std::size_t heads = diff.empty() ? 0 : 2;
    ASSERT_EQ(static_cast<std::size_t>(changed) - heads,
              fewest_changes(lines_of(before), lines_of(after)))
        << before << "---\n"
        << after << "---\n"
        << diff;
  }
}

}  // namespace
}  // namespace podmoat::edit
