// rewrite: a table of texts before and after, which a person should find well edited; and what it
// must refuse.
#include <gtest/gtest.h>

#include <string>

#include "core/edit/writer.h"
#include "core/manifest/tree.h"
#include "core/manifest/yaml.h"

namespace podmoat::edit {
using manifest::read_yaml;
using manifest::Tree;
using manifest::value_of;
namespace {

using model::Value;

Value value(const std::string& yaml) {
  Tree tree;
  Diagnostics diagnostics;
  if (!read_yaml({.text = yaml}, tree, diagnostics))
    ADD_FAILURE() << yaml << '\n' << diagnostics.back().message;
  return value_of(tree.root(), 0);
}

/// The text after the change, or "refused: " and the reason.
std::string rewritten(const std::string& before, const std::string& after, Place place) {
  const Result<std::string> text = rewrite(before, {{place, value(after)}});
  return text ? *text : "refused: " + text.error().what;
}

struct Case {
  const char* name;
  const char* before;
  const char* after;  ///< what the document at `place` is to say, as YAML
  const char* want;
  Place place = {0, 1, 1};
};

constexpr Case kBlock[] = {
    {"except under an ipBlock",
     R"(# Shop may talk to the world.
egress:
- to:
  - ipBlock:
      cidr: 0.0.0.0/0  # everywhere
  # DNS
  - podSelector: {}
)",
     "egress: [{to: [{ipBlock: {cidr: 0.0.0.0/0, except: [169.254.169.254/32]}}, {podSelector: "
     "{}}]}]",
     R"(# Shop may talk to the world.
egress:
- to:
  - ipBlock:
      cidr: 0.0.0.0/0  # everywhere
      except:
      - 169.254.169.254/32
  # DNS
  - podSelector: {}
)",
     {0, 2, 1}},
    {"quotes and indented lists as around",
     R"(egress:
  - to:
      - ipBlock:
          cidr: "0.0.0.0/0"
)",
     "egress: [{to: [{ipBlock: {cidr: 0.0.0.0/0, except: [169.254.169.254/32]}}]}]",
     R"(egress:
  - to:
      - ipBlock:
          cidr: "0.0.0.0/0"
          except:
            - "169.254.169.254/32"
)"},
    {"one more item of except",
     R"(ipBlock:
  cidr: 0.0.0.0/0
  except:
  - 10.0.0.0/8  # office
  # end
policyTypes: [Egress]
)",
     "{ipBlock: {cidr: 0.0.0.0/0, except: [10.0.0.0/8, 169.254.169.254/32]}, policyTypes: "
     "[Egress]}",
     R"(ipBlock:
  cidr: 0.0.0.0/0
  except:
  - 10.0.0.0/8  # office
  - 169.254.169.254/32
  # end
policyTypes: [Egress]
)"},
    {"to: into a rule that has ports only",
     R"(egress:
- ports:
  - port: 443
)",
     "egress: [{ports: [{port: 443}], to: [{ipBlock: {cidr: 0.0.0.0/0}}, {podSelector: {}}]}]",
     R"(egress:
- ports:
  - port: 443
  to:
  - ipBlock:
      cidr: 0.0.0.0/0
  - podSelector: {}
)"},
    {"to: before the ports",
     R"(egress:
- ports:
  - port: 443
)",
     "egress: [{to: [{podSelector: {}}], ports: [{port: 443}]}]",
     R"(egress:
- to:
  - podSelector: {}
  ports:
  - port: 443
)"},
    {"a port range is split",
     R"(ports:
- protocol: TCP
  port: 1      # all
  endPort: 65535
# the end
)",
     "ports: [{protocol: TCP, port: 1, endPort: 79}, {protocol: TCP, port: 81, endPort: 65535}]",
     R"(ports:
- protocol: TCP
  port: 1      # all
  endPort: 79
- protocol: TCP
  port: 81
  endPort: 65535
