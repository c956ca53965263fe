// LabelClasses against the enumeration of all label sets over three keys.
#include "core/proof/label_classes.h"

#include <gtest/gtest.h>

#include <random>
#include <set>

namespace podmoat::proof {
namespace {

using model::Labels;
using model::Operator;
using model::Selector;

Selector random_selector(std::mt19937_64& random) {
  const auto below = [&](unsigned n) { return static_cast<unsigned>(random() % n); };
  Selector selector;
  for (unsigned i = below(4); i > 0; --i) {
    model::Requirement r{std::string(1, "abc"[below(3)]), static_cast<Operator>(below(4)), {}};
    if (r.op == Operator::in || r.op == Operator::not_in)
      r.values = std::vector<std::vector<std::string>>{
          {"x"}, {"y"}, {"x", "y"}, {"", "x"}, {"not valid"}, {"not valid", "y"}}[below(6)];
    selector.requirements.push_back(std::move(r));
  }
  return selector;
}

/// Every label set over a, b, c with the values "", "other", "x", "y".
std::vector<Labels> all_label_sets() {
  std::vector<Labels> sets{Labels()};
  for (const char* key : {"a", "b", "c"}) {
    std::vector<Labels> more = sets;
    for (const Labels& labels : sets)
      for (const char* value : {"", "other", "x", "y"}) {
        more.push_back(labels);
        more.back().set(key, value);
      }
    sets = std::move(more);
  }
  return sets;
}

std::vector<bool> vector_of(const std::vector<Selector>& selectors, const Labels& labels) {
  std::vector<bool> out;
  for (const Selector& selector : selectors) out.push_back(selector.matches(labels));
  return out;
}

TEST(LabelClasses, are_exactly_the_ways_to_match) {
  std::mt19937_64 random(1);
  const std::vector<Labels> sets = all_label_sets();
  for (int run = 0; run < 2000; ++run) {
    std::vector<Selector> selectors(random() % 6);
    for (Selector& selector : selectors) selector = random_selector(random);
    std::set<std::vector<bool>> want;
    for (const Labels& labels : sets) want.insert(vector_of(selectors, labels));

    const auto classes = LabelClasses::of(selectors, 1000);
    ASSERT_TRUE(classes.has_value());
    std::set<std::vector<bool>> got;
    for (std::size_t c = 0; c < classes->size(); ++c) {
      std::vector<bool> matched;
      for (std::size_t s = 0; s < selectors.size(); ++s) matched.push_back(classes->matches(c, s));
      EXPECT_EQ(matched, vector_of(selectors, classes->labels(c))) << classes->labels(c).str();
      EXPECT_TRUE(got.insert(matched).second) << "twice: " << classes->labels(c).str();
    }
    ASSERT_EQ(got, want);
  }
}

/// Every text over a, b and x that is at most `longest` long.
std::vector<std::string> all_texts(std::size_t longest) {
  std::vector<std::string> texts{""};
  for (std::size_t from = 0, size = 1; size <= longest; ++size) {
    const std::size_t to = texts.size();
    for (; from < to; ++from)
      for (const char c : {'a', 'b', 'x'}) texts.push_back(texts[from] + c);
  }
  return texts;
}

Selector random_selector_of_parts(std::mt19937_64& random) {
  const auto below = [&](unsigned n) { return static_cast<unsigned>(random() % n); };
  const std::vector<std::string> parts = {"a", "b", "ab", "ba", "aa", "bab", "", "-", "a b", "abb"};
  Selector selector;
  for (unsigned i = 1 + below(3); i > 0; --i) {
    model::Requirement r{"k", static_cast<Operator>(below(10)), {}};
    if (r.op != Operator::exists && r.op != Operator::does_not_exist)
      r.values = {parts[below(static_cast<unsigned>(parts.size()))]};
    selector.requirements.push_back(std::move(r));
  }
  return selector;
}

TEST(LabelClasses, hold_every_way_to_have_parts) {
  std::mt19937_64 random(2);
  const std::vector<std::string> texts = all_texts(7);
  for (int run = 0; run < 400; ++run) {
    std::vector<Selector> selectors(1 + random() % 4);
    for (Selector& selector : selectors) selector = random_selector_of_parts(random);
    std::set<std::vector<bool>> want{vector_of(selectors, {})};
    for (const std::string& text : texts) want.insert(vector_of(selectors, Labels({{"k", text}})));

    const auto classes = LabelClasses::of(selectors, 100000);
    ASSERT_TRUE(classes.has_value());
    std::set<std::vector<bool>> got;
    for (std::size_t c = 0; c < classes->size(); ++c) {
      const Labels labels = classes->labels(c);
      std::vector<bool> matched;
      for (std::size_t s = 0; s < selectors.size(); ++s) matched.push_back(classes->matches(c, s));
      EXPECT_EQ(matched, vector_of(selectors, labels)) << labels.str();
      const std::string value = labels.find("k") == nullptr ? "" : *labels.find("k");
      EXPECT_LE(value.size(), 63U);
      EXPECT_EQ(value.find_first_of(" "), std::string::npos) << value;
      EXPECT_FALSE(value.starts_with('-') || value.ends_with('-')) << value;
      got.insert(matched);
    }
    for (const std::vector<bool>& vector : want) ASSERT_TRUE(got.contains(vector)) << run;
  }
}

TEST(LabelClasses, gives_up_on_parts_that_it_cannot_enumerate) {
  std::vector<Selector> selectors = {{{{"k", Operator::contains, {std::string(40, 'a')}}}},
                                     {{{"k", Operator::contains, {std::string(40, 'b')}}}}};
  EXPECT_FALSE(LabelClasses::of(selectors, 1000).has_value());  // 81 letters with one between
  selectors.pop_back();
  EXPECT_TRUE(LabelClasses::of(selectors, 1000).has_value());
  for (int i = 0; i < 20; ++i)
    selectors.push_back({{{"k", Operator::contains, {"v" + std::to_string(i)}}}});
  EXPECT_FALSE(LabelClasses::of(selectors, 1000).has_value());
}

TEST(LabelClasses, one_key_with_many_values_stays_small) {
  std::vector<Selector> selectors;
  for (int i = 0; i < 1000; ++i)
    selectors.push_back({{{"app", Operator::in, {"v" + std::to_string(i)}}}});
  const auto classes = LabelClasses::of(selectors, 1001);
  ASSERT_TRUE(classes.has_value());
  EXPECT_EQ(classes->size(), 1001U);
  EXPECT_EQ(classes->labels(0).str(), "<none>");
  EXPECT_EQ(classes->labels(1).str(), "app=v0");
}

TEST(LabelClasses, stops_above_its_bound) {
  std::vector<Selector> selectors;
  for (int i = 0; i < 10; ++i)
    selectors.push_back({{{"k" + std::to_string(i), Operator::exists, {}}}});
  EXPECT_TRUE(LabelClasses::of(selectors, 1024).has_value());
  const auto too_many = LabelClasses::of(selectors, 1023);
  ASSERT_FALSE(too_many.has_value());
  EXPECT_GT(too_many.error(), 1023U);
}

TEST(LabelClasses, a_namespace_always_has_a_valid_name) {
  const std::vector<Selector> selectors = {
      {{{"n", Operator::does_not_exist, {}}}},
      {{{"n", Operator::in, {"Not_A_Name"}}}},
      {{{"n", Operator::in, {"shop"}}}},
  };
  const auto classes =
      LabelClasses::of(selectors, 10, [](std::string_view) { return Freedom::name; });
  ASSERT_TRUE(classes.has_value());
  ASSERT_EQ(classes->size(), 2U);  // shop, and any other
  EXPECT_EQ(classes->labels(0).str(), "n=shop");
  EXPECT_EQ(classes->labels(1).str(), "n=other");
}

}  // namespace
}  // namespace podmoat::proof
