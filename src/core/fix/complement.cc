// The complement of a union of selectors, by cases. One key is chosen and its possible states
// (absent, each value that a selector names, any other value) are told apart as far as the
// selectors do. In each case the key is settled, and what is left of the selectors is a smaller
// question of the same form. A case in which a selector holds already contributes nothing; a case
// in which no selector can hold any more is a selector of the answer. Cases exclude each other,
// which is what makes the answer disjoint. docs/semantics/fix.md FX-2, FX-3.
#include "core/fix/complement.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "base/check.h"

namespace podmoat::fix {
namespace {

/// States of one label: a set of values, and perhaps the label's absence. Requirements are such
/// sets, and so are their intersections.
struct States {
  bool absent = true;
  bool others = true;  ///< whether every value is in but `values`, or only `values`
  std::set<std::string> values;

  auto operator<=>(const States&) const = default;
  bool empty() const { return !absent && !others && values.empty(); }
  bool has(const std::string& value) const { return values.contains(value) != others; }
};

States states_of(const model::Requirement& r) {
  const std::set<std::string> values(r.values.begin(), r.values.end());
  switch (r.op) {
    case model::Operator::in:
      return {false, false, values};
    case model::Operator::not_in:
      return {true, true, values};
    case model::Operator::exists:
      return {false, true, {}};
    case model::Operator::does_not_exist:
      return {true, false, {}};
    case model::Operator::contains:
    case model::Operator::not_contains:
    case model::Operator::starts_with:
    case model::Operator::not_starts_with:
    case model::Operator::ends_with:
    case model::Operator::not_ends_with:
      break;  // no LabelSelector asks about a part of a value
  }
  PODMOAT_CHECK(!model::of_parts(r.op));
  return {};
}

States operator&(const States& a, const States& b) {
  States both{a.absent && b.absent, a.others && b.others, {}};
  for (const auto* side : {&a, &b})
    for (const std::string& value : side->values)
      if ((a.has(value) && b.has(value)) != both.others) both.values.insert(value);
  return both;
}

/// A selector with one entry for each key it speaks of.
using Term = std::map<std::string, States>;

Term term_of(const model::Selector& selector) {
  Term term;
  for (const model::Requirement& r : selector.requirements) {
    States& states = term[r.key];
    states = states & states_of(r);
  }
  return term;
}

/// Whether `part`, which is the absence, one value, or all values that no term names, is in
/// `states`.
bool holds(const States& states, const States& part) {
  if (part.absent) return states.absent;
  return part.others ? states.others : states.has(*part.values.begin());
}

bool possible(const Term& term) {
  return std::none_of(term.begin(), term.end(), [](const auto& e) { return e.second.empty(); });
}

model::Selector selector_of(const Term& term) {
  using model::Operator;
  model::Selector selector;
  for (const auto& [key, states] : term) {
    const std::vector<std::string> values(states.values.begin(), states.values.end());
    const auto require = [&](Operator op, const std::vector<std::string>& with) {
      selector.requirements.push_back({key, op, with});
    };
    if (!states.others && states.absent) require(Operator::does_not_exist, {});
    if (!states.others && !states.absent) require(Operator::in, values);
    if (states.others && !states.absent) require(Operator::exists, {});
    if (states.others && !values.empty()) require(Operator::not_in, values);
  }
  return selector;
}

/// Terms by number, so that sets of them are quick to compare.
class Terms {
 public:
  std::size_t number(const Term& term) {
    const auto [it, fresh] = numbers_.try_emplace(term, all_.size());
    if (fresh) all_.push_back(&it->first);
    return it->second;
  }
  const Term& operator[](std::size_t number) const { return *all_[number]; }
  /// The term without what it says of `key`.
  std::size_t without(std::size_t number, const std::string& key) {
    Term rest = *all_[number];
    rest.erase(key);
    return this->number(rest);
  }

 private:
  std::map<Term, std::size_t> numbers_;
  std::vector<const Term*> all_;  ///< into numbers_, whose nodes stay
};

/// What one open term says of a key, and what it says besides.
struct Saying {
  const States* states;  ///< nullptr: nothing
  std::size_t rest;
};

/// One case of a key: its states, and what is left to be avoided in them. Sorted, unique.
struct Case {
  States states;
  std::vector<std::size_t> open;
};

class Search {
 public:
  explicit Search(std::size_t bound) : bound_(bound) {}

