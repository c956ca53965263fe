// to_yaml and to_json: tables to read, then every nasty string must come back as it was, as a
// value, as an item and as a key.
#include "core/edit/writer.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <string>
#include <vector>

#include "core/manifest/json_list.h"
#include "core/manifest/tree.h"
#include "core/manifest/yaml.h"

namespace podmoat::edit {
using manifest::read_json_value;
using manifest::read_yaml;
using manifest::Tree;
using manifest::value_of;
namespace {

using model::Value;

Value read_yaml_text(const std::string& text) {
  Tree tree;
  Diagnostics diagnostics;
  if (!read_yaml({.text = text}, tree, diagnostics))
    ADD_FAILURE() << text << '\n' << diagnostics.back().message;
  return value_of(tree.root(), 0);
}

Value read_json_text(const std::string& text) {
  Tree tree;
  if (auto read = read_json_value(text, 0, tree); !read)
    ADD_FAILURE() << text << '\n' << read.error().message;
  return value_of(tree.root(), 0);
}

Value policy() {
  return Value::Map{
      {"kind", "NetworkPolicy"},
      {"spec",
       Value::Map{
           {"podSelector", Value::Map{}},
           {"egress", Value::List{Value::Map{
                          {"to", Value::List{Value::Map{
                                     {"ipBlock",
                                      Value::Map{{"cidr", "0.0.0.0/0"},
                                                 {"except", Value::List{"169.254.169.254/32"}}}}}}},
                          {"ports", Value::List{}}}}},
           {"policyTypes", Value::List{"Egress"}}}}};
}

TEST(ToYaml, looks_as_kubectl_writes_it) {
  EXPECT_EQ(to_yaml(policy()), R"(kind: NetworkPolicy
spec:
  podSelector: {}
  egress:
  - to:
    - ipBlock:
        cidr: 0.0.0.0/0
        except:
        - 169.254.169.254/32
    ports: []
  policyTypes:
  - Egress
)");
}

TEST(ToYaml, nested_lists_and_texts) {
  const Value value = Value::Map{{"a", Value::List{Value::List{1, 2}, Value::List{}, true}},
                                 {"text", "one\n\n  two\n"},
                                 {"cut", Value::List{"one\ntwo"}}};
  EXPECT_EQ(to_yaml(value), R"(a:
- - 1
  - 2
- []
- true
text: |
  one

    two
cut:
- |-
  one
  two
)");
}

TEST(ToYaml, quotes_what_some_reader_takes_for_something_else) {
  struct Case {
    const char *text, *want;
  } constexpr kCases[] = {
      {"web", "web"},
      {"10.0.0.0/8", "10.0.0.0/8"},
      {"fd00:ec2::254/128", "fd00:ec2::254/128"},
      {"::/0", "'::/0'"},
      {"yes", "\"yes\""},
      {"NO", "\"NO\""},
      {"null", "\"null\""},
      {"~", "\"~\""},
      {"", "\"\""},
      {"0x1", "\"0x1\""},
      {"1e3", "\"1e3\""},
      {"0o17", "\"0o17\""},
      {"1_000", "\"1_000\""},
      {"12:30:45", "\"12:30:45\""},
      {"2001-12-14", "\"2001-12-14\""},
      {".5", "\".5\""},
      {"-.inf", "\"-.inf\""},
      {"<<", "\"<<\""},
      {" a", "' a'"},
      {"a ", "'a '"},
      {"a: b", "'a: b'"},
      {"a:", "'a:'"},
      {"a #b", "'a #b'"},
      {"a#b", "a#b"},
      {"*", "'*'"},
      {"it's", "it's"},
      {"'", "''''"},
      {"a,b", "'a,b'"},
      {"---", "'---'"},
      {"a\tb", "\"a\\tb\""},
      {" \n", "\" \\n\""},
      {"\x01", "\"\\u0001\""},
      {"\xff", "\"\xef\xbf\xbd\""},
      {"h\xc3\xa9", "h\xc3\xa9"},
  };
  for (const Case& c : kCases) EXPECT_EQ(to_yaml(c.text), std::string(c.want) + '\n') << c.text;
}

TEST(ToJson, compact_and_indented) {
  const Value value = Value::Map{{"a", Value::List{1, "x\"\n"}}, {"b", Value::Map{}}, {"c", 0.5}};
  EXPECT_EQ(to_json(value, 0), R"({"a":[1,"x\"\n"],"b":{},"c":0.5})");
  EXPECT_EQ(to_json(value), R"({
  "a": [
    1,
    "x\"\n"
  ],
  "b": {},
  "c": 0.5
})");
}