# the end
)"},
    {"a rule after a rule",
     R"(egress:
# first
- to:
  - podSelector: {}
# second
- ports:
  - port: 53
)",
     "egress: [{to: [{podSelector: {}}]}, {to: [{namespaceSelector: {}}]}, {ports: [{port: 53}]}]",
     R"(egress:
# first
- to:
  - podSelector: {}
- to:
  - namespaceSelector: {}
# second
- ports:
  - port: 53
)"},
    {"a first rule goes above the comment of the next", "egress:\n# first\n- to: []\n",
     "egress: [{ports: [{port: 53}]}, {to: []}]",
     "egress:\n- ports:\n  - port: 53\n# first\n- to: []\n"},
    {"a peer is removed, its comments behind it too, those above stay",
     R"(to:
- podSelector: {}  # here
# all namespaces
- namespaceSelector: {}  # there
- ipBlock:
    cidr: 10.0.0.0/8
)",
     "to: [{podSelector: {}}, {ipBlock: {cidr: 10.0.0.0/8}}]",
     R"(to:
- podSelector: {}  # here
# all namespaces
- ipBlock:
    cidr: 10.0.0.0/8
)"},
    {"the last rule is removed", "egress:  # none\n- to:\n  - podSelector: {}\nx: 1\n",
     "{egress: [], x: 1}", "egress: []  # none\nx: 1\n"},
    {"the first member of an item is removed", "a:\n- b: 1  # one\n  c: 2\n", "a: [{c: 2}]",
     "a:\n- c: 2\n"},
    {"the same with a comment below", "a:\n- b: 1  # one\n  # two\n  c: 2\n", "a: [{c: 2}]",
     "a:\n-\n  # two\n  c: 2\n"},
    {"a first member of an item is replaced", "a:\n- b: 1\n  c: 2\n", "a: [{d: 3, c: 2}]",
     "a:\n- d: 3\n  c: 2\n"},
    {"policyTypes at the end, no last line end", "egress:\n- {}",
     "{egress: [{}], policyTypes: [Egress]}", "egress:\n- {}\npolicyTypes:\n- Egress"},
    {"an empty selector gets labels", "podSelector: {}  # all\nx: 1\n",
     "{podSelector: {matchLabels: {app: web}}, x: 1}",
     "podSelector:  # all\n  matchLabels:\n    app: web\nx: 1\n"},
    {"a value where there was none", "egress:  # todo\nx: 1\n", "{egress: [{}], x: 1}",
     "egress:  # todo\n- {}\nx: 1\n"},
    {"a scalar where there was none", "a:  # c\n", "a: yes please", "a: yes please  # c\n"},
    {"scalars keep the comment behind them", "a: 'x'  # c\nb: 1 # d\n", "{a: z, b: 2}",
     "a: 'z'  # c\nb: 2 # d\n"},
    {"a text of several lines", "a: |  # c\n  one\n  two\nb: 1\n", "a: \"one\\nthree\\n\"\nb: 1",
     "a: |  # c\n  one\n  three\nb: 1\n"},
    {"a member behind a text of several lines", "a: |\n  one\n\n  two\nb: 1\n",
     "a: \"one\\n\\ntwo\\n\"\nc: 3\nb: 1", "a: |\n  one\n\n  two\nc: 3\nb: 1\n"},
    {"a text becomes one line", "a: >-  # c\n  one\n  two\nb: 1\n", "{a: x, b: 1}",
     "a: x  # c\nb: 1\n"},
    {"a map becomes a text", "a:\n  b: 1\nc: 2\n", "{a: x, c: 2}", "a: x\nc: 2\n"},
    {"a list becomes a map", "a:\n- b\nc: 2\n", "{a: {b: 1}, c: 2}", "a:\n  b: 1\nc: 2\n"},
    {"dashes on lines of their own", "a:\n-\n  b: 1\n-\n  c: 1\n", "a: [{b: 1}, {d: 2}, {c: 1}]",
     "a:\n-\n  b: 1\n-\n  d: 2\n-\n  c: 1\n"},
    {"wide dashes", "a:\n-   b: 1\n", "a: [{b: 1}, {c: 2, d: 3}]",
     "a:\n-   b: 1\n-   c: 2\n    d: 3\n"},
    {"lists in lists", "a:\n- - 1\n  - 2\n- - 3\n", "a: [[0, 1, 2], [3, 4], [5]]",
     "a:\n- - 0\n  - 1\n  - 2\n- - 3\n  - 4\n- - 5\n"},
    {"the first of a list in a list is removed", "a:\n- - 1\n  - 2\n", "a: [[2]]", "a:\n- - 2\n"},
    {"quoted keys", "\"a\": 1\n'b' : 2\n", "{a: 1, b: 3, \"x: y\": 4}",
     "\"a\": 1\n'b' : 3\n'x: y': 4\n"},
    {"CRLF stays", "a: 1  # c\r\nb:\r\n- 1\r\n", "{a: 2, b: [1, 3]}",
     "a: 2  # c\r\nb:\r\n- 1\r\n- 3\r\n"},
    {"a byte order mark stays",
     "\xef\xbb\xbf"
     "a: 1\n",
     "{a: 1, b: 2}",
     "\xef\xbb\xbf"
     "a: 1\nb: 2\n"},
    {"tabs in comments", "a: 1\t#\tc\n#\td\nb: 2\n", "{a: 3, b: 2}", "a: 3\t#\tc\n#\td\nb: 2\n"},
    {"the order of members says nothing", "a: 1\nb: 2\n", "{b: 2, a: 1}", "a: 1\nb: 2\n"},
    {"a document of several",
     "a: 1\n---\n# two\na: 1\nb: 1\n---\na: 1\n",
     "{a: 1}",
     "a: 1\n---\n# two\na: 1\n---\na: 1\n",
     {0, 4, 1}},
    {"an item of a List",
     "kind: List\nitems:\n- a: 1\n- a: 1\n  b: 2\n",
     "{a: 1, b: 3, c: [x]}",
     "kind: List\nitems:\n- a: 1\n- a: 1\n  b: 3\n  c:\n  - x\n",
     {0, 4, 3}},
    {"an anchor that nobody touches", "a: &x {k: 1}\nb: *x\nc: 1\n", "{a: {k: 1}, b: {k: 1}, c: 2}",
     "a: &x {k: 1}\nb: *x\nc: 2\n"},
};

