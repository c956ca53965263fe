// Layout: widths, cuts, wraps, tables and trees.
#include "core/report/text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

namespace podmoat::report {
namespace {

using testing::ElementsAre;

TEST(Text, counts_columns_and_not_bytes) {
  EXPECT_EQ(width_of("web"), 3u);
  EXPECT_EQ(width_of("übung"), 5u);
  EXPECT_EQ(width_of("u\u0308bung"), 5u);
  EXPECT_EQ(width_of("名前"), 4u);
  EXPECT_EQ(width_of("├─ "), 3u);
  EXPECT_EQ(width_of("\xff\xfe"), 2u);
}

TEST(Text, lets_no_input_steer_the_terminal) {
  EXPECT_EQ(clean("a\x1b[31mb"), "a?[31mb");
  EXPECT_EQ(clean("a\nb\tc"), "a b c");
  EXPECT_EQ(clean("a\u202Eb"), "a?b");
  EXPECT_EQ(clean("a\xc3"), "a\uFFFD");
  EXPECT_EQ(clean("\xc2\x9b"), "?");
  EXPECT_EQ(clean("名前"), "名前");
}

TEST(Text, cuts_to_columns) {
  EXPECT_EQ(cut("deployment", 10), "deployment");
  EXPECT_EQ(cut("deployment", 5), "depl…");
  EXPECT_EQ(cut("名前", 3), "名…");
  EXPECT_EQ(cut("ab", 1), "…");
}

TEST(Text, wraps_at_blanks_and_breaks_what_is_too_long) {
  EXPECT_THAT(wrapped("one two three", 7), ElementsAre("one two", "three"));
  EXPECT_THAT(wrapped("abcdefgh ij", 3), ElementsAre("abc", "def", "gh", "ij"));
  EXPECT_THAT(wrapped("", 7), ElementsAre(""));
  EXPECT_EQ(hanging("  - ", "one two three four five six", 20),
            "  - one two three four\n    five six\n");
}

TEST(Text, wraps_every_text_into_its_columns_and_loses_no_word) {
  std::mt19937_64 random(169254);
  for (int i = 0; i < 2000; ++i) {
    std::string text;
    std::string packed;
    for (std::uint64_t n = random() % 60; n > 0; --n) {
      const char* const pieces[] = {" ", "a", "web", "ü", "名"};
      const std::string piece = pieces[random() % 5];
      text += piece;
      if (piece != " ") packed += piece;
    }
    const std::size_t columns = 2 + random() % 12;
    std::string joined;
    for (const std::string& line : wrapped(text, columns)) {
      EXPECT_LE(width_of(line), columns) << text;
      for (const char c : line)
        if (c != ' ') joined += c;
    }
    EXPECT_EQ(joined, packed);
  }
}

Table sample() {
  Table table({{"NAMESPACE"}, {"PODS", true}, {"NOTE", false, true}, {"WORST"}});
  table.add({"shop", std::size_t{12}, "n", "PM-001 Deployment/web -> aws-imds"});
  table.add({"a", std::size_t{3}, "", "PM-002"});
  return table;
}

TEST(Table, stands_in_columns) {
  EXPECT_EQ(sample().str({.width = 80}),
            "NAMESPACE  PODS  WORST\n"
            "shop         12  PM-001 Deployment/web -> aws-imds\n"
            "a             3  PM-002\n");
}

TEST(Table, cuts_the_last_column_first) {
  EXPECT_EQ(sample().str({.width = 40}),
            "NAMESPACE  PODS  WORST\n"
            "shop         12  PM-001 Deployment/web …\n"
            "a             3  PM-002\n");
}

TEST(Table, shows_all_when_wide) {
  EXPECT_EQ(sample().str({.wide = true, .width = 10}),
            "NAMESPACE  PODS  NOTE  WORST\n"
            "shop         12  n     PM-001 Deployment/web -> aws-imds\n"
            "a             3        PM-002\n");
}

TEST(Tree, keeps_its_trunk_beside_long_lines) {
  const Branch root{"root",
                    {{"one two three four five six", {{"leaf"}}}, {"seven eight nine ten"}}};
  EXPECT_EQ(str(root, {.width = 29}),
            "root\n"
            "├─ one two three four five\n"
            "│  │  six\n"
            "│  └─ leaf\n"
            "└─ seven eight nine ten\n");
}

TEST(Paint, is_there_only_if_asked_for) {
  EXPECT_EQ(painted("high", paint_of(Severity::high), {}), "high");
  EXPECT_EQ(painted("high", paint_of(Severity::high), {.colour = true}), "\x1b[31mhigh\x1b[0m");
}

}  // namespace
}  // namespace podmoat::report
