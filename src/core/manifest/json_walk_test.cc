// One JSON value as a Tree, the bytes of its nodes, and the counting of lines.
#include "core/manifest/json_walk.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>

#include "core/manifest/json_list.h"
#include "support/tree_dump.h"

namespace podmoat::manifest {

namespace {

using testing::dump;

TEST(JsonValue, reads_a_text_as_a_whole) {
  struct Case {
    const char *name, *text, *want;
  } constexpr kCases[] = {
      {"a scalar", " 1 ", "1:2 an integer 1\n"},
      {"a string at the end", "\"x\"", "1:1 a string x\n"},
      {"a Pod with everything", "{\"kind\":\"Pod\",\n\"x\":1}",
       "1:1 a map \n  1:2 kind: a string Pod\n  2:1 x: an integer 1\n"},
      {"nothing", " ", "1:2 the input ends inside a value"},
      {"more", "{} {}", "1:4 expected the end"},
      {"a cut", "[1,", "1:4 the input ends inside a value"},
      {"a mistake", "[1}", "1:3 expected ',' or ']'"},
  };
  for (const Case& c : kCases) {
    Tree tree;
    const auto got = read_json_value(c.text, 0, tree);
    EXPECT_EQ(got ? dump(tree.root())
                  : std::to_string(got.error().place.line) + ":" +
                        std::to_string(got.error().place.column) + " " + got.error().message,
              c.want)
        << c.name;
  }
}

TEST(JsonValue, knows_the_bytes_of_every_node) {
  const std::string text = "{ \"a\" : [ \"x\\n\" , { } ] }";
  Tree tree;
  ASSERT_TRUE(read_json_value(text, 0, tree));
  const auto written = [&](Cursor at) { return text.substr(at->begin, at->end - at->begin); };
  const Cursor list = tree.root()["a"];
  EXPECT_EQ(written(tree.root()), text);
  EXPECT_EQ(text.substr(list->key_begin, list->key_end - list->key_begin), "\"a\"");
  EXPECT_EQ(written(list), "[ \"x\\n\" , { } ]");
  EXPECT_EQ(written(*list.begin()), "\"x\\n\"");
  EXPECT_EQ(written(*++list.begin()), "{ }");
}

TEST(JsonWalk, counts_lines_as_a_loop_does) {
  std::mt19937_64 random(7);
  std::string text;
  for (int i = 0; i < 20'000; ++i) text += random() % 5 == 0 ? '\n' : 'x';
  for (int round = 0; round < 200; ++round) {
    LineCount count;
    std::uint32_t line = 1;
    std::uint32_t column = 1;
    for (std::size_t at = 0; at < text.size();) {
      const std::size_t to = std::min<std::size_t>(text.size(), at + random() % 9000);
      for (; at < to; ++at) {
        column = text[at] == '\n' ? 1 : column + 1;
        line += text[at] == '\n' ? 1U : 0U;
      }
      count.advance(text, to);
      ASSERT_EQ(count.line, line);
      ASSERT_EQ(count.column(), column);
    }
  }
}

}  // namespace

}  // namespace podmoat::manifest