  std::optional<std::vector<model::Selector>> run(const std::vector<model::Selector>& selectors) {
    std::set<std::size_t> open;
    for (const model::Selector& selector : selectors) {
      const Term term = term_of(selector);
      if (possible(term)) open.insert(terms_.number(term));
    }
    if (!avoid({open.begin(), open.end()}, {})) return std::nullopt;
    return std::move(found_);
  }

 private:
  /// Terms looked at before the search gives up: a second or so.
  static constexpr std::size_t kWork = std::size_t{1} << 22;

  /// Adds the label sets of `path` that match none of `open`. False when a bound is hit.
  bool avoid(const std::vector<std::size_t>& open, const Term& path) {
    for (const std::size_t number : open)
      if (terms_[number].empty()) return true;
    if (open.empty()) {
      found_.push_back(selector_of(path));
      return found_.size() <= bound_;
    }
    const auto [key, cases] = best_split(open);
    if (work_ > kWork) return false;
    for (const Case& c : cases) {
      Term longer = path;
      longer[key] = c.states;
      if (!avoid(c.open, longer)) return false;
    }
    return true;
  }

  /// The key whose cases leave the least to do; of equals the first. Incomplete if work_ > kWork.
  std::pair<std::string, std::vector<Case>> best_split(const std::vector<std::size_t>& open) {
    std::set<std::string> keys;
    for (const std::size_t number : open)
      for (const auto& [key, states] : terms_[number]) keys.insert(key);
    std::pair<std::string, std::vector<Case>> best;
    std::size_t least = 0;
    for (const std::string& key : keys) {
      if (work_ > kWork) break;
      std::vector<Case> cases = split(open, key);
      std::size_t cost = cases.size();
      for (const Case& c : cases) cost += c.open.size();
      if (!best.second.empty() && cost >= least) continue;
      least = cost;
      best = {key, std::move(cases)};
    }
    return best;
  }

  /// The cases of `key`: states that leave the same terms are one case, as far as a selector can
  /// say so. It cannot say "absent, or one of these values": that is two cases.
  std::vector<Case> split(const std::vector<std::size_t>& open, const std::string& key) {
    std::vector<Saying> sayings;
    std::set<std::string> named;
    for (const std::size_t number : open) {
      const auto it = terms_[number].find(key);
      if (it == terms_[number].end()) {
        sayings.push_back({nullptr, number});
        continue;
      }
      sayings.push_back({&it->second, terms_.without(number, key)});
      named.insert(it->second.values.begin(), it->second.values.end());
    }
    std::vector<States> parts(2 + named.size());
    parts[0] = {false, true, named};
    parts[1] = {true, false, {}};
    std::transform(named.begin(), named.end(), parts.begin() + 2,
                   [](const std::string& value) { return States{false, false, {value}}; });
    std::vector<Case> cases;
    for (const States& part : parts) {
      if (work_ > kWork) break;
      work_ += open.size();
      add(part, left(sayings, part), cases);
    }
    return cases;
  }

  /// Joins `part`, which is in no case yet, to a case that leaves the same.
  static void add(const States& part, std::vector<std::size_t> open, std::vector<Case>& cases) {
    for (Case& c : cases) {
      const bool only_absence = !c.states.others && c.states.absent;
      if (c.open != open || only_absence) continue;
      c.states.absent = c.states.absent || part.absent;
      for (const std::string& value : part.values)
        if (c.states.others)
          c.states.values.erase(value);
        else
          c.states.values.insert(value);
      return;
    }
    cases.push_back({part, std::move(open)});
  }

  /// What is left of the terms that can still hold when their key is in `part` (see holds).
  static std::vector<std::size_t> left(const std::vector<Saying>& sayings, const States& part) {
    std::vector<std::size_t> rest;
    for (const Saying& saying : sayings)
      if (saying.states == nullptr || holds(*saying.states, part)) rest.push_back(saying.rest);
    std::sort(rest.begin(), rest.end());
    rest.erase(std::unique(rest.begin(), rest.end()), rest.end());
    return rest;
  }

  std::size_t bound_;
  std::size_t work_ = 0;
  Terms terms_;
  std::vector<model::Selector> found_;
};

}  // namespace

bool satisfiable(const model::Selector& selector) { return possible(term_of(selector)); }

std::optional<std::vector<model::Selector>> complement(
    const std::vector<model::Selector>& selectors, std::size_t bound) {
  return Search(bound).run(selectors);
}

}  // namespace podmoat::fix
