// Walks the keys that the selectors mention, one after the other. A key is absent, or has one of
// the values that some selector mentions, or another one: nothing else can be told apart. Where
// something asks about parts of values, a few more values tell apart what can be (PR-1P). What
// matters of the keys walked so far is only which selectors they have not yet ruled out, so label
// sets that agree in that are one state, and one of them stands for all. After the last key the
// states are the classes. The argument: docs/semantics/proof.md, PR-1.
#include "core/proof/label_classes.h"

#include <algorithm>
#include <map>
#include <set>
#include <string_view>
#include <unordered_set>

namespace podmoat::proof {
namespace {

using Word = std::uint64_t;

bool alphanumeric(char c) {
  return ('a' <= c && c <= 'z') || ('A' <= c && c <= 'Z') || ('0' <= c && c <= '9');
}

/// Source: apimachinery pkg/util/validation IsValidLabelValue and IsDNS1123Label.
bool valid(std::string_view value, Freedom freedom) {
  const bool name = freedom != Freedom::label;
  if (value.empty()) return !name;
  if (value.size() > 63 || !alphanumeric(value.front()) || !alphanumeric(value.back()))
    return false;
  return std::all_of(value.begin(), value.end(), [&](char c) {
    if (c == '.' && freedom == Freedom::account) return true;
    if (name) return c == '-' || (alphanumeric(c) && (c < 'A' || 'Z' < c));
    return c == '-' || c == '_' || c == '.' || alphanumeric(c);
  });
}

/// The parts of values that something asks for; those are left out that no valid value has.
struct Parts {
  std::vector<std::string> starts;
  std::vector<std::string> ends;
  std::vector<std::string> inside;

  bool empty() const { return starts.empty() && ends.empty() && inside.empty(); }

