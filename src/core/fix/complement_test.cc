// The complement: rows that a person can check, and every label set of small universes.
#include "core/fix/complement.h"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <set>
#include <string>

#include "support/random_cluster.h"

namespace podmoat::fix {
namespace {

using model::Labels;
using model::Operator;
using model::Requirement;
using model::Selector;

Requirement in(std::string key, std::vector<std::string> values) {
  return {std::move(key), Operator::in, std::move(values)};
}
Requirement not_in(std::string key, std::vector<std::string> values) {
  return {std::move(key), Operator::not_in, std::move(values)};
}
Requirement exists(std::string key) { return {std::move(key), Operator::exists, {}}; }
Requirement absent(std::string key) { return {std::move(key), Operator::does_not_exist, {}}; }

std::string str(const std::optional<std::vector<Selector>>& selectors) {
  if (!selectors) return "too many";
  std::string out;
  for (const Selector& s : *selectors) out += (out.empty() ? "" : " | ") + s.str();
  return out.empty() ? "none" : out;
}

TEST(Complement, of_selectors_that_people_write) {
  struct Case {
    const char* name;
    std::vector<Selector> selectors;
    const char* want;
  };
  const Case cases[] = {
      {"nothing isolates", {}, "everything"},
      {"a default deny", {{{}}}, "none"},
      {"a default deny among others", {{{in("app", {"web"})}}, {{}}}, "none"},
      {"one label", {{{in("app", {"web"})}}}, "app!=web"},
      {"two values of one label",
       {{{in("app", {"web"})}}, {{in("app", {"db"})}}},
       "app notin (db,web)"},
      {"everything but", {{{not_in("app", {"web"})}}}, "app=web"},
      {"key there", {{{exists("app")}}}, "!app"},
      {"key not there", {{{absent("app")}}}, "app"},
      {"there or not there", {{{exists("app")}}, {{absent("app")}}}, "none"},
      {"two labels of one Pod",
       {{{in("app", {"web"}), in("tier", {"front"})}}},
       "app!=web | app=web,tier!=front"},
      {"three overlapping selectors",
       {{{in("app", {"web"})}}, {{in("tier", {"front"})}}, {{in("app", {"db"}), exists("x")}}},
       "app notin (db,web),tier!=front | app=db,tier!=front,!x"},
      {"values that leave the same are told together",
       {{{in("app", {"a"}), in("tier", {"t"})}}, {{in("app", {"b"}), in("tier", {"t"})}}},
       "app notin (a,b) | app in (a,b),tier!=t"},
      {"absent or one value is two selectors", {{{exists("a"), not_in("a", {"1"})}}}, "!a | a=1"},
      {"a contradiction isolates nobody", {{{in("a", {"1"}), absent("a")}}}, "everything"},
      {"another contradiction", {{{in("a", {"1"}), in("a", {"2"})}}}, "everything"},
      {"there, but not this", {{{not_in("a", {"1"})}}, {{in("a", {"1"}), exists("b")}}}, "a=1,!b"},
  };
  for (const Case& c : cases) EXPECT_EQ(str(complement(c.selectors, 64)), c.want) << c.name;
}

TEST(Complement, needs_one_selector_more_than_pairs_of_labels) {
  std::vector<Selector> pairs;
  for (int i = 0; i < 63; ++i)
    pairs.push_back(
        {{in("app", {"a" + std::to_string(i)}), in("name", {"n" + std::to_string(i)})}});
  ASSERT_TRUE(complement(pairs, 64));
  EXPECT_EQ(complement(pairs, 64)->size(), 64);
  pairs.push_back({{in("app", {"b"}), in("name", {"b"})}});
  EXPECT_FALSE(complement(pairs, 64));
}

TEST(Complement, gives_up_on_formulas) {
  std::vector<Selector> formula;
  std::mt19937_64 random(3);
  for (int i = 0; i < 160; ++i) {
    Selector clause;
    for (int k = 0; k < 3; ++k) {
      const std::string key = "k" + std::to_string(test::below(random, 40));
      clause.requirements.push_back(test::below(random, 2) == 0 ? exists(key) : absent(key));
    }
    formula.push_back(clause);
  }
  EXPECT_FALSE(complement(formula, 0));  // even the bound of nothing is not proven for free
}

/// Every label set over the alphabet of random_selector: its keys are absent or have one of its
/// values, or one that no selector names.
std::vector<Labels> universe(const std::vector<Selector>& selectors) {
  std::map<std::string, std::set<std::string>> values;
  for (const Selector& s : selectors)
    for (const Requirement& r : s.requirements) {
      values[r.key].insert("elsewhere");
      values[r.key].insert(r.values.begin(), r.values.end());
    }
  std::vector<Labels> all{Labels()};
  for (const auto& [key, of] : values) {
    const std::vector<Labels> before = all;
    for (const Labels& labels : before)
      for (const std::string& value : of) {
        all.push_back(labels);
        all.back().set(key, value);
      }
  }
  return all;
}

// The oracle asks every label set, so it needs no algorithm. "elsewhere" stands for every value
// that no selector names.
TEST(Complement, is_exact_and_disjoint_on_every_label_set) {
  std::mt19937_64 random(169254);
  int several = 0;
  for (int round = 0; round < 3000; ++round) {
    std::vector<Selector> selectors(static_cast<std::size_t>(test::below(random, 5)));
    for (Selector& s : selectors)  // an empty one, which ends the question, only now and then
      while (s.empty() && test::below(random, 16) != 0) s = test::random_selector(random);
    const auto rest = complement(selectors, 64);
    ASSERT_TRUE(rest);
    several += rest->size() > 1 ? 1 : 0;
    std::vector<bool> used(rest->size());
    for (const Labels& labels : universe(selectors)) {
      bool matched = false;
      for (const Selector& s : selectors) matched = matched || s.matches(labels);
      int hits = 0;
      for (std::size_t i = 0; i < rest->size(); ++i)
        if ((*rest)[i].matches(labels)) used[i] = ++hits > 0;
      ASSERT_EQ(hits, matched ? 0 : 1) << labels.str() << " of " << str(rest);
    }
    for (std::size_t i = 0; i < used.size(); ++i)
      EXPECT_TRUE(used[i]) << (*rest)[i].str() << " selects nothing";
  }
  EXPECT_GT(several, 500);  // the selectors are worth the name
}

TEST(Satisfiable, sees_contradictions) {
  EXPECT_TRUE(satisfiable({}));
  EXPECT_TRUE(satisfiable({{not_in("a", {"1"}), absent("a")}}));
  EXPECT_TRUE(satisfiable({{in("a", {"1", "2"}), not_in("a", {"1"})}}));
  EXPECT_FALSE(satisfiable({{in("a", {"1"}), not_in("a", {"1"})}}));
  EXPECT_FALSE(satisfiable({{exists("a"), absent("a")}}));
  EXPECT_FALSE(satisfiable({{in("a", {"1"}), absent("a")}}));
}

}  // namespace
}  // namespace podmoat::fix
