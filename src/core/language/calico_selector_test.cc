// The selector language: what parses, to which terms, and what holds.
#include "core/language/calico_selector.h"

#include <gtest/gtest.h>

#include <string>

#include "core/language/calico_pods.h"

namespace podmoat::language {
namespace {

std::string str(const PodTerms& terms) {
  std::string out;
  for (const PodTerm& term : terms)
    out += (out.empty() ? "" : " | ") + term.pods.str() + " in " + term.namespaces.str();
  return out.empty() ? "nothing" : out;
}

TEST(CalicoSelector, parses_what_calico_parses) {
  struct Row {
    const char* text;
    const char* canonical;
  };
  const Row rows[] = {
      {"", "all()"},
      {" \t", "all()"},
      {"a=='b'", "a == \"b\""},
      {"a in{'c',\"b\",'c',}", "a in {\"b\", \"c\"}"},
      {"a in {'b'}", "a == \"b\""},
      {"a in {}", "a in {}"},
      {"a notin {'b'}", "a != \"b\""},
      {"a not \t in {'b','c'}", "a not in {\"b\", \"c\"}"},
      {"a contains'x' ", "a contains \"x\""},
      {"a startswith \"it's\"", "a starts with \"it's\""},
      {"a ends with 'say \"x\"'", "a ends with 'say \"x\"'"},
      {"has( a )", "has(a)"},
      {"!has(a)&&b!='c'||d=='e'", "!has(a) && b != \"c\" || d == \"e\""},
      {"!!a == 'b'", "a == \"b\""},
      {"!(!(a == 'b'))", "a == \"b\""},
      {"!(a == 'b' && c == 'd')", "!(a == \"b\" && c == \"d\")"},
      {"(a == 'b' || c == 'd') && all( )", "(a == \"b\" || c == \"d\") && all()"},
      {"has == 'x' && in in {'y'} && all != 'z'", "has == \"x\" && in == \"y\" && all != \"z\""},
      {"projectcalico.org/name == 'x'", "projectcalico.org/name == \"x\""},
      {"global()", "global()"},
  };
  for (const Row& row : rows) {
    const auto selector = parse_calico_selector(row.text);
    ASSERT_TRUE(selector.has_value()) << row.text << ": " << selector.error().what;
    EXPECT_EQ(selector->str(), row.canonical) << row.text;
    EXPECT_EQ(*parse_calico_selector(selector->str()), *selector) << row.text;
  }
}

TEST(CalicoSelector, refuses_the_rest) {
  const std::string long_key(513, 'a');
  for (const std::string& text :
       std::initializer_list<std::string>{"a",
                                          "a =",
                                          "a = 'b'",
                                          "a == b",
                                          "a == 'b",
                                          "a == 'b' &&",
                                          "a == 'b' & c == 'd'",
                                          "a == 'b' c == 'd'",
                                          "(a == 'b'",
                                          "a == 'b')",
                                          "a in 'b'",
                                          "a in {'b'",
                                          "a in {,}",
                                          "a in {'b' 'c'}",
                                          "a inx {'b'}",
                                          "a not {'b'}",
                                          "a containsx 'b'",
                                          "has(a",
                                          "has ()",
                                          "has()",
                                          "has (a)",
                                          "all",
                                          "all(a)",
                                          "!",
                                          "!= 'b'",
                                          "a !",
                                          "has(a b)",
                                          "a\n== 'b'",
                                          "{'a'}",
                                          "a == 'b' | c == 'd'",
                                          "a starts 'b'",
                                          "a with 'b'",
                                          "$a == 'b'",
                                          long_key + " == 'b'",
                                          std::string(600, '(') + "all()" + std::string(600, ')')})
    EXPECT_FALSE(parse_calico_selector(text).has_value()) << text;
}

TEST(CalicoSelector, becomes_terms) {
  struct Row {
    const char* text;
    const char* sure;
    const char* possible;
  };
  const Row rows[] = {
      {"all()", "everything in everything", "nothing"},
      {"!all()", "nothing", "nothing"},
      {"a in {}", "nothing", "nothing"},
      {"a not in {}", "everything in everything", "nothing"},
      {"a contains ''", "a in everything", "nothing"},
      {"!(a contains '')", "!a in everything", "nothing"},
      {"!(a contains 'x')", "a does not contain x in everything", "nothing"},
      {"!(a == 'b' || c == 'd')", "a!=b,c!=d in everything", "nothing"},
      {"!(a == 'b' && c == 'd')", "a!=b in everything | c!=d in everything", "nothing"},
      {"(a == 'b' || a == 'c') && d == 'e'", "a=b,d=e in everything | a=c,d=e in everything",
       "nothing"},
      {"a == 'b' && a == 'c'", "nothing", "nothing"},
      {"a == 'b' && !has(a)", "nothing", "nothing"},
      {"a in {'bx','cx','d'} && a ends with 'x' && a != 'cx'", "a=bx in everything", "nothing"},
      {"has(a) || has(a) && has(b)", "a in everything", "nothing"},
      {"projectcalico.org/namespace == 'shop'", "everything in kubernetes.io/metadata.name=shop",
       "nothing"},
      {"pcns.projectcalico.org/name in {'x','y'}",
       "everything in kubernetes.io/metadata.name in (x,y)", "nothing"},
      {"has(projectcalico.org/namespace)", "everything in everything", "nothing"},
      {"!has(projectcalico.org/namespace)", "nothing", "nothing"},
      {"pcns.team == 'x'", "everything in team=x", "nothing"},
      {"projectcalico.org/serviceaccount == 'robot'", "@serviceaccount=robot in everything",
       "nothing"},
      {"projectcalico.org/orchestrator == 'k8s'", "everything in everything", "nothing"},
      {"projectcalico.org/orchestrator != 'k8s'", "nothing", "nothing"},
      {"pcsa.role == 'x'", "nothing", "everything in everything"},
      {"!(pcsa.role == 'x') && a == 'b'", "nothing", "a=b in everything"},
      {"a == 'b' || pcsa.role == 'x'", "a=b in everything", "everything in everything"},
  };
  for (const Row& row : rows) {
    const auto pods = pods_of(*parse_calico_selector(row.text));
    ASSERT_TRUE(pods.has_value()) << row.text;
    EXPECT_EQ(str(pods->sure), row.sure) << row.text;
    EXPECT_EQ(str(pods->possible), row.possible) << row.text;
  }
}

TEST(CalicoSelector, gives_up_above_4096_terms) {
  std::string text;
  for (int i = 0; i < 13; ++i) {
    const std::string n = std::to_string(i);
    text += (i == 0 ? "" : " && ") + ("(a" + n + " == 'x' || b" + n + " == 'x')");
    EXPECT_EQ(pods_of(*parse_calico_selector(text)).has_value(), i < 12) << i;
  }
}

TEST(CalicoSelector, holds_with_answers_that_are_not_known) {
  using model::Answer;
  const auto ask = [](const model::Requirement& r) {
    return r.key == "y" ? Answer::yes : r.key == "n" ? Answer::no : Answer::unknown;
  };
  for (const auto& [text, want] :
       std::initializer_list<std::pair<const char*, Answer>>{{"has(y) && has(u)", Answer::unknown},
                                                             {"has(n) && has(u)", Answer::no},
                                                             {"has(y) || has(u)", Answer::yes},
                                                             {"has(n) || has(u)", Answer::unknown},
                                                             {"!has(u)", Answer::unknown},
                                                             {"!(has(y) && has(n))", Answer::yes}})
    EXPECT_EQ(holds(*parse_calico_selector(text), ask), want) << text;
}

}  // namespace
}  // namespace podmoat::language
