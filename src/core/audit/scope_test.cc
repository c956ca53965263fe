#include <gtest/gtest.h>

#include "core/audit/audit.h"

namespace podmoat::audit {
namespace {

TEST(Scope, reads_globs) {
  struct Row {
    const char *pattern, *text;
    bool want;
  } constexpr kRows[] = {
      {"team-*", "team-a", true},
      {"team-*", "team", false},
      {"*", "", true},
      {"", "", true},
      {"", "a", false},
      {"*-a-*", "x-a-y", true},
      {"a*b", "ab", true},
      {"a*b", "abc", false},
      {"a**", "a", true},
      {"*aab", "aaaab", true},
      {"a", "A", false},
  };
  for (const Row& row : kRows)
    EXPECT_EQ((Scope{{}, {row.pattern}, {}, {}}.covers(row.text)), row.want)
        << row.pattern << " " << row.text;
  const Scope both{{"a", "b"}, {}, {"b*"}, {}};
  EXPECT_TRUE(both.covers("a"));
  EXPECT_FALSE(both.covers("b"));
  EXPECT_FALSE(both.covers("c"));
}

}  // namespace
}  // namespace podmoat::audit