constexpr Case kFlow[] = {
    {"except under an ipBlock", "to: [{ipBlock: {cidr: 0.0.0.0/0}}]  # all\n",
     "to: [{ipBlock: {cidr: 0.0.0.0/0, except: [169.254.169.254/32]}}]",
     "to: [{ipBlock: {cidr: 0.0.0.0/0, except: [169.254.169.254/32]}}]  # all\n"},
    {"blanks inside of brackets", "a: { b: [ 1, 2 ] }\n", "a: {b: [1, 2, 3], c: x}",
     "a: { b: [ 1, 2, 3 ], c: x }\n"},
    {"first, middle and last are removed", "a: [0, 1, 2, 3, 4, 5]\n", "a: [1, 2, 4]",
     "a: [1, 2, 4]\n"},
    {"all are removed", "a: [0, 1]  # c\n", "a: []", "a: []  # c\n"},
    {"before the first", "a: [1, 2]\n", "a: [0, 1, 2]", "a: [0, 1, 2]\n"},
    {"the last two make room for one", "a: {b: 1, c: 2, d: 3}\n", "a: {b: 1, e: 4}",
     "a: {b: 1, e: 4}\n"},
    {"a last comma", "a: [1, 2,]\n", "a: [1, 2, 3]", "a: [1, 2, 3,]\n"},
    {"one item a line", "a: [\n  1,  # one\n  2   # two\n]\n", "a: [1, 3, 2, 4]",
     "a: [\n  1,  # one\n  3,\n  2,   # two\n  4\n]\n"},
    {"the last of one item a line is removed", "a: [\n  1,  # one\n  2   # two\n]\n", "a: [1]",
     "a: [\n  1  # one\n]\n"},
    {"an empty value", "a: {b: , c}\n", "a: {b: 1, c: 2}", "a: {b: 1, c: 2}\n"},
};

