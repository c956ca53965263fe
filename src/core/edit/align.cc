// Items are paired by an alignment of the greatest total likeness (Needleman and Wunsch's scheme
// with no cost for gaps): equal items count most, so that they are never given up for similar ones.
#include "core/edit/align.h"

#include <algorithm>
#include <functional>
#include <iterator>
#include <span>

#include "core/edit/scalar.h"

namespace podmoat::edit {
namespace {

using model::Value;

/// What a Value has in it: the hash of every leaf with the keys that lead to it, sorted.
using Features = std::vector<std::size_t>;

void collect(const Value& value, std::size_t way, Features& out) {
  if (is_inline(value)) {
    out.push_back(way ^ std::hash<std::string>{}(json_scalar(value)));
  } else if (const auto* list = value.list()) {
    for (const Value& item : *list) collect(item, way * 31 + 1, out);
  } else {
    for (const auto& [key, member] : *value.map())
      collect(member, (way ^ std::hash<std::string>{}(key)) * 31 + 2, out);
  }
}

Features features_of(const Value& value) {
  Features out;
  collect(value, 7, out);
  std::ranges::sort(out);
  return out;
}

int kind_of(const Value& value) {
  return value.list() != nullptr ? 1 : value.map() != nullptr ? 2 : 0;
}

/// 0 for Values that cannot become each other in place, up to 1 for equal ones.
double likeness(const Value& a, const Features& fa, const Value& b, const Features& fb) {
  if (kind_of(a) != kind_of(b)) return 0;
  std::size_t common = 0;
  for (std::size_t i = 0, j = 0; i < fa.size() && j < fb.size();) {
    if (fa[i] == fb[j])
      ++common, ++i, ++j;
    else if (fa[i] < fb[j])
      ++i;
    else
      ++j;
  }
  return 0.01 + 0.99 * 2 * static_cast<double>(common) / static_cast<double>(fa.size() + fb.size());
}

/// total(i, j) is the greatest likeness of the items from i and from j on.
class Table {
 public:
  Table(std::size_t rows, std::size_t columns)
      : columns_(columns + 1), gain_(rows * columns, 0), total_((rows + 1) * columns_, 0) {}
  double& gain(std::size_t i, std::size_t j) { return gain_[i * (columns_ - 1) + j]; }
  double& total(std::size_t i, std::size_t j) { return total_[i * columns_ + j]; }

 private:
  std::size_t columns_;
  std::vector<double> gain_;
  std::vector<double> total_;
};

Table compare(std::span<const Value> before, std::span<const Value> after) {
  std::vector<Features> old_features, new_features;
  std::ranges::transform(before, std::back_inserter(old_features), features_of);
  std::ranges::transform(after, std::back_inserter(new_features), features_of);
  // One equal pair outweighs any number of similar ones.
  const double equal = static_cast<double>(std::min(before.size(), after.size())) + 1;
  Table table(before.size(), after.size());
  for (std::size_t i = before.size(); i-- > 0;)
    for (std::size_t j = after.size(); j-- > 0;) {
      double& gain = table.gain(i, j);
      gain = old_features[i] == new_features[j] && same(before[i], after[j])
                 ? equal
                 : likeness(before[i], old_features[i], after[j], new_features[j]);
      table.total(i, j) = std::max(table.total(i + 1, j), table.total(i, j + 1));
      if (gain > 0)
        table.total(i, j) = std::max(table.total(i, j), gain + table.total(i + 1, j + 1));
    }
  return table;
}

}  // namespace

bool same(const Value& a, const Value& b) {
  if (const auto *x = a.list(), *y = b.list(); x != nullptr && y != nullptr)
    return std::ranges::equal(*x, *y, same);
  const auto *x = a.map(), *y = b.map();
  if (x == nullptr || y == nullptr) return a == b;
  return x->size() == y->size() && std::ranges::all_of(*x, [&](const Value::Member& member) {
           const Value* other = b.find(member.first);
           return other != nullptr && same(member.second, *other);
         });
}

std::vector<Step> plan_members(const Value::Map& before, const Value::Map& after) {
  const auto find = [](const Value::Map& members, std::string_view key) {
    const auto it = std::ranges::find(members, key, &Value::Member::first);
    return static_cast<std::size_t>(it - members.begin());
  };
  // fresh[i]: what comes between old members i - 1 and i.
  std::vector<std::vector<Step>> fresh(before.size() + 1);
  std::size_t behind = 0;
  for (const auto& [key, value] : after)
    if (const std::size_t i = find(before, key); i < before.size())
      behind = i + 1;
    else
      fresh[behind].push_back({std::nullopt, &value, key});

  std::vector<Step> plan = fresh[0];
  for (std::size_t i = 0; i < before.size(); ++i) {
    const std::size_t j = find(after, before[i].first);
    plan.push_back({i, j < after.size() ? &after[j].second : nullptr, before[i].first});
    plan.insert(plan.end(), fresh[i + 1].begin(), fresh[i + 1].end());
  }
  return plan;
}

std::optional<std::vector<Step>> plan_items(const Value::List& before, const Value::List& after) {
  const auto [old_differs, new_differs] = std::ranges::mismatch(before, after, same);
  const auto lead = static_cast<std::size_t>(old_differs - before.begin());
  std::size_t tail = 0;
  while (tail < std::min(before.size(), after.size()) - lead &&
         same(before[before.size() - 1 - tail], after[after.size() - 1 - tail]))
    ++tail;
  const auto old_middle = std::span(before).subspan(lead, before.size() - lead - tail);
  const auto new_middle = std::span(after).subspan(lead, after.size() - lead - tail);
  if (!new_middle.empty() && old_middle.size() > kMostPairs / new_middle.size()) return {};

  std::vector<Step> plan;
  for (std::size_t i = 0; i < lead; ++i) plan.push_back({i, &after[i], {}});
  Table table = compare(old_middle, new_middle);
  for (std::size_t i = 0, j = 0; i < old_middle.size() || j < new_middle.size();) {
    const bool both = i < old_middle.size() && j < new_middle.size();
    if (both && table.gain(i, j) > 0 &&
        table.total(i, j) == table.gain(i, j) + table.total(i + 1, j + 1)) {
      plan.push_back({lead + i, &new_middle[j], {}});
      ++i, ++j;
    } else if (i < old_middle.size() && (!both || table.total(i, j) == table.total(i + 1, j))) {
      plan.push_back({lead + i++, nullptr, {}});
    } else {
      plan.push_back({std::nullopt, &new_middle[j++], {}});
    }
  }
  for (std::size_t i = tail; i > 0; --i)
    plan.push_back({before.size() - i, &after[after.size() - i], {}});
  return plan;
}

}  // namespace podmoat::edit