  void add(const model::Requirement& r, Freedom freedom) {
    using model::Operator;
    const std::string& part = r.values.front();
    if (part.empty() || part.size() > 63) return;
    const bool start = r.op == Operator::starts_with || r.op == Operator::not_starts_with;
    const bool end = r.op == Operator::ends_with || r.op == Operator::not_ends_with;
    if (!std::ranges::all_of(part,
                             [&](char c) { return valid(std::string{'0', c, '0'}, freedom); }))
      return;
    if ((start && !alphanumeric(part.front())) || (end && !alphanumeric(part.back()))) return;
    std::vector<std::string>& of_its_kind = start ? starts : end ? ends : inside;
    if (std::ranges::find(of_its_kind, part) == of_its_kind.end()) of_its_kind.push_back(part);
  }
};

/// A letter that stands in none of the parts and in none of the values; 0 if there is none.
char separator(const Parts& parts, const std::map<std::string, std::vector<Word>>& by_value) {
  std::set<char> taken;
  for (const auto* list : {&parts.starts, &parts.ends, &parts.inside})
    for (const std::string& part : *list) taken.insert(part.begin(), part.end());
  for (const auto& [value, mask] : by_value) taken.insert(value.begin(), value.end());
  for (const char c : std::string_view("xyzqjkvwabcdefghilmnoprstu0123456789"))
    if (!taken.contains(c)) return c;
  return 0;
}

/// One value for every way in which a valid value can have the parts (PR-1P), as keys of
/// `by_value`. False where that would be more than `bound`, or one of them too long: then it is not
/// decided.
bool add_witnesses(const Parts& parts, std::size_t bound,
                   std::map<std::string, std::vector<Word>>& by_value) {
  const char cut = separator(parts, by_value);
  const std::size_t insides = parts.inside.size();
  if (cut == 0 || insides > 20 ||
      (parts.starts.size() + 1) * (parts.ends.size() + 1) > (bound >> insides))
    return false;
  for (std::size_t start = 0; start <= parts.starts.size(); ++start)
    for (std::size_t end = 0; end <= parts.ends.size(); ++end)
      for (std::size_t chosen = 0; chosen >> insides == 0; ++chosen) {
        const std::string tail = end == 0 ? "" : parts.ends[end - 1];
        std::string value = (start == 0 ? "" : parts.starts[start - 1]) + cut;
        for (std::size_t i = 0; i < insides; ++i)
          if ((chosen >> i & 1) != 0 && !value.contains(parts.inside[i]) &&
              !tail.contains(parts.inside[i]))
            value += parts.inside[i] + cut;
        value += tail;
        if (value.size() > 63) return false;
        by_value.try_emplace(std::move(value));
      }
  return true;
}

/// A valid value that is not in `taken`.
template <class Taken>
std::string fresh_value(const Taken& taken) {
  std::string value = "other";
  for (std::size_t i = 2; taken.contains(value); ++i) value = "other-" + std::to_string(i);
  return value;
}

bool all_match(const std::vector<const model::Requirement*>& requirements,
               const std::string* value) {
  return std::all_of(requirements.begin(), requirements.end(),
                     [&](const model::Requirement* r) { return r->matches(value); });
}

void flip(std::vector<Word>& mask, std::size_t bit) { mask[bit / 64] ^= Word{1} << bit % 64; }

/// For every key, the requirements of every selector that mentions it.
using Mentions =
    std::map<std::string, std::map<std::size_t, std::vector<const model::Requirement*>>,
             std::less<>>;

Mentions mentions_of(std::span<const model::Selector> selectors) {
  Mentions mentions;
  for (std::size_t s = 0; s < selectors.size(); ++s)
    for (const model::Requirement& r : selectors[s].requirements) mentions[r.key][s].push_back(&r);
  return mentions;
}

/// The keys in the order in which they are walked: selectors with few keys are completed first,
/// one after the other. A selector that is begun and not complete splits states that may yet
/// become one.
std::vector<Mentions::const_iterator> order_of(const Mentions& mentions, std::size_t selectors) {
  std::vector<std::vector<Mentions::const_iterator>> keys(selectors);
  for (auto it = mentions.begin(); it != mentions.end(); ++it)
    for (const auto& [s, requirements] : it->second) keys[s].push_back(it);
  std::stable_sort(keys.begin(), keys.end(),
                   [](const auto& a, const auto& b) { return a.size() < b.size(); });
  std::vector<Mentions::const_iterator> order;
  std::set<std::string_view> walked;
  for (const auto& of_one : keys)
    for (const auto& it : of_one)
      if (walked.insert(it->first).second) order.push_back(it);
  return order;
}

}  // namespace

/// A key with all its choices that the selectors can tell apart. masks[i] has the selectors that
/// choice i does not rule out; the masks are distinct.
struct LabelClasses::Key {
  Step step;
  std::vector<std::vector<Word>> masks;
  bool decided = true;  ///< false: its choices cannot be enumerated

  Key(const Mentions::value_type& mention, std::size_t words, Freedom freedom, std::size_t bound) {
    const auto& [key, by_selector] = mention;
    step.key = key;
    std::map<std::string, std::vector<Word>> by_value;
    Parts parts;
    for (const auto& [s, requirements] : by_selector)
      for (const model::Requirement* r : requirements)
        if (model::of_parts(r->op))
          parts.add(*r, freedom);
        else
          for (const std::string& value : r->values)
            if (valid(value, freedom)) by_value.try_emplace(value);
    decided = parts.empty() || add_witnesses(parts, bound, by_value);
    if (!decided) return;
    const std::string fresh = fresh_value(by_value);

    std::vector<Word> absent(words, ~Word{0});
    std::vector<Word> other(words, ~Word{0});
    for (const auto& [s, requirements] : by_selector) {
      if (!all_match(requirements, nullptr)) flip(absent, s);
      if (!all_match(requirements, &fresh)) flip(other, s);
    }
    for (auto& [value, mask] : by_value) mask = other;
    for (const auto& [s, requirements] : by_selector)
      tell_apart(by_value, s, requirements, all_match(requirements, &fresh));

    std::set<std::vector<Word>> seen;
    const auto choose = [&](std::optional<std::string> choice, const std::vector<Word>& mask) {
      if (!seen.insert(mask).second) return;
      step.choices.push_back(std::move(choice));
      masks.push_back(mask);
    };
    if (freedom == Freedom::label) choose(std::nullopt, absent);
    for (const auto& [value, mask] : by_value) choose(value, mask);
    choose(fresh, other);
  }

