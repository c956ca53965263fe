// The selector language against the parser of Calico itself: the same texts are selectors, and they
// hold the same labels. The slow oracle is asked too, so that its own reading is checked.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <array>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "core/language/calico_selector.h"
#include "support/oracle_process.h"
#include "support/random_calico.h"
#include "support/slow_calico.h"

namespace podmoat::test {
namespace {

constexpr int kSelectors = 24'000;
constexpr const char* kProgram = "calico_selector_oracle";

using Labels = std::map<std::string, std::string>;

std::string json(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    if (c == '\t')
      out += "\\t";
    else
      out += c;
  }
  return out + "\"";
}

std::string json(const Labels& labels) {
  std::string out;
  for (const auto& [key, value] : labels)
    out += (out.empty() ? "" : ", ") + json(key) + ": " + json(value);
  return "{" + out + "}";
}

/// Changes a few letters. Line ends are left out, which older versions take for blanks (CA-21).
std::string mutated(std::string text, std::mt19937_64& random) {
  static const std::string kLetters = "ab'\"(){}!=&|,. \t-/_=inotcwhs$";
  static const std::array<std::string, 12> kWords{
      "has(", "all()", "global()", "in", "not in",      "&&",
      "||",   "==",    "!=",       "{}", "starts with", "contains"};
  for (std::size_t i = random() % 4; i > 0; --i) {
    const std::size_t at = random() % (text.size() + 1);
    const std::size_t which = random() % 4;
    if (which == 0 && at < text.size()) text.erase(at, 1 + random() % 3);
    if (which == 1) text.insert(at, 1, kLetters[random() % kLetters.size()]);
    if (which == 2 && at < text.size()) text[at] = kLetters[random() % kLetters.size()];
    if (which == 3) text.insert(at, kWords[random() % kWords.size()]);
  }
  return text;
}

/// Labels over the keys and values of random_calico_selector, and odd ones of mutations.
std::vector<Labels> label_sets(std::mt19937_64& random) {
  static const std::array<std::string, 7> kKeys{"app", "env", "in", "has", "a", "appx", "not"};
  static const std::array<std::string, 6> kValues{"", "a", "b", "ab", "bxa", "in"};
  std::vector<Labels> out(6);
  for (Labels& labels : out)
    for (const std::string& key : kKeys)
      if (random() % 2 == 0) labels[key] = kValues[random() % kValues.size()];
  return out;
}

bool holds(const language::CalicoSelector& selector, const Labels& labels) {
  return language::holds(selector, [&](const model::Requirement& r) {
           const auto found = labels.find(r.key);
           return r.matches(found == labels.end() ? nullptr : &found->second) ? model::Answer::yes
                                                                              : model::Answer::no;
         }) == model::Answer::yes;
}

TEST(CalicoSelectorDifferential, the_same_texts_hold_the_same_labels) {
  if (const auto why = OracleProcess::why_not(kProgram)) GTEST_SKIP() << *why;
  OracleProcess oracle(kProgram);
  std::mt19937_64 random(20);
  int valid = 0;
  for (int i = 0; i < kSelectors; ++i) {
    const std::string text =
        mutated(random_calico_selector(random, 1 + static_cast<int>(random() % 3)), random);
    const std::vector<Labels> sets = label_sets(random);
    std::string list;
    for (const Labels& labels : sets) list += (list.empty() ? "" : ", ") + json(labels);
    const auto answer =
        oracle.ask(fmt::format("{{\"selector\": {}, \"labels\": [{}]}}", json(text), list));
    ASSERT_TRUE(answer) << answer.error().what;
    const bool parses = answer->contains("\"error\":null");
    const auto matches = items_of(*answer, "matches");
    ASSERT_TRUE(matches) << matches.error().what;
    const auto selector = language::parse_calico_selector(text);
    ASSERT_EQ(selector.has_value(), parses) << "selector " << text << ": " << *answer;
    ASSERT_EQ(slow_selects(text, {}).has_value(), parses) << text;
    if (!selector) continue;
    ++valid;
    ASSERT_EQ(matches->size(), sets.size());
    for (std::size_t s = 0; s < sets.size(); ++s) {
      const bool want = (*matches)[s] == "true";
      ASSERT_EQ(holds(*selector, sets[s]), want) << text << " and " << json(sets[s]);
      ASSERT_EQ(slow_selects(text, sets[s]), want) << text << " and " << json(sets[s]);
    }
  }
  EXPECT_GT(valid, kSelectors / 4);
  EXPECT_LT(valid, kSelectors * 9 / 10);
}

}  // namespace
}  // namespace podmoat::test