constexpr Case kJson[] = {
    {"indented",
     R"({
  "to": [
    {
      "ipBlock": {
        "cidr": "0.0.0.0/0"
      }
    }
  ],
  "podSelector": {}
}
)",
     "{to: [{ipBlock: {cidr: 0.0.0.0/0, except: [169.254.169.254/32]}}], podSelector: {a: b}}",
     R"({
  "to": [
    {
      "ipBlock": {
        "cidr": "0.0.0.0/0",
        "except": [
          "169.254.169.254/32"
        ]
      }
    }
  ],
  "podSelector": {
    "a": "b"
  }
}
)"},
    {"compact", R"({"a":[1,{"b":"\/"}],"c":{}})", "{a: [1, {b: /, d: [x, z]}], c: {e: f}}",
     R"({"a":[1,{"b":"\/","d":["x","z"]}],"c":{"e":"f"}})"},
    {"tabs", "{\n\t\"a\": [\n\t\t1\n\t]\n}\n", "{a: [1, {b: 2}]}",
     "{\n\t\"a\": [\n\t\t1,\n\t\t{\n\t\t\t\"b\": 2\n\t\t}\n\t]\n}\n"},
    {"the last member is removed", "{\n  \"a\": 1,\n  \"b\": 2\n}\n", "{a: 1}",
     "{\n  \"a\": 1\n}\n"},
    {"one of several, one after the other",
     "{\"a\":1}\n{\"a\":1} {\"a\":1}",
     "{a: 2}",
     "{\"a\":1}\n{\"a\":1} {\"a\":2}",
     {0, 2, 9}},
    {"an item of a List",
     "{\"kind\": \"List\",\n \"items\": [{\"a\": 1},\n  {\"a\": 1}]}",
     "{a: 1, b: true}",
     "{\"kind\": \"List\",\n \"items\": [{\"a\": 1},\n  {\"a\": 1, \"b\": true}]}",
     {0, 3, 3}},
};

TEST(Rewrite, edits_block_style_as_a_careful_person_does) {
  for (const Case& c : kBlock) EXPECT_EQ(rewritten(c.before, c.after, c.place), c.want) << c.name;
}

TEST(Rewrite, edits_flow_style) {
  for (const Case& c : kFlow) EXPECT_EQ(rewritten(c.before, c.after, c.place), c.want) << c.name;
}

TEST(Rewrite, edits_json) {
  for (const Case& c : kJson) EXPECT_EQ(rewritten(c.before, c.after, c.place), c.want) << c.name;
}

TEST(Rewrite, refuses_with_the_reason) {
  constexpr Case kCases[] = {
      {"inside an anchor", "a: &x {k: 1}\nb: *x\n", "{a: {k: 2}, b: {k: 1}}",
       "refused: line 1: the value is shared through an anchor, an alias or a merge key"},
      {"inside an alias", "a: &x {k: 1}\nb: *x\n", "{a: {k: 1}, b: {k: 2}}",
       "refused: line 2: the value is shared through an anchor, an alias or a merge key"},
      {"no object there", "a: 1\n", "{a: 2}", "refused: line 7: no object starts here", {0, 7, 1}},
      {"no YAML", "a: [\n", "{a: 2}", "refused: line "},
  };
  for (const Case& c : kCases)
    EXPECT_TRUE(rewritten(c.before, c.after, c.place).starts_with(c.want))
        << c.name << ": " << rewritten(c.before, c.after, c.place);
}

TEST(Rewrite, several_objects_at_once) {
  const Result<std::string> text =
      rewrite("a: 1\n---\na: 1\n", {{{0, 3, 1}, value("a: 3")}, {{0, 1, 1}, value("a: 2")}});
  ASSERT_TRUE(text);
  EXPECT_EQ(*text, "a: 2\n---\na: 3\n");
}

}  // namespace
}  // namespace podmoat::edit
