// YAML to Trees: form, places, aliases, merge keys, mistakes, bounds.
#include "core/manifest/yaml.h"

#include <gtest/gtest.h>

#include <string>

namespace podmoat::manifest {
namespace {

/// A Tree in one line: {key: text, ...}; "!" behind what is shared.
std::string str(Cursor at) {
  std::string out;
  if (at.is(Kind::map)) {
    for (const Cursor child : at)
      out += (out.empty() ? "" : ", ") + std::string(child->key) + ": " + str(child);
    out = "{" + out + "}";
  } else if (at.is(Kind::list)) {
    for (const Cursor child : at) out += (out.empty() ? "" : ", ") + str(child);
    out = "[" + out + "]";
  } else {
    out = at.is(Kind::null) ? "null" : std::string(at->text);
  }
  return out + (at->shared ? "!" : "");
}

/// All documents of `text`, then its Diagnostics, a line each.
std::string read(std::string_view text) {
  std::string out;
  Diagnostics found;
  Tree tree;
  for (const YamlText& document : documents_of(text, 0, found))
    if (read_yaml(document, tree, found) && tree.root()) out += str(tree.root()) + "\n";
  for (const Diagnostic& d : found)
    out +=
        d.code + " " + std::to_string(d.place.line) + ":" + std::to_string(d.place.column) + "\n";
  return out;
}

TEST(Yaml, reads_documents) {
  struct Case {
    const char *name, *text, *want;
  } constexpr kCases[] = {
      {"nothing", "", ""},
      {"comments only", "# a\n---\n# b\n", ""},
      {"two documents", "a: 1\n---\nb: [x, {k: z}]\n", "{a: 1}\n{b: [x, {k: z}]}\n"},
      {"separator with a comment", "a: 1\n--- # next\nb: 2\n", "{a: 1}\n{b: 2}\n"},
      {"RD-1: text behind the separator", "--- {a: 1}\n", "yaml-separator 1:1\n"},
      {"RD-1: a dash too many", "a: 1\n----\n", "{a: 1}\nyaml-separator 2:1\n"},
      {"RD-1: dashes inside of a scalar", "a: |\n  ---\n  x\n", "{a: ---\nx\n}\n"},
      {"RD-2: text behind the end", "a: 1\n...\nb: 2\n", "yaml-syntax 3:1\n"},
      {"RD-2: line ends that hide a separator", "a: 1\r---\rb: 2\r",
       "{a: 1}\nyaml-after-end 2:1\n"},
      {"CRLF", "a: 1\r\nb:\r\n- x\r\n---\r\nc: 2\r\n", "{a: 1, b: [x]}\n{c: 2}\n"},
      {"byte order mark",
       "\xef\xbb\xbf"
       "a: 1\n",
       "{a: 1}\n"},
      {"RD-5: quotes make strings", "[\"1\", 'yes', yes]", "[1, yes, true]\n"},
      {"RD-6: keys are strings", "{1: a, yes: b, 0x10: c, 1.5: d}",
       "{1: a, true: b, 16: c, 1.5: d}\n"},
      {"RD-6: null as a key", "~: a", "yaml-key 1:1\n"},
      {"RD-6: a list as a key", "? [a]\n: b", "yaml-key 1:3\n"},
      {"RD-7: the last duplicate wins", "a: 1\nb: 2\na: 3\n", "{b: 2, a: 3}\nduplicate-key 3:1\n"},
      {"aliases", "a: &x [1]\nb: *x\n", "{a: [1]!, b: [1]!}\n"},
      {"an anchor again", "a: &x 1\nb: &x 2\nc: *x\n", "{a: 1!, b: 2!, c: 2!}\n"},
      {"an anchor of another document", "a: &x 1\n---\nb: *x\n", "{a: 1!}\nyaml-alias 3:4\n"},
      {"an anchor in itself", "a: &x [*x]\n", "yaml-alias 1:8\n"},
      {"RD-8: merge adds", "a: &x {k: 1}\nb:\n  <<: *x\n  l: 2\n",
       "{a: {k: 1}!, b: {k: 1!, l: 2}}\n"},
      {"RD-8: later members win over merged ones", "a: &x {k: 1}\nb:\n  <<: *x\n  k: 2\n",
       "{a: {k: 1}!, b: {k: 2}}\n"},
      {"RD-8: merged members win over earlier ones", "a: &x {k: 1}\nb:\n  k: 2\n  <<: *x\n",
       "{a: {k: 1}!, b: {k: 1!}}\n"},
      {"RD-8: of several the first wins", "b:\n  <<: [{k: 1}, {k: 2, l: 3}]\n",
       "{b: {l: 3!, k: 1!}}\n"},
      {"RD-8: a quoted << is a key", "'<<': 1\n", "{<<: 1}\n"},
      {"RD-8: merging a scalar", "<<: 1\n", "yaml-merge 1:5\n"},
      {"a tab that indents", "a:\n\tb: 1\n", "yaml-tab 2:1\n"},
      {"an open bracket", "a: [1\nb: 2\n", "yaml-syntax 2:2\n"},
      {"invalid UTF-8", "a: 1\nb: \xff\n", "yaml-syntax 2:4\n"},
      {"infinity", "a: .inf\n", "yaml-scalar 1:4\n"},
  };
  for (const Case& c : kCases) EXPECT_EQ(read(c.text), c.want) << c.name;
}

TEST(Yaml, knows_the_bytes_of_every_node) {
  const std::string text = "é: &x !!str 'ü'\nl: # c\n- a\n- [b]\nt: |\n  x\n\nend: z\n";
  Tree tree;
  Diagnostics found;
  ASSERT_TRUE(read_yaml({text, 0, 1, 0}, tree, found));
  const auto bytes = [&](Cursor at) { return text.substr(at->begin, at->end - at->begin); };
  const Cursor root = tree.root();
  EXPECT_EQ(bytes(root["é"]), "'ü'");
  EXPECT_EQ(bytes(root["l"]), "- a\n- [b]");
  EXPECT_EQ(bytes(root["t"]), "|\n  x");
  EXPECT_EQ(text.substr(root["t"]->key_begin, 1), "t");
  EXPECT_EQ(bytes(root["end"]), "z");
  EXPECT_EQ(root["end"]->line, 8U);
  EXPECT_EQ(root["end"]->column, 1U);
}

TEST(Yaml, stays_within_its_bounds) {
  std::string bomb = "a: &a0 [x,x,x,x,x,x,x,x,x]\n";
  for (int i = 1; i < 40; ++i) {
    const std::string before = "*a" + std::to_string(i - 1);
    bomb += "b" + std::to_string(i) + ": &a" + std::to_string(i) + " [" + before;
    for (int j = 0; j < 8; ++j) bomb += "," + before;
    bomb += "]\n";
  }
  EXPECT_TRUE(read(bomb).starts_with("yaml-aliases")) << read(bomb);

  std::string chain = "a0: &a0 [x]\n";
  for (int i = 1; i < 2000; ++i)
    chain += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [*a" + std::to_string(i - 1) +
             "]\n";
  EXPECT_TRUE(read(chain).starts_with("yaml-")) << read(chain).substr(0, 80);

  std::string lines;
  for (std::size_t i = 0; i < 10'000; ++i) lines += std::string(i, ' ') + "a:\n";
  for (const std::string& deep : {std::string(10'000, '['), lines})
    EXPECT_TRUE(read(deep).starts_with("yaml-depth")) << read(deep).substr(0, 80);
  EXPECT_EQ(read(std::string(900, '[') + std::string(900, ']')).substr(0, 3), "[[[");
}

}  // namespace
}  // namespace podmoat::manifest
