// A selector with an `in` requirement can only match a Pod that carries one of the labels it lists.
// So each selector is filed under the labels of one such requirement, the one whose labels the
// fewest selectors of the namespace ask for, and a Pod looks only under its own labels. As a Pod
// has one value for a key it meets a selector at most once.
#include "core/policy/selector_index.h"

#include <algorithm>
#include <map>
#include <utility>

namespace podmoat::policy {
namespace {

using model::Operator;
using model::Requirement;

/// How many selectors ask for a label with `in`.
using Demand = std::map<std::pair<std::string_view, std::string_view>, std::size_t>;

/// The `in` requirement whose labels are asked for least, or nullptr if there is none.
const Requirement* rarest(const model::Selector& selector, const Demand& demand) {
  const Requirement* best = nullptr;
  std::size_t least = 0;
  for (const Requirement& r : selector.requirements) {
    if (r.op != Operator::in) continue;
    std::size_t asked = 0;
    for (const std::string& value : r.values) asked += demand.at({r.key, value});
    if (best != nullptr && asked >= least) continue;
    best = &r;
    least = asked;
  }
  return best;
}

}  // namespace

SelectorIndex::SelectorIndex(std::vector<SelectorEntry> entries) : entries_(std::move(entries)) {
  Demand demand;
  for (const SelectorEntry& entry : entries_)
    for (const Requirement& r : entry.selector->requirements)
      if (r.op == Operator::in)
        for (const std::string& value : r.values) ++demand[{r.key, value}];
  for (const SelectorEntry& entry : entries_) {
    const Requirement* r = rarest(*entry.selector, demand);
    if (r == nullptr) {
      rest_.push_back(&entry);
      continue;
    }
    for (const std::string& value : r->values) by_label_[{r->key, value}].push_back(&entry);
  }
}

void SelectorIndex::find(const PodView& pod, std::vector<std::uint32_t>& found) const {
  const auto start = static_cast<std::ptrdiff_t>(found.size());
  const auto take = [&](const std::vector<const SelectorEntry*>& candidates) {
    for (const SelectorEntry* entry : candidates)
      if (pod.matches(*entry->selector)) found.push_back(entry->number);
  };
  const auto look = [&](std::string_view key, std::string_view value) {
    const auto filed = by_label_.find({key, value});
    if (filed != by_label_.end()) take(filed->second);
  };
  if (!by_label_.empty()) {
    for (const auto& [key, value] : pod.labels.entries()) look(key, value);
    look(language::kServiceAccount, pod.service_account);
  }
  take(rest_);
  std::sort(found.begin() + start, found.end());
}

}  // namespace podmoat::policy