 private:
  /// A selector answers for a value that it does not mention as it does for a fresh one, if it asks
  /// about whole values only.
  static void tell_apart(std::map<std::string, std::vector<Word>>& by_value, std::size_t s,
                         const std::vector<const model::Requirement*>& requirements,
                         bool matches_fresh) {
    std::set<std::string> own;
    if (std::ranges::any_of(requirements, [](const auto* r) { return model::of_parts(r->op); }))
      for (const auto& [value, mask] : by_value) own.insert(value);
    for (const model::Requirement* r : requirements) own.insert(r->values.begin(), r->values.end());
    for (const std::string& value : own) {
      const auto it = by_value.find(value);
      if (it != by_value.end() && all_match(requirements, &value) != matches_fresh)
        flip(it->second, s);
    }
  }
};

/// Replaces the states by their successors over `key`. False when they are more than `bound`.
bool LabelClasses::walk(const Key& key, std::size_t bound) {
  std::vector<Word> next;
  Step step = key.step;
  const auto hash = [&](std::uint32_t state) {
    Word h = 0;
    for (std::size_t w = 0; w < words_; ++w)
      h = (h ^ next[state * words_ + w]) * 0x9e3779b97f4a7c15 + (h >> 29);
    return static_cast<std::size_t>(h ^ h >> 32);
  };
  const auto equal = [&](std::uint32_t a, std::uint32_t b) {
    const auto at = [&](std::uint32_t state) {
      return next.begin() + static_cast<std::ptrdiff_t>(state * words_);
    };
    return std::equal(at(a), at(a) + static_cast<std::ptrdiff_t>(words_), at(b));
  };
  std::unordered_set<std::uint32_t, decltype(hash), decltype(equal)> seen(16, hash, equal);
  for (std::uint32_t state = 0; state < size_; ++state) {
    for (std::uint32_t choice = 0; choice < key.masks.size(); ++choice) {
      for (std::size_t w = 0; w < words_; ++w)
        next.push_back(matched_[state * words_ + w] & key.masks[choice][w]);
      if (seen.insert(static_cast<std::uint32_t>(step.trails.size())).second)
        step.trails.push_back({state, choice});
      else
        next.resize(next.size() - words_);
      if (step.trails.size() > bound) return false;
    }
  }
  size_ = step.trails.size();
  matched_ = std::move(next);
  steps_.push_back(std::move(step));
  return true;
}

std::expected<LabelClasses, std::size_t> LabelClasses::of(
    std::span<const model::Selector> selectors, std::size_t bound, FreedomOf freedom) {
  LabelClasses classes;
  classes.words_ = (selectors.size() + 63) / 64;
  classes.matched_.assign(classes.words_, ~Word{0});
  const Mentions mentions = mentions_of(selectors);
  for (const auto& mention : order_of(mentions, selectors.size())) {
    const Key key(*mention, classes.words_, freedom(mention->first), bound);
    if (!key.decided || !classes.walk(key, bound)) return std::unexpected(bound + 1);
  }
  return classes;
}

bool LabelClasses::matches(std::size_t label_class, std::size_t selector) const {
  return (matched_[label_class * words_ + selector / 64] >> selector % 64 & 1) != 0;
}

model::Labels LabelClasses::labels(std::size_t label_class) const {
  std::vector<model::Labels::Entry> entries;
  auto state = static_cast<std::uint32_t>(label_class);
  for (auto step = steps_.rbegin(); step != steps_.rend(); ++step) {
    const Trail& trail = step->trails[state];
    const std::optional<std::string>& value = step->choices[trail.choice];
    if (value) entries.emplace_back(step->key, *value);
    state = trail.parent;
  }
  return model::Labels(std::move(entries));
}

}  // namespace podmoat::proof