/// Random Values of the worst strings.
class Nasty {
 public:
  explicit Nasty(std::uint64_t seed) : random_(seed) {}

  std::string string() {
    static const std::vector<std::string> kPieces = {"a",
                                                     "yes",
                                                     "1",
                                                     "0x",
                                                     "e3",
                                                     ".",
                                                     "-",
                                                     ":",
                                                     " ",
                                                     "#",
                                                     "\n",
                                                     "\n\n",
                                                     "  ",
                                                     "\t",
                                                     "'",
                                                     "\"",
                                                     "\\",
                                                     "[",
                                                     "]",
                                                     "{",
                                                     "}",
                                                     ",",
                                                     "&",
                                                     "*",
                                                     "!",
                                                     "|",
                                                     ">",
                                                     "%",
                                                     "@",
                                                     "`",
                                                     "?",
                                                     "---",
                                                     "...",
                                                     "~",
                                                     "null",
                                                     "true",
                                                     "<<",
                                                     "=",
                                                     "\r",
                                                     "\xc2\x85",
                                                     "\xe2\x80\xa8",
                                                     "\xef\xbb\xbf",
                                                     "\xc3\xa9",
                                                     "\xf0\x9f\x90\xb3",
                                                     std::string(1, '\0'),
                                                     "\x1b",
                                                     "\x7f",
                                                     "_",
                                                     "+",
                                                     "2001-01-01",
                                                     "Infinity",
                                                     "- ",
                                                     ": ",
                                                     " #"};
    std::string out;
    for (auto n = random_() % 5; n > 0; --n) out += kPieces[random_() % kPieces.size()];
    if (random_() % 500 == 0) out += std::string(1200, 'k');
    return out;
  }

  Value value(int depth = 0) {
    const auto pick = random_() % (depth > 4 ? 7U : 11U);
    if (pick == 0) return {};
    if (pick == 1) return random_() % 2 == 0;
    if (pick == 2) return static_cast<std::int64_t>(random_());
    if (pick == 3)
      return std::ldexp(static_cast<double>(random_() % 100000) + 0.5, -int(random_() % 60));
    if (pick < 7) return string();
    if (pick < 9) {
      Value::List list;
      for (auto n = random_() % 4; n > 0; --n) list.push_back(value(depth + 1));
      return list;
    }
    Value map = Value::Map{};
    for (auto n = random_() % 4; n > 0; --n) map.set(string(), value(depth + 1));
    return map;
  }

 private:
  std::mt19937_64 random_;
};

TEST(ToYaml, reading_gives_the_value_again) {
  Nasty nasty(20240502);
  for (int round = 0; round < 20000; ++round) {
    const Value value = nasty.value();
    const std::string text = to_yaml(value);
    ASSERT_EQ(read_yaml_text(text), value) << text;
    ASSERT_EQ(to_yaml(read_yaml_text(text)), text);
  }
}

TEST(ToJson, reading_gives_the_value_again) {
  Nasty nasty(20240503);
  for (int round = 0; round < 20000; ++round) {
    const Value value = nasty.value();
    for (const int indent : {0, 2, 4}) {
      const std::string text = to_json(value, indent);
      ASSERT_EQ(read_json_text(text), value) << text;
    }
  }
}

}  // namespace
}  // namespace podmoat::edit
