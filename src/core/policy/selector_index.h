#pragma once
// SelectorIndex: which of many selectors match a Pod of one namespace, at a cost that grows with
// those that do.
#include <cstdint>
#include <functional>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "core/model/labels.h"
#include "core/policy/policies.h"

namespace podmoat::policy {

/// A selector, and the number of the policy it belongs to.
struct SelectorEntry {
  const model::Selector* selector = nullptr;
  std::uint32_t number = 0;
};

class SelectorIndex {
 public:
  /// Keeps the pointers and the views. O(size of all selectors).
  explicit SelectorIndex(std::vector<SelectorEntry> entries);
  /// Appends the numbers of the entries that select `pod`, ascending; one with two selectors that
  /// both match stands there twice.
  void find(const PodView& pod, std::vector<std::uint32_t>& found) const;

 private:
  using Label = std::pair<std::string_view, std::string_view>;
  struct LabelHash {
    std::size_t operator()(const Label& label) const {
      const std::hash<std::string_view> hash;
      return hash(label.first) * 31 + hash(label.second);
    }
  };
  std::vector<SelectorEntry> entries_;
  std::unordered_map<Label, std::vector<const SelectorEntry*>, LabelHash> by_label_;
  std::vector<const SelectorEntry*> rest_;  ///< selectors that demand no particular label
};

}  // namespace podmoat::policy
